using System.Collections.Concurrent;
using Qdiff.Quantum;
using Qdiff.Tensors;

namespace Qdiff;

/// <summary>
/// The means of what the circuits of a network gave, over all their runs for all samples that were drawn. Safe to share; the sums
/// are of whole numbers, so that the order in which threads add does not matter.
/// </summary>
public sealed class CircuitMeans
{
    /// <summary>2⁻³², beside expectations of at most a few units: 2³⁰ runs fit.</summary>
    const double Unit = 1L << 32;

    readonly ConcurrentDictionary<LoweredCircuit, Tally> tallies = [];

    /// <summary>Runs of circuits that were counted, all circuits and samples together.</summary>
    public long Runs => tallies.Values.Sum(tally => tally.Count);

    /// <summary>Measurements that those runs take of a device: one for each <see cref="MeasurementBasis"/> of the
    /// read-outs.</summary>
    public long MeasuredRuns => tallies.Sum(pair => pair.Value.Count * MeasurementBasis.Of(pair.Key.ReadOuts).Count);

    /// <summary>The mean of each read-out of a circuit; 0 for a circuit that did not run.</summary>
    public IReadOnlyList<double> Of(LoweredCircuit circuit) => tallies.TryGetValue(circuit, out Tally? tally)
        ? [.. tally.Sums.Select(sum => sum / Unit / Math.Max(1, tally.Count))] : new double[circuit.ReadOuts.Count];

    internal void Add(LoweredCircuit circuit, ReadOnlySpan<float> tile, int samples)
    {
        Tally tally = tallies.GetOrAdd(circuit, key => new(new long[key.ReadOuts.Count]));
        for (int r = 0; r < tally.Sums.Length; r++)
        {
            long sum = 0;
            for (int s = 0; s < samples; s++) sum += (long)Math.Round(tile[r * Tensor.Samples + s] * Unit);
            Interlocked.Add(ref tally.Sums[r], sum);
        }

        Interlocked.Add(ref tally.Count, samples);
    }

    sealed class Tally(long[] sums)
    {
        public long Count;

        public long[] Sums { get; } = sums;
    }
}
