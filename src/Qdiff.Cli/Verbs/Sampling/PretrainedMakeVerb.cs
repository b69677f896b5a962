using System.CommandLine;
using Qdiff.Evaluation;
using Qdiff.Tensors;

namespace Qdiff.Cli;

/// <summary><c>qdiff pretrained make RUN -o FOLDER</c>: the folder of a model from a finished run, or from the runs of all
/// classes.</summary>
sealed class PretrainedMakeVerb(EvaluationCatalog catalog)
{
    static readonly PretrainedOptions s_usual = new();

    readonly Argument<string> run = new("run") { Description = "A run folder, or the folder of a network for each class." };
    readonly Option<string?> output = new("--output", "-o") { Description = "The model's folder; models/NAME by default." };
    readonly Option<string[]> metrics = new("--metrics")
    {
        Description = "Files of metrics for the card, as 'qdiff evaluate' keeps them; the run's own by default. May be repeated.",
        DefaultValueFactory = _ => [],
    };
    readonly Option<long?> step = new("--step") { Description = "The checkpoint of this step; the latest by default." };
    readonly Option<bool> raw = new("--raw") { Description = "The raw weights instead of their average." };
    readonly Option<bool> half = new("--half") { Description = "Keep the weights in half precision." };
    readonly Option<string> license = new("--license")
    { Description = "What the weights may be used under.", DefaultValueFactory = _ => s_usual.License };
    readonly Option<string> sampler = new("--sampler")
    {
        Description = $"What draws the samples of the card: {Words.Or(catalog.Samplers.Names)}.",
        DefaultValueFactory = _ => s_usual.Sampler,
    };
    readonly Option<int> samplingSteps = new("--sampling-steps")
    { Description = "Timesteps visited by it.", DefaultValueFactory = _ => s_usual.SamplingSteps };
    readonly Option<string?> commit = new("--commit")
    { Description = "The commit that the run was trained with, instead of what its manifest says." };
    readonly Option<string?> repeat = new("--repeat") { Description = "The command that trains it again, for the card." };
    readonly Option<bool> force = new("--force") { Description = "Replace a model that is there." };

    public static Command Create(EvaluationCatalog catalog)
    {
        var verb = new PretrainedMakeVerb(catalog);
        var make = new Command("make", "Make the folder of a model from a finished run.")
        {
            verb.run, verb.output, verb.metrics, verb.step, verb.raw, verb.half, verb.license, verb.sampler, verb.samplingSteps,
            verb.commit, verb.repeat, verb.force,
        };
        make.SetAction(verb.Run);
        return make;
    }

    int Run(ParseResult parsed)
    {
        string path = parsed.GetRequiredValue(run);
        IReadOnlyList<(int? Label, RunFolder Run)> networks = RunArguments.In(path, catalog);
        if (networks.Count == 0) networks = [(null, RunFolder.Open(path, catalog))];
        ExperimentConfig config = networks[0].Run.Experiment.Config;
        if (parsed.GetValue(samplingSteps) < 1)
            throw new InputException($"--sampling-steps {parsed.GetValue(samplingSteps)}: at least 1 is needed.");
        string place = RunArguments.PlaceOf(networks);
        string folder = parsed.GetValue(output)
            ?? Path.Combine("models", networks[0].Label is null ? config.Name : NameOf(place));
        RequireFree(folder, parsed.GetValue(force));
        using var interruption = new Interruption();
        PretrainedOptions options = OptionsOf(parsed, config, folder);
        TrainedRun[] trained = [.. networks.Select(network => TrainedRun.Open(network.Run, options.Step, options.Raw))];
        options = options with { Measured = [.. Measured(parsed, trained, place, NameOf(folder))] };
        PretrainedModel model = ProgressLine.While("drawing its samples", parsed.GetValue<bool>(Tool.Quiet),
            () => PretrainedMaking.Make([.. networks.Select(network => network.Run)], folder, options, parsed.GetValue(force),
                interruption.Token));
        Tell(parsed, model, folder);
        return 0;
    }

    PretrainedOptions OptionsOf(ParseResult parsed, ExperimentConfig config, string folder) => s_usual with
    {
        Step = parsed.GetValue(step),
        Raw = parsed.GetValue(raw),
        Numbers = parsed.GetValue(half) ? ElementType.F16 : ElementType.F32,
        License = parsed.GetValue(license)!,
        Sampler = catalog.Samplers[parsed.GetValue(sampler)!].Name,
        SamplingSteps = parsed.GetValue(samplingSteps),
        Commit = parsed.GetValue(commit),
        Repeat = parsed.GetValue(repeat) ?? Repeat(config, folder),
        Warn = Print.Warning,
        Commands = model => Commands(model, parsed.GetValue(sampler)!, parsed.GetValue(samplingSteps)),
    };

