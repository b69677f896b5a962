using Qdiff.Tensors;

namespace Qdiff;

/// <summary>
/// Trains an experiment in its run folder: reads the data, goes on from the last checkpoint if there is one, and writes the step
/// log, event file, sample pictures and checkpoints. The caller draws the steps and may stop after any; <see cref="Save"/> keeps
/// what was done.
/// </summary>
public sealed class TrainingRun : IDisposable
{
    /// <summary>Pictures during training are drawn with this sampler: quick, and the same noise each time.</summary>
    static readonly Sampler s_preview = Sampler.Named("ddim") with { Steps = 50 };

    /// <summary>Samples in a frame of the moving picture.</summary>
    const int FrameSamples = 16;

    readonly ImageSet images;
    readonly Objective objective;
    readonly Trainer trainer;
    readonly ProbeLoss probe;
    readonly StepLog log;
    readonly EventFile events;
    readonly SampleGenerator preview;
    readonly ClassChoice classes;
    readonly ProgressFrames frames;
    readonly int frameEvery;
    readonly long sourceSteps;
    long saved;

    /// <summary>Starts a new run under <paramref name="root"/>.</summary>
    /// <exception cref="InputException">A run of this name exists, or data and model do not fit.</exception>
    public static TrainingRun Start(ResolvedExperiment experiment, string root, IReadOnlyList<string> command,
        string? dataFolder = null)
    {
        ImageSet images = LoadData(experiment.Config, dataFolder);
        int steps = experiment.Config.Training.StepsFor(images.Count);
        if (steps != experiment.Config.Training.Steps)
        {
            if (experiment.OriginOf("training.steps") is { IsDefault: false } origin)
                throw new InputException($"{origin}: training.steps (={experiment.Config.Training.Steps}) and training.epochs "
                    + $"(={experiment.Config.Training.Epochs}, {steps} steps of these images) both say how long; leave one out, "
                    + $"for example with --set training.epochs=null.");
            experiment = experiment.With($"training.steps={steps}");
        }

        ExperimentConfig config = experiment.Config;
        if (config.Training.WarmUp >= steps)
            throw new InputException($"training.warmUp (={config.Training.WarmUp}) must be below the length of the training, "
                + $"{steps} steps of these images.");
        if (config.Data.EachClass)
            throw new InputException("data.eachClass asks for a network for each class; start it with 'qdiff train', or choose "
                + "one class with data.classes and data.eachClass=false.");
        Network network = config.BuildNetwork(images.Shape);
        Trainer.Check(network, images, config.Training.ToOptions());
        var state = new TrainingState(network, config.Training.Seed);
        WeightTransfer? transfer = config.Transfer.From is { } source
            ? WeightTransfer.Apply(state, RunFolder.Open(source), config.Transfer) : null;
        RunFolder folder = RunFolder.Create(root, experiment,
            RunManifest.Of(config, images, network, command, DateTimeOffset.UtcNow));
        folder.Log($"start: {string.Join(' ', command)}", DateTimeOffset.UtcNow);
        return new(folder, images, state, transfer, transfer?.SourceSteps ?? 0);
    }

    /// <summary>Goes on with a run from its latest complete checkpoint, or from the start if there is none.</summary>
    /// <param name="warn">Is told of checkpoints that are damaged and therefore left out.</param>
    /// <exception cref="InputException">It is no run folder, or the data are not those that it was started with.</exception>
    public static TrainingRun Resume(string path, string? dataFolder = null, Action<string>? warn = null)
    {
        RunFolder folder = RunFolder.Open(path);
        ExperimentConfig config = folder.Experiment.Config;
        ImageSet images = LoadData(config, dataFolder);
        if (images.Hash != folder.Manifest.Data.Hash)
            throw new InputException($"The run {path} was started with other images: their hash was {folder.Manifest.Data.Hash}, "
                + $"now it is {images.Hash}. Give the folder of the original data with --data-dir.");
        var state = new TrainingState(config.BuildNetwork(images.Shape), config.Training.Seed);
        // Before the first checkpoint the transfer is done again; later the source is no longer needed.
        WeightTransfer? transfer = null;
        long sourceSteps;
        if (folder.Checkpoints.ReadLatest(warn) is { } checkpoint)
        {
            CheckpointContent.Load(checkpoint, state);
            sourceSteps = CheckpointContent.StateOf(checkpoint).SourceSteps;
        }
        else
        {
            transfer = config.Transfer.From is { } source ? WeightTransfer.Apply(state, RunFolder.Open(source), config.Transfer)
                : null;
            sourceSteps = transfer?.SourceSteps ?? 0;
        }

        folder.Log($"resume after step {state.Step}", DateTimeOffset.UtcNow);
        return new(folder, images, state, transfer, sourceSteps);
    }

