namespace Qdiff;

/// <summary>Noise schedule, what the network predicts, and how timesteps are weighted.</summary>
public sealed record DiffusionConfig
{
    const string ZeroSnr = "-zero-snr";

    /// <summary>A name of <see cref="NoiseSchedule.Names"/> without its ending <c>-zero-snr</c>.</summary>
    public string Schedule { get; init; } = "cosine";

    /// <summary>T.</summary>
    public int Steps { get; init; } = 1000;

    /// <summary>Whether the schedule is stretched until its last timestep is pure noise.</summary>
    public bool ZeroTerminalSnr { get; init; }

    /// <summary>A name of <see cref="Prediction.All"/>.</summary>
    public string Prediction { get; init; } = "epsilon";

    /// <summary>A name of <see cref="Qdiff.Weighting.Names"/>.</summary>
    public string Weighting { get; init; } = "p2";

    /// <summary>γ of <c>p2</c> or <c>min-snr</c>; null as published (1 and 5).</summary>
    public double? Gamma { get; init; }

    /// <summary>k of <c>p2</c>; null as published (1).</summary>
    public double? K { get; init; }

    /// <summary>Names of <see cref="Schedule"/>.</summary>
    internal static IReadOnlyList<string> Schedules { get; } =
        [.. NoiseSchedule.Names.Where(name => !name.EndsWith(ZeroSnr, StringComparison.Ordinal))];

    /// <summary>The noise schedule.</summary>
    public NoiseSchedule ToSchedule() => NoiseSchedule.Named(Schedule + (ZeroTerminalSnr ? ZeroSnr : ""), Steps);

    /// <summary>What training minimises.</summary>
    public Objective ToObjective() => new(ToSchedule(), Qdiff.Prediction.Named(Prediction), Weighting switch
    {
        "p2" => Qdiff.Weighting.P2(Gamma ?? 1, K ?? 1),
        "min-snr" => Qdiff.Weighting.MinSnr(Gamma ?? 5),
        _ => Qdiff.Weighting.Named(Weighting),
    });

    /// <summary>Refuses a training in which the timestep that sampling starts at does not count.</summary>
    /// <remarks>
    /// At a zero terminal SNR <c>p2</c> and <c>min-snr</c> weigh the error of ε, of which x₀ and v have none there: the network
    /// would never learn its first sampling step.
    /// </remarks>
    /// <exception cref="InputException">Its weight is 0; the message says what to choose.</exception>
    public void RequireWeightWhereSamplingStarts()
    {
        Objective objective = ToObjective();
        if (objective.Weights[^1] == 0)
            throw new InputException($"diffusion.weighting {Weighting} with diffusion.prediction {Prediction} gives timestep "
                + $"{Steps - 1}, which is pure noise (diffusion.zeroTerminalSnr), the weight 0: the first step of sampling would "
                + "never be trained. Set diffusion.weighting to uniform.");
    }
}
