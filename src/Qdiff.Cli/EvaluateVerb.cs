using System.CommandLine;
using System.Globalization;

namespace Qdiff.Cli;

/// <summary>
/// <c>qdiff evaluate RUN|FOLDER|NPZ</c>: figures of a run's samples, or of those of any other program, each with its protocol,
/// interval and what real images get in its place.
/// </summary>
static class EvaluateVerb
{
    public static Command Create()
    {
        var target = new Argument<string>("target")
        { Description = "A run folder, the folder of a network for each class, a folder of pictures, or an .npz or .npy file." };
        var step = new Option<long?>("--step") { Description = "Evaluate the checkpoint of this step; the latest by default." };
        var raw = new Option<bool>("--raw") { Description = "Draw with the raw weights instead of their average." };
        var dataset = new Option<string?>("--dataset")
        { Description = "What samples of another program are compared with: a name of 'qdiff data list', or folder:PATH." };
        Option<string?> dataDir = DataVerb.DataDir();
        var curve = new Option<string?>("--bias-curve")
        { Description = "Plot FID over the number of samples into this .svg or .png file." };
        var arguments = new EvaluationArguments();
        var evaluate = new Command("evaluate",
            "Measure samples: distances to real images, diversity, copies, each with its interval.") { target, step, raw, dataset,
            dataDir, curve };
        arguments.AddTo(evaluate);
        evaluate.SetAction(parsed =>
        {
            string path = parsed.GetRequiredValue(target);
            string? picture = parsed.GetValue(curve);
            if (picture is not null && Path.GetExtension(picture).ToLowerInvariant() is not (".svg" or ".png"))
                throw new InputException($"--bias-curve {picture}: write a .svg or .png file.");
            if (picture is not null) OutputFile.Require("--bias-curve", picture);
            using var interruption = new Interruption();
            using var line = new ProgressLine(parsed.GetValue(Tool.Quiet));
            EvaluationReport report;
            string file;
            FiguresNotKeptException? notKept = null;
            IReadOnlyList<(int Label, RunFolder Run)> classes = RunFolder.Exists(path) ? [] : ClassSweep.RunsIn(path);
            if (RunFolder.Exists(path) || classes.Count > 0)
            {
                if (classes.Count > 0 && parsed.GetValue(step) is not null)
                    throw new InputException("--step chooses a checkpoint of one run; the networks of several classes are "
                        + "evaluated at their ends. Name the run of a class instead.");
                if (parsed.GetValue(dataset) is not null)
                    throw new InputException("--dataset is for samples of other programs; a run is compared with the data that "
                        + "it was trained on.");
                RunFolder folder = classes.Count > 0 ? classes[0].Run : RunFolder.Open(path);
                ExperimentConfig config = folder.Experiment.Config;
                EvaluationOptions options = Prepare(arguments.Options(parsed, config.Evaluation.Preset, config.Data.Dataset,
                    folder.Manifest.Data.Shape));
                var evaluation = new RunEvaluation
                {
                    Sampling = arguments.Sampling(parsed, config.Sampling),
                    Samples = arguments.Samples(parsed),
                    Raw = parsed.GetValue(raw),
                    DataFolder = parsed.GetValue(dataDir),
                    Warn = Print.Warning,
                };
                file = Path.Combine(path, MetricsFile.FileName);
                report = Figures(() => classes.Count > 0
                    ? evaluation.OfEachClass(classes, file, Path.GetFileName(Path.TrimEndingDirectorySeparator(path)), options,
                        interruption.Token)
                    : evaluation.Of(folder, options, parsed.GetValue(step), interruption.Token));
            }
            else
            {
                ForeignSamples samples = ForeignSamples.Read(path);
                string data = parsed.GetValue(dataset)
                    ?? throw new InputException($"{path} is no run: name with --dataset what to compare its samples with.");
                if (parsed.GetValue(step) is not null || parsed.GetValue(raw))
                    throw new InputException("--step and --raw choose among a run's checkpoints; these samples are of no run.");
                DataConfig real = RealImages.FirstPartThatIsThere(new() { Dataset = data, Folder = parsed.GetValue(dataDir) });
                EvaluationOptions options = Prepare(arguments.Options(parsed, EvaluationPresets.Default, data,
                    real.Load().Shape.ToArray()));
                file = Path.TrimEndingDirectorySeparator(path) + "." + MetricsFile.FileName;
                // A file that cannot be added to is said before the work, and figures are shown even if they cannot be kept.
                MetricsFile.Read(file);
                report = Figures(() =>
                {
                    EvaluationReport figures =
                        ForeignEvaluation.Of(samples, real, options, arguments.Samples(parsed), interruption.Token);
                    MetricsFile.Add(file, figures);
                    return figures;
                });
            }

            line.Dispose();
            if (report.BiasCurve is { } points) Plot(points, report, picture!);
            if (parsed.GetValue(Tool.Json)) Print.Json(report);
            else
            {
                Print.Line(report.ToText());
                if (notKept is null) Print.Line($"\nkept in {file}{(picture is null ? "" : $", plot in {picture}")}");
            }

            return notKept is null ? 0 : throw notKept;

            EvaluationReport Figures(Func<EvaluationReport> measure)
            {
                try
                {
                    return measure();
                }
                catch (FiguresNotKeptException e)
                {
                    notKept = e;
                    return e.Report;
                }
            }

            EvaluationOptions Prepare(EvaluationOptions options) => options with
            {
                BiasCurve = picture is not null,
                Progress = (what, done) => line.Report(done, remaining =>
                    done == 0 ? what : string.Create(CultureInfo.InvariantCulture,
                        $"{what}: {done:P0}, {ProgressLine.Short(remaining)} left")),
            };
        });
        return evaluate;
    }

    static void Plot(FidBiasCurve curve, EvaluationReport report, string path)
    {
        double[] n = [.. curve.Points.Select(p => (double)p.Count)];
        new LineChart
        {
            Title = report.Subject,
            XLabel = "samples",
            YLabel = "Fréchet distance",
            Series =
            [
                new("measured", n, [.. curve.Points.Select(p => p.Distance)]),
                new("line in 1/n", n, [.. n.Select(count => curve.Limit + curve.Slope / count)]),
                new("with endlessly many", [n[0], n[^1]], [curve.Limit, curve.Limit]),
            ],
        }.Save(path);
    }
}
