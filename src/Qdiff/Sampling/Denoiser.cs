using System.Buffers;
using System.Numerics.Tensors;
using Tensor = Qdiff.Tensors.Tensor;

namespace Qdiff;

/// <summary>
/// A network together with what its output means: at (x_t, t) it tells the image x₀ and the noise ε. As thread-safe as the
/// network.
/// </summary>
public sealed class Denoiser(TileNetwork network, NoiseSchedule schedule, Prediction prediction)
{
    /// <summary>How much noise each timestep has.</summary>
    public NoiseSchedule Schedule => schedule;

    /// <summary>What the network was trained to tell.</summary>
    public Prediction Prediction => prediction;

    /// <summary>
    /// One call of the network. With <paramref name="clip"/>, x₀ is kept within [−1, 1], where images are, and ε is the one that
    /// leads from that x₀ to x_t. The tiles have one length and do not overlap.
    /// </summary>
    /// <param name="threshold">
    /// A p from 0 to 1 that clips each sample within [−s, s] and divides it by s, the p-quantile of its |x₀| where that is above
    /// 1 (dynamic thresholding); null clips at 1. Without effect where nothing is clipped.
    /// </param>
    /// <remarks>
    /// Clipping: the released code of Ho et al. 2020; indispensable for ε where 1/√ᾱ is 20,291. Dynamic thresholding: Saharia et
    /// al. 2022, arXiv 2205.11487, section 2.3.
    /// </remarks>
    public void Denoise(ReadOnlySpan<float> xt, int t, Span<float> x0, Span<float> epsilon, bool clip, double? threshold = null)
    {
        if (threshold is { } share && !(share is >= 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(threshold), share,
                Invariant($"The threshold is a quantile, from 0 to 1, got {share}."));
        Tile.Require(xt, nameof(xt));
        Tile.Require(x0, nameof(x0), xt.Length);
        Tile.Require(epsilon, nameof(epsilon), xt.Length);
        if ((uint)t >= (uint)schedule.Steps)
            throw new ArgumentOutOfRangeException(
                nameof(t), t, $"The schedule has timesteps 0 to {schedule.Steps - 1}, got {t}.");

        network(xt, t, epsilon);
        prediction.Split(schedule.AlphaBar[t], xt, epsilon, x0, epsilon);
        if (!clip) return;

        double signal = schedule.SignalScale(t), noise = schedule.NoiseScale(t);
        if (threshold is { } quantile) BringWithin(x0, quantile);
        TensorPrimitives.Clamp(x0, -1f, 1f, x0);
        Tile.Combine(1 / noise, xt, -signal / noise, x0, epsilon);
    }

    /// <summary>Divides each sample by the quantile of its absolute values, interpolated as numpy does, if that is above
    /// 1.</summary>
    static void BringWithin(Span<float> x0, double quantile)
    {
        int count = x0.Length / Tensor.Samples;
        float[] rented = ArrayPool<float>.Shared.Rent(count);
        Span<float> values = rented.AsSpan(0, count);
        for (int s = 0; s < Tensor.Samples; s++)
        {
            for (int e = 0; e < count; e++) values[e] = MathF.Abs(x0[e * Tensor.Samples + s]);
            values.Sort();
            double place = quantile * (count - 1);
            int below = (int)place, above = Math.Min(below + 1, count - 1);
            float bound = (float)(values[below] + (place - below) * (values[above] - (double)values[below]));
            if (!(bound > 1)) continue;
            for (int i = s; i < x0.Length; i += Tensor.Samples) x0[i] /= bound;
        }

        ArrayPool<float>.Shared.Return(rented);
    }
}
