using Qdiff.Tensors;

namespace Qdiff;

/// <summary>How a run begins, and how it is gone on with.</summary>
public sealed partial class TrainingRun
{
    /// <summary>Starts a new run under <paramref name="root"/>.</summary>
    /// <exception cref="InputException">A run of this name exists, or data and model do not fit.</exception>
    /// <param name="command">How the program was called, which the manifest keeps; by default the arguments of this
    /// process.</param>
    /// <param name="warn">Is told of what went wrong without ending the training.</param>
    /// <param name="processes">The processes that train it together; all start it.</param>
    public static TrainingRun Start(ResolvedExperiment experiment, string root, IReadOnlyList<string>? command = null,
        string? dataFolder = null, Action<string>? warn = null, ProcessGroup? processes = null) =>
        Start(experiment, root, command ?? Environment.GetCommandLineArgs()[1..], dataFolder, warn, held: null, processes);

    /// <param name="held">The run's lock, if the caller has it and keeps it; otherwise it is taken until the run is disposed
    /// of.</param>
    internal static TrainingRun Start(ResolvedExperiment experiment, string root, IReadOnlyList<string> command,
        string? dataFolder, Action<string>? warn, RunLock? held, ProcessGroup? processes = null) =>
        StartAt(Path.Combine(root, RunFolder.NameOf(experiment.Config)), experiment, command, dataFolder, warn, held,
            processes ?? ProcessGroup.Single);

    static TrainingRun StartAt(string path, ResolvedExperiment experiment, IReadOnlyList<string> command, string? dataFolder,
        Action<string>? warn, RunLock? held, ProcessGroup processes)
    {
        if (processes.IsFirst) RunFolder.RequireNew(path);
        DataConfig data = experiment.Config.Data.In(dataFolder);
        ImageSet images = data.Load(experiment.Catalog);
        experiment = WithSteps(experiment, images);
        ExperimentConfig config = experiment.Config;
        Network network = BuildTrainable(experiment, images, warn, processes);
        var state = new TrainingState(network, config.Training.Seed);
        processes.RequireSame(experiment, images);
        // The others have it from the first, and need not see the source.
        WeightTransfer? transfer = config.Transfer.From is { } source && processes.IsFirst
            ? WeightTransfer.Apply(state, RunFolder.OpenOrPretrained(source, experiment.Catalog), config.Transfer) : null;
        RunManifest manifest = RunManifest.Create(experiment, images, network, command, DateTimeOffset.UtcNow);
        RunLock? taken = processes.IsFirst ? held ?? RunLock.Take(path, isNew: true) : null;
        try
        {
            // Another start of the same run may have had the lock meanwhile.
            if (processes.IsFirst) RunFolder.RequireNew(path);
            if (taken is { IsInPlace: false })
                throw taken.TakenOverBy is { } other
                    ? new RunTakenOverException($"The run {path} was taken over by {other} before the first step.")
                    : new IOException($"The run folder {path} was removed or moved before the first step. It is not made anew.");
            if (processes.IsFirst) StopRequest.Clear(path);
            RunFolder folder = RunFolder.CreateAt(path, experiment,
                manifest with { Data = manifest.Data.ReadFrom(data.Location(experiment.Catalog), path) }, processes.IsFirst);
            folder.Log($"start: {string.Join(' ', command)}", DateTimeOffset.UtcNow);
            var arithmetic = Arithmetic.With(experiment.Catalog.Device);
            folder.Log($"computed with {arithmetic}", DateTimeOffset.UtcNow);
            long sourceSteps = processes.HandOver(state, transfer?.SourceSteps ?? 0);
            return new(folder, images, state, transfer, sourceSteps, [new(0, arithmetic)], warn, taken, held is null, processes);
        }
        catch when (held is null)
        {
            taken?.Dispose();
            throw;
        }
    }

