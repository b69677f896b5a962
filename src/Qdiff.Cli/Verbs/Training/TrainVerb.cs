using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Qdiff.Evaluation;
using Qdiff.Imaging;
using Qdiff.Tensors;

namespace Qdiff.Cli;

/// <summary><c>qdiff train</c>: trains an experiment in its run folder, or goes on with one.</summary>
static class TrainVerb
{
    public static Command Create(EvaluationCatalog catalog)
    {
        var config = new Option<string?>("--config", "-c")
        { Description = "The experiment: a YAML file, or a name of 'qdiff config list'." };
        var set = new Option<string[]>("--set")
        { Description = "Override a setting: --set training.steps=2000. May be repeated.", DefaultValueFactory = _ => [] };
        var from = new Option<string?>("--from")
        {
            Description = "Before the first step copy the weights of another run's folder, or of a model of 'qdiff pretrained "
                + "list' by name.",
        };
        var resume = new Option<string?>("--resume")
        { Description = "Go on with the run in this folder; with another --steps or --epochs if it is to be longer." };
        Option<long?> seed = CommonOptions.Seed();
        LengthArguments length = new();
        Option<string?> dataDir = CommonOptions.DataDir();
        Option<string> runs = CommonOptions.RunsFolder();
        Option<string?> maxTime = TimeLimit.Option();
        var train = new Command("train", "Train an experiment; interrupting saves it.")
        { config, set, seed, from, resume, dataDir, runs, maxTime };
        length.AddTo(train);
        train.SetAction(parsed =>
        {
            bool quiet = parsed.GetValue<bool>(Tool.Quiet), json = parsed.GetValue<bool>(Tool.Json);
            string? folder = parsed.GetValue(resume), file = parsed.GetValue(config);
            string[] overrides = [.. parsed.GetValue(set) ?? [], .. CommonOptions.Seeded(parsed, seed)];
            TimeSpan? limit = TimeLimit.Of(parsed, maxTime);
            if (folder is not null && (file is not null || parsed.GetValue(from) is not null))
                throw new InputException("--resume goes on with the configuration in the run folder; leave out --config and "
                    + "--from.");
            if (parsed.GetValue(from) is { } source)
                overrides = [.. overrides, ResolvedExperiment.Option("transfer.from", From(source))];
            if (folder is null && file is null)
                throw new InputException("Say what to train: --config FILE, or --resume RUN to go on with a run.");
            if (folder is not null && parsed.IsGiven(runs))
                throw new InputException("--resume goes on in the run folder; leave out --runs.");
            if (folder is not null) MeantRun.RequireOne(folder);
            using var interruption = new Interruption();
            string root = parsed.GetValue(runs)!;
            string? data = parsed.GetValue(dataDir);
            ResolvedExperiment? experiment = file is null ? null : Configurations.Load(file, catalog, overrides);
            if (experiment is not null) RequireNoTransfer(experiment);
            if (experiment is { Config.Data.EachClass: true })
            {
                ClassSweep sweep = ProgressLine.While("reading the images", quiet,
                    () => new ClassSweep(length.Epochs(parsed, experiment), root, data, length.Steps(parsed), Ranks.Processes));
                return RunEachClass(sweep, catalog, interruption, limit, quiet, json);
            }

            using TrainingRun run = ProgressLine.While("reading the images", quiet, () => folder is not null
                ? TrainingRun.Resume(folder, catalog, data, Print.Warning, [.. overrides, .. length.Changes(parsed)],
                    Ranks.Processes)
                : TrainingRun.Start(length.Apply(parsed, experiment!, data), root, Environment.GetCommandLineArgs()[1..], data,
                    Print.Warning, Ranks.Processes));
            bool wasFinished = run.State.Step >= run.Config.Training.Steps;
            Introduce(run, interruption, quiet);
            int code = Reported(run, catalog, interruption, quiet, () => Run(run, interruption, limit, quiet, json));
            if (code == 0 && !quiet && !json && run.State.Step >= run.Config.Training.Steps) WhatNext(run.Folder, wasFinished);
            return code;
        });
        return train;
    }

    /// <summary>Refuses to train a transfer without the source that it names, which would be another experiment under its
    /// name.</summary>
    /// <exception cref="InputException">It is one.</exception>
    public static void RequireNoTransfer(ResolvedExperiment experiment)
    {
        if (experiment.Config.Transfer is { Source: { } source, From: null })
            throw new InputException($"{experiment.Config.Name} begins with the weights of {source} (transfer.source), and "
                + "'qdiff train' trains no source: 'qdiff transfer' does, and its control; or name a run that is there with "
                + "transfer.from.");
    }

