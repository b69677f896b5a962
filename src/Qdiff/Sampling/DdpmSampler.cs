namespace Qdiff;

/// <summary>
/// Ancestral sampling: x ← mean of q(x_next | x_t, x̂₀) + its deviation·z; down to the clean image that is x̂₀ itself.
/// </summary>
/// <remarks>
/// Ho et al. 2020, arXiv 2006.11239, algorithm 2 with the posterior variance β̃ and, as in the released code of the three
/// systems, the mean from the clipped x̂₀ (equation 7). With <see cref="Variance"/> 1 and not clipped it is that algorithm as the
/// paper writes it: from an unclipped x̂₀ the mean is the one from ε̂ (equation 11).
/// </remarks>
public sealed record DdpmSampler : Sampler
{
    static readonly PartSetting<Sampler>[] s_settings =
    [
        PartSetting<Sampler>.Create<DdpmSampler>("variance", "share of β instead of β̃ in the noise", s => s.Variance,
            (s, variance) => s with { Variance = variance }, min: 0, max: 1),
    ];

    /// <inheritdoc/>
    public override string Name => "ddpm";

    /// <summary>
    /// Which variance the noise of a step has, between that of the posterior, β̃ (0, as in the released code), and β (1, as the
    /// papers write): β^v·β̃^(1 − v).
    /// </summary>
    /// <remarks>Nichol and Dhariwal 2021, arXiv 2102.09672, equation 15, with one v for all.</remarks>
    public double Variance { get; init; }

    /// <inheritdoc/>
    public override IReadOnlyList<PartSetting<Sampler>> Settings => s_settings;

    /// <inheritdoc/>
    protected override void Step(SamplerStep step) =>
        Step(step.Schedule, step.T, step.Next, step.X, step.X0, step.IsLast ? [] : step.DrawNoise(), Variance);

    /// <summary>
    /// One step of <paramref name="x"/> from timestep <paramref name="t"/> to <paramref name="next"/>, which needs no noise if it
    /// is the last.
    /// </summary>
    /// <param name="share">As <see cref="Variance"/>.</param>
    /// <exception cref="ArgumentException">The tiles have not one length.</exception>
    public static void Step(NoiseSchedule schedule, int t, int next, Span<float> x, ReadOnlySpan<float> x0,
        ReadOnlySpan<float> noise, double share = 0)
    {
        (double ofX0, double ofXt, double variance) = schedule.Posterior(t, next);
        // β is the step's own, 1 − ᾱ/ᾱ', so that tables may leave timesteps out. The last step draws nothing: β̃ is 0.
        if (share > 0 && variance > 0)
            variance = Math.Pow(1 - schedule.AlphaBarAt(t) / schedule.AlphaBarAt(next), share) * Math.Pow(variance, 1 - share);
        Tile.Require(x, nameof(x));
        Tile.Require(x0, nameof(x0), x.Length);
        if (variance > 0) Tile.Require(noise, nameof(noise), x.Length);
        Tile.Combine(ofX0, x0, ofXt, x, x);
        if (variance > 0) Tile.Combine(1, x, Math.Sqrt(variance), noise, x);
    }
}
