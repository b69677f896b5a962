namespace Qdiff;

/// <summary>Noise schedule, what the network predicts, and how timesteps are weighted.</summary>
public sealed record DiffusionConfig
{
    /// <summary>A name of <see cref="Catalog.Schedules"/>.</summary>
    public string Schedule { get; init; } = "cosine";

    /// <summary>T.</summary>
    public int Steps { get; init; } = 1000;

    /// <summary>Whether the schedule is stretched until its last timestep is pure noise.</summary>
    public bool ZeroTerminalSnr { get; init; }

    /// <summary>A name of <see cref="Catalog.Predictions"/>.</summary>
    public string Prediction { get; init; } = "epsilon";

    /// <summary>A name of <see cref="Catalog.Weightings"/>.</summary>
    public string Weighting { get; init; } = "p2";

    /// <summary>Settings that the weighting alone has, such as <c>gamma</c> of <c>p2</c>; those left out are as
    /// published.</summary>
    public OwnSettings OfWeighting { get; init; } = OwnSettings.None;

    /// <summary>A name of <see cref="Catalog.Objectives"/>.</summary>
    public string Objective { get; init; } = "squared-error";

    /// <summary>The noise schedule.</summary>
    /// <exception cref="InputException">The catalog has none of this name, or it is not of so many timesteps.</exception>
    public NoiseSchedule ToSchedule(Catalog catalog)
    {
        NoiseSchedule schedule = catalog.Schedules[Schedule].Create(Steps);
        if (schedule.Steps != Steps)
            throw new InputException($"The noise schedule {Schedule} has {schedule.Steps} timesteps where diffusion.steps asks "
                + $"for {Steps}. Set diffusion.steps to {schedule.Steps}.");
        return ZeroTerminalSnr ? schedule.RescaledToZeroTerminalSnr() : schedule;
    }

    /// <summary>What training minimises.</summary>
    /// <exception cref="InputException">The catalog lacks a part of it, or the schedule is of another length.</exception>
    public Qdiff.Objective ToObjective(Catalog catalog) => catalog.Objectives[Objective].Create(ToSchedule(catalog),
        catalog.Predictions[Prediction], OfWeighting.ApplyTo(catalog.Weightings[Weighting]));

    /// <summary>Refuses a training in which the timestep that sampling starts at does not count, or another counts without
    /// bound.</summary>
    /// <remarks>
    /// At a zero terminal SNR <c>p2</c> and <c>min-snr</c> weigh the error of ε, of which x₀ and v have none there: the network
    /// would never learn its first sampling step.
    /// </remarks>
    /// <exception cref="InputException">A weight is no finite number, or that of the start of sampling is 0; the message says
    /// what to choose.</exception>
    public void RequireUsableWeights(Catalog catalog)
    {
        Qdiff.Objective objective = ToObjective(catalog);
        if (objective.TimestepWeights[^1] != 0) return;
        if (objective.Schedule.AlphaBar[^1] > 0)
            throw new InputException($"diffusion.weighting {Weighting} gives timestep {Steps - 1} a weight that is 0 in single "
                + "precision: the first step of sampling would never be trained. Choose other numbers for it, or set "
                + "diffusion.weighting to uniform.");
        throw new InputException($"diffusion.weighting {Weighting} with diffusion.prediction {Prediction} gives timestep "
            + $"{Steps - 1}, which is pure noise (diffusion.zeroTerminalSnr), the weight 0: the first step of sampling would "
            + "never be trained. Set diffusion.weighting to uniform.");
    }
}
