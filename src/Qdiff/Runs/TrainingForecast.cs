namespace Qdiff;

/// <summary>
/// How long the rest of a training takes: its steps, and the samples and checkpoints on the way. What has not been measured yet
/// is taken from what has.
/// </summary>
/// <param name="measurement">What reading circuits by shots costs; null where they are read exactly. Samples read them
/// exactly.</param>
sealed class TrainingForecast(TrainingConfig training, SamplePlan samples, int steps, MeasurementCost? measurement = null)
{
    /// <summary>Steps that compile kernels and grow the memory, and say little of the others.</summary>
    const int WarmUp = 2;

    /// <summary>Passes of one sample that a trained one costs: forward, and backward about twice that, or as many times as
    /// circuits are run for gradients.</summary>
    double PassesATrainedSample =>
        Math.Max(3, measurement is { ForwardRuns: > 0 } cost ? 1 + (double)cost.GradientRuns / cost.ForwardRuns : 0);

    int measured;
    double step = double.NaN, pass = double.NaN, checkpoint = double.NaN;

    /// <summary>A step took so long.</summary>
    public void Step(double seconds)
    {
        // A mean of all steps at first, then of about the last twenty.
        double share = ++measured <= WarmUp + 1 ? 1 : Math.Max(0.05, 1.0 / (measured - WarmUp));
        step = share == 1 ? seconds : step + share * (seconds - step);
    }

    /// <summary>The probe, and writing a checkpoint, took so long.</summary>
    public void Checkpoint(double seconds) => checkpoint = seconds;

    /// <summary>Samples that take so many network passes took so long.</summary>
    public void Samples(long passes, double seconds)
    {
        if (passes > 0) pass = seconds / passes;
    }

    /// <summary>Time of what remains after <paramref name="done"/> steps; null while no step was measured.</summary>
    public TimeSpan? After(long done)
    {
        if (double.IsNaN(step)) return null;
        double onePass = double.IsNaN(pass) ? step / (PassesATrainedSample * training.Batch) : pass;
        double oneCheckpoint = double.IsNaN(checkpoint) ? ProbeLoss.Samples * onePass : checkpoint;
        double seconds = (steps - done) * step + samples.PassesAfter(done) * onePass + CheckpointsAfter(done) * oneCheckpoint;
        return TimeSpan.FromSeconds(Math.Min(seconds, TimeSpan.MaxValue.TotalSeconds / 2));
    }

    /// <summary>Time of all samples and checkpoints of a training, where a pass of one sample takes so long.</summary>
    public static double SamplesAndCheckpoints(ExperimentConfig config, int images, double pass)
    {
        var samples = new SamplePlan(config, images);
        int steps = config.Training.StepsFor(images);
        var forecast = new TrainingForecast(config.Training, samples, steps);
        return (samples.PassesAfter(0) + forecast.CheckpointsAfter(0) * ProbeLoss.Samples) * pass;
    }

    long CheckpointsAfter(long done) => done >= steps ? 0
        : steps / training.CheckpointEvery - done / training.CheckpointEvery
            + training.KeepSteps.Distinct().Count(kept => kept > done && kept < steps && kept % training.CheckpointEvery != 0)
            + (steps % training.CheckpointEvery != 0 ? 1 : 0);
}
