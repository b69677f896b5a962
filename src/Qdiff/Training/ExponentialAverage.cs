using System.Numerics.Tensors;
using Qdiff.Tensors;

namespace Qdiff;

/// <summary>
/// The running average of the weights that samples are drawn with. The default is the one of the quantum vertex and QCU-Net
/// papers: copy during the first 100 steps, then every 10 steps average ← d·average + (1 − d)·weights, where d = clip(1 − (1 +
/// max(s − 101, 0))^(−2/3), 0, 0.995) rises with the step s.
/// </summary>
/// <remarks>
/// Steps count from 0 and the average is updated after the optimiser. The warm-up curve is that of the k-diffusion and diffusers
/// "EMA warm-up" with 1/γ = 1 and power 2/3. Where a trained network is handed over to a changed one, count the steps from the
/// hand-over on, so that the average starts anew with a copy.
/// </remarks>
public sealed record ExponentialAverage
{
    /// <summary>Up to this many steps the average is a copy of the weights.</summary>
    public int CopySteps { get; init => field = Require.AtLeast(value, 0); } = 100;

    /// <summary>After them, the average moves every so many steps.</summary>
    public int Every { get; init => field = Require.AtLeast(value, 1); } = 10;

    /// <summary>The largest decay.</summary>
    public double MaxDecay
    {
        get;
        init => field = value is >= 0 and <= 1 ? value : throw new ArgumentOutOfRangeException(nameof(MaxDecay), value,
            Invariant($"MaxDecay must be from 0 to 1, got {value}."));
    } = 0.995;

    /// <summary>The power of the warm-up; 0 for none: the decay is <see cref="MaxDecay"/> from the start.</summary>
    public double WarmUpPower
    {
        get;
        init => field = value >= 0 ? value : throw new ArgumentOutOfRangeException(nameof(WarmUpPower), value,
            Invariant($"WarmUpPower must be 0 or above, got {value}."));
    } = 2.0 / 3;

    /// <summary>
    /// A constant decay in each step, from the random initial weights on: 0.999 in the quantum-attention system.
    /// </summary>
    public static ExponentialAverage Plain(double decay = 0.999) =>
        new() { CopySteps = 0, Every = 1, MaxDecay = decay, WarmUpPower = 0 };

    /// <summary>How much of the average stays in this step: 0 copies the weights, 1 leaves the average as it is.</summary>
    public double Decay(long step)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(step);
        if (step + 1 <= CopySteps) return 0;
        if ((step + 1) % Every != 0) return 1;
        if (WarmUpPower == 0) return MaxDecay;
        return Math.Clamp(1 - Math.Pow(1 + Math.Max(step - CopySteps - 1, 0), -WarmUpPower), 0, MaxDecay);
    }

    /// <summary>
    /// The share of the average before step <paramref name="from"/> that is left in it before step <paramref name="to"/>: ∏ d.
    /// </summary>
    public double Remaining(long from, long to)
    {
        double share = 1;
        for (long step = from; step < to; step++) share *= Decay(step);
        return share;
    }

    /// <summary>Brings the average up to date after this step of the optimiser.</summary>
    public void Update(Span<float> average, ReadOnlySpan<float> weights, long step)
    {
        if (average.Length != weights.Length)
            throw new ArgumentException(
                $"The average has {average.Length} numbers but the network has {weights.Length} weights.", nameof(average));
        double decay = Decay(step);
        if (decay == 0) weights.CopyTo(average);
        else if (decay < 1) TensorPrimitives.Lerp(average, weights, (float)(1 - decay), average);
    }
}
