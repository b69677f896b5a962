using System.Globalization;

namespace Qdiff;

/// <summary>What may change when a run goes on: how long it is, what is kept and shown, and where its data are.</summary>
static class RunChanges
{
    /// <summary>Checks and records the changes.</summary>
    /// <param name="changes">PATH=VALUE.</param>
    /// <param name="images">Number of training images.</param>
    /// <param name="dataFolder">Where they are now; null if they come with the program.</param>
    /// <exception cref="InputException">A setting cannot be changed, or not so.</exception>
    public static RunFolder Apply(RunFolder folder, IReadOnlyList<string> changes, int images, string? dataFolder,
        Action<string>? warn)
    {
        ResolvedExperiment wanted = changes.Count == 0 ? folder.Experiment : Changed(folder, changes, images);
        RunManifest manifest = folder.Manifest;
        // What was edited by hand in the folder counts like what is asked for now, and is said.
        int before = Recorded(manifest) ?? folder.Experiment.Config.Training.Steps, now = wanted.Config.Training.Steps;
        if (!changes.Any(SaysHowLong) && wanted.Config.Training is { Epochs: not null } edited
            && edited.StepsFor(images) is var whole && whole != now)
        {
            // One of the two that say how long was edited, and the other follows.
            wanted = wanted.With(now != before ? $"{TrainedSettings.Epochs}=null" : $"{TrainedSettings.Steps}={whole}");
            now = wanted.Config.Training.Steps;
        }

        if (now != before)
        {
            RequireThatLengthMayChange(folder, wanted.Config.Training, before);
            string message = string.Create(CultureInfo.InvariantCulture,
                $"The training of {folder.Path} now has {now:N0} steps; it had {before:N0}.");
            Say(message);
            if (now > before && Scaled(manifest, wanted) is { Length: > 0 } scaled)
                Say($"It keeps what was scaled to its shorter training: {scaled}. "
                    + Invariant($"For the stages of {now:N0} steps start another run of that length; what is only kept or shown ")
                    + "can be set for this one.");
        }

        if (manifest.Settings is not null && (now != before || changes.Count > 0))
            manifest = manifest with
            {
                Settings = TrainedSettings.Of(wanted),
                Measurement = manifest.Measurement is { } cost ? cost with { Steps = now } : null,
            };
        DataDescription data = manifest.Data.ReadFrom(dataFolder, folder.Path);
        return folder.With(wanted, data == manifest.Data ? manifest : manifest with { Data = data });

        void Say(string message)
        {
            warn?.Invoke(message);
            folder.Log(message, DateTimeOffset.UtcNow);
        }
    }

    static bool SaysHowLong(string change) => change.StartsWith(TrainedSettings.Steps + "=", StringComparison.Ordinal)
        || change.StartsWith(TrainedSettings.Epochs + "=", StringComparison.Ordinal);

    /// <summary>The settings that still have the values of a shorter training, in words.</summary>
    static string Scaled(RunManifest manifest, ResolvedExperiment now) => string.Join(", ", now.Settings.All
        .Where(setting => manifest.ScaledFrom?.TryGetValue(setting.Path, out string? before) == true
            && before != setting.Show(now.Config))
        .Select(setting => $"{setting.Path} {setting.Show(now.Config)} (unscaled {manifest.ScaledFrom![setting.Path]})"));

    static ResolvedExperiment Changed(RunFolder folder, IReadOnlyList<string> changes, int images)
    {
        ExperimentConfig there = folder.Experiment.Config;
        ResolvedExperiment wanted = folder.Experiment.With(changes);
        // One of the two says how long; the other follows.
        bool epochs = wanted.Config.Training.Epochs is not null && wanted.Config.Training.Epochs != there.Training.Epochs;
        bool steps = wanted.Config.Training.Steps != there.Training.Steps;
        if (epochs && steps)
            throw new InputException($"{TrainedSettings.Steps} and {TrainedSettings.Epochs} both say how long; give one.");
        wanted = epochs ? wanted.With($"{TrainedSettings.Steps}={wanted.Config.Training.StepsFor(images)}")
            : steps ? wanted.With($"{TrainedSettings.Epochs}=null") : wanted;
        string[] fixedPaths = [.. TrainedSettings.Identity, "data.folder", "transfer.from"];
        Setting? other = folder.Experiment.Settings.All.FirstOrDefault(setting =>
            setting.Path is not (TrainedSettings.Steps or TrainedSettings.Epochs)
            && (TrainedSettings.Contains(setting) || fixedPaths.Contains(setting.Path))
            && setting.Show(there) != setting.Show(wanted.Config));
        if (other is not null)
            throw new InputException($"A run goes on with what it was started with: {other.Path} is {other.Show(there)} in "
                + $"{folder.Path} and cannot become {other.Show(wanted.Config)}. {AnotherRun}")
            { Remedy = Remedy.RunFromWeights };
        return wanted;
    }

    static void RequireThatLengthMayChange(RunFolder folder, TrainingConfig wanted, int before)
    {
        if (wanted.LearningRateSchedule != "constant")
            throw new InputException(string.Create(CultureInfo.InvariantCulture,
                $"The learning rate of {folder.Path} changes over its {before:N0} steps (training.learningRateSchedule: ")
                + $"{wanted.LearningRateSchedule}). With another length it would have been another from the beginning, so the "
                + $"run keeps its length. {AnotherRun}")
            { Remedy = Remedy.RunFromWeights };
        if (folder.Checkpoints.List() is [.., var latest] && latest.Step > wanted.Steps)
            throw new InputException(string.Create(CultureInfo.InvariantCulture,
                $"{folder.Path} has done {latest.Step:N0} steps already; it cannot end after {wanted.Steps:N0}. Earlier ")
                + "checkpoints can be sampled.");
        if (wanted.WarmUp >= wanted.Steps)
            throw new InputException($"training.warmUp (={wanted.WarmUp}) must be below the length of the training, "
                + $"{wanted.Steps} steps.");
    }

    const string AnotherRun = "Start another run from its weights, under another name.";

    static int? Recorded(RunManifest manifest) => manifest.Settings is { } settings
        && settings.TryGetValue(TrainedSettings.Steps, out string? text)
        && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int steps) ? steps : null;
}
