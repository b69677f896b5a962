using System.Text.Json;
using Qdiff.Imaging;

namespace Qdiff.Evaluation;

/// <summary>What a finished comparison leaves in its folder.</summary>
public static class ComparisonFiles
{
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
        Save("comparison.json", JsonSerializer.Serialize(result, RunJson.File) + "\n");
        Save("costs.json", JsonSerializer.Serialize(new { SecondsPerStep = costs }, RunJson.File) + "\n");
        Save("comparison.md", text);
        foreach (IGrouping<string, MetricComparison> metric in result.Metrics.GroupBy(m => m.Metric))
            if (metric.Count() > 1)
                Save($"curve-{metric.Key.Replace('/', '-')}.svg", Curve(metric.Key, [.. metric], result).ToSvg());
        return text;

        void Save(string name, string content) => WholeFile.Write(Path.Combine(plan.Folder, name), content, makeFolder: true);
    }

    static LineChart Curve(string metric, IReadOnlyList<MetricComparison> steps, ComparisonResult result) => new()
    {
        Title = result.Seeds.Count == 1 ? $"{metric}, one seed"
            : $"{metric}, mean and 95% interval of {result.Seeds.Count} seeds",
        XLabel = "steps",
        YLabel = metric.Split('/')[0],
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
            string sweep = Path.Combine(plan.Folder, arm.Name);
            string[] runs = !arm.Config.Data.EachClass ? [Path.Combine(plan.Folder, name)]
                : Directory.Exists(sweep) ? Directory.GetDirectories(sweep, $"{ClassSweep.ClassPrefix}*-{seed}") : [];
            foreach (string run in runs.Where(RunFolder.Exists))
                seconds.AddRange(StepLog.Read(RunFolder.Open(run, arm.Experiment.Catalog).StepsFile).Select(step => step.Seconds));
        }

        seconds.Sort();
        return seconds.Count == 0 ? null : seconds[seconds.Count / 2];
    }
}