    /// <summary>The experiment with the length that its epochs have of these images.</summary>
    /// <exception cref="InputException">Steps were given too, and are others; or the warm-up is not below that
    /// length.</exception>
    static ResolvedExperiment WithSteps(ResolvedExperiment experiment, ImageSet images)
    {
        TrainingConfig training = experiment.Config.Training;
        int steps = training.StepsFor(images.Count);
        if (steps != training.Steps)
        {
            if (experiment.OriginOf("training.steps") is { IsDefault: false } origin)
                throw new InputException(Invariant($"{origin}: training.steps (={training.Steps}) and training.epochs ")
                    + Invariant($"(={training.Epochs}, {steps} steps of these images) both say how long; leave one out, for ")
                    + "example training.epochs by setting it to null.");
            experiment = experiment.With($"training.steps={steps}");
        }

        if (training.WarmUp >= steps)
            throw new InputException(Invariant($"training.warmUp (={training.WarmUp}) must be below the length of the ")
                + Invariant($"training, {steps} steps of these images."));
        return experiment;
    }

    /// <summary>The experiment's network, and that it can be trained with these images and measured.</summary>
    static Network BuildTrainable(ResolvedExperiment experiment, ImageSet images, Action<string>? warn, ProcessGroup processes)
    {
        ExperimentConfig config = experiment.Config;
        Catalog catalog = experiment.Catalog;
        if (config.Data.EachClass)
            throw new InputException("data.eachClass asks for a network for each class; start a class sweep, or choose one "
                + "class with data.classes and data.eachClass=false.");
        foreach (string warning in experiment.Warnings) warn?.Invoke($"warning: {warning}");
        config.Diffusion.RequireUsableWeights(catalog);
        Network network = config.BuildNetwork(images.Shape, catalog);
        experiment.RequireMeasurable(network);
        Trainer.Check(network, images,
            config.Training.ToOptions(catalog) with
            {
                Device = catalog.Device,
                Processes = processes,
                Frozen = [.. WeightTransfer.FrozenBy(network, config.Transfer)],
            });
        return network;
    }

    /// <summary>Starts the run of an experiment under <paramref name="root"/>, or goes on with it if it is there.</summary>
    /// <exception cref="InputException">It was started with other settings, or cannot be started or gone on with.</exception>
    /// <inheritdoc cref="Start(ResolvedExperiment, string, IReadOnlyList{string}?, string?, Action{string}?, ProcessGroup?)"
    /// path="/param"/>
    public static TrainingRun StartOrResume(ResolvedExperiment experiment, string root, IReadOnlyList<string>? command = null,
        string? dataFolder = null, Action<string>? warn = null, ProcessGroup? processes = null)
    {
        string path = Path.Combine(root, RunFolder.NameOf(experiment.Config));
        if (!(processes ?? ProcessGroup.Single).FromFirst(() => RunFolder.Exists(path)))
            return Start(experiment, root, command, dataFolder, warn, processes);
        RequireSame(experiment, root);
        ExperimentConfig before = RunFolder.Open(path, experiment.Catalog).Experiment.Config, now = experiment.Config;
        // Only what somebody said: a default would take back what an earlier call was told.
        Setting[] said = [.. ShownOtherwise(experiment, before, "training.", "sampling.", "evaluation.")
            .Where(setting => !experiment.OriginOf(setting.Path).IsDefault)];
        foreach (Setting setting in said)
            warn?.Invoke($"{setting.Path} of {path} is now {setting.Show(now)}; it was {setting.Show(before)}.");
        return Resume(path, experiment.Catalog, dataFolder, warn, [.. said.Select(setting => Change(setting, now))], processes);
    }

    /// <summary>Refuses an experiment whose run is there already and is another's: of other settings, or begun from other
    /// weights.</summary>
    /// <exception cref="InputException">It is.</exception>
    internal static void RequireSame(ResolvedExperiment experiment, string root)
    {
        ExperimentConfig now = experiment.Config;
        string path = Path.Combine(root, RunFolder.NameOf(now));
        if (!RunFolder.Exists(path)) return;
        ExperimentConfig before = RunFolder.Open(path, experiment.Catalog).Experiment.Config;
        if (experiment.Settings.Difference(before, now, setting => !TrainedSettings.Contains(setting)) is { } other)
            throw Another($"with {other.Path} {other.Told(before)}", other.Told(now));
        // Folders may be moved together, so a source is known by its name.
        (string began, string begins) = (Beginning(before), Beginning(now));
        if (began != begins) throw Another($"from {began}", begins);

        InputException Another(string was, string wanted) => new($"The run {path} was started {was}, now it is {wanted}. Go on "
            + "with what it was, or choose another name or another folder for runs.")
        { Remedy = Remedy.Rename };

        static string Beginning(ExperimentConfig config) => config.Transfer.From is { } from
            ? $"the weights of {Path.GetFileName(Path.TrimEndingDirectorySeparator(from))}" : "random weights";
    }

