using System.Numerics;

namespace Qdiff.Quantum;

/// <summary>
/// What a quantum computer would report: means over a number of shots. Read-outs of Z and its products are measured together in
/// every shot; if one is of X or Y, each Pauli string gets shots of its own, in its own basis.
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
    /// <param name="noise">The noise of the device; null for none.</param>
    /// <exception cref="ArgumentException">A count is wrong, there is noise on a wire that does not exist, or too many wires are
    /// joined by gates.</exception>
    public static CircuitShots Draw(Circuit circuit, IReadOnlyList<Observable>? readOuts, double[] inputs, double[] weights,
        int shots, Random random, NoiseModel? noise = null)
    {
        BoundCircuit.CheckCounts(circuit, inputs.Length, weights.Length);
        return Draw(NoisyCircuit.Of(circuit, noise ?? NoiseModel.None).Bind(inputs, weights),
            readOuts ?? circuit.StandardReadOuts, inputs, shots, random);
    }

    internal static CircuitShots Draw(NoisyCircuit bound, IReadOnlyList<Observable> readOuts, double[] inputs, int shots,
        Random random)
    {
        if (shots < 1) throw new ArgumentOutOfRangeException(nameof(shots), shots, "At least one shot is needed.");
        var result = new CircuitShots(readOuts.Count);
        if (readOuts.All(readOut => readOut.Terms.All(term => term.Pauli.IsDiagonal)))
        {
            ulong[] outcomes = Outcomes(bound, inputs, shots, random);
            for (int r = 0; r < readOuts.Count; r++)
            {
                result.Add(r, outcomes, outcome => readOuts[r].Terms
                    .Sum(term => term.Coefficient * Sign(outcome & term.Pauli.ZBits)));
            }

            int read = bound.Circuit.Qubits - bound.Circuit.Ancillas;
            result.Counts = new SortedDictionary<string, int>(
                outcomes.GroupBy(outcome => Text(outcome, read)).ToDictionary(group => group.Key, group => group.Count()),
                StringComparer.Ordinal);
            return result;
        }

        for (int r = 0; r < readOuts.Count; r++)
        {
            foreach ((double coefficient, PauliString pauli) in readOuts[r].Terms)
            {
                NoisyCircuit turned = bound.ThenIdeal([.. WireGraph.Bits(pauli.XBits).SelectMany(wire => ToZ(wire, pauli))]);
                result.Add(r, Outcomes(turned, inputs, shots, random), outcome => coefficient * Sign(outcome & pauli.Support));
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
    static ulong[] Outcomes(NoisyCircuit bound, double[] inputs, int shots, Random random)
    {
        var outcomes = new ulong[shots];
        foreach (OutcomeSource part in OutcomeSource.Parts(bound, inputs)) part.Draw(outcomes, random);
        int read = bound.Circuit.Qubits - bound.Circuit.Ancillas;
        for (int wire = 0; wire < read; wire++)
        {
            ReadOutError error = bound.Noise.ReadOutOf(wire);
            if (error == default) continue;
            for (int s = 0; s < shots; s++)
            {
                double flip = (outcomes[s] >> wire & 1) == 0 ? error.P10 : error.P01;
                if (random.NextDouble() < flip) outcomes[s] ^= 1UL << wire;
            }
        }

        return outcomes;
    }
}
