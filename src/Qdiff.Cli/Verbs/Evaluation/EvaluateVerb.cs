using System.CommandLine;
using Qdiff.Evaluation;
using Qdiff.Imaging;

namespace Qdiff.Cli;

/// <summary>
/// <c>qdiff evaluate RUN|FOLDER|NPZ|--pretrained NAME</c>: metrics of a run's samples, or of those of any other
/// program, each with its protocol, interval and what real images get in its place; of a network with circuits also by shots and
/// under noise.
/// </summary>
sealed class EvaluateVerb(EvaluationCatalog catalog)
{
    readonly RunArguments source = new(catalog, "target",
        "A run folder, the folder of a network for each class, a folder of images, or an .npz or .npy file.");
    readonly WeightsArguments weights = new();
    readonly EvaluationArguments arguments = new(catalog);
    readonly StudyArguments study = new();
    readonly Option<string?> dataset = new("--dataset")
    { Description = "What samples of another program are compared with: a name of 'qdiff data list', or folder:PATH." };
    readonly FitArguments fit = new("each real image that samples of another program are compared with");
    readonly Option<string?> dataDir = CommonOptions.DataDir();
    readonly Option<string?> curve = new("--bias-curve")
    { Description = "Plot FID over the number of samples into this .svg or .png file." };
    readonly Option<bool> force = new("--force")
    { Description = "Replace a plot, or a measurement by shots, that is there." };
    readonly Option<string?> label = new("--class")
    { Description = "Where there is a network for each class: measure this class's alone, against images of the class." };

    readonly Option<string?> beside = new("--beside")
    {
        Description = "Measure this run's or pretrained model's denoising-loss too, on the same images with the same noise, and "
            + "the difference image by image.",
    };

    /// <summary>What was asked for, and what shows and ends the work.</summary>
    sealed record Asked(ParseResult Parsed, string? Plot, ProgressLine Line, CancellationToken Cancel)
    {
        public EvaluationOptions Prepared(EvaluationOptions options) => options with
        {
            BiasCurve = Plot is not null,
            Processes = Ranks.Processes,
            Progress = Line.Report,
        };
    }

    /// <summary>What was measured, the file of metrics, and why they could not be kept there if so.</summary>
    sealed record Measured(EvaluationReport Report, string File, ReportNotKeptException? NotKept);

    public static Command Create(EvaluationCatalog catalog)
    {
        var verb = new EvaluateVerb(catalog);
        var evaluate = new Command("evaluate",
            "Measure samples: distances to real images, diversity, copies, each with its interval.")
        { verb.dataset, verb.dataDir, verb.curve, verb.force, verb.label, verb.beside };
        verb.source.AddTo(evaluate);
        verb.weights.AddTo(evaluate);
        verb.arguments.AddTo(evaluate);
        verb.fit.AddTo(evaluate);
        verb.study.AddTo(evaluate);
        evaluate.SetAction(verb.Run);
        return evaluate;
    }

    int Run(ParseResult parsed)
    {
        string? path = source.Path(parsed), plot = parsed.GetValue(curve);
        if (plot is not null) OutputFile.Require("--bias-curve", plot, ".svg", ".png");
        if (File.Exists(plot) && !parsed.GetValue(force))
            throw new InputException($"--bias-curve {plot}: there is such a file already; choose another name, or replace it "
                + "with --force.");
        using var interruption = new Interruption();
        using var line = new ProgressLine(parsed.GetValue<bool>(Tool.Quiet));
        var asked = new Asked(parsed, plot, line, interruption.Token);
        IReadOnlyList<(int? Label, RunFolder Run)> networks = source.TryOpen(parsed);
        if (parsed.GetValue(label) is { } name)
        {
            if (networks.Count == 0) throw new InputException($"--class is of networks; {path} is no run.");
            networks = [(null, ClassNetworks.One(networks, name))];
        }

        bool byShots = study.AreGiven(parsed);
        if (networks.Count > 0) RequireFitting(parsed, networks, byShots);
        if (networks.Count > 0 && byShots) Study(asked, networks[0].Run);
        else
        {
            Measured measured = networks.Count > 0 ? OfNetworks(asked, networks) : OfSamples(asked, path!, byShots);
            line.Dispose();
            Show(asked, measured);
        }

        line.Dispose();
        // Of one run, which that of a class is too; what a pretrained model makes is in no run.
        if (networks is [(null, { IsPretrained: false } run)])
            WrittenReport.Write(run.Path, catalog, parsed.GetValue<bool>(Tool.Quiet));
        return 0;
    }

    /// <summary>Refuses options that go with samples of other programs, or with one network where there are several.</summary>
    void RequireFitting(ParseResult parsed, IReadOnlyList<(int? Label, RunFolder Run)> networks, bool byShots)
    {
        bool eachClass = networks[0].Label is not null;
        if (eachClass && (weights.NamesStep(parsed) || weights.File(parsed) is not null))
            throw new InputException("--step and --from choose the weights of one run; the networks of several classes are "
                + "evaluated at their ends. Choose one with --class.");
        if (eachClass && byShots) throw new InputException("--shots and --noise are of one network; choose one with --class.");
        if (parsed.GetValue(dataset) is not null)
            throw new InputException("--dataset is for samples of other programs; a run is compared with the data that it was "
                + "trained on.");
        if (fit.Said(parsed) is { Length: > 0 } said)
            throw new InputException($"{said.TrimStart()} is for samples of other programs; a run is compared with images of the "
                + "size that it was trained on.");
    }