    /// <summary>Goes on with a run from its latest complete checkpoint, or from the start if there is none.</summary>
    /// <param name="catalog">The parts that its configuration names.</param>
    /// <param name="warn">Is told of checkpoints that are damaged and therefore left out, and of what else went wrong without
    /// ending the training.</param>
    /// <param name="changes">Settings that are to be others from now on, PATH=VALUE: how long, and what is kept and
    /// shown.</param>
    /// <exception cref="InputException">
    /// It is no run folder, somebody else writes into it, the data are not those that it was started with, its settings were
    /// changed or cannot be changed so, or its checkpoints were taken away.
    /// </exception>
    /// <param name="processes">The processes that go on with it together; all resume it.</param>
    public static TrainingRun Resume(string path, Catalog catalog, string? dataFolder = null, Action<string>? warn = null,
        IReadOnlyList<string>? changes = null, ProcessGroup? processes = null) =>
        Resume(path, catalog, dataFolder, warn, changes ?? [], held: null, processes);

    /// <inheritdoc
    /// cref="Start(ResolvedExperiment, string, IReadOnlyList{string}, string?, Action{string}?, RunLock?, ProcessGroup?)"/>
    internal static TrainingRun Resume(string path, Catalog catalog, string? dataFolder, Action<string>? warn,
        IReadOnlyList<string> changes, RunLock? held, ProcessGroup? processes = null)
    {
        processes ??= ProcessGroup.Single;
        RunFolder folder = RunFolder.Open(path, catalog);
        if (folder.IsPretrained)
            throw new InputException($"{path} is a pretrained model, and there is nothing to go on with. Start a run from its "
                + "weights.")
            { Remedy = Remedy.RunFromWeights };
        RunLock? taken = processes.IsFirst ? held ?? RunLock.Take(path) : null;
        try
        {
            // Whoever asks from here on means this training, however long it takes to load.
            if (processes.IsFirst) StopRequest.Clear(path);
            // As it is now that nobody else writes it; whoever was waited for may have changed it.
            return Resume(processes.IsFirst ? RunFolder.Open(path, catalog) : folder.ForReading(), dataFolder, warn, changes,
                taken, held is null, processes);
        }
        catch when (held is null)
        {
            taken?.Dispose();
            throw;
        }
    }

