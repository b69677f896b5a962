namespace Qdiff;

/// <summary>Which call of a network a device is to run the circuits of, and how often each.</summary>
public sealed record JobOptions
{
    /// <summary>More of a circuit would take hours.</summary>
    public const int MostShots = 10_000_000;

    /// <summary>More jobs than that are a study and no check of a device.</summary>
    public const int MostJobs = 20_000;

    /// <summary>Measurements of each circuit.</summary>
    public int Shots { get; init; } = 1000;

    /// <summary>The timestep of the call; null for the middle of the schedule.</summary>
    public int? Timestep { get; init; }

    /// <summary>Image i depends on this seed and i alone.</summary>
    public long Seed { get; init; } = 7;

    /// <summary>The number of the first image.</summary>
    public long First { get; init; }

    /// <summary>How many images.</summary>
    public int Images { get; init; } = 1;

    /// <summary>How many steps of DDIM, computed exactly, lead from noise to the timestep.</summary>
    public int Steps { get; init; } = 20;

    /// <summary>Gives image i its class, for a conditional network.</summary>
    public Func<long, int>? Labels { get; init; }

    internal int TimestepOn(NoiseSchedule schedule) => Timestep ?? schedule.Steps / 2;

    /// <exception cref="InputException">Something cannot be, or would be too much.</exception>
    internal void Require(TrainedRun run)
    {
        if (Shots is < 1 or > MostShots)
            throw new InputException(Invariant($"{Shots} shots: 1 to {MostShots:N0} are possible."));
        if (Images < 1) throw new InputException(Invariant($"{Images} images: at least one is needed."));
        if (First < 0 || First > long.MaxValue - Images)
            throw new InputException(Invariant($"Image {First}: images are counted from 0, to 2^63 at most."));
        if (Steps < 1 || Steps > run.Schedule.Steps)
            throw new InputException(Invariant($"{Steps} steps: 1 to {run.Schedule.Steps} lead to the timestep."));
        if ((uint)TimestepOn(run.Schedule) >= (uint)run.Schedule.Steps)
            throw new InputException(Invariant($"Timestep {Timestep}: the schedule has 0 to {run.Schedule.Steps - 1}."));
        if (run.Network.Circuits.Count == 0)
            throw new InputException($"{run.Folder.Path} has no circuits that a device could run.");
        foreach (QuantumLayer layer in run.Network.Circuits)
            if (layer.Lowered.Circuit.Start != Quantum.CircuitStart.Zero)
                throw new InputException($"The circuit {layer.Name} starts from amplitudes, which OpenQASM cannot say; networks "
                    + "that encode by angles can be exported.");
        long jobs = (long)Images * run.Network.Circuits.Sum(layer =>
            (long)layer.RunsPerImage * Quantum.MeasurementBasis.Of(layer.Lowered.ReadOuts).Count);
        if (jobs > MostJobs)
            throw new InputException(Invariant($"{Images} images are {jobs:N0} jobs; at most {MostJobs:N0} are exported. Take ")
                + "fewer images.");
    }
}
