namespace Qdiff;

/// <summary>
/// x ← √ᾱ'·x̂₀ + √(1 − ᾱ' − σ²)·ε̂ + σ·z with σ = η·√((1 − ᾱ')/(1 − ᾱ))·√(1 − ᾱ/ᾱ'): no noise at η = 0, DDPM at η = 1.
/// </summary>
/// <remarks>Song, Meng and Ermon 2020, arXiv 2010.02502, equations 12 and 16.</remarks>
public static class DdimSampler
{
    /// <summary>One step of a tile.</summary>
    public static void Step(SampledTile tile)
    {
        tile.Denoise();
        double eta = tile.Sampler.Eta;
        bool noisy = eta > 0 && tile.Next != NoiseSchedule.Clean;
        Step(tile.Denoiser.Schedule, tile.T, tile.Next, eta, tile.X, tile.X0, tile.Epsilon, noisy ? tile.DrawNoise() : []);
    }

    /// <summary>
    /// One step of <paramref name="x"/> from timestep <paramref name="t"/> to <paramref name="next"/>; noise is needed if η &gt;
    /// 0 and it is not the last.
    /// </summary>
    public static void Step(
        NoiseSchedule schedule, int t, int next, double eta,
        Span<float> x, ReadOnlySpan<float> x0, ReadOnlySpan<float> epsilon, ReadOnlySpan<float> noise)
    {
        double alphaBarNext = schedule.AlphaBarAt(next), variance = eta * eta * schedule.Posterior(t, next).Variance;
        TileLanes.Combine(Math.Sqrt(alphaBarNext), x0, Math.Sqrt(Math.Max(0, 1 - alphaBarNext - variance)), epsilon, x);
        if (variance > 0) TileLanes.Combine(1, x, Math.Sqrt(variance), noise, x);
    }
}
