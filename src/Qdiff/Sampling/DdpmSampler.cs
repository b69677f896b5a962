namespace Qdiff;

/// <summary>
/// Ancestral sampling: x ← mean of q(x_next | x_t, x̂₀) + its deviation·z; down to the clean image that is x̂₀ itself.
/// </summary>
/// <remarks>
/// Ho et al. 2020, arXiv 2006.11239, algorithm 2 with the posterior variance β̃ and, as in the released code of the three
/// systems, the mean from the clipped x̂₀ (equation 7).
/// </remarks>
public sealed record DdpmSampler : Sampler
{
    /// <inheritdoc/>
    public override string Name => "ddpm";

    /// <inheritdoc/>
    protected override void Step(SamplerStep step) =>
        Step(step.Schedule, step.T, step.Next, step.X, step.X0, step.IsLast ? [] : step.DrawNoise());

    /// <summary>
    /// One step of <paramref name="x"/> from timestep <paramref name="t"/> to <paramref name="next"/>, which needs no noise if it
    /// is the last.
    /// </summary>
    /// <exception cref="ArgumentException">The tiles have not one length.</exception>
    public static void Step(
        NoiseSchedule schedule, int t, int next, Span<float> x, ReadOnlySpan<float> x0, ReadOnlySpan<float> noise)
    {
        (double ofX0, double ofXt, double variance) = schedule.Posterior(t, next);
        Tile.Require(x, nameof(x));
        Tile.Require(x0, nameof(x0), x.Length);
        if (variance > 0) Tile.Require(noise, nameof(noise), x.Length);
        Tile.Combine(ofX0, x0, ofXt, x, x);
        if (variance > 0) Tile.Combine(1, x, Math.Sqrt(variance), noise, x);
    }
}
