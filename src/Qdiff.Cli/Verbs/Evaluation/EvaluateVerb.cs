using System.CommandLine;
using Qdiff.Evaluation;
using Qdiff.Imaging;

namespace Qdiff.Cli;

/// <summary>
/// <c>qdiff evaluate RUN|FOLDER|NPZ|--pretrained NAME</c>: metrics of a run's samples, or of those of any other
/// program, each with its protocol, interval and what real images get in its place; of a network with circuits also by shots and
/// under noise.
/// </summary>
static class EvaluateVerb
{
    public static Command Create(EvaluationCatalog catalog)
    {
        var source = new RunArguments(catalog, "target",
            "A run folder, the folder of a network for each class, a folder of images, or an .npz or .npy file.");
        var weights = new WeightsArguments();
        var dataset = new Option<string?>("--dataset")
        { Description = "What samples of another program are compared with: a name of 'qdiff data list', or folder:PATH." };
        Option<string?> dataDir = DataVerb.DataDir();
        var curve = new Option<string?>("--bias-curve")
        { Description = "Plot FID over the number of samples into this .svg or .png file." };
        var force = new Option<bool>("--force") { Description = "Replace a plot that is there." };
        var label = new Option<string?>("--class")
        { Description = "Where there is a network for each class: measure this class's alone, against images of the class." };
        var arguments = new EvaluationArguments(catalog);
        var study = new StudyArguments();
        var evaluate = new Command("evaluate",
            "Measure samples: distances to real images, diversity, copies, each with its interval.")
        { dataset, dataDir, curve, force, label };
        source.AddTo(evaluate);
        weights.AddTo(evaluate);
        arguments.AddTo(evaluate);
        study.AddTo(evaluate);
        evaluate.SetAction(parsed =>
        {
            string? path = source.Path(parsed);
            string? plot = parsed.GetValue(curve);
            if (plot is not null) OutputFile.Require("--bias-curve", plot, ".svg", ".png");
            if (File.Exists(plot) && !parsed.GetValue(force))
                throw new InputException($"--bias-curve {plot}: there is such a file already; choose another name, or replace "
                    + "it with --force.");
            using var interruption = new Interruption();
            using var line = new ProgressLine(parsed.GetValue<bool>(Tool.Quiet));
            EvaluationReport report;
            string file;
            ReportNotKeptException? notKept = null;
            IReadOnlyList<(int? Label, RunFolder Run)> networks = source.TryOpen(parsed);
            if (parsed.GetValue(label) is { } name)
            {
                if (networks.Count == 0) throw new InputException($"--class is of networks; {path} is no run.");
                networks = [(null, ClassNetworks.One(networks, name))];
            }

            bool byShots = study.AreGiven(parsed);
            if (networks.Count > 0)
            {
                bool eachClass = networks[0].Label is not null;
                if (eachClass && (weights.Step(parsed) is not null || weights.File(parsed) is not null))
                    throw new InputException("--step and --from choose the weights of one run; the networks of several classes "
                        + "are evaluated at their ends. Choose one with --class.");
                if (eachClass && byShots)
                    throw new InputException("--shots and --noise are of one network; choose one with --class.");
                if (parsed.GetValue(dataset) is not null)
                    throw new InputException("--dataset is for samples of other programs; a run is compared with the data that "
                        + "it was trained on.");
                (RunFolder folder, string place) = (networks[0].Run, RunArguments.PlaceOf(networks));
                ExperimentConfig config = folder.Experiment.Config;
                EvaluationOptions options = Prepare(arguments.Options(parsed, config.Evaluation.Preset, config.Data.Dataset,
                    folder.Manifest.Data.Shape));
                var evaluation = new RunEvaluation
                {
                    Sampling = arguments.Sampling(parsed, config.Sampling),
                    Samples = arguments.Samples(parsed),
                    Raw = weights.Raw(parsed),
                    WeightsFile = weights.File(parsed),
                    AllowEarlier = weights.AllowEarlier(parsed),
                    DataFolder = parsed.GetValue(dataDir),
                    Warn = Print.Warning,
                };
                if (byShots)
                {
                    if (plot is not null) throw new InputException("--shots and --noise come without --bias-curve.");
                    TrainedRun trained = weights.Open(parsed, folder);
                    line.Doing("drawing by shots");
                    return study.Run(parsed, folder, trained, evaluation, options, interruption.Token);
                }

                file = Path.Combine(place, MetricsFile.FileName);
                report = Kept(() => eachClass
                    ? evaluation.OfEachClass([.. networks.Select(network => (network.Label!.Value, network.Run))], file,
                        Path.GetFileName(Path.TrimEndingDirectorySeparator(place)), options, interruption.Token)
                    : evaluation.Run(folder, options, weights.Step(parsed), interruption.Token));
            }
            else
            {
                if (Path.Exists(path) && arguments.SamplingOption(parsed) is { } option)
                    throw new InputException($"{option} says how samples of a run are drawn; those of {path} are drawn already.");
                line.Doing("reading the samples and the real images");
                ExternalSamples samples = ExternalSamples.Read(path!);
                string data = parsed.GetValue(dataset)
                    ?? throw new InputException($"{path} is no run: name with --dataset what to compare its samples with.");
                if (byShots)
                    throw new InputException("--shots and --noise are of the circuits of a run; these samples are of no run.");
                if (weights.AreGiven(parsed))
                    throw new InputException("--step, --raw, --from and --allow-earlier choose the weights of a run; these "
                        + "samples are of no run.");
                DataConfig real = RealImages.FirstPartThatIsThere(
                    new DataConfig { Dataset = data }.In(parsed.GetValue(dataDir)), catalog);
                EvaluationOptions options = Prepare(arguments.Options(parsed, EvaluationPreset.Domain.Name, data,
                    real.Load(catalog).Shape.ToArray()));
                file = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path!)) + "." + MetricsFile.FileName;
                // A file that cannot be added to is said before the work, and metrics are shown even if they cannot be kept.
                MetricsFile.Read(file);
                report = Kept(() =>
                {
                    EvaluationReport measured =
                        ExternalEvaluation.Run(samples, real, catalog, options, arguments.Samples(parsed), interruption.Token);
                    if (Ranks.Processes.IsFirst) MetricsFile.Add(file, measured);
                    return measured;
                });
            }

            line.Dispose();
            if (report.BiasCurve is { } points && Ranks.Processes.IsFirst) Plot(points, report, plot!);
            if (parsed.GetValue<bool>(Tool.Json)) Print.Json(report);
            else
            {
                Print.Line(report.ToText());
                if (notKept is null) Print.Line($"\nkept in {file}{(report.BiasCurve is null ? "" : $", plot in {plot}")}");
            }

            if (notKept is not null) throw notKept;
            if (path is not null && RunFolder.Exists(path) && !PretrainedModel.Exists(path))
                WrittenReport.Write(path, catalog, parsed.GetValue<bool>(Tool.Quiet));
            return 0;

            EvaluationReport Kept(Func<EvaluationReport> measure)
            {
                try
                {
                    return measure();
                }
                catch (ReportNotKeptException e)
                {
                    notKept = e;
                    return e.Report;
                }
            }

            EvaluationOptions Prepare(EvaluationOptions options) => options with
            {
                BiasCurve = plot is not null,
                Processes = Ranks.Processes,
                Progress = line.Report,
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