    /// <summary>What the files of metrics say of these weights.</summary>
    IEnumerable<PretrainedMetric> Measured(ParseResult parsed, TrainedRun[] trained, string place, string model)
    {
        // Of several networks an evaluation of the runs has the first one's step, one of the model the longest training's.
        long[] steps = [trained[0].Step, trained.Max(each => each.Step)];
        string own = Path.Combine(place, MetricsFile.FileName);
        bool areNamed = parsed.GetValue(metrics) is { Length: > 0 };
        string[] files = areNamed ? parsed.GetValue(metrics)! : File.Exists(own) ? [own] : [];
        // A run that was given another folder is measured under the name that it has itself.
        string run = RunFolder.NameOf(trained[0].Folder.Experiment.Config);
        return files.SelectMany(file => Rows(file, areNamed, steps, trained[0].IsRaw, NameOf(place), run, model));
    }

    static void Tell(ParseResult parsed, PretrainedModel model, string folder)
    {
        if (parsed.GetValue<bool>(Tool.Json))
        {
            Print.Json(PretrainedVerb.Row(model.Path, model.Card));
            return;
        }

        Print.Line(model.Path);
        if (model.Card.Measured.Count == 0 && !parsed.GetValue<bool>(Tool.Quiet))
            Print.Message($"the card has no metrics: {PastedCommand.Of("evaluate", "--pretrained", folder)} measures "
                + "them, and --metrics FILE --force puts them in");
    }

    static string NameOf(string folder) => Path.GetFileName(Path.GetFullPath(folder));

    static void RequireFree(string folder, bool force)
    {
        if (Path.Exists(folder) && !force)
            throw new InputException($"{folder} is there already; choose another folder with --output, or replace it "
                + "with --force.");
    }

    /// <summary>What a file says of these weights: evaluations of other steps, or of the other kind of weights, are left
    /// out.</summary>
    /// <param name="isNamed">Whether somebody named the file; the run's own may well be of earlier steps alone.</param>
    /// <param name="names">What the run or the model is called: evaluations of another are refused.</param>
    static IEnumerable<PretrainedMetric> Rows(string file, bool isNamed, long[] steps, bool raw, params string[] names)
    {
        if (!File.Exists(file)) throw new InputException($"There are no metrics {file}.{NearestPath.Hint(file)}");
        string kind = raw ? "-raw-" : "-average-";
        EvaluationReport[] reports = [.. MetricsFile.Read(file).Evaluations.Where(report =>
            report.Step is { } step && steps.Contains(step) && report.Key.Contains(kind, StringComparison.Ordinal))];
        if (reports.Length == 0 && isNamed)
            throw new InputException($"{file} has no evaluation of the {(raw ? "raw" : "average")} weights of step {steps[0]}.");
        if (reports.Select(report => report.Subject.Split(", ")[0]).FirstOrDefault(of => !names.Contains(of)) is { } other)
            throw new InputException($"{file} has metrics of {other}, not of {string.Join(" or ", names.Distinct())}.");
        return from report in reports
               from measured in report.Metrics
               let value = measured.Value
               // The denoising loss is of the network itself; a card tells of samples.
               where measured.Class is null && value.Protocol.GeneratedCount > 0
               select new PretrainedMetric(value.Protocol.Metric, value.Value, value.Interval?.Low, value.Interval?.High,
                   measured.Floor?.Value, report.Samples, Drawn(report.Subject), measured.Protocol);
    }

    /// <summary>How the samples were drawn: the subject without the run's name before it.</summary>
    static string Drawn(string subject) => subject[(subject.IndexOf(", ", StringComparison.Ordinal) + 2)..];

    /// <summary>The command for the card: from the folder around <c>models</c> where that is the model's, else from the model's
    /// own folder.</summary>
    static string Repeat(ExperimentConfig config, string folder)
    {
        string? around = Path.GetDirectoryName(Path.GetFullPath(folder));
        string file = around is not null && NameOf(around) == "models" ? $"models/{NameOf(folder)}/{RunFolder.ConfigFile}"
            : RunFolder.ConfigFile;
        return $"qdiff {(config.Transfer.Source is null ? "train" : "transfer")} --config {file}";
    }

    static IReadOnlyList<(string, string)> Commands(string name, string sampler, int steps) =>
    [
        ("samples", FormattableString.Invariant($"qdiff sample --pretrained {name} --sampler {sampler} --steps {steps}")),
        ("metrics, against the data set in data/", FormattableString.Invariant(
            $"qdiff evaluate --pretrained {name} --sampler {sampler} --sampling-steps {steps}")),
        ("weights, settings and samples as this card says", $"qdiff pretrained check {name}"),
    ];
}
