namespace Qdiff;

/// <summary>How images are drawn from a trained network.</summary>
public sealed record SamplingConfig
{
    /// <summary>A name of <see cref="Qdiff.Sampler.Names"/>.</summary>
    public string Sampler { get; init; } = "ddpm";

    /// <summary>Timesteps visited; null for the sampler's usual number.</summary>
    public int? Steps { get; init; }

    /// <summary>Which timesteps, if not all.</summary>
    public TimestepSpacing Spacing { get; init; } = TimestepSpacing.Trailing;

    /// <summary>The share of fresh noise in a step of <c>ddim</c>.</summary>
    public double Eta { get; init; }

    /// <summary>Images to draw.</summary>
    public int Count { get; init; } = 64;

    /// <summary>Image i depends on this seed and i alone.</summary>
    public long Seed { get; init; } = 7;

    /// <summary>Whether every estimate of x₀ is kept within [−1, 1].</summary>
    public bool Clip { get; init; } = true;

    /// <summary>
    /// Scale of classifier-free guidance: 1 the conditional network, 0 the unconditional one, above 1 more of the class. Other
    /// than 1 only for networks trained with label dropout.
    /// </summary>
    public double Guidance { get; init; } = 1;

    /// <summary>How far guided samples are brought back to the conditional one's deviation, 0 to 1.</summary>
    public double Rescale { get; init; }

    /// <summary>The guidance with these settings.</summary>
    public Guidance ToGuidance() => new(Guidance, Rescale);

    /// <summary>The sampler with these settings.</summary>
    public Sampler ToSampler()
    {
        Sampler usual = Qdiff.Sampler.Named(Sampler);
        return usual with { Steps = Steps ?? usual.Steps, Spacing = Spacing, Eta = Eta, Clip = Clip };
    }
}
