using System.CommandLine;

namespace Qdiff.Cli;

/// <summary>
/// <c>qdiff transfer</c>: the papers' transfer learning as one resumable experiment: a source network, then the configured
/// network from its weights, then the same from classical to classical as the control.
/// </summary>
static class TransferVerb
{
    public static Command Create()
    {
        var config = new Option<string>("--config", "-c")
        {
            Description = "An experiment with transfer.source and transfer.sourceSteps: a YAML file, or a name of 'qdiff config "
                + "list'.",
            Required = true,
        };
        var set = new Option<string[]>("--set")
        { Description = "Override a setting of all its runs.", DefaultValueFactory = _ => [] };
        Option<string?> dataDir = DataVerb.DataDir();
        var runs = new Option<string>("--runs")
        { Description = "Folder that run folders are made in.", DefaultValueFactory = _ => "runs" };
        var transfer = new Command("transfer",
            "Train a source, transfer it to another model, and the classical control; goes on where it stopped.") { config, set,
            dataDir, runs };
        transfer.SetAction(parsed =>
        {
            string file = parsed.GetRequiredValue(config), root = parsed.GetValue(runs)!;
            string[] overrides = parsed.GetValue(set) ?? [];
            ExperimentConfig wanted = Configurations.Load(file, overrides).Config;
            if (wanted.Transfer.Source is not { } source || wanted.Transfer.SourceSteps < 1)
                throw new InputException($"{file} names no source: set transfer.source (a run name) and transfer.sourceSteps.");
            string model = wanted.Transfer.SourceModel;
            string sourceRun = Path.Combine(root, RunFolder.NameOf(wanted with { Name = source }));
            (string Title, string[] Settings)[] arms =
            [
                ($"source: {model}, {wanted.Transfer.SourceSteps:N0} steps",
                    [$"name={source}", $"model.name={model}", $"training.steps={wanted.Transfer.SourceSteps}"]),
                ($"transfer: {model} to {wanted.Model.Name}, {wanted.Training.Steps:N0} steps", [$"transfer.from={sourceRun}"]),
                ($"control: {model} to {model}, {wanted.Training.Steps:N0} steps",
                    [$"transfer.from={sourceRun}", $"model.name={model}", $"name={wanted.Name}-control"]),
            ];
            bool quiet = parsed.GetValue(Tool.Quiet);
            using var interruption = new Interruption();
            foreach ((string title, string[] settings) in arms)
            {
                ResolvedExperiment experiment = Configurations.Load(file, [.. overrides, .. settings]);
                string path = Path.Combine(root, RunFolder.NameOf(experiment.Config));
                using TrainingRun run = RunFolder.Exists(path)
                    ? TrainingRun.Resume(path, parsed.GetValue(dataDir), Print.Warning)
                    : TrainingRun.Start(experiment, root, Environment.GetCommandLineArgs()[1..], parsed.GetValue(dataDir),
                        Print.Warning);
                if (!quiet) Print.Message(title);
                TrainVerb.Announce(run, interruption, quiet);
                int code = TrainVerb.Run(run, interruption, null, quiet);
                if (code != 0) return code;
            }

            return 0;
        });
        return transfer;
    }
}
