using System.Text.Json;
using Qdiff.Imaging;

namespace Qdiff.Evaluation;

/// <summary>What a finished comparison leaves in its folder.</summary>
public static class ComparisonFiles
{
    /// <summary>The file that makes a folder a finished comparison.</summary>
    public const string Result = "comparison.json";

    const string Costs = "costs.json";

    /// <summary>What the comparison in a folder found.</summary>
    /// <exception cref="InputException">There is none, it is damaged, or of another version.</exception>
    public static ComparisonResult Read(string folder)
    {
        string path = Path.Combine(folder, Result);
        const int known = ComparisonResult.CurrentSchema;
        // The version first: a later one may have another layout.
        if (RunJson.Read<Versioned>(path).Schema is var schema && schema != known)
            throw new InputException($"{path} has schema {schema}; this version of qdiff reads schema {known}.");
        return RunJson.Read<ComparisonResult>(path);
    }

    /// <summary>The seconds of a step of each arm, where they were kept.</summary>
    public static IReadOnlyDictionary<string, double> ReadCosts(string folder) =>
        File.Exists(Path.Combine(folder, Costs)) ? RunJson.Read<StepCosts>(Path.Combine(folder, Costs)).SecondsPerStep
            : new Dictionary<string, double>();

    sealed record Versioned(int Schema);

    sealed record StepCosts(Dictionary<string, double> SecondsPerStep);

    /// <summary>
    /// Writes <c>comparison.json</c>, the times apart from it in <c>costs.json</c>, <c>comparison.md</c>, and a curve over the
    /// training of every metric that was measured at more than one step.
    /// </summary>
    /// <returns>The text of <c>comparison.md</c>.</returns>
    /// <exception cref="IOException">A file cannot be written.</exception>
    public static string Write(ComparisonPlan plan, ComparisonResult result)
    {
        Dictionary<string, double> costs = new(StringComparer.Ordinal);
        foreach (ComparisonArm arm in plan.Arms)
            if (SecondsPerStep(plan, arm) is { } seconds) costs[arm.Name] = seconds;
        string text = ComparisonText.Of(result, costs);
        Save(Result, JsonSerializer.Serialize(result, RunJson.File) + "\n");
        Save(Costs, JsonSerializer.Serialize(new StepCosts(costs), RunJson.File) + "\n");
        Save("comparison.md", text);
        foreach (IGrouping<string, MetricComparison> metric in result.Metrics.GroupBy(m => m.Metric))
            if (metric.Count() > 1)
                Save($"curve-{metric.Key.Replace('/', '-')}.svg", Curve(metric.Key, [.. metric], result,
                    plan.Baseline.Experiment.Catalog as EvaluationCatalog).ToSvg());
        return text;

        void Save(string name, string content) => WholeFile.Write(Path.Combine(plan.Folder, name), content, makeFolder: true);
    }

    static LineChart Curve(string metric, IReadOnlyList<MetricComparison> steps, ComparisonResult result,
        EvaluationCatalog? catalog) => new()
        {
            Title = result.Seeds.Count == 1 ? $"{metric}, one seed"
            : $"{metric}, mean and 95% interval of {ComparisonText.Seeds(result, steps)}",
            XLabel = "steps",
            YLabel = metric.Split('/')[0],
            Limits = catalog?.LimitsOf(metric),
            Series = [.. result.Arms.Select(arm =>
        {
            MetricComparison[] own = [.. steps.Where(s => s.Rows.Any(r => r.Arm == arm.Name))];
            ArmResult[] rows = [.. own.Select(s => s.Rows.First(r => r.Arm == arm.Name))];
            return new ChartSeries(arm.Name, [.. own.Select(s => (double)s.Step)], [.. rows.Select(r => r.Mean)])
            {
                Bars = [.. rows.Select(r => r.Interval is { } bar ? (bar.Low, bar.High) : ((double, double)?)null)],
            };
        })],
        };

    /// <summary>The median over the steps of all its runs.</summary>
    static double? SecondsPerStep(ComparisonPlan plan, ComparisonArm arm)
    {
        var seconds = new List<double>();
        foreach (long seed in plan.Seeds)
        {
            string name = RunFolder.NameOf(arm.Config with { Training = arm.Config.Training with { Seed = seed } });
            IReadOnlyList<string> runs = arm.Config.Data.EachClass
                ? ClassSweep.RunsOfSeed(Path.Combine(plan.Folder, arm.Name), seed) : [Path.Combine(plan.Folder, name)];
            foreach (string run in runs.Where(RunFolder.Exists))
                seconds.AddRange(StepLog.Read(RunFolder.Open(run, arm.Experiment.Catalog).StepsFile)
                    .Select(step => step.Seconds));
        }

        seconds.Sort();
        return seconds.Count == 0 ? null : seconds[seconds.Count / 2];
    }
}
