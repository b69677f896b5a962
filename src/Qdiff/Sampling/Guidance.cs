using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Tensor = Qdiff.Tensors.Tensor;

namespace Qdiff;

/// <summary>
/// Classifier-free guidance: unconditional + <see cref="Scale"/>·(conditional − unconditional). Scale 1 is the conditional
/// network (and calls only that), 0 the unconditional one (likewise), above 1 the label counts more than the data say. It makes
/// one network of two, so every sampler and every prediction has it the same way.
/// </summary>
/// <remarks>
/// Ho and Salimans 2022, arXiv 2207.12598, equation 6, whose w is <c>Scale</c> − 1. Rescaling: Lin et al. 2023, arXiv 2305.08891,
/// section 3.4. Interval: Kynkäänniemi et al. 2024, arXiv 2404.07724.
/// </remarks>
public sealed record Guidance(double Scale = 1, double Rescale = 0)
{
    /// <summary>
    /// How far the deviation of each guided sample is brought back to that of the conditional one: 0 not at all, 1 fully. Without
    /// effect at scale 0 and 1.
    /// </summary>
    public double Rescale { get; init => field = Share(value); } = Share(Rescale);

    /// <summary>The least noisy timestep that is guided; below it the network is the conditional one, called alone. Without
    /// effect at scale 0 and 1.</summary>
    public int From { get; init => field = Tensors.Require.AtLeast(value, 0); }

    /// <summary>The noisiest timestep that is guided; above it the network is the conditional one, called alone. Without effect
    /// at scale 0 and 1.</summary>
    public int To { get; init => field = Tensors.Require.AtLeast(value, 0); } = int.MaxValue;

    /// <summary>The guided network. It owns a buffer: make one for each thread.</summary>
    public TileNetwork Compose(TileNetwork conditional, TileNetwork unconditional)
    {
        if (!float.IsFinite((float)Scale)) throw new InvalidOperationException(Invariant(
            $"The guidance scale must be finite in single precision, got {Scale}."));
        if (From > To) throw new InvalidOperationException(
            Invariant($"Guidance goes from timestep {From} to {To}: none would be guided."));
        if (Scale == 1) return conditional;
        if (Scale == 0) return unconditional;

        float[] buffer = [];
        return (xt, t, output) =>
        {
            conditional(xt, t, output);
            if (!IsGuided(t)) return;
            if (buffer.Length != output.Length) buffer = new float[output.Length];
            unconditional(xt, t, buffer);
            // The mixture lands in the buffer; the output still is the conditional one, whose deviation is wanted.
            Tile.Combine(Scale, output, 1 - Scale, buffer, buffer);
            if (Rescale > 0) BringBack(buffer, output);
            buffer.CopyTo(output);
        };
    }

    /// <summary>Network passes of a sample that asks once at each of these timesteps.</summary>
    internal int Passes(TimestepTable table) => table.Count + (Scale is 0 or 1 ? 0 : table.ToArray().Count(IsGuided));

    bool IsGuided(int t) => t >= From && t <= To;

    static double Share(double rescale) => rescale is >= 0 and <= 1 ? rescale
        : throw new ArgumentOutOfRangeException(nameof(Rescale), rescale, Invariant($"Rescale goes from 0 to 1, got {rescale}."));

    /// <summary>guided ← (φ·deviation(conditional) / deviation(guided) + 1 − φ)·guided, for each sample.</summary>
    void BringBack(Span<float> guided, ReadOnlySpan<float> conditional)
    {
        Span<double> wanted = stackalloc double[Tensor.Samples], have = stackalloc double[Tensor.Samples];
        Variances(conditional, wanted);
        Variances(guided, have);
        Span<float> factors = stackalloc float[Tensor.Samples];
        for (int s = 0; s < factors.Length; s++)
            factors[s] = have[s] > 0 ? (float)(Rescale * Math.Sqrt(wanted[s] / have[s]) + 1 - Rescale) : 1;

        foreach (ref Vector512<float> element in MemoryMarshal.Cast<float, Vector512<float>>(guided))
            element *= Vector512.Create<float>(factors);
    }

    /// <summary>The variance of each sample over its elements, times their number.</summary>
    static void Variances(ReadOnlySpan<float> tile, Span<double> variances)
    {
        Span<double> means = stackalloc double[Tensor.Samples];
        means.Clear();
        variances.Clear();
        for (int i = 0; i < tile.Length; i++) means[i % Tensor.Samples] += tile[i];
        TensorPrimitives.Divide(means, tile.Length / Tensor.Samples, means);
        for (int i = 0; i < tile.Length; i++)
        {
            double difference = tile[i] - means[i % Tensor.Samples];
            variances[i % Tensor.Samples] += difference * difference;
        }
    }
}
