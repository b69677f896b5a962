namespace Qdiff.Quantum;

/// <summary>
/// A circuit as a device would run it: means of shots, under noise, and gradients from such means. Made once and read at many
/// inputs and weights; safe to share.
/// </summary>
/// <param name="circuit">The circuit.</param>
/// <param name="readOuts">What is read.</param>
/// <param name="noise">The noise of the device.</param>
/// <param name="shots">Measurements for a mean; null for the limit of many.</param>
/// <exception cref="ArgumentException">There is noise on a wire that the circuit does not have.</exception>
public sealed partial class MeasuredCircuit(Circuit circuit, IReadOnlyList<Observable> readOuts, NoiseModel noise, int? shots)
{
    /// <summary>Runs for a mean without shots, where a read-out sees too many wires for a density matrix.</summary>
    public const int Trajectories = 200;

    readonly NoisyCircuit written = NoisyCircuit.Of(circuit, noise);

    /// <summary>
    /// The mean of each read-out for each sample; it depends on the state of the sample's source, unless it is exact, and not on
    /// what other samples there are.
    /// </summary>
    /// <exception cref="ArgumentException">A count is wrong, or too many wires are joined by gates.</exception>
    public double[][] Read(IReadOnlyList<double[]> inputs, double[] weights, IReadOnlyList<Random> randoms) =>
        Means(Bound(inputs, weights), readOuts, inputs, randoms, isWhole: true);

    /// <summary>How many circuits a device runs for one reading: one for each <see cref="MeasurementBasis"/> of the
    /// read-outs.</summary>
    public int Runs => RunsFor(readOuts);

    NoisyCircuit[] Bound(IReadOnlyList<double[]> inputs, double[] weights) =>
        [.. inputs.Select(own => written.Bind(own, weights))];

    /// <param name="isWhole">Whether parts of the circuit are run that none of these read-outs sees.</param>
    double[][] Means(NoisyCircuit[] bound, IReadOnlyList<Observable> read, IReadOnlyList<double[]> inputs,
        IReadOnlyList<Random> randoms, bool isWhole = false) => shots is { } count
            ? Array.ConvertAll(CircuitShots.Draw(bound, read, inputs, count, randoms, isWhole), drawn => drawn.Means)
            : [.. bound.Select((own, s) => NoisyExpectations.Of(own, read, inputs[s], Trajectories, randoms[s]).Values)];

    static int RunsFor(IReadOnlyList<Observable> read) => read.Count == 0 ? 0 : MeasurementBasis.Of(read).Count;
}