    TrainingRun(RunFolder folder, ImageSet images, TrainingState state, WeightTransfer? transfer, long sourceSteps)
    {
        (Folder, this.images, State, Transfer, this.sourceSteps, saved) =
            (folder, images, state, transfer, sourceSteps, state.Step);
        objective = Config.Diffusion.ToObjective();
        // Steps, probe and pictures take turns, so they share one memory.
        var workers = new TileWorkers(Config.Training.Threads);
        trainer = new(state, objective, images, Config.Training.ToOptions() with
        {
            Frozen = [.. WeightTransfer.FrozenBy(state.Network, Config.Transfer)],
            AverageOffset = Config.Transfer.KeepAverageCount ? sourceSteps : 0,
        }, workers);
        probe = new(state.Network, objective, images, Config.Training.Seed, workers);
        preview = new(state.Network, objective.Schedule, objective.Prediction, s_preview)
        {
            Workers = workers,
            Guidance = Config.Sampling.ToGuidance(),
        };
        classes = ClassChoice.Of(state.Network, folder.Manifest.Data, []);
        frames = new(folder);
        frameEvery = Config.Training.FrameEveryFor(images.Count, FrameSamples * s_preview.Steps);
        log = StepLog.GoOn(folder.StepsFile, state.Step);
        events = EventFile.Create(folder.Path, state.Step);
    }

    /// <summary>The run folder.</summary>
    public RunFolder Folder { get; }

    /// <summary>What has been trained so far.</summary>
    public TrainingState State { get; }

    /// <summary>The configuration.</summary>
    public ExperimentConfig Config => Folder.Experiment.Config;

    /// <summary>What was taken over from another run before the first step, or null.</summary>
    public WeightTransfer? Transfer { get; }

    /// <summary>The images that are learned.</summary>
    public ImageSet Images => images;

    /// <summary>
    /// Does the remaining steps. Steps that are due write their log line, picture and checkpoint before they are yielded.
    /// </summary>
    /// <exception cref="TrainingDivergedException">A step was not finite. The checkpoints written so far remain.</exception>
    /// <exception cref="OperationCanceledException">It was asked to stop, between two steps; <see cref="Save"/> keeps those
    /// that are done.</exception>
    public IEnumerable<TrainingStep> Run(CancellationToken cancellationToken = default)
    {
        TrainingConfig training = Config.Training;
        if (State.Step >= training.Steps)
        {
            // Whoever was killed between the last checkpoint and this picture lacks it.
            frames.Save(State.Step);
            yield break;
        }

        foreach (TrainingStep step in Steps(cancellationToken))
        {
            bool last = step.Number == training.Steps;
            if (last || step.Number % training.LogEvery == 0) Log(step);
            if (training.SampleEvery > 0 && (last || step.Number % training.SampleEvery == 0)) Picture(step.Number);
            if (frameEvery > 0 && (last || step.Number % frameEvery == 0)) Frame(step.Number);
            if (last || step.Number % training.CheckpointEvery == 0 || training.KeepSteps.Any(kept => kept == step.Number))
                Save();
            yield return step;
            if (last) yield break;
        }
    }

