using System.Globalization;

namespace Qdiff.Cli;

/// <summary>Draws samples of one network while a line tells how far it is; an interruption throws
/// <see cref="OperationCanceledException"/>.</summary>
sealed class SampleDrawing(TrainedRun trained, SamplingConfig config, ClassChoice classes, bool quiet)
{
    /// <summary>Number of the first sample.</summary>
    public long First { get; init; }

    /// <summary>How the circuits are read; null for exactly.</summary>
    public CircuitMeasurement? Measurement { get; init; }

    /// <summary>Where the images are that the network is calibrated on, if not where its configuration says.</summary>
    public string? DataFolder { get; init; }

    /// <summary>From one sample's number to the next; more than 1 where several networks draw in turn.</summary>
    public int Stride { get; init; } = 1;

    /// <summary>The samples as numbers in [−1, 1].</summary>
    public float[] Images(CancellationToken cancellationToken)
    {
        using var line = new ProgressLine(quiet);
        return Generator(line, cancellationToken).Generate(trained.Weights, config.Seed, config.Count, First, classes.Of,
            done => Report(line, done), cancellationToken);
    }

    /// <summary>The samples on their way from noise, in so many frames.</summary>
    /// <param name="estimates">Whether the estimates of the clean images are shown instead of the noisy images.</param>
    public IReadOnlyList<DenoisingFrame> Trajectory(int frames, bool estimates, CancellationToken cancellationToken)
    {
        using var line = new ProgressLine(quiet);
        return Generator(line, cancellationToken).Trajectory(trained.Weights, config.Seed, config.Count, frames, First, estimates,
            classes.Of, done => Report(line, done), cancellationToken);
    }

    void Report(ProgressLine line, double done) =>
        line.Report(done, remaining => string.Create(CultureInfo.InvariantCulture,
            $"sampling {config.Count:N0} images, {config.Sampler}: {done:P0}, {ProgressLine.Short(remaining)} left"));

    SampleGenerator Generator(ProgressLine line, CancellationToken cancellationToken)
    {
        var generator = new SampleGenerator(trained.Network, trained.Schedule, trained.Prediction,
            config.ToSampler(trained.Catalog, trained.Schedule), Ranks.Processes.Threads)
        {
            Processes = Ranks.Processes,
            Stride = Stride,
            Guidance = config.ToGuidance(),
            Measurement = Measurement,
            Device = trained.Catalog.Device,
        };
        return trained.Calibrate(generator, config, DataFolder, classes.Labels, done => line.Report(done,
            remaining => string.Create(CultureInfo.InvariantCulture,
                $"calibrating with {config.Calibration:N0} images: {done:P0}, {ProgressLine.Short(remaining)} left")),
            cancellationToken);
    }
}