    static TrainingRun Resume(RunFolder folder, string? dataFolder, Action<string>? warn, IReadOnlyList<string> changes,
        RunLock? taken, bool ownsLock, ProcessGroup processes)
    {
        folder.RequireAsStarted();
        Catalog catalog = folder.Experiment.Catalog;
        DataConfig data = folder.Experiment.Config.Data.In(dataFolder);
        ImageSet images = data.Load(catalog);
        if (images.Hash != folder.Manifest.Data.Hash)
            throw new InputException($"The run {folder.Path} was started with other images: their hash was "
                + $"{folder.Manifest.Data.Hash}, that of the images in {data.Location(catalog)} is {images.Hash}. Give the "
                + "folder of the original data.")
            { Remedy = Remedy.DataFolder };
        processes.RequireSame(changes.Count == 0 ? folder.Experiment : folder.Experiment.With(changes), images);
        if (processes.IsFirst) RequireCheckpoints(folder, warn);
        folder = RunChanges.Apply(folder, changes, images.Count, data.Location(catalog), warn);
        ExperimentConfig config = folder.Experiment.Config;
        var state = new TrainingState(config.BuildNetwork(images.Shape, catalog), config.Training.Seed);
        // A transfer ends with a checkpoint. It is done again only for who was killed before that, or has none that is sound.
        WeightTransfer? transfer = null;
        long sourceSteps;
        IReadOnlyList<CheckpointContent.ComputedPart>? computed = null;
        string? damage = null;
        IReadOnlyList<string> aside = [];
        // The others have it from the first, for on a shared disk they may not see yet what was written last.
        if (!processes.IsFirst) sourceSteps = 0;
        else if (folder.Checkpoints.ReadLatest(message => damage ??= message) is { } checkpoint)
        {
            CheckpointContent.Load(checkpoint, state);
            aside = folder.Checkpoints.SetAside(checkpoint.Step);
            CheckpointContent.State kept = CheckpointContent.StateOf(checkpoint);
            (sourceSteps, computed) = (kept.SourceSteps, kept.Arithmetic);
        }
        else
        {
            aside = folder.Checkpoints.SetAside(after: -1);
            transfer = config.Transfer.From is { } source
                ? WeightTransfer.Apply(state, RunFolder.OpenOrPretrained(source, catalog), config.Transfer) : null;
            sourceSteps = transfer?.SourceSteps ?? 0;
            if (transfer is not null && damage is not null)
                damage += Invariant($" The weights are taken from {config.Transfer.From} once more, as it is now, after ")
                    + Invariant($"{sourceSteps:N0} steps.");
        }

        if (damage is not null)
        {
            // Nothing is lost but time: the steps behind the sound checkpoint come out the same once more.
            string where = aside.Count == 0 ? "" : $" What is damaged was set aside as {string.Join(", ", aside)}.";
            damage += where + Invariant($" Going back to step {state.Step:N0}; the steps behind it are done again.");
            warn?.Invoke(damage);
            folder.Log(damage, DateTimeOffset.UtcNow);
        }

        sourceSteps = processes.HandOver(state, sourceSteps);
        folder.Log($"resume after step {state.Step}", DateTimeOffset.UtcNow);
        MachineDescription machine = folder.Manifest.Machine;
        return new(folder, images, state, transfer, sourceSteps,
            GoOn(folder, state.Step, computed ?? [new(0, new(machine.VectorBits, machine.Arithmetic))], warn), warn,
            taken, ownsLock, processes);
    }

    /// <summary>Refuses a run that had checkpoints and has none: all of it would be done again, and its log be cut.</summary>
    /// <exception cref="InputException">They were removed, or are on a disk that is not there.</exception>
    static void RequireCheckpoints(RunFolder folder, Action<string>? warn)
    {
        if (folder.Checkpoints.HasAny || !File.Exists(folder.StepsFile)) return;
        if (StepLog.ReadLast(folder.StepsFile)?.Number is not { } done) return;
        ExperimentConfig config = folder.Experiment.Config;
        // Whoever was killed before the first checkpoint was whole, or found the disk full, did no step behind it. A transfer is
        // saved before its first step.
        int first = config.Transfer.From is null
            ? config.Training.KeepSteps.Append(config.Training.CheckpointEvery).Min() : 0;
        if (done > first)
            throw new InputException(Invariant($"The log of {folder.Path} goes to step {done:N0}, but there is no checkpoint, ")
                + Invariant($"and by its settings there should be one of step {first:N0}. Put the checkpoints back; if there ")
                + $"never were any, or to begin anew, remove {folder.StepsFile}.");
        warn?.Invoke(Invariant($"The log of {folder.Path} goes to step {done:N0}, but there is no checkpoint: all steps are ")
            + "done again.");
    }

    /// <summary>With what arithmetic the run was and will be computed. Where that changes, its bits are no longer those of a run
    /// on one machine: it is said and recorded.</summary>
    static IReadOnlyList<CheckpointContent.ComputedPart> GoOn(RunFolder folder, long step,
        IReadOnlyList<CheckpointContent.ComputedPart> computed, Action<string>? warn)
    {
        Arithmetic before = computed[^1].With, here = Arithmetic.With(folder.Experiment.Catalog.Device);
        if (before.Agrees(here) || step >= folder.Experiment.Config.Training.Steps) return computed;
        string unsaid = before.Device is null && here.Device is not null ? ", or with a device, which was not always recorded"
            : "";
        string change = FormattableString.Invariant($"From step {step + 1:N0} on the bits differ from those of a run on one ")
            + $"machine: it was computed with {before} so far{unsaid}; now it is with {here}.";
        folder.Log(change, DateTimeOffset.UtcNow);
        warn?.Invoke(change);
        return [.. computed.Where(part => part.From < step), new(step, here)];
    }
}
