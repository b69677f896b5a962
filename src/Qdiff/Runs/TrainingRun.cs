using System.Diagnostics;
using System.Text;
using Qdiff.Quantum;
using Qdiff.Tensors;

namespace Qdiff;

/// <summary>
/// Trains an experiment in its run folder: reads the data, goes on from the last checkpoint if there is one, and writes the step
/// log, event file, samples and checkpoints. The caller draws the steps and may stop after any; <see cref="Save"/> keeps
/// what was done. For one caller at a time: a second is refused.
/// </summary>
/// <remarks>
/// Of several processes (a <see cref="ProcessGroup"/>) each opens the run and draws its steps in the same way. The first alone
/// reads checkpoints and writes; the others have their state from it.
/// </remarks>
/// <example>
/// <code>
/// using TrainingRun run = TrainingRun.OpenOrCreate("runs/own-42", network, images, objective,
///     new() { Steps = 2000, Seed = 42 });
/// foreach (TrainingStep step in run.Steps(cancellationToken)) Console.WriteLine($"{step.Number} {step.Loss:F4}");
/// float[] digits = run.Sampler("dpm++2m").Generate(seed: 7, count: 16);
/// </code>
/// </example>
public sealed partial class TrainingRun : IDisposable
{
    readonly ImageSet images;
    readonly Objective objective;
    readonly Trainer trainer;
    readonly ProbeLoss probe;
    readonly TileWorkers workers;
    readonly ProcessGroup processes;
    readonly StepLog? log;
    readonly EventFile? events;
    readonly TrainingSamples samples;
    readonly TrainingForecast forecast;
    readonly long sourceSteps;
    readonly Action<string>? warn;
    readonly IReadOnlyList<CheckpointContent.ComputedPart> computed;
    readonly OneCaller saving = new("This run is being saved for another caller.");
    readonly RunLock? taken;
    readonly bool ownsLock;
    readonly CancellationTokenSource asked = new();
    CancellationToken hurry;
    long saved;
    bool isDisposed;

    TrainingRun(RunFolder folder, ImageSet images, TrainingState state, WeightTransfer? transfer, long sourceSteps,
        IReadOnlyList<CheckpointContent.ComputedPart> computed, Action<string>? warn, RunLock? taken, bool ownsLock,
        ProcessGroup processes)
    {
        this.processes = processes;
        (Folder, this.images, State, Transfer, this.sourceSteps, this.computed, this.warn, saved) =
            (folder, images, state, transfer, sourceSteps, computed, warn, state.Step);
        (this.taken, this.ownsLock) = (taken, ownsLock);
        // The source of a transfer may be trained on before this run has a checkpoint of its own.
        if (transfer is not null) WriteCheckpoint();
        objective = Config.Diffusion.ToObjective(folder.Experiment.Catalog);
        // Steps, probe and samples take turns, so they share one memory.
        workers = new(Config.Training.Threads == 0 ? processes.Threads : Config.Training.Threads);
        long averageOffset = Config.Transfer.KeepAverageCount ? sourceSteps : 0;
        trainer = new(state, objective, images, Config.Training.ToOptions(folder.Experiment.Catalog) with
        {
            Frozen = [.. WeightTransfer.FrozenBy(state.Network, Config.Transfer)],
            AverageOffset = averageOffset,
            DrawOffset = Config.Transfer.ContinueDraws ? sourceSteps : 0,
            Processes = processes,
            Device = folder.Experiment.Catalog.Device,
            Workers = workers,
        });
        try
        {
            probe = new(state.Network, objective, images, Config.Training.Seed, workers);
            if (processes.IsFirst)
            {
                Divergence.Clear(folder.Path);
                log = StepLog.GoOn(folder.StepsFile, state.Step);
                if (log.Cut is { } cut)
                {
                    folder.Log(cut, DateTimeOffset.UtcNow);
                    if (log.WasDamaged) warn?.Invoke(cut);
                }

                events = EventFile.Create(folder.Path, state.Step + 1);
            }

            samples = new(folder, state, objective, images.Count, averageOffset, workers, events, processes);
            forecast = new(Config.Training, samples.Plan, Config.Training.Steps, folder.Manifest.Measurement);
        }
        catch
        {
            Close();
            throw;
        }
    }

    /// <summary>The run folder.</summary>
    public RunFolder Folder { get; }

    /// <summary>What has been trained so far.</summary>
    public TrainingState State { get; }

    /// <summary>The configuration.</summary>
    public ExperimentConfig Config => Folder.Experiment.Config;

    /// <summary>What was taken over from another run before the first step, or null. Of several processes the first knows
    /// it.</summary>
    public WeightTransfer? Transfer { get; }

    /// <summary>Is told what takes time besides the steps while it does, and null when that is done.</summary>
    public Action<string?>? Doing { get; set; }

