namespace Qdiff;

/// <summary>
/// x ← √ᾱ'·x̂₀ + √(1 − ᾱ' − σ²)·ε̂ + σ·z with σ = η·√((1 − ᾱ')/(1 − ᾱ))·√(1 − ᾱ/ᾱ'): no noise at η = 0, DDPM at η = 1.
/// </summary>
/// <remarks>Song, Meng and Ermon 2020, arXiv 2010.02502, equations 12 and 16.</remarks>
public sealed record DdimSampler : Sampler
{
    static readonly PartSetting<Sampler>[] s_settings =
    [
        PartSetting<Sampler>.Create<DdimSampler>("eta", "share of fresh noise", s => s.Eta, (s, eta) => s with { Eta = eta },
            min: 0, max: 1),
    ];

    /// <summary>The sampler with its usual 50 steps.</summary>
    public DdimSampler() => Steps = 50;

    /// <inheritdoc/>
    public override string Name => "ddim";

    /// <summary>The share of fresh noise in a step: 0 none, 1 as much as DDPM.</summary>
    public double Eta { get; init; }

    /// <inheritdoc/>
    public override IReadOnlyList<PartSetting<Sampler>> Settings => s_settings;

    /// <inheritdoc/>
    protected override void Step(SamplerStep step) => Step(step.Schedule, step.T, step.Next, Eta, step.X, step.X0, step.Epsilon,
        Eta > 0 && !step.IsLast ? step.DrawNoise() : []);

    /// <summary>
    /// One step of <paramref name="x"/> from timestep <paramref name="t"/> to <paramref name="next"/>; noise is needed if η &gt;
    /// 0 and it is not the last.
    /// </summary>
    /// <exception cref="ArgumentException">The tiles have not one length.</exception>
    public static void Step(
        NoiseSchedule schedule, int t, int next, double eta,
        Span<float> x, ReadOnlySpan<float> x0, ReadOnlySpan<float> epsilon, ReadOnlySpan<float> noise)
    {
        double alphaBarNext = schedule.AlphaBarAt(next), variance = eta * eta * schedule.Posterior(t, next).Variance;
        Tile.Require(x, nameof(x));
        Tile.Require(x0, nameof(x0), x.Length);
        Tile.Require(epsilon, nameof(epsilon), x.Length);
        if (variance > 0) Tile.Require(noise, nameof(noise), x.Length);
        Tile.Combine(Math.Sqrt(alphaBarNext), x0, Math.Sqrt(Math.Max(0, 1 - alphaBarNext - variance)), epsilon, x);
        if (variance > 0) Tile.Combine(1, x, Math.Sqrt(variance), noise, x);
    }
}
