using Qdiff.Quantum;
using Qdiff.Tensors;

namespace Qdiff;

/// <summary>
/// A pass of a network over a tile in which circuits are measured: each run of a circuit for a sample draws from a stream of its
/// own, addressed by the sample's number, the pass and the run, so that neither tile nor thread matters.
/// </summary>
sealed class MeasuredPass
{
    /// <summary>More runs than a network has in one pass.</summary>
    const int RunBits = 24;

    readonly Dictionary<LoweredCircuit, MeasuredCircuit> circuits = [];
    CircuitMeasurement? measurement;
    string purpose = "";
    long seed, pass, run;
    long[] samples = [];

    bool isMeasured;

    /// <summary>Whether circuits are not to be computed exactly.</summary>
    public bool IsMeasured => isMeasured && measurement!.Recorded is null;

    /// <summary>From now on circuits are measured.</summary>
    /// <param name="number">Of the pass: 0, 1, … for the samples of a tile; the step of a training.</param>
    /// <param name="purpose">Of the random numbers.</param>
    public void Begin(CircuitMeasurement how, long seed, long[] samples, long number, string purpose = "circuit shots")
    {
        if (!ReferenceEquals(measurement, how)) circuits.Clear();
        (measurement, this.purpose, this.seed, this.samples, pass, run, isMeasured) =
            (how, purpose, seed, samples, number, 0, true);
    }

    /// <summary>From now on they are computed exactly.</summary>
    public void End() => isMeasured = false;

    /// <summary>Counts what an exact run gave, if it is to be counted.</summary>
    public void Record(LoweredCircuit circuit, ReadOnlySpan<float> expectations)
    {
        if (isMeasured) measurement!.Recorded?.Add(circuit, expectations, samples.Length);
    }

    /// <summary>One run of a circuit on a tile: inputs × 16 and read-outs × 16. Places without a sample are 0.</summary>
    /// <param name="circuit">The circuit.</param>
    /// <param name="patch">Which of the sets of elements it runs on.</param>
    public void Read(LoweredCircuit circuit, int patch, ReadOnlySpan<float> inputs, ReadOnlySpan<float> weights,
        Span<float> means)
    {
        if (measurement!.Reader is { } reader)
        {
            means.Clear();
            reader(circuit, run++, patch, samples, inputs, means);
            return;
        }

        if (measurement.Replaced is { } replaced)
        {
            IReadOnlyList<double> mean = replaced.Of(circuit);
            for (int r = 0; r < mean.Count; r++) means.Slice(r * Tensor.Samples, Tensor.Samples).Fill((float)mean[r]);
            return;
        }

        means.Clear();
        double[][] read = Of(circuit).Read(BySample(inputs), Doubles(weights), NextRun());
        for (int s = 0; s < read.Length; s++)
            for (int r = 0; r < read[s].Length; r++) means[r * Tensor.Samples + s] = (float)read[s][r];
    }

    /// <summary>Adds the gradient by the inputs (× 16) and by the weights (summed over the samples), from runs that are measured
    /// too.</summary>
    /// <param name="cotangent">Read-outs × 16.</param>
    public void AddGradient(LoweredCircuit circuit, ReadOnlySpan<float> inputs, ReadOnlySpan<float> weights,
        ReadOnlySpan<float> cotangent, Span<float> inputGradient, Span<float> weightGradient)
    {
        // A mean depends on neither.
        if (measurement!.Replaced is not null) return;
        (double[][] byInput, double[][] byWeight) = Of(circuit).Gradient(measurement.Gradient, BySample(inputs),
            Doubles(weights), BySample(cotangent), NextRun());
        for (int s = 0; s < byInput.Length; s++)
            for (int i = 0; i < byInput[s].Length; i++) inputGradient[i * Tensor.Samples + s] += (float)byInput[s][i];
        for (int w = 0; w < weightGradient.Length; w++)
        {
            double sum = 0;
            foreach (double[] own in byWeight) sum += own[w];
            weightGradient[w] += (float)sum;
        }
    }

    MeasuredCircuit Of(LoweredCircuit circuit) => circuits.TryGetValue(circuit, out MeasuredCircuit? known) ? known
        : circuits[circuit] = measurement!.Measured(circuit);

    RandomStream[] NextRun()
    {
        long address = pass << RunBits | run++;
        return [.. samples.Select(number => new RandomStream(seed, purpose, number, address))];
    }

    double[][] BySample(ReadOnlySpan<float> tile)
    {
        var each = new double[samples.Length][];
        for (int s = 0; s < each.Length; s++)
        {
            each[s] = new double[tile.Length / Tensor.Samples];
            for (int i = 0; i < each[s].Length; i++) each[s][i] = tile[i * Tensor.Samples + s];
        }

        return each;
    }

    static double[] Doubles(ReadOnlySpan<float> numbers)
    {
        var doubles = new double[numbers.Length];
        for (int i = 0; i < doubles.Length; i++) doubles[i] = numbers[i];
        return doubles;
    }
}