    /// <summary>
    /// Which parameters can act at all, measured before the first step and kept in <c>audit.json</c>; later calls read it there.
    /// </summary>
    public AuditReport Audited(CancellationToken cancellationToken = default)
    {
        string path = Folder.PathOf("audit.json");
        if (File.Exists(path)) return AuditReport.FromJson(File.ReadAllText(path), path);
        AuditReport report = Audit.Of(State.Network, seed: Config.Training.Seed, cancellationToken: cancellationToken);
        // Whole or not at all: a run that was killed here would otherwise have half an audit, and could not go on.
        WholeFile.Write(path, report.ToJson());
        return report;
    }

    /// <summary>Writes a checkpoint of the present step, unless there is one, and removes those that are no longer
    /// kept.</summary>
    public void Save()
    {
        if (saved == State.Step) return;
        double score = probe.Measure(State.Average);
        events.Scalar("loss/probe", State.Step, score);
        Folder.Checkpoints.Write(State.Step, CheckpointContent.Files(State),
            new CheckpointContent.State(State.Step, Config.Model.Name, Config.Model.Wiring.ToString().ToLowerInvariant(),
                sourceSteps),
            score);
        Folder.Checkpoints.Prune(Config.Training.KeepCheckpoints, Config.Training.KeepSteps);
        frames.Save(State.Step);
        saved = State.Step;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        log.Dispose();
        events.Dispose();
    }

    IEnumerable<TrainingStep> Steps(CancellationToken cancellationToken)
    {
        using IEnumerator<TrainingStep> steps = trainer.Run(cancellationToken).GetEnumerator();
        while (true)
        {
            try
            {
                if (!steps.MoveNext()) yield break;
            }
            catch (TrainingDivergedException e)
            {
                Folder.Log(e.Message, DateTimeOffset.UtcNow);
                throw;
            }

            yield return steps.Current;
        }
    }

    void Log(TrainingStep step)
    {
        log.Append(step);
        events.Scalar("loss/train", step.Number, step.Loss);
        events.Scalar("optimiser/learning rate", step.Number, step.LearningRate);
        events.Scalar("optimiser/gradient norm", step.Number, step.GradientNorm);
        events.Scalar("optimiser/average decay", step.Number, step.Decay);
    }

    /// <summary>A picture of the average's samples; while the average still holds much of its beginnings, one of the raw weights
    /// too.</summary>
    void Picture(long step)
    {
        Draw(State.Average, $"step-{step:000000}.png", "samples/average");
        if (AverageIsYoung(step)) Draw(State.Weights, $"step-{step:000000}-raw.png", "samples/raw");

        void Draw(Weights weights, string file, string tag)
        {
            Raster raster = Sheet(weights, Math.Min(Config.Sampling.Count, 64));
            Png.Save(raster, Path.Combine(Folder.Samples, file), Texts(Config.Sampling.Seed, step));
            events.Image(tag, step, raster);
        }
    }

    /// <summary>A frame of the run's moving picture: a few samples, the same noise in each frame.</summary>
    void Frame(long step) => frames.Add(step, Sheet(AverageIsYoung(step) ? State.Weights : State.Average, FrameSamples));

    bool AverageIsYoung(long step) =>
        step < Config.Training.Ema.CopySteps
            || Config.Training.Ema.Remaining(Math.Min(Config.Training.Ema.CopySteps, step), step) > 0.05;

    /// <summary>Samples from the run's sampling seed; of a conditional network whole rounds of its classes.</summary>
    Raster Sheet(Weights weights, int count)
    {
        int kinds = Math.Max(1, classes.Labels.Count);
        if (count > kinds) count -= count % kinds;
        return SampleSheet.Draw(State.Network.Image, preview.Generate(weights, Config.Sampling.Seed, 0, count, classes.Of),
            classes);
    }

    static IEnumerable<KeyValuePair<string, string>> Texts(long seed, long step) =>
        [new("Software", "Qdiff"), new("Description",
            FormattableString.Invariant($"seed {seed}, samples from 0, step {step}, ddim 50"))];

    static ImageSet LoadData(ExperimentConfig config, string? folder) =>
        (folder is null ? config.Data : config.Data with { Folder = folder }).Load();
}