    /// <summary>Trains a run and writes its report, also of one that diverges.</summary>
    public static int Reported(TrainingRun run, EvaluationCatalog catalog, Interruption interruption, bool quiet,
        Func<int> train)
    {
        int code;
        try
        {
            code = train();
        }
        catch (TrainingDivergedException)
        {
            // Its checkpoints are written, and how it went until then is what one wants to see.
            interruption.Saves = false;
            Report(run, catalog, interruption, quiet);
            throw;
        }

        Report(run, catalog, interruption, quiet);
        return code;
    }

    /// <summary>Closes a run, which is done or stopped, and writes its report; whoever interrupted it does not wait for
    /// images.</summary>
    static void Report(TrainingRun run, EvaluationCatalog catalog, Interruption interruption, bool quiet)
    {
        // Nobody trains it any more, and the report should say so.
        run.Dispose();
        // The last line of an interrupted training is how to go on with it.
        WrittenReport.Write(run.Folder.Path, catalog, quiet || interruption.IsRequested, run.Images,
            draws: !interruption.IsRequested);
    }

    /// <summary>Says what can be done with a run that has been trained.</summary>
    /// <param name="longer">Whether somebody wanted more of it than there was to do.</param>
    public static void WhatNext(RunFolder run, bool longer = false)
    {
        ExperimentConfig config = run.Experiment.Config;
        string[] quick = config.Sampling.Sampler == "ddpm" ? ["--sampler", "ddim"] : [];
        bool hasClassifier = DomainClassifier.For(config.Data.Dataset, [.. run.Manifest.Data.Shape]) is not null;
        if (longer && config.Training.LearningRateSchedule == "constant")
            Print.Message("the run was finished; train it longer with: " + PastedCommand.Of("train", "--resume", run.Path,
                "--steps", (2L * config.Training.Steps).ToString(CultureInfo.InvariantCulture)));
        Print.Message("next: " + PastedCommand.Of(["sample", run.Path, .. quick]));
        Print.Message("      " + PastedCommand.Of(hasClassifier ? ["evaluate", run.Path, .. quick]
            : ["sample", run.Path, .. quick, "--count", "8", "--strip", "12"]));
    }

    /// <summary>Trains one class after another, each from where it was; the time limit is for all together.</summary>
    static int RunEachClass(ClassSweep sweep, EvaluationCatalog catalog, Interruption interruption, TimeSpan? limit, bool quiet,
        bool json)
    {
        var watch = Stopwatch.StartNew();
        int code = 0;
        bool areWhole = true;
        List<object> done = [];
        foreach (ClassSweep.ClassArm arm in sweep.Arms)
        {
            // All processes go on, or none: their clocks differ.
            if (Ranks.Processes.FromFirst(() => limit - watch.Elapsed <= TimeSpan.Zero)) break;
            using TrainingRun run = ProgressLine.While($"reading the images of class {arm.Title}", quiet,
                () => sweep.Open(arm, Environment.GetCommandLineArgs()[1..], Print.Warning));
            Introduce(run, interruption, quiet);
            code = Reported(run, catalog, interruption, quiet, () =>
                Run(run, interruption, limit - watch.Elapsed, quiet, report: !json, goOn: PastedCommand.Again()));
            bool isWhole = run.State.Step >= run.Config.Training.Steps;
            areWhole &= isWhole;
            done.Add(new { Run = run.Folder.Path, Class = arm.Title, run.State.Step, Finished = isWhole });
            if (code != 0 || !isWhole) break;
        }

        string sheet = Path.Combine(sweep.Folder, "classes.png");
        bool finished = areWhole && done.Count == sweep.Arms.Count && code == 0;
        if (finished && Ranks.Processes.IsFirst)
            Png.Save(ProgressLine.While("drawing samples of each class", quiet,
                () => sweep.Sheet(cancellationToken: interruption.Token)), sheet,
                new KeyValuePair<string, string>("Software", "Qdiff"));
        if (json) Print.Json(new { sweep.Folder, Runs = done });
        else if (finished) Print.Line($"a row a class: {sheet}");
        if (finished && !quiet && !json)
        {
            Print.Message("next: " + PastedCommand.Of("evaluate", sweep.Folder));
            Print.Message("      " + PastedCommand.Of("sample", sweep.Arms[0].Run));
        }

        return code;
    }

    static void Introduce(TrainingRun run, Interruption interruption, bool quiet)
    {
        if (!quiet) Print.Notes(run.Images);
        if (!quiet)
            Print.Message($"{run.Folder.Path}: {run.Config.Model.Name} ({run.State.Network.Parameters.Scalars:N0} "
                + $"parameters) on {run.Images.Count:N0} images of {run.Images.Name}, from step {run.State.Step:N0} to "
                + $"{run.Config.Training.Steps:N0}");
        Announce(run, interruption, quiet);
    }

