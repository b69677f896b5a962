namespace Qdiff.Quantum;

/// <summary>
/// What a quantum computer would report: means over a number of shots, which each <see cref="MeasurementBasis"/> of the read-outs
/// has of its own.
/// </summary>
public sealed class CircuitShots
{
    readonly int wires;
    readonly List<(MeasurementBasis Basis, ulong[] Outcomes)> measured = [];

    CircuitShots(int readOuts, int wires) =>
        (Means, StandardErrors, this.wires) = (new double[readOuts], new double[readOuts], wires);

    /// <summary>The mean of each read-out.</summary>
    public double[] Means { get; }

    /// <summary>The standard error of each mean; NaN of a single shot.</summary>
    public double[] StandardErrors { get; }

    /// <summary>
    /// How often each outcome of the wires that are read was seen, wire 0 first; null if read-outs were measured in several
    /// bases.
    /// </summary>
    public IReadOnlyDictionary<string, int>? Counts => measured is [var only] ? Counted(only.Outcomes) : null;

    /// <summary>The same in each basis, in which wires were turned to Z.</summary>
    public IReadOnlyList<(MeasurementBasis Basis, IReadOnlyDictionary<string, int> Counts)> CountsByBasis =>
        [.. measured.Select(one => (one.Basis, Counted(one.Outcomes)))];

    /// <summary>Draws; results depend on the state of <paramref name="random"/> and on nothing else.</summary>
    /// <param name="noise">The noise of the device; null for none.</param>
    /// <exception cref="ArgumentException">A count is wrong, there is noise on a wire that does not exist, or too many wires are
    /// joined by gates.</exception>
    public static CircuitShots Draw(Circuit circuit, IReadOnlyList<Observable>? readOuts, double[] inputs, double[] weights,
        int shots, Random random, NoiseModel? noise = null)
    {
        BoundCircuit.CheckCounts(circuit, inputs.Length, weights.Length);
        return Draw([NoisyCircuit.Of(circuit, noise ?? NoiseModel.None).Bind(inputs, weights)],
            readOuts ?? circuit.StandardReadOuts, [inputs], shots, [random])[0];
    }

    /// <summary>The same circuit at the numbers of several samples, each with a source of its own.</summary>
    /// <param name="isWhole">Whether wires are drawn that no read-out asks for: they have their place in the counts.</param>
    internal static CircuitShots[] Draw(IReadOnlyList<NoisyCircuit> bound, IReadOnlyList<Observable> readOuts,
        IReadOnlyList<double[]> inputs, int shots, IReadOnlyList<Random> randoms, bool isWhole = true)
    {
        ulong asked = isWhole ? ulong.MaxValue : readOuts.Aggregate(0UL, (set, readOut) => set | readOut.Support);
        if (shots < 1) throw new ArgumentOutOfRangeException(nameof(shots), shots, "At least one shot is needed.");
        int read = bound[0].Circuit.Qubits - bound[0].Circuit.Ancillas;
        CircuitShots[] results = [.. bound.Select(_ => new CircuitShots(readOuts.Count, read))];
        foreach (MeasurementBasis basis in MeasurementBasis.Of(readOuts))
        {
            ulong[][] outcomes = Outcomes([.. bound.Select(basis.Turned)], inputs, shots, randoms, asked);
            for (int s = 0; s < results.Length; s++) results[s].Add(basis, outcomes[s]);
        }

        return results;
    }

    void Add(MeasurementBasis basis, ulong[] outcomes)
    {
        measured.Add((basis, outcomes));
        foreach ((int readOut, List<(double Coefficient, PauliString Pauli)> terms) in basis.ReadOuts)
        {
            double sum = 0, squares = 0;
            foreach (ulong outcome in outcomes)
            {
                double value = 0;
                foreach ((double coefficient, PauliString pauli) in terms) value += coefficient * pauli.Sign(outcome);
                (sum, squares) = (sum + value, squares + value * value);
            }

            Means[readOut] += sum / outcomes.Length;
            StandardErrors[readOut] = Math.Sqrt(Math.Pow(StandardErrors[readOut], 2)
                + MeanVariance.Of(sum, squares, outcomes.Length));
        }
    }

    IReadOnlyDictionary<string, int> Counted(ulong[] outcomes) =>
        new SortedDictionary<string, int>(outcomes.GroupBy(outcome => Text(outcome, wires))
            .ToDictionary(group => group.Key, group => group.Count()), StringComparer.Ordinal);

    static string Text(ulong outcome, int wires) =>
        string.Create(wires, outcome, (text, bits) =>
        {
            for (int wire = 0; wire < text.Length; wire++) text[wire] = (bits >> wire & 1) == 0 ? '0' : '1';
        });

    /// <summary>Of each sample; bit w of an outcome is wire w. Parts that no gate joins are drawn one after the other.</summary>
    static ulong[][] Outcomes(IReadOnlyList<NoisyCircuit> bound, IReadOnlyList<double[]> inputs, int shots,
        IReadOnlyList<Random> randoms, ulong asked)
    {
        ulong[][] outcomes = [.. bound.Select(_ => new ulong[shots])];
        foreach (OutcomeSource part in OutcomeSource.Parts(bound, inputs).Where(part => (part.Wires & asked) != 0))
            part.Draw(outcomes, randoms);
        int read = bound[0].Circuit.Qubits - bound[0].Circuit.Ancillas;
        for (int sample = 0; sample < outcomes.Length; sample++)
            for (int wire = 0; wire < read; wire++)
            {
                ReadOutError error = bound[0].Noise.ReadOutOf(wire);
                if (error == default || (asked >> wire & 1) == 0) continue;
                for (int s = 0; s < shots; s++)
                {
                    double flip = (outcomes[sample][s] >> wire & 1) == 0 ? error.P10 : error.P01;
                    if (randoms[sample].NextDouble() < flip) outcomes[sample][s] ^= 1UL << wire;
                }
            }

        return outcomes;
    }
}
