using System.Numerics;

namespace Qdiff.Quantum;

/// <summary>
/// What a quantum computer without noise would report: means over a number of shots. Read-outs of Z and its products are
/// measured together in every shot; if one is of X or Y, each Pauli string gets shots of its own, in its own basis.
/// </summary>
public sealed class CircuitShots
{
    CircuitShots(int readOuts) => (Means, StandardErrors) = (new double[readOuts], new double[readOuts]);

    /// <summary>The mean of each read-out.</summary>
    public double[] Means { get; }

    /// <summary>The standard error of each mean.</summary>
    public double[] StandardErrors { get; }

    /// <summary>
    /// How often each outcome of the wires that are read was seen, wire 0 first; null if read-outs were measured one by one.
    /// </summary>
    public IReadOnlyDictionary<string, int>? Counts { get; private set; }

    /// <summary>Draws; results depend on the state of <paramref name="random"/> and on nothing else.</summary>
    /// <exception cref="ArgumentException">A count is wrong, or too many wires are joined by gates.</exception>
    public static CircuitShots Draw(Circuit circuit, IReadOnlyList<Observable>? readOuts, double[] inputs, double[] weights,
        int shots, Random random)
    {
        BoundCircuit.CheckCounts(circuit, inputs.Length, weights.Length);
        if (circuit.Start != CircuitStart.Zero)
            throw new ArgumentException("Shots are drawn of circuits that start from |0…0⟩.", nameof(circuit));
        if (shots < 1) throw new ArgumentOutOfRangeException(nameof(shots), shots, "At least one shot is needed.");
        readOuts ??= circuit.StandardReadOuts;
        var result = new CircuitShots(readOuts.Count);
        Circuit bound = BoundCircuit.Bind(circuit, inputs, weights);
        if (readOuts.All(readOut => readOut.Terms.All(term => term.Pauli.IsDiagonal)))
        {
            ulong[] outcomes = Outcomes(bound, shots, random);
            for (int r = 0; r < readOuts.Count; r++)
            {
                result.Add(r, outcomes, outcome => readOuts[r].Terms
                    .Sum(term => term.Coefficient * Sign(outcome & term.Pauli.ZBits)));
            }

            int read = circuit.Qubits - circuit.Ancillas;
            result.Counts = new SortedDictionary<string, int>(
                outcomes.GroupBy(outcome => Text(outcome, read)).ToDictionary(group => group.Key, group => group.Count()),
                StringComparer.Ordinal);
            return result;
        }

        for (int r = 0; r < readOuts.Count; r++)
        {
            foreach ((double coefficient, PauliString pauli) in readOuts[r].Terms)
            {
                Circuit turned = bound.Then(WireGraph.Bits(pauli.XBits).SelectMany(wire => ToZ(wire, pauli)));
                result.Add(r, Outcomes(turned, shots, random), outcome => coefficient * Sign(outcome & pauli.Support));
            }
        }

        return result;
    }

    void Add(int readOut, ulong[] outcomes, Func<ulong, double> value)
    {
        double mean = outcomes.Average(value);
        double variance = outcomes.Length == 1 ? 0
            : outcomes.Sum(outcome => Math.Pow(value(outcome) - mean, 2)) / (outcomes.Length - 1) / outcomes.Length;
        Means[readOut] += mean;
        StandardErrors[readOut] = Math.Sqrt(Math.Pow(StandardErrors[readOut], 2) + variance);
    }

    static double Sign(ulong bits) => BitOperations.PopCount(bits) % 2 == 0 ? 1 : -1;

    static string Text(ulong outcome, int wires) =>
        string.Create(wires, outcome, (text, bits) =>
        {
            for (int wire = 0; wire < text.Length; wire++) text[wire] = (bits >> wire & 1) == 0 ? '0' : '1';
        });

    /// <summary>H turns X into Z; S†, then H turn Y into Z.</summary>
    static IEnumerable<Gate> ToZ(int wire, PauliString pauli)
    {
        if ((pauli.ZBits >> wire & 1) != 0) yield return Gate.Phase(wire, Angle.Fixed(-Math.PI / 2));
        yield return Gate.H(wire);
    }

    /// <summary>Bit w of an outcome is wire w. Parts that no gate joins are drawn one after the other.</summary>
    static ulong[] Outcomes(Circuit bound, int shots, Random random)
    {
        var outcomes = new ulong[shots];
        (List<Elementary> gates, int[] places) = Elementary.Decompose(bound);
        foreach (int[] part in CircuitParts.Of(bound))
        {
            ulong wires = part.Aggregate(0UL, (set, wire) => set | 1UL << wire);
            var state = new WireState(wires);
            foreach (Elementary gate in gates)
                if ((gate.Wires & wires) != 0) state.Apply(gate, gate.Angle.Scale);
            var below = new double[state.Amplitudes.Length];
            double sum = 0;
            for (int k = 0; k < below.Length; k++)
            {
                Complex amplitude = state.Amplitudes[k];
                below[k] = sum += amplitude.Real * amplitude.Real + amplitude.Imaginary * amplitude.Imaginary;
            }

            for (int s = 0; s < shots; s++)
            {
                int found = Array.BinarySearch(below, random.NextDouble() * sum);
                int k = Math.Min(found < 0 ? ~found : found + 1, below.Length - 1);
                for (int i = 0; i < part.Length; i++)
                {
                    // Wire part[i] is at places[part[i]], whose bit is its rank among the part's wires.
                    int bit = part.Length - 1 - Array.IndexOf(part, places[part[i]]);
                    outcomes[s] |= (ulong)(k >> bit & 1) << part[i];
                }
            }
        }

        return outcomes;
    }
}
