using Qdiff.Tensors;

namespace Qdiff;

/// <summary>
/// How far a trained network's estimates of images are off on average where noise is strong: root mean squares over the pixels of
/// the mean error of x̂₀, where images go from −1 to 1. The loss hardly sees it, and samples take it over: that is where they
/// decide how bright they are and where. <see cref="SampleGenerator.Calibrated"/> takes it off.
/// </summary>
/// <param name="Average">By the running average of the weights.</param>
/// <param name="Raw">By the weights as the optimiser left them.</param>
public sealed record MeanShift(double Average, double Raw)
{
    /// <summary>It is measured where the noise is so many times the image.</summary>
    public const double NoiseToSignal = 20;

    /// <summary>A schedule that has no timestep within this factor of it is not measured: elsewhere the mean error is
    /// another.</summary>
    const double Tolerance = 2;

    /// <summary>From here on it is worth a word.</summary>
    const double Notable = 0.1;

    /// <summary>Images for each of two means, fewer where there are not so many. Few will do: in their product noise averages
    /// out over the pixels.</summary>
    const int Images = 64;

    /// <summary>Whether calibration is likely to change the samples of the average much.</summary>
    public bool IsNotable => Average >= Notable;

    /// <inheritdoc/>
    public override string ToString() =>
        Invariant($"where noise is about {NoiseToSignal} times the image, estimates of images, which go from -1 to 1, are off ")
        + Invariant($"by {Average:F2} in the mean (by the last weights {Raw:F2})");

    /// <summary>Null for a schedule in which noise is never about so strong, and for a single image.</summary>
    internal static MeanShift? Measure(TrainingState state, Objective objective, ImageSet images, TileWorkers workers,
        CancellationToken cancellationToken)
    {
        NoiseSchedule schedule = objective.Schedule;
        int timestep = Enumerable.Range(0, schedule.Steps)
            .MinBy(t => Math.Abs(Math.Log(schedule.NoiseScale(t) / schedule.SignalScale(t) / NoiseToSignal)));
        double ratio = schedule.NoiseScale(timestep) / schedule.SignalScale(timestep);
        if (!(ratio is > NoiseToSignal / Tolerance and < NoiseToSignal * Tolerance)) return null;
        int count = Math.Min(Images, images.Count / 2);
        return count == 0 ? null : new(Of(state.Average), Of(state.Weights));

        double Of(Weights weights) => new CalibrationMeasurement(state.Network, weights, schedule, objective.Prediction, images)
        {
            Workers = workers,
        }.Shift(timestep, count, cancellationToken);
    }
}
