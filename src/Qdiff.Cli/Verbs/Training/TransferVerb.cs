using System.CommandLine;
using System.Diagnostics;
using System.Text.Json;
using Qdiff.Evaluation;

namespace Qdiff.Cli;

/// <summary>
/// <c>qdiff transfer</c>: the papers' transfer learning as one resumable experiment: a source network, then the configured
/// network from its weights, then the same from classical to classical as the control.
/// </summary>
static class TransferVerb
{
    public static Command Create(EvaluationCatalog catalog)
    {
        var config = new Option<string>("--config", "-c")
        {
            Description = "An experiment with transfer.source and transfer.sourceSteps: a YAML file, or a name of 'qdiff config "
                + "list'.",
            Required = true,
        };
        var set = new Option<string[]>("--set")
        { Description = "Override a setting of all its runs.", DefaultValueFactory = _ => [] };
        Option<string?> dataDir = CommonOptions.DataDir();
        Option<long?> seed = CommonOptions.Seed();
        LengthArguments length = new();
        Option<string> runs = CommonOptions.RunsFolder();
        Option<string?> maxTime = TimeLimit.Option();
        var transfer = new Command("transfer",
            "Train a source, transfer it to another model, and the classical control; goes on where it stopped.") { config, set,
            seed, dataDir, runs, maxTime };
        length.AddTo(transfer, withEpochs: false);
        transfer.SetAction(parsed =>
        {
            string file = parsed.GetRequiredValue(config), root = parsed.GetValue(runs)!;
            string[] overrides = [.. parsed.GetValue(set) ?? [], .. CommonOptions.Seeded(parsed, seed)];
            string? data = parsed.GetValue(dataDir);
            ResolvedExperiment whole = Configurations.Load(file, catalog, overrides);
            // Without a source there is nothing to divide; that is said below.
            if (length.Steps(parsed) is { } steps && whole.Config.Transfer is { Source: not null, SourceSteps: >= 1 })
            {
                int? images = whole.Config.Training.Epochs is null ? null : whole.Config.Data.In(data).Load(catalog).Count;
                whole = whole.Lasting(steps, images, withSource: true);
            }

            ExperimentConfig wanted = whole.Config;
            if (wanted.Transfer.Source is not { } source || wanted.Transfer.SourceSteps < 1)
                throw new InputException($"{file} names no source: set transfer.source (a run name) and transfer.sourceSteps.");
            string model = wanted.Transfer.SourceModel;
            // In full, so that the run finds its source from every folder.
            string trained = Path.GetFullPath(Path.Combine(root, RunFolder.NameOf(wanted with { Name = source })));
            // The configuration of a run that a transfer has made names the source that it was made from.
            if (wanted.Transfer.From is { } other && Path.TrimEndingDirectorySeparator(Path.GetFullPath(other)) != trained)
                throw new InputException($"{file}: transfer.from is {other}, but the source of this transfer is {source}, which "
                    + "is trained first (transfer.source): leave out transfer.from, or start from it with qdiff train and "
                    + "transfer.source=null.");
            string from = ResolvedExperiment.Option("transfer.from", trained);
            (string Title, ResolvedExperiment Experiment)[] arms =
            [
                ($"source: {model}, {wanted.Transfer.SourceSteps:N0} steps", whole.TransferSource()!),
                ($"transfer: {model} to {wanted.Model.Name}, {wanted.Training.Steps:N0} steps", whole.With(from)),
                ($"control: {model} to {model}, {wanted.Training.Steps:N0} steps", Control(whole, data).With(from)),
            ];
            // What is wrong with the last arm is said before the first is trained.
            foreach ((_, ResolvedExperiment experiment) in arms) TrainingRun.RequireSame(experiment, root);
            TimeSpan? limit = TimeLimit.Of(parsed, maxTime);
            var watch = Stopwatch.StartNew();
            bool quiet = parsed.GetValue<bool>(Tool.Quiet), json = parsed.GetValue<bool>(Tool.Json);
            List<object> done = [];
            int code = 0;
            using var interruption = new Interruption();
            foreach ((string title, ResolvedExperiment experiment) in arms)
            {
                using TrainingRun run = ProgressLine.While("reading the images", quiet, () => TrainingRun.StartOrResume(
                    experiment, root, Environment.GetCommandLineArgs()[1..], data, Print.Warning));
                if (!quiet) Print.Message(title);
                TrainVerb.Announce(run, interruption, quiet);
                code = TrainVerb.Reported(run, catalog, interruption, quiet, () => TrainVerb.Run(run, interruption,
                    limit - watch.Elapsed, quiet, report: !json, goOn: PastedCommand.Again()));
                done.Add(new
                {
                    Run = run.Folder.Path,
                    run.State.Step,
                    Finished = run.State.Step >= run.Config.Training.Steps
                });
                // Interrupted, or out of time: what comes next would begin from weights that are not those of the end.
                if (code != 0 || run.State.Step < run.Config.Training.Steps) break;
                if (!(limit - watch.Elapsed <= TimeSpan.Zero) || done.Count == arms.Length) continue;
                TimeLimit.TellEnd(quiet);
                break;
            }

            if (json) Print.Json(new { Runs = done });
            return code;
        });
        return transfer;
    }

    /// <summary>The source's model once more instead of the one that is transferred to; what is frozen or left out of its parts
    /// alone is nothing here.</summary>
    static ResolvedExperiment Control(ResolvedExperiment whole, string? dataFolder)
    {
        ResolvedExperiment control = whole.OfSourceModel($"name={whole.Config.Name}-control");
        TransferConfig transfer = whole.Config.Transfer;
        if (transfer.Freeze.Count + transfer.Except.Count == 0) return control;
        Network network = control.Config.BuildNetwork(whole.Config.Data.In(dataFolder).Load(whole.Catalog).Shape, whole.Catalog);
        return control.With(
            $"transfer.freeze={JsonSerializer.Serialize(WeightTransfer.Fitting(network, transfer.Freeze))}",
            $"transfer.except={JsonSerializer.Serialize(WeightTransfer.Fitting(network, transfer.Except))}");
    }
}
