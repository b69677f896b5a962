using System.Globalization;

namespace Qdiff;

/// <summary>The same experiment in another length, its stages in proportion.</summary>
/// <remarks>
/// In a shorter one what would come behind its end, or take all of it, is scaled: the source of a transfer, the warm-up of the
/// learning rate, kept steps, the memory of the running average, and how often samples and checkpoints are made, as far as
/// making them does not become the main work. What an option has set stays as it is.
/// </remarks>
static class TrainingLength
{
    /// <summary>A checkpoint and its probe are not wanted more often than this, unless the file says so.</summary>
    const int CheckpointsApart = 50;

    /// <summary>Where its settings come from: nobody has set each by itself.</summary>
    public static SettingOrigin Origin { get; } = new("the length asked for", 0);

    /// <summary>The settings that say how long, not what is scaled with it.</summary>
    public static IReadOnlyList<string> Lengths { get; } = [TrainedSettings.Epochs, TrainedSettings.Steps, SourceSteps];

    const string SourceSteps = "transfer.sourceSteps";

    /// <summary>The experiment in so many steps.</summary>
    /// <param name="images">Number of training images, if it is known: without it a length in epochs tells no proportion.</param>
    /// <param name="withSource">Whether the source of a transfer is part of the experiment, and so of its length.</param>
    public static ResolvedExperiment Set(ResolvedExperiment experiment, int steps, int? images, bool withSource)
    {
        (TrainingConfig training, TransferConfig transfer) = (experiment.Config.Training, experiment.Config.Transfer);
        bool hasSource = withSource && transfer.Source is not null;
        if (steps < (hasSource ? 2 : 1))
            throw new InputException($"A training of {steps} steps: "
                + (hasSource ? "a transfer and its source need at least one step each." : "at least 1 is needed."));
        double? own = training.Epochs is null ? training.Steps : images is { } count ? training.StepsFor(count) : null;
        if (hasSource && own is null)
            throw new InputException("The length of a transfer in epochs says no number of steps without its images.");
        double? share = steps / (own + (hasSource ? transfer.SourceSteps : 0));
        int ownSteps = hasSource && share is { } s
            ? Math.Clamp((int)Math.Round(s * own!.Value), 1, steps - 1) : steps;
        List<string> options = [$"{TrainedSettings.Epochs}=null", $"{TrainedSettings.Steps}={ownSteps}"];
        if (hasSource) options.Add($"{SourceSteps}={steps - ownSteps}");
        if (share < 1) options.AddRange(Shortened(experiment, share.Value, ownSteps));
        return experiment.InLength(options);
    }

    static IEnumerable<string> Shortened(ResolvedExperiment experiment, double share, int steps)
    {
        TrainingConfig training = experiment.Config.Training;
        ExponentialAverage ema = training.Ema;
        var plan = new SamplePlan(experiment.Config, images: 1);
        int every = IsFree("training.ema.every") ? Math.Max(1, Scaled(ema.Every)) : ema.Every;
        // Its memory, every/(1 − maxDecay) steps, is the same share of the training.
        double forgets = Math.Min(1, (1 - ema.MaxDecay) * every / (share * ema.Every));
        (string Path, int Before, int After)[] numbers =
        [
            ("training.warmUp", training.WarmUp, Math.Min(Scaled(training.WarmUp), steps - 1)),
            ("training.ema.copySteps", ema.CopySteps, Scaled(ema.CopySteps)),
            ("training.ema.every", ema.Every, every),
            ("training.checkpointEvery", training.CheckpointEvery, Often(training.CheckpointEvery, CheckpointsApart)),
            ("training.sampleEvery", training.SampleEvery, Often(training.SampleEvery, Apart(plan.Sheet))),
            ("training.frameEvery", training.FrameEvery ?? 0, Often(training.FrameEvery ?? 0, Apart(SamplePlan.FrameSamples))),
        ];
        foreach ((string path, int before, int after) in numbers)
            if (before != after && IsFree(path)) yield return string.Create(CultureInfo.InvariantCulture, $"{path}={after}");
        if (IsFree("training.ema.maxDecay") && ema.MaxDecay < 1)
            yield return string.Create(CultureInfo.InvariantCulture, $"training.ema.maxDecay={Math.Round(1 - forgets, 6)}");
        if (IsFree("training.keepSteps") && training.KeepSteps.Count > 0)
            yield return "training.keepSteps=["
                + string.Join(", ", training.KeepSteps.Select(kept => Math.Max(1, Scaled(kept))).Distinct()) + "]";

        int Scaled(int number) => (int)Math.Round(share * number);

        int Often(int number, int apart) => number == 0 ? 0 : Math.Max(Scaled(number), Math.Min(number, apart));

        int Apart(int samples) => training.WorthDrawingEvery(samples * plan.Sampler.Steps);

        bool IsFree(string path) => experiment.OriginOf(path) is { IsDefault: true } or { Line: > 0 };
    }
}