    /// <summary>Says what was transferred and what the audit found.</summary>
    public static void Announce(TrainingRun run, Interruption interruption, bool quiet)
    {
        AuditReport audit;
        using (var line = new ProgressLine(quiet))
        {
            run.Doing = line.Doing;
            try
            {
                audit = run.Audited(interruption.Token);
            }
            catch (OperationCanceledException)
            {
                // Nothing was lost; the steps, which end at once, say how to go on.
                return;
            }

            run.Doing = null;
        }

        if (quiet) return;
        if (run.Transfer is { } transfer)
        {
            Print.Message($"transfer after {transfer.SourceSteps:N0} steps: {Count(transfer.Copied)} copied, "
                + $"{Count(transfer.New)} new, {Count(transfer.Frozen)} frozen");
            if (transfer.New.Count > 0)
                Print.Message("new: "
                    + string.Join(", ", transfer.New.Select(p => p.Name.Split('.') is [var a, var b, ..] ? $"{a}.{b}" : p.Name)
                    .Distinct()));
        }

        if (run.Folder.Manifest.Measurement is { } cost) Print.Message(cost.ToString());
        string third = audit.Undecided > 0 ? $", {audit.Undecided:N0} are not decided" : "";
        string why = audit.IsClean ? "" : $"; {PastedCommand.Of("audit", run.Folder.Path)} says why the others cannot";
        Print.Message($"audit: {audit.Live:N0} of {audit.Nominal:N0} parameters can act on the output{third}{why}");

        static string Count(IReadOnlyList<Parameter> parameters) =>
            $"{parameters.Count} tensors ({parameters.Sum(p => p.Count):N0} values)";
    }

    /// <summary>Does the steps with progress; saves and returns 130 when interrupted, 0 when done or out of time.</summary>
    /// <param name="goOn">The command that goes on; by default the one that goes on with this run alone.</param>
    public static int Run(TrainingRun run, Interruption interruption, TimeSpan? limit, bool quiet, bool json = false,
        bool report = true, string? goOn = null)
    {
        using var display = new TrainingDisplay(run, quiet);
        var watch = Stopwatch.StartNew();
        int total = run.Config.Training.Steps;
        bool stopped = false;
        run.Doing = display.Doing;
        display.Begin();
        interruption.Saves = true;
        // Through the token, for processes that train together must all hear of it and end with the same step.
        using var timeUp = new CancellationTokenSource();
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(interruption.Token, timeUp.Token);
        try
        {
            foreach (TrainingStep step in run.Steps(ends.Token))
            {
                display.Report(step);
                if (watch.Elapsed > limit) timeUp.Cancel();
            }
        }
        catch (OperationCanceledException)
        {
            stopped = true;
        }
        catch (ProcessFailedException)
        {
            // What was done before is done, and the first process has it.
            run.SaveAlone();
            throw;
        }

        run.Save();
        interruption.Saves = false;
        display.Dispose();
        if (!quiet && run.Shift is { IsNotable: true } shift) Print.Message($"{shift}; --calibrate takes that off samples");
        string again = goOn ?? PastedCommand.Of("train", "--resume", run.Folder.Path);
        if (json)
            Print.Json(new
            {
                Run = run.Folder.Path,
                run.State.Step,
                Loss = display.Loss?.Last,
                SmoothedLoss = display.Loss?.Smoothed,
                Seconds = watch.Elapsed.TotalSeconds,
                Interrupted = stopped || run.LacksSamples,
            });
        else if (report) Print.Line(string.Create(CultureInfo.InvariantCulture,
            $"{run.Folder.Path}: {run.State.Step:N0} of {total:N0} steps "
                + $"done{(display.Loss is { } loss ? $", smoothed loss {loss.Smoothed:F4}" : "")}, "
                + $"{ProgressLine.Short(watch.Elapsed)}"));
        if (stopped && !quiet)
            Print.Message((run.WasAskedToStop ? "asked to stop; " : "")
                + $"saved; go on with: {again}");
        else if (run.LacksSamples && !quiet)
            Print.Message($"the samples of step {run.State.Step:N0} were not drawn; this draws them: {again}");
        return interruption.IsRequested || run.WasAskedToStop ? Interruption.ExitCode : 0;
    }

    /// <summary>A folder's path in full, so that the run is found from everywhere; the name of a pretrained model as it
    /// is.</summary>
    static string From(string source) => Directory.Exists(source) || !PlainName.Is(source) ? Path.GetFullPath(source) : source;
}