    (RunEvaluation Evaluation, EvaluationOptions Options) Prepare(Asked asked, RunFolder folder)
    {
        ExperimentConfig config = folder.Experiment.Config;
        EvaluationOptions options = asked.Prepared(arguments.Options(asked.Parsed, config.Evaluation.Preset, config.Data,
            folder.Manifest.Data.Shape));
        return (new()
        {
            Sampling = arguments.Sampling(asked.Parsed, config),
            Samples = arguments.Samples(asked.Parsed),
            Raw = weights.Raw(asked.Parsed),
            WeightsFile = weights.File(asked.Parsed),
            AllowEarlier = weights.AllowEarlier(asked.Parsed),
            DataFolder = asked.Parsed.GetValue(dataDir),
            Warn = Print.Warning,
            Beside = asked.Parsed.GetValue(beside) is { } other ? OneRun(other) : null,
        }, options);
    }

    /// <summary>The one network that a path, or the name of a pretrained model, leads to.</summary>
    RunFolder OneRun(string given)
    {
        IReadOnlyList<(int? Label, RunFolder Run)> networks =
            RunArguments.In(given, catalog) is { Count: > 0 } found ? found : PretrainedModel.Named(given, catalog).Networks;
        return networks is [(_, { } run)] ? run
            : throw new InputException($"--beside {given} has a network for each class; name the run of one.");
    }

    void Study(Asked asked, RunFolder folder)
    {
        (RunEvaluation evaluation, EvaluationOptions options) = Prepare(asked, folder);
        if (asked.Plot is not null) throw new InputException("--shots and --noise come without --bias-curve.");
        if (evaluation.Beside is not null) throw new InputException("--shots and --noise come without --beside.");
        TrainedRun trained = weights.Open(asked.Parsed, folder);
        asked.Line.Doing("drawing by shots");
        study.Run(asked.Parsed, folder, trained, evaluation, options, asked.Parsed.GetValue(force), asked.Cancel);
    }

    Measured OfNetworks(Asked asked, IReadOnlyList<(int? Label, RunFolder Run)> networks)
    {
        (RunFolder folder, string place) = (networks[0].Run, RunArguments.PlaceOf(networks));
        (RunEvaluation evaluation, EvaluationOptions options) = Prepare(asked, folder);
        if (options.Preset.NeedsNoSamples && arguments.SamplingOption(asked.Parsed) is { } option)
            throw new InputException($"{option} says how samples are drawn; the denoising loss is measured without any.");
        string file = Path.Combine(place, MetricsFile.FileName);
        return Kept(file, () => networks[0].Label is null
            ? evaluation.Run(folder, options, weights.Step(asked.Parsed, folder), asked.Cancel)
            : evaluation.OfEachClass([.. networks.Select(network => (network.Label!.Value, network.Run))], file,
                Path.GetFileName(Path.TrimEndingDirectorySeparator(place)), options, asked.Cancel));
    }

    Measured OfSamples(Asked asked, string path, bool byShots)
    {
        ParseResult parsed = asked.Parsed;
        if (Path.Exists(path) && arguments.SamplingOption(parsed) is { } option)
            throw new InputException($"{option} says how samples of a run are drawn; those of {path} are drawn already.");
        if (parsed.GetValue(beside) is not null)
            throw new InputException($"--beside is of networks; {path} is no run.");
        ImageFit fitted = fit.Of(parsed);
        asked.Line.Doing("reading the samples and the real images");
        ExternalSamples samples = ExternalSamples.Read(path);
        string data = parsed.GetValue(dataset)
            ?? throw new InputException($"{path} is no run: name with --dataset what to compare its samples with.");
        if (byShots)
            throw new InputException("--shots and --noise are of the circuits of a run; these samples are of no run.");
        if (weights.AreGiven(parsed))
            throw new InputException("--step, --raw, --from and --allow-earlier choose the weights of a run; these samples are "
                + "of no run.");
        DataConfig real = RealImages.FirstPartThatIsThere(new DataConfig
        {
            Dataset = data,
            Crop = fitted.Crop,
            Size = fitted.Size,
            Fit = fitted.Fitting,
        }.In(parsed.GetValue(dataDir)), catalog);
        EvaluationOptions options = asked.Prepared(arguments.Options(parsed, EvaluationPreset.Domain.Name, real,
            real.Load(catalog).Shape.ToArray()));
        string file = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path)) + "." + MetricsFile.FileName;
        // A file that cannot be added to is said before the work, and metrics are shown even if they cannot be kept.
        MetricsFile.Read(file);
        return Kept(file, () =>
        {
            EvaluationReport measured =
                ExternalEvaluation.Run(samples, real, catalog, options, arguments.Samples(parsed), asked.Cancel);
            if (Ranks.Processes.IsFirst) MetricsFile.Add(file, measured);
            return measured;
        });
    }

    static Measured Kept(string file, Func<EvaluationReport> measure)
    {
        try
        {
            return new(measure(), file, null);
        }
        catch (ReportNotKeptException e)
        {
            return new(e.Report, file, e);
        }
    }

    static void Show(Asked asked, Measured measured)
    {
        EvaluationReport report = measured.Report;
        if (report.BiasCurve is { } points && Ranks.Processes.IsFirst) Plot(points, report, asked.Plot!);
        if (asked.Parsed.GetValue<bool>(Tool.Json)) Print.Json(report);
        else
        {
            Print.Line(report.ToText());
            if (measured.NotKept is null)
                Print.Line($"\nkept in {measured.File}{(report.BiasCurve is null ? "" : $", plot in {asked.Plot}")}");
        }

        if (measured.NotKept is not null) throw measured.NotKept;
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
