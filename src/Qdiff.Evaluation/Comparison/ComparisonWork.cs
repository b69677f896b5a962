using System.Diagnostics;
using System.Globalization;
using Qdiff.Tensors;

namespace Qdiff.Evaluation;

/// <summary>
/// Does what a plan still lacks: trains and measures run after run. It can be stopped at any time and called again; several
/// processes may work on one plan, for each run is locked while somebody works on it. For one caller at a time: a second is
/// refused.
/// </summary>
public sealed class ComparisonWork(ComparisonPlan plan, EvaluationOptions evaluation, RunEvaluation measure)
{
    // A run that was trained beforehand may be configured to be sampled otherwise; here all are sampled alike.
    readonly RunEvaluation measuring = measure with
    {
        Sampling = measure.Sampling ?? plan.Baseline.Config.Sampling,
        Samples = measure.Samples ?? plan.Baseline.Config.Evaluation.Samples,
    };

    static readonly TimeSpan s_longest = TimeSpan.FromDays(40);

    readonly Dictionary<ArmRun, MeasuredRun> finished = [];
    readonly Stopwatch watch = Stopwatch.StartNew();
    readonly OneCaller running = new("This comparison is at work for another caller; make another one of the same plan.");

    /// <summary>How the program was called, for manifests.</summary>
    public IReadOnlyList<string> Command { get; init; } = [];

    /// <summary>Is told what is being done and how much of it, from 0 to 1.</summary>
    public Action<string, double>? Progress { get; init; }

    /// <summary>After this time what was done is saved and the rest left, whatever is being done; null for never.</summary>
    public TimeSpan? Limit { get; init; }