    /// <summary>How long the rest will take, its samples and checkpoints included; null before the first step.</summary>
    public TimeSpan? Remaining => forecast.After(State.Step);

    /// <summary>The images that are learned.</summary>
    public ImageSet Images => images;

    /// <summary>Whether the steps ended because somebody asked this run to save and stop, for instance from a
    /// dashboard.</summary>
    public bool WasAskedToStop => asked.IsCancellationRequested;

    /// <summary>How far off the network is on average, once the last step is done; null before, and for schedules in which noise
    /// never is about twenty times the image. Of several processes the first knows it.</summary>
    public MeanShift? Shift { get; private set; }

    /// <summary>Whether the samples of the present step were broken off; the run that goes on draws them.</summary>
    public bool LacksSamples { get; private set; }

    /// <summary>
    /// Does the remaining steps. Steps that are due write their log line, checkpoint and samples before they are yielded.
    /// </summary>
    /// <param name="cancellationToken">
    /// Ends the steps. Samples, which may take longer than a step, are broken off: the run that goes on draws what is missing.
    /// </param>
    /// <exception cref="TrainingDivergedException">A step was not finite. The checkpoints written so far remain.</exception>
    /// <exception cref="IOException">A file cannot be written, or the run folder is no longer where it was.</exception>
    /// <exception cref="OperationCanceledException">It was asked to stop, between two steps; <see cref="Save"/> keeps those
    /// that are done.</exception>
    public IEnumerable<TrainingStep> Steps(CancellationToken cancellationToken = default)
    {
        TrainingConfig training = Config.Training;
        // Through a token, for processes that train together must all hear of it and end with the same step.
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, asked.Token);
        hurry = cancellationToken;
        RequireInPlace();
        // Whoever was killed between the last checkpoint and the samples of its step lacks them.
        if (State.Step > 0) Illustrate(film: State.Step >= training.Steps, missing: true);
        if (State.Step >= training.Steps) yield break;

