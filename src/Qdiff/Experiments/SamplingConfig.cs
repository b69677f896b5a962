namespace Qdiff;

/// <summary>How images are drawn from a trained network.</summary>
public sealed record SamplingConfig
{
    /// <summary>A name of <see cref="Catalog.Samplers"/>.</summary>
    public string Sampler { get; init; } = "ddpm";

    /// <summary>Timesteps visited, 0 for all; null for the sampler's usual number, or all if the schedule has fewer.</summary>
    public int? Steps { get; init; }

    /// <summary>Which timesteps, if not all; null for the sampler's usual spacing.</summary>
    public TimestepSpacing? Spacing { get; init; }

    /// <summary>Settings that the sampler alone has, such as <c>eta</c> of <c>ddim</c>; those left out are as usual.</summary>
    public OwnSettings OfSampler { get; init; } = OwnSettings.None;

    /// <summary>Images to draw.</summary>
    public int Count { get; init; } = 64;

    /// <summary>Image i depends on this seed and i alone.</summary>
    public long Seed { get; init; } = 7;

    /// <summary>Whether every estimate of x₀ is kept within [−1, 1].</summary>
    public bool Clip { get; init; } = true;

    /// <summary>
    /// Dynamic thresholding instead of clipping at 1: the quantile of each sample's absolute values, 0 to 1, that it is clipped
    /// at and divided by where that is above 1; null for none. The sheets and the animation of a run in training, and its report,
    /// are drawn without.
    /// </summary>
    public double? Threshold { get; init; }

    /// <summary>
    /// Scale of classifier-free guidance: 1 the conditional network, 0 the unconditional one, above 1 more of the class. Other
    /// than 1 only for networks trained with label dropout.
    /// </summary>
    public double Guidance { get; init; } = 1;

    /// <summary>How far guided samples are brought back to the conditional one's deviation, 0 to 1.</summary>
    public double Rescale { get; init; }

    /// <summary>The least noisy timestep that is guided; the conditional network alone is called below it.</summary>
    public int GuidanceFrom { get; init; }

    /// <summary>The noisiest timestep that is guided; the conditional network alone is called above it. Null for the
    /// last.</summary>
    public int? GuidanceTo { get; init; }

    /// <summary>
    /// Images for each label that the network's mean errors are measured on, to take them off its predictions
    /// (<see cref="Qdiff.Calibration"/>); 0 leaves them. The sheets and the animation of a run in training, and its report, are
    /// drawn without.
    /// </summary>
    public int Calibration { get; init; }

    /// <summary>
    /// Whether drawing begins from the mean of the training images (<see cref="Qdiff.MeanStart"/>). The sheets and the animation
    /// of a run in training, and its report, are drawn without.
    /// </summary>
    public bool MeanStart { get; init; }

    /// <summary>The guidance with these settings.</summary>
    public Guidance ToGuidance() => new(Guidance, Rescale) { From = GuidanceFrom, To = GuidanceTo ?? int.MaxValue };

    /// <summary>
    /// With the sampler of this name. Another one than before comes with its own usual steps, spacing and own settings:
    /// those were chosen for the one before. Naming the same one changes nothing.
    /// </summary>
    public SamplingConfig With(string sampler) =>
        sampler == Sampler ? this : this with { Sampler = sampler, Steps = null, Spacing = null, OfSampler = OwnSettings.None };

    /// <summary>The sampler with these settings, whatever the schedule.</summary>
    /// <exception cref="InputException">The catalog has none of this name.</exception>
    public Sampler ToSampler(Catalog catalog)
    {
        Sampler usual = catalog.Samplers[Sampler];
        return OfSampler.ApplyTo(usual) with
        {
            Steps = Steps ?? usual.Steps,
            Spacing = Spacing ?? usual.Spacing,
            Clip = Clip,
            Threshold = Threshold,
        };
    }

    /// <summary>The sampler with these settings on a schedule: the usual number of steps is cut to what it has.</summary>
    /// <exception cref="InputException">The catalog has no such sampler, or more steps were asked for than the schedule has
    /// timesteps.</exception>
    public Sampler ToSampler(Catalog catalog, NoiseSchedule schedule) => Steps is not { } asked
        ? ToSampler(catalog).AtMost(schedule.Steps)
        : asked >= 0 && asked <= schedule.Steps ? ToSampler(catalog)
        : throw new InputException($"{asked} sampling steps were asked for, but the schedule has {schedule.Steps} timesteps: ask "
            + $"for 1 to {schedule.Steps}, or for 0, which visits all.");
}
