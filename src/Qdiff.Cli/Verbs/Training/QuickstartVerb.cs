using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Qdiff.Imaging;

namespace Qdiff.Cli;

/// <summary>
/// <c>qdiff quickstart</c>: the main job in a few minutes on data that come with the program. Shows what trained
/// models draw, then trains the classical U-Net and the hybrid one with the same budget, seed and data, draws the same samples
/// from both, and leaves a folder with samples and results.
/// </summary>
static class QuickstartVerb
{
    /// <summary>What quickstart.yaml says.</summary>
    const int UsualSteps = 1000;

    const string ResultsFile = "results.json";

    static readonly string[] s_models = ["unet", "qvunet-1hq"];

    /// <summary>The pretrained models whose samples are shown, as far as they are there.</summary>
    static readonly string[] s_shown = ["mnist-unet", "mnist-qvunet-1hq", "fashion-unet"];

    const int Shown = 64;

    sealed record PretrainedSheet(string Model, string File);

    sealed record Arm(string Model, int Parameters, int Angles, long Steps, double Loss, double ProbeLoss, double SecondsPerStep,
        string Run);

    public static Command Create(Catalog catalog)
    {
        var steps = new Option<int?>("--steps") { Description = "Training steps of each model; 1,000 by default." };
        Option<string> runs = CommonOptions.RunsFolder();
        var force = new Option<bool>("--force") { Description = "Replace the samples and results of another number of steps." };
        var quickstart = new Command("quickstart", "Train, sample and compare two models on built-in data, in a few minutes.")
        { steps, runs, force };
        quickstart.SetAction(parsed =>
        {
            bool quiet = parsed.GetValue<bool>(Tool.Quiet);
            string root = parsed.GetValue(runs)!, folder = Path.Combine(root, "quickstart");
            int? length = parsed.GetValue(steps);
            if (length is < 1) throw new InputException($"--steps {length}: at least 1 is needed.");
            if (!parsed.GetValue(force)) RequireOfSameLength(folder, length ?? UsualSteps);
            using var interruption = new Interruption();
            IReadOnlyList<PretrainedSheet> sheets = ShowTrained(catalog, folder, quiet, interruption.Token);
            var arms = new List<Arm>();
            var grids = new List<ImageSet>();
            var curves = new List<ChartSeries>();
            foreach (string model in s_models)
            {
                using TrainingRun run = Open(catalog, model, root, length, quiet);
                if (!quiet)
                    Print.Message($"{model}: {run.State.Network.Parameters.Scalars:N0} parameters, "
                        + $"{run.Config.Training.Steps:N0} steps of {run.Config.Training.Batch} on {run.Images.Count:N0} images "
                        + $"of {run.Images.Name}");
                int code = TrainVerb.Run(run, interruption, null, quiet, report: false, goOn: PastedCommand.Again());
                if (code != 0)
                {
                    if (parsed.GetValue<bool>(Tool.Json)) Print.Json(new { Folder = folder, Finished = false });
                    return code;
                }

                TrainedRun trained = TrainedRun.Open(run.Folder);
                float[] samples = new SampleDrawing(trained, run.Config.Sampling,
                    ClassChoice.Create(trained.Network, run.Folder.Manifest.Data, []), quiet).Images(interruption.Token);
                grids.Add(ImageSet.FromSamples(model, trained.Network.Image, samples));
                IReadOnlyList<TrainingStep> log = StepLog.Read(run.Folder.StepsFile);
                curves.Add(Smoothed(model, log));
                arms.Add(Describe(model, run, trained, log));
            }

            Write(folder, arms, grids, curves);
            if (parsed.GetValue<bool>(Tool.Json)) Print.Json(new { Folder = folder, Models = arms, Pretrained = sheets });
            else
            {
                Print.Table(["model", ">parameters", ">angles", ">steps", ">loss", ">probe loss", ">s/step"],
                    arms.Select(a => new[]
                {
                    a.Model, $"{a.Parameters:N0}", $"{a.Angles:N0}", $"{a.Steps:N0}", F(a.Loss), F(a.ProbeLoss),
                    F(a.SecondsPerStep),
                }));
                Print.Line("one seed each: a difference between the models here says nothing about which is better");
                Print.Line($"samples and results: {folder}");
                if (sheets.Count > 0)
                    Print.Line($"fully trained: {string.Join(", ", sheets.Select(sheet => Path.GetFileName(sheet.File)))}");
                if (!quiet) TrainVerb.WhatNext(RunFolder.Open(arms[^1].Run, catalog));
            }

            return 0;
        });
        return quickstart;
    }