        foreach (TrainingStep step in Trained(ends.Token))
        {
            forecast.Step(step.Seconds);
            RequireInPlace();
            bool last = step.Number == training.Steps;
            if (last || step.Number % training.LogEvery == 0) Log(step);
            bool kept = last || step.Number % training.CheckpointEvery == 0 || training.KeepSteps.Any(k => k == step.Number);
            // The checkpoint first: whatever becomes of the samples, the work is safe.
            if (kept) Keep();
            if (!last) LookForStopRequest();
            if (last && processes.IsFirst) MeasureShift();
            Illustrate(film: kept);
            yield return step;
            if (last) yield break;
        }
    }

    /// <summary>
    /// Which parameters can act at all, measured before the first step and kept in <c>audit.json</c>; later calls read it there.
    /// </summary>
    /// <exception cref="OperationCanceledException">It was cancelled; nothing is lost.</exception>
    public AuditReport Audited(CancellationToken cancellationToken = default)
    {
        string path = Folder.PathOf("audit.json");
        AuditReport? report = null;
        byte[] text = processes.FromFirst(() =>
        {
            report = Kept() ?? Measured();
            return Encoding.UTF8.GetBytes(report.ToJson());
        });
        return report ?? AuditReport.FromJson(Encoding.UTF8.GetString(text), path);

        AuditReport? Kept()
        {
            if (!File.Exists(path)) return null;
            try
            {
                return AuditReport.FromJson(TextFile.Read(path), path);
            }
            catch (Exception e) when (e is InputException or IOException or UnauthorizedAccessException)
            {
                // It can be measured again, and no run must end for it.
                Tell($"{e.Message.TrimEnd('.')}. It is measured anew.");
                return null;
            }
        }

        AuditReport Measured()
        {
            Doing?.Invoke("finding out which parameters can act");
            AuditReport measured = Audit.Run(State.Network, seed: Config.Training.Seed,
                timesteps: Config.Diffusion.Steps, cancellationToken: cancellationToken);
            Doing?.Invoke(null);
            RequireInPlace();
            // Whole or not at all: a run that was killed here would otherwise have half an audit, and could not go on.
            WholeFile.Write(path, measured.ToJson());
            return measured;
        }
    }

    /// <summary>Writes a checkpoint of the present step, unless there is one, and removes those that are no longer
    /// kept.</summary>
    public void Save() => SaveState(illustrate: true);

    /// <summary>The same when other processes that trained the run are gone: without what would be drawn with them.</summary>
    internal void SaveAlone() => SaveState(illustrate: false);

    void SaveState(bool illustrate)
    {
        ObjectDisposedException.ThrowIf(isDisposed, this);
        using OneCaller.Visit visit = saving.Enter();
        if (saved == State.Step) return;
        Keep();
        if (illustrate) Illustrate(film: true, missing: true);
    }

    void Keep()
    {
        if (saved == State.Step) return;
        if (!processes.IsFirst)
        {
            saved = State.Step;
            return;
        }

        var watch = Stopwatch.StartNew();
        Doing?.Invoke(Invariant($"writing the checkpoint of step {State.Step:N0}"));
        double score;
        try
        {
            score = probe.Measure(State.Average);
        }
        catch (AngleNotFiniteException)
        {
            // Of weights that blew up. It says nothing against keeping the step, and is never the best.
            score = double.NaN;
        }
        catch (DeviceFailedException e)
        {
            Folder.Log(e.Message, DateTimeOffset.UtcNow);
            throw;
        }

        taken?.Confirm();
        RequireInPlace();
        events!.Scalar(ProbeLoss.Tag, State.Step, score);
        // After a power cut there must be no checkpoint whose steps the log lacks: they are not done again.
        log!.FlushToDisk();
        WriteCheckpoint(score);
        saved = State.Step;
        // This one in any case, whatever others there are.
        Folder.Checkpoints.Prune(Config.Training.KeepCheckpoints, [.. Config.Training.KeepSteps, checked((int)State.Step)], Tell);
        forecast.Checkpoint(watch.Elapsed.TotalSeconds);
        Doing?.Invoke(null);
    }

    void WriteCheckpoint(double? score = null) =>
        Folder.Checkpoints.Write(State.Step, CheckpointContent.Files(State),
            new CheckpointContent.State(State.Step, Config.Model.Name, Config.Model.Wiring, sourceSteps, computed), score);

    /// <inheritdoc/>
    public void Dispose()
    {
        isDisposed = true;
        try
        {
            Close();
        }
        finally
        {
            if (ownsLock) taken?.Dispose();
        }
    }

    /// <summary>All but the lock.</summary>
    void Close()
    {
        trainer.Dispose();
        log?.Dispose();
        events?.Dispose();
        asked.Dispose();
    }

    /// <summary>A folder that was taken away is not made anew: what was saved is not there, and nobody would look for the
    /// rest.</summary>
    void RequireInPlace()
    {
        if (taken is null || taken.IsInPlace && RunFolder.Exists(Folder.Path)) return;
        if (taken.TakenOverBy is { } other)
            throw new RunTakenOverException($"The run {Folder.Path} was taken over by {other}, for this process had given no "
                + "sign of life for long (it was stopped, or the disk was not there). What it had saved is kept.");
        string was = saved > 0 ? $"step {saved} is the last that was saved" : "no step had been saved";
        throw new IOException(taken.PlaceNow is { } place && RunFolder.Exists(place)
            ? $"The run folder {Folder.Path} was moved to {place} while it was trained; {was}. Go on with it there."
            : $"The run folder {Folder.Path} was removed or moved while it was trained; {was}. It is not made anew: if it was "
                + "moved, go on with it there.");
    }

    void Tell(string message)
    {
        warn?.Invoke(message);
        Folder.Log(message, DateTimeOffset.UtcNow);
    }

    void LookForStopRequest()
    {
        if (taken is null || !StopRequest.IsThere(Folder.Path)) return;
        StopRequest.Heard(Folder.Path);
        Folder.Log("asked to save and stop", DateTimeOffset.UtcNow);
        asked.Cancel();
        hurry = asked.Token;
    }

    IEnumerable<TrainingStep> Trained(CancellationToken cancellationToken)
    {
        using IEnumerator<TrainingStep> steps = trainer.Run(cancellationToken).GetEnumerator();
        while (true)
        {
            try
            {
                ObjectDisposedException.ThrowIf(isDisposed, this);
                if (!steps.MoveNext()) yield break;
            }
            catch (Exception e) when (e is TrainingDivergedException or DeviceFailedException)
            {
                Folder.Log(e.Message, DateTimeOffset.UtcNow);
                if (e is TrainingDivergedException diverged && processes.IsFirst) Divergence.Keep(Folder.Path, diverged);
                throw;
            }

            yield return steps.Current;
        }
    }

    void Log(TrainingStep step)
    {
        if (log is null || events is null) return;
        log.Append(step);
        events.Scalar("loss/train", step.Number, step.Loss);
        events.Scalar("optimiser/learning rate", step.Number, step.LearningRate);
        events.Scalar("optimiser/gradient norm", step.Number, step.GradientNorm);
        events.Scalar("optimiser/average decay", step.Number, step.Decay);
        if (step.CircuitGradientNorm is { } circuits) events.Scalar("optimiser/gradient norm of circuits", step.Number, circuits);
        foreach (CircuitLayerGradient layer in step.CircuitLayers ?? [])
        {
            events.Scalar($"circuit layers/gradient norm/{layer}", step.Number, layer.Norm);
            events.Scalar($"circuit layers/gradient variance/{layer}", step.Number, layer.Variance);
        }
    }
}
