using Qdiff.Tensors;

namespace Qdiff;

/// <summary>When a training draws its samples, how, and how many network passes that takes.</summary>
sealed class SamplePlan
{
    /// <summary>Samples in a frame of the animation.</summary>
    public const int FrameSamples = 16;

    /// <summary>Most samples in a sheet.</summary>
    const int SheetSamples = 64;

    /// <summary>A share of the average's beginnings above which the raw weights show more.</summary>
    const double MuchOfTheBeginnings = 0.05;

    readonly TrainingConfig training;
    readonly long youngUntil;

    /// <summary>The plan for so many images.</summary>
    /// <param name="averageOffset">How many steps the running average counts besides its own.</param>
    public SamplePlan(ExperimentConfig config, int images, long averageOffset = 0)
    {
        training = config.Training with { Steps = config.Training.StepsFor(images) };
        // Quick, and the same noise each time; a short schedule is visited whole.
        Sampler = new DdimSampler { Steps = Math.Min(50, config.Diffusion.Steps), Clip = config.Sampling.Clip };
        PassesASample = config.Sampling.ToGuidance()
            .Passes(TimestepTable.Spaced(config.Diffusion.Steps, Sampler.Steps, Sampler.Spacing));
        Sheet = Math.Min(config.Sampling.Count, SheetSamples);
        FrameEvery = training.FrameEveryFor(images, FrameSamples * Sampler.Steps);
        youngUntil = YoungUntil(training.Ema, training.Steps, averageOffset);
    }

    /// <summary>How samples are drawn.</summary>
    public Sampler Sampler { get; }

    /// <summary>Steps between frames of the animation; 0 for none.</summary>
    public int FrameEvery { get; }

    /// <summary>Samples of a sheet.</summary>
    public int Sheet { get; }

    /// <summary>Network passes that a sample takes.</summary>
    public int PassesASample { get; }

    /// <summary>Whether a sheet belongs to this step.</summary>
    public bool HasSheet(long step) => IsDue(step, training.SampleEvery);

    /// <summary>Whether a frame of the animation belongs to this step.</summary>
    public bool HasFrame(long step) => IsDue(step, FrameEvery);

    /// <summary>Whether the average still holds much of its beginnings, so that the raw weights are shown too.</summary>
    public bool AverageIsYoung(long step) => step <= youngUntil;

    /// <summary>Passes of one sample through the network that take as long as so many samples: a tile that is not full takes as
    /// long as a full one.</summary>
    public long PassesOf(int samples) => (long)PassesASample * TileWorkers.TilesOf(samples) * Tensor.Samples;

    /// <summary>The same of all samples behind this step.</summary>
    public long PassesAfter(long step) =>
        PassesOf(Sheet) * (Due(step, training.Steps, training.SampleEvery)
            + Due(step, Math.Min(youngUntil, training.Steps), training.SampleEvery))
        + PassesOf(FrameSamples) * Due(step, training.Steps, FrameEvery);

    bool IsDue(long step, int every) => every > 0 && (step == training.Steps || step % every == 0);

    /// <summary>How many steps behind <paramref name="step"/> are due, up to <paramref name="last"/>.</summary>
    long Due(long step, long last, int every) => every == 0 || step >= last ? 0
        : last / every - step / every + (last == training.Steps && last % every != 0 ? 1 : 0);

    /// <summary>The last step at which more than a little of the average's beginnings is left in it.</summary>
    static long YoungUntil(ExponentialAverage average, int steps, long offset)
    {
        double share = 1;
        long step = Math.Max(0, average.CopySteps - offset);
        // After so many steps nobody waits for the average any more.
        for (long end = Math.Min(steps, 1_000_000); step < end; step++)
            if ((share *= average.Decay(step + offset)) <= MuchOfTheBeginnings) return step;
        return Math.Max(step, steps);
    }
}
