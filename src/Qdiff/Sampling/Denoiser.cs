using System.Numerics.Tensors;

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
    /// leads from that x₀ to x_t. The four tiles have one length and do not overlap.
    /// </summary>
    /// <remarks>Clipping: the released code of Ho et al. 2020; indispensable for ε where 1/√ᾱ is 20,291.</remarks>
    public void Denoise(ReadOnlySpan<float> xt, int t, Span<float> x0, Span<float> epsilon, bool clip)
    {
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
        TensorPrimitives.Clamp(x0, -1f, 1f, x0);
        Tile.Combine(1 / noise, xt, -signal / noise, x0, epsilon);
    }
}