    /// <summary>Draws with trained models first: what the trainings that follow would come to in hours, within seconds.</summary>
    static IReadOnlyList<PretrainedSheet> ShowTrained(Catalog catalog, string folder, bool quiet,
        CancellationToken cancellationToken)
    {
        string[] there = [.. s_shown.Select(PretrainedModels.Here.TryFind).OfType<string>()];
        if (there.Length == 0 && !quiet) Print.Message("there are no pretrained models to show; training two of our own");
        List<PretrainedSheet> sheets = [];
        foreach (string path in there)
        {
            PretrainedModel model = PretrainedModel.Open(path, catalog);
            TrainedRun trained = model.Load();
            PretrainedSamples samples = model.Card.Samples;
            SamplingConfig sampling = trained.Folder.Experiment.Config.Sampling.With(samples.Sampler) with
            { Steps = samples.SamplingSteps, Seed = samples.Seed, Count = Shown };
            ClassChoice classes = ClassChoice.Create(trained.Network, trained.Folder.Manifest.Data, []);
            string file = Path.Combine(folder, $"pretrained-{model.Name}.png");
            WholeFile.Write(file, Png.Encode(SampleSheet.Draw(trained.Network.Image,
                new SampleDrawing(trained, sampling, classes, quiet).Images(cancellationToken), classes)), makeFolder: true);
            sheets.Add(new(model.Name, file));
            if (!quiet) Print.Message($"{model.Name}, trained for {model.Card.Steps:N0} steps, draws {file}");
        }

        return sheets;
    }

    static string F(double value) => value.ToString("F4", CultureInfo.InvariantCulture);

    /// <summary>A quick look must not replace what took minutes.</summary>
    static void RequireOfSameLength(string folder, int steps)
    {
        string results = Path.Combine(folder, ResultsFile);
        if (!File.Exists(results)) return;
        long? there;
        try
        {
            using JsonDocument arms = JsonDocument.Parse(TextFile.Read(results));
            there = arms.RootElement.EnumerateArray().Max(arm => arm.GetProperty("steps").GetInt64());
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            there = null;
        }

        if (there != steps)
            throw new InputException($"{folder} holds the samples and results of {(there is { } t ? $"{t:N0}" : "other")} "
                + $"steps, not of {steps:N0}. Keep them by choosing another folder with --runs, or replace them with --force.");
    }

    /// <summary>The arm's run: a new one, or the one that an earlier call left.</summary>
    static TrainingRun Open(Catalog catalog, string model, string root, int? steps, bool quiet)
    {
        List<string> settings = [$"model.name={model}", $"name=quickstart-{model}"];
        if (steps is { } count and not UsualSteps)
            settings.AddRange($"training.steps={count}", $"name=quickstart-{model}-{count}");
        ResolvedExperiment experiment =
            ResolvedExperiment.Parse(Configurations.BuiltIn("quickstart")!, "built-in quickstart", catalog, settings);
        return ProgressLine.While("reading the images", quiet,
            () => TrainingRun.StartOrResume(experiment, root, ["quickstart"], warn: Print.Warning));
    }

    static Arm Describe(string model, TrainingRun run, TrainedRun trained, IReadOnlyList<TrainingStep> log)
    {
        TrainingStep[] last = [.. log.TakeLast(50)];
        double[] seconds = [.. log.Select(s => s.Seconds).Order()];
        return new(model, trained.Network.Parameters.Scalars, trained.Network.Circuits.Sum(c => c.Angles?.Count ?? 0),
            trained.Step, last.Average(s => s.Loss), run.Folder.Checkpoints.ReadLatest()?.Score ?? double.NaN,
            seconds[seconds.Length / 2], run.Folder.Path);
    }

    static ChartSeries Smoothed(string name, IReadOnlyList<TrainingStep> log)
    {
        var x = new List<double>();
        var y = new List<double>();
        SmoothedValue loss = new();
        foreach (TrainingStep step in log)
        {
            loss.Add(step.Loss);
            x.Add(step.Number);
            y.Add(loss.Value);
        }

        return new(name, x, y);
    }

    static void Write(string folder, List<Arm> arms, List<ImageSet> grids, List<ChartSeries> curves)
    {
        Directory.CreateDirectory(folder);
        foreach (ImageSet grid in grids) ImageGrid.Save(grid, Path.Combine(folder, grid.Name + ".png"), new() { Scale = 2 });
        var chart = new LineChart
        { Title = "Training loss, smoothed over 20 steps", XLabel = "step", YLabel = "loss", LogY = true, Series = curves };
        chart.Save(Path.Combine(folder, "loss.svg"));
        chart.Save(Path.Combine(folder, "loss.png"));
        WholeFile.Write(Path.Combine(folder, ResultsFile), Print.ToJson(arms) + "\n");
    }
}
