using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Qdiff.Evaluation;

namespace Qdiff.Cli;

/// <summary>The options that verbs which compare share, and the comparison that they ask for.</summary>
sealed class ComparisonArguments(EvaluationCatalog catalog)
{
    readonly Option<int> seeds = new("--seeds") { Description = "Runs of each arm.", DefaultValueFactory = _ => 5 };
    readonly Option<long?> firstSeed = new("--first-seed")
    { Description = "Seed of the first run; the next have the next numbers. The configuration's by default." };
    readonly Option<string> runs = new("--runs")
    { Description = "Folder that the comparison's folder is made in.", DefaultValueFactory = _ => "runs" };
    readonly Option<string?> dataDir = CommonOptions.DataDir();
    readonly Option<string?> maxTime = TimeLimit.Option();
    readonly Option<bool> planOnly = new("--plan")
    { Description = "Only write the plan into the folder; 'qdiff work FOLDER' does it, on as many machines as one likes." };
    readonly LengthArguments length = new();
    readonly EvaluationArguments evaluation = new(catalog);
    readonly Stopwatch watch = Stopwatch.StartNew();

    /// <summary>Whether the preset of the configurations is a must if none is named: to stand beside values that were measured
    /// so.</summary>
    public bool InsistsOnPreset { get; init; }

    public void AddTo(Command verb)
    {
        foreach (Option option in (Option[])[seeds, firstSeed, runs, dataDir, maxTime, planOnly]) verb.Add(option);
        length.AddTo(verb, withEpochs: false);
        evaluation.AddTo(verb);
    }

    /// <summary>The length of every arm, its source included, if it was said.</summary>
    public int? Steps(ParseResult parsed) => length.Steps(parsed);

    /// <summary>What was said of samples and measurement, as it was written.</summary>
    public IEnumerable<string> Said(ParseResult parsed) => evaluation.Said(parsed);

    /// <summary>Whether the plan alone is wanted.</summary>
    public bool PlansOnly(ParseResult parsed) => parsed.GetValue(planOnly);

    /// <summary>Does what the comparison still lacks and writes its files.</summary>
    /// <param name="interruption">The verb's, from its first moment to its last.</param>
    /// <param name="table">What is reproduced, if something is.</param>
    /// <returns>The comparison's folder; the result, null when the time was up before or the plan alone is wanted; what people
    /// are told: the content of comparison.md and where it is, or what is planned; what programs are told.</returns>
    public (string Folder, ComparisonResult? Result, string Text, object Facts) Run(ParseResult parsed,
        IReadOnlyList<ComparisonArm> arms, string? name, string? baseline, IReadOnlyList<double> epochs,
        IReadOnlyList<int>? steps, Interruption interruption, PublishedTable? table = null)
    {
        if (parsed.GetValue(seeds) is < 1 or > ComparisonPlan.MostSeeds)
            throw new InputException($"--seeds {parsed.GetValue(seeds)}: 1 to {ComparisonPlan.MostSeeds} are possible; 5 or more "
                + "tell something.");
        if (baseline is not null && arms.All(arm => arm.Name != baseline))
            throw new InputException($"--baseline {baseline}: there is no such arm; there are "
                + $"{string.Join(", ", arms.Select(arm => arm.Name))}.");
        TimeSpan? limit = TimeLimit.Of(parsed, maxTime);
        bool quiet = parsed.GetValue<bool>(Tool.Quiet);
        ExperimentConfig first = arms[0].Config;
        string? folder = parsed.GetValue(dataDir);
        ImageSet images = ProgressLine.While("reading the images", quiet, () => first.Data.In(folder).Load(catalog));
        if (!quiet) Print.Notes(images);
        if (Steps(parsed) is { } wanted)
        {
            // A network for each class has the images of its class.
            int each = images.Count / Estimate.NetworksOf(first, images);
            arms = [.. arms.Select(arm => arm with { Experiment = arm.Experiment.Lasting(wanted, each, withSource: true) })];
        }

        ComparisonPlan plan = ComparisonPlan.Create(parsed.GetValue(runs)!, name, arms, baseline, parsed.GetValue(seeds),
            parsed.GetValue(firstSeed), epochs, steps, images.Count);
        WorkPlan.RequireAsWritten(plan);
        EvaluationOptions options = evaluation.Options(parsed, first.Evaluation.Preset, first.Data,
            images.Shape.ToArray(), InsistsOnPreset);
        var measure = new RunEvaluation
        {
            Sampling = evaluation.Sampling(parsed, first),
            Samples = evaluation.Samples(parsed) ?? first.Evaluation.Samples,
            DataFolder = folder,
            Reuse = true,
            Warn = Print.Warning,
        };
        // A plan that nobody could do is none, and does not replace one that others may be at.
        foreach (ComparisonArm arm in arms) measure.Require(arm.Experiment, options);
        plan.RequireFittingRuns(folder);
        WorkPlan.Create(parsed, plan, table).Write(plan.Folder);
        if (PlansOnly(parsed))
        {
            if (!quiet) Print.Message($"do it with: {PastedCommand.Of("work", plan.Folder)}");
            return (plan.Folder, null, $"{plan.Folder}: {plan.Arms.Count} arms, {plan.Seeds.Count} seeds",
                new { plan.Folder, Arms = plan.Arms.Select(arm => arm.Name), plan.Seeds });
        }

        using var line = new ProgressLine(quiet);
        var work = new ComparisonWork(plan, options, measure)
        {
            Command = Environment.GetCommandLineArgs()[1..],
            // Several tables share the time.
            Limit = limit - watch.Elapsed,
            Progress = line.Report,
        };
        if (!quiet)
            Print.Message($"{plan.Folder}: {plan.Arms.Count} arms, {plan.Seeds.Count} seeds, measured "
                + (first.Data.EachClass ? "at the end"
                : $"after {string.Join(", ", plan.Steps.Select(s => s.ToString("N0", CultureInfo.InvariantCulture)))} steps"));
        interruption.Saves = true;
        ComparisonResult? result = work.Run(interruption.Token);
        interruption.Saves = false;
        line.Dispose();
        if (result is null)
        {
            TimeLimit.TellEnd(quiet);
            return (plan.Folder, null, "", new { plan.Folder, Finished = false });
        }

        return (plan.Folder, result, ComparisonFiles.Write(plan, result) + $"\nkept in {plan.Folder}", result);
    }
}
