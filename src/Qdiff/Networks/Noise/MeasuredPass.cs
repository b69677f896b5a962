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
    long seed, pass, run;
    long[] samples = [];

    bool isMeasured;

    /// <summary>Whether circuits are not to be computed exactly.</summary>
    public bool IsMeasured => isMeasured && measurement!.Recorded is null;

    /// <summary>From now on circuits are measured.</summary>
    /// <param name="number">Of the pass: 0, 1, … for the samples of a tile.</param>
    public void Begin(CircuitMeasurement how, long seed, long[] samples, long number)
    {
        if (!ReferenceEquals(measurement, how)) circuits.Clear();
        (measurement, this.seed, this.samples, pass, run, isMeasured) = (how, seed, samples, number, 0, true);
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

        if (!circuits.TryGetValue(circuit, out MeasuredCircuit? measured))
            circuits[circuit] = measured = new(circuit.Circuit, circuit.ReadOuts, measurement.Noise, measurement.Shots);
        means.Clear();
        var w = new double[weights.Length];
        for (int i = 0; i < w.Length; i++) w[i] = weights[i];
        var x = new double[samples.Length][];
        for (int s = 0; s < x.Length; s++)
        {
            x[s] = new double[circuit.Circuit.Inputs];
            for (int i = 0; i < x[s].Length; i++) x[s][i] = inputs[i * Tensor.Samples + s];
        }

        double[][] read = measured.Read(x, w,
            [.. samples.Select(number => new RandomStream(seed, "circuit shots", number, pass << RunBits | run))]);
        for (int s = 0; s < read.Length; s++)
            for (int r = 0; r < read[s].Length; r++) means[r * Tensor.Samples + s] = (float)read[s][r];
        run++;
    }
}