    /// <summary>How long it waits before it looks again whether others have ended.</summary>
    internal TimeSpan Pause { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Does all that remains; null if the time was up before.</summary>
    /// <exception cref="InputException">The arms could not be measured, or not one was.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled, or somebody asked the run in training to stop; what was
    /// done is saved.</exception>
    /// <exception cref="IOException">A file cannot be written, or the comparison's folder is no longer where it was.</exception>
    /// <exception cref="InvalidOperationException">Another caller runs it.</exception>
    public ComparisonResult? Run(CancellationToken cancellationToken = default)
    {
        using OneCaller.Visit visit = running.Enter();
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        if (Limit is { } limit)
        {
            TimeSpan left = limit - watch.Elapsed;
            if (left <= TimeSpan.Zero) return null;
            // A timer counts no more than that; who waits so long may call again.
            limited.CancelAfter(left < s_longest ? left : s_longest);
        }

        try
        {
            return All(limited.Token);
        }
        catch (OperationCanceledException) when (limited.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    ComparisonResult All(CancellationToken cancellationToken)
    {
        // What would be missing after hours of training is said before.
        foreach (ComparisonArm arm in plan.Arms) measuring.Require(arm.Experiment, evaluation);

        Directory.CreateDirectory(plan.Folder);
        using FolderMark place = FolderMark.In(plan.Folder);
        ArmRun[] all = [.. plan.Runs(measuring.DataFolder)];
        List<ArmRun> pending = [.. all];
        while (pending.Count > 0)
        {
            int before = pending.Count;
            foreach (ArmRun run in pending.ToArray())
            {
                RequireInPlace(place);
                if (TryDo(run, cancellationToken) is not { } measured) continue;
                finished[run] = measured;
                pending.Remove(run);
            }

            if (pending.Count < before || pending.Count == 0) continue;
            Progress?.Invoke($"waiting for {pending.Count} runs that other processes work on", 0);
            // Often enough to be sure of a dead worker when its time is up.
            cancellationToken.WaitHandle.WaitOne(Lease.Patience < Pause * 8 ? Lease.Patience / 8 : Pause);
            cancellationToken.ThrowIfCancellationRequested();
        }

        RequireInPlace(place);
        ComparisonResult result = ComparisonSummary.Create(plan, [.. all.Select(run => finished[run])], evaluation.Preset);
        if (result.Metrics.Count == 0)
            throw new InputException($"Nothing could be measured. {string.Join(" ", result.Missing.Take(1))}");
        return result with
        {
            Notes = [$"The samples of the run with seed s are drawn with seed {measuring.Sampling!.Seed} + s, by "
                + $"{Words(measuring.Sampling)}.", .. result.Notes],
        };
    }

    string Words(SamplingConfig sampling)
    {
        ResolvedExperiment baseline = plan.Baseline.Experiment;
        NoiseSchedule schedule = baseline.Config.Diffusion.ToSchedule(baseline.Catalog);
        Sampler sampler = sampling.ToSampler(baseline.Catalog, schedule);
        int steps = sampler.Table(schedule).Count;
        return $"{sampling.Sampler} in {(steps == schedule.Steps ? "all" : Invariant($"{steps:N0}"))} steps"
            + SampleRecipe.Unusual(sampler, schedule, sampling, baseline.Catalog);
    }

    /// <summary>A folder that was taken away, or whose disk is gone, is not made anew: all runs would begin again
    /// there.</summary>
    void RequireInPlace(FolderMark place)
    {
        if (place.IsInPlace) return;
        string what = place.PlaceNow is { } now ? $"moved to {now} while it was worked on"
            : "removed or moved while it was worked on, or its disk is gone";
        throw new IOException($"The folder {plan.Folder} was {what}. It is not made anew; what was done is saved in it. Go on "
            + "with it where it is now.");
    }

    /// <summary>Trains and measures a run; null if another process has it.</summary>
    MeasuredRun? TryDo(ArmRun run, CancellationToken cancellationToken)
    {
        List<RunLock> locks = [];
        try
        {
            foreach (ArmRun.Part part in run.Parts)
            {
                // That of the networks of all classes is within the comparison's.
                if (part.Label is not null) Directory.CreateDirectory(part.Root);
                if (RunLock.TryTake(part.Path) is not { } taken) return null;
                locks.Add(taken);
            }

            foreach ((ArmRun.Part part, RunLock taken) in run.Parts.Zip(locks))
            {
                if (part.Divergence() is { } said) return new(run, []) { Failure = said };
                try
                {
                    Train(part, taken, cancellationToken);
                }
                catch (TrainingDivergedException e)
                {
                    return new(run, []) { Failure = e.Message };
                }
                catch (RunTakenOverException)
                {
                    // Whoever has it goes on from what was saved; there is other work here.
                    return null;
                }
            }

            return Measure(run, cancellationToken);
        }
        finally
        {
            foreach (RunLock taken in locks) taken.Dispose();
        }
    }

    void Train(ArmRun.Part part, RunLock taken, CancellationToken cancellationToken)
    {
        using TrainingRun run = part.Open(measuring.DataFolder, Command, measuring.Warn, taken);
        string name = RunFolder.NameOf(run.Config);
        // What has no parts to count stays at 0.
        run.Doing = what =>
        {
            if (what is not null) Progress?.Invoke($"{name}: {what}", 0);
        };
        run.Audited(cancellationToken);
        try
        {
            foreach (TrainingStep step in run.Steps(cancellationToken))
                Progress?.Invoke(string.Create(CultureInfo.InvariantCulture,
                    $"training {name}, step {step.Number:N0}/{run.Config.Training.Steps:N0}, "
                        + $"loss {step.Loss:F4}"), (double)step.Number / run.Config.Training.Steps);
        }
        catch (OperationCanceledException)
        {
            run.Save();
            throw;
        }
    }

    MeasuredRun Measure(ArmRun run, CancellationToken cancellationToken)
    {
        EvaluationOptions options = evaluation with { Progress = (what, part) => Progress?.Invoke($"{run.Name}: {what}", part) };
        var reports = new List<(int Step, EvaluationReport Report)>();
        var missing = new List<string>();
        // Samples of its own for each seed, so that their noise is part of the spread over seeds; the same for all arms.
        RunEvaluation seeded = measuring with
        {
            Sampling = measuring.Sampling! with { Seed = measuring.Sampling!.Seed + run.Seed },
        };
        (int? Label, RunFolder Folder)[] folders = [.. run.Measured.Select(part =>
            (part.Label, RunFolder.Open(part.Path, part.Experiment.Catalog)))];
        bool isOfEachClass = folders[0].Label is not null;
        string metrics = isOfEachClass
            ? Path.Combine(Path.GetDirectoryName(folders[0].Folder.Path)!, $"seed-{run.Seed}.{MetricsFile.FileName}")
            : folders[0].Folder.PathOf(MetricsFile.FileName);
        // A damaged file is no network that cannot be measured: the result would be poorer by a seed.
        MetricsFile.Read(metrics);
        foreach (int step in plan.Steps)
            try
            {
                if (At(step) is { } report) reports.Add((step, report));
            }
            catch (InputException e)
            {
                // One network that draws nothing but black must not keep all others from being compared.
                string when = isOfEachClass ? "at the end" : Invariant($"at step {step:N0}");
                missing.Add($"{run.Name} has no metrics {when}: {e.Message}");
            }

        return new(run, reports) { Missing = missing };

        EvaluationReport? At(int step)
        {
            if (isOfEachClass)
                return seeded.OfEachClass([.. folders.Select(f => (f.Label!.Value, f.Folder))], metrics, run.Name, options,
                    cancellationToken);
            RunFolder folder = folders[0].Folder;
            int own = step == plan.Steps[^1] ? folder.Experiment.Config.Training.Steps : step - run.Arm.SourceSteps;
            if (own >= 1 && folder.Checkpoints.List().Any(c => c.Step == own))
                return seeded.Run(folder, options, own, cancellationToken);
            missing.Add(own < 1
                ? string.Create(CultureInfo.InvariantCulture,
                    $"{run.Name} has its own network only after the {run.Arm.SourceSteps:N0} steps of its source, so it has no "
                    + $"value at step {step:N0}.")
                : Invariant(
                    $"{run.Name} kept no checkpoint of step {own:N0} (it was trained without training.keepSteps), so it has no ")
                    + "value there.");
            return null;
        }
    }
}
