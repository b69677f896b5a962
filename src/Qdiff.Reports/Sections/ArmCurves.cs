using Qdiff.Evaluation;
using Qdiff.Imaging;

namespace Qdiff.Reports;

/// <summary>The arms of a comparison over their training: mean over seeds, and its interval as a band.</summary>
static class ArmCurves
{
    const int Points = 100;

    public static Html? Of(ComparisonResult result, IReadOnlyList<ArmRuns> arms, EvaluationCatalog catalog)
    {
        List<Html> charts = [];
        if (arms.Any(arm => arm.Runs.Any(run => run.Steps.Count > 0)))
        {
            charts.Add(Curve("Loss", arms, step => step.Loss, "The loss of training batches, averaged over neighbouring steps."));
            charts.Add(Curve("Gradient norm", arms, step => step.GradientNorm,
                "The norm of the whole gradient before clipping."));
        }

        foreach (IGrouping<string, MetricComparison> metric in result.Metrics.GroupBy(metric => metric.Metric))
            if (metric.Count() > 1) charts.Add(Metric(result, metric.Key, [.. metric], catalog));
        return charts.Count == 0 ? null : (Html)$"""
            <p>Lines are means over the seeds{(result.Seeds.Count > 1 ? ", bands their 95 % intervals by Student's t" : "")}.</p>
            <div class="charts">
            {charts}</div>

            """;
    }

    static Html Curve(string title, IReadOnlyList<ArmRuns> arms, Func<TrainingStep, double> value, string caption)
    {
        ChartSeries[] series = Means(arms, value);
        double[] all = [.. series.SelectMany(s => s.Y).Where(double.IsFinite)];
        return Piece.Chart(new LineChart
        {
            Title = title,
            XLabel = "steps",
            Width = 460,
            Height = 320,
            LogY = all.Length > 0 && all.Min() > 0 && all.Max() > 20 * all.Min(),
            Series = series,
        }.ToSvg(), caption);
    }

    /// <summary>A line for each arm that has steps: the mean over its seeds, of each of which it is the mean over its networks.
    /// All have their points at the same steps, a transfer's source included.</summary>
    public static ChartSeries[] Means(IReadOnlyList<ArmRuns> arms, Func<TrainingStep, double> value)
    {
        (string Name, TrainingStep[][][] Seeds)[] logged = [.. arms
            .Select(arm => (arm.Name, Seeds: arm.Seeds.Select(Logs).Where(logs => logs.Length > 0).ToArray()))
            .Where(arm => arm.Seeds.Length > 0)];
        long width = RunCurves.WidthOf(logged.Max(arm => arm.Seeds.Max(logs => logs.Max(steps => steps[^1].Number))), Points);
        return [.. logged.Select(arm => RunCurves.Mean(arm.Name, [.. arm.Seeds.Select(Networks)]))];

        Dictionary<double, double> Networks(TrainingStep[][] logs)
        {
            ChartSeries mean = RunCurves.Mean("", [.. logs.Select(steps => RunCurves.Parts(steps, value, width))]);
            return mean.X.Zip(mean.Y).ToDictionary();
        }

        static TrainingStep[][] Logs(SeedRuns seed) =>
            [.. seed.Runs.Where(run => run.Steps.Count > 0)
                .Select(run => After(run.Experiment?.Config.Transfer.StepsBefore ?? 0, run.Steps))];

        static TrainingStep[] After(int source, IReadOnlyList<TrainingStep> steps) =>
            source == 0 ? [.. steps] : [.. steps.Select(step => step with { Number = step.Number + source })];
    }

    static Html Metric(ComparisonResult result, string name, MetricComparison[] steps, EvaluationCatalog catalog) =>
        Piece.Chart(new LineChart
        {
            Title = name,
            Limits = catalog.LimitsOf(name),
            XLabel = "steps",
            Width = 460,
            Height = 320,
            Series = [.. result.Arms.Select(arm =>
            {
                (int Step, ArmResult Row)[] own = [.. steps.OrderBy(s => s.Step)
                    .SelectMany(s => s.Rows.Where(r => r.Arm == arm.Name).Select(r => (s.Step, r)))];
                return new ChartSeries(arm.Name, [.. own.Select(o => (double)o.Step)], [.. own.Select(o => o.Row.Mean)])
                {
                    Band = [.. own.Select(o => o.Row.Interval is { } i ? (i.Low, i.High) : ((double, double)?)null)],
                };
            })],
        }.ToSvg(), $"{name} of the samples.");
}
