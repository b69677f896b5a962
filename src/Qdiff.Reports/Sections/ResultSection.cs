using System.Globalization;
using Qdiff.Evaluation;
using Qdiff.Imaging;

namespace Qdiff.Reports;

/// <summary>What a comparison found at its end: means over seeds, and differences seed by seed.</summary>
static class ResultSection
{
    public static Html Of(ComparisonResult result)
    {
        if (result.Metrics.Count == 0) return Parts.Missing("No metric has been measured.");
        int end = result.Metrics.Max(metric => metric.Step);
        string seeds = result.Seeds.Count == 1 ? "One seed" : $"{result.Seeds.Count} seeds";
        return $"""
            <p>{seeds} of each arm. Intervals hold 95 % by Student's t over the seeds. Differences are seed by seed, arm minus {result.Baseline}; an arm is told apart where p of the paired t-test, corrected by Holm for all {result.Family} differences, is at most {PairedDifference.Significance}. In the charts small dots are seeds and large ones their mean; an interval clear of the line may still be chance among many.</p>
            {result.Metrics.Where(metric => metric.Step == end).Select(metric => Metric(result, metric))}{Parts.Details($"All metrics at all steps ({result.Metrics.Count + result.Classes.Count})", All(result))}
            """;
    }

    static Html Metric(ComparisonResult result, MetricComparison metric)
    {
        Dictionary<string, int> inks = result.Arms.Select((arm, i) => (arm.Name, i)).ToDictionary(pair => pair.Name, pair => pair.i);
        IntervalChart means = new()
        {
            Title = "Mean over seeds",
            Width = 460,
            Reference = metric.Floor,
            XLabel = metric.Floor is null ? "" : "line: real images in place of samples",
            Rows = [.. metric.Rows.Select(row => new IntervalRow(row.Arm, row.Mean, row.Interval?.Low, row.Interval?.High)
            {
                Points = [.. row.Values.Select(value => value.Value)],
                Series = inks.GetValueOrDefault(row.Arm),
            })],
        };
        ArmResult[] others = [.. metric.Rows.Where(row => row.Difference is not null)];
        IntervalChart differences = new()
        {
            Title = $"Difference from {result.Baseline}",
            Width = 460,
            Reference = 0,
            XLabel = "line: no difference",
            Rows = [.. others.Select(row => new IntervalRow(row.Arm, row.Difference!.Mean, row.Difference.Interval.Low,
                row.Difference.Interval.High) { Series = inks.GetValueOrDefault(row.Arm) })],
        };
        return $"""
            <h3>{metric.Metric} {When(result, metric)}</h3>
            <p class="verdict">{metric.Verdict}</p>
            <div class="charts">
            {Parts.Chart(means.ToSvg(), "")}{(others.Length == 0 ? Html.None : Parts.Chart(differences.ToSvg(), ""))}</div>
            {Table(metric)}
            """;
    }

    static Html All(ComparisonResult result)
    {
        HtmlTable table = new("Every metric at every step", "metric", HtmlTable.Number("step"), "arm", HtmlTable.Number("mean"),
            HtmlTable.Number("from"), HtmlTable.Number("to"), HtmlTable.Number("difference"), HtmlTable.Number("corrected p"));
        foreach (MetricComparison metric in result.Metrics.Concat(result.Classes))
            foreach (ArmResult row in metric.Rows)
                table.Add(metric.Metric, metric.Step, row.Arm, MetricSection.Number(row.Mean), MetricSection.Number(row.Interval?.Low),
                    MetricSection.Number(row.Interval?.High), MetricSection.Number(row.Difference?.Mean), P(row.Difference?.CorrectedP));
        return table.ToHtml();
    }

    static Html Table(MetricComparison metric)
    {
        HtmlTable table = new($"{metric.Metric} at step {Parts.N(metric.Step)}", "arm", HtmlTable.Number("mean"),
            HtmlTable.Number("95 % interval"), HtmlTable.Number("difference"), HtmlTable.Number("its 95 % interval"),
            HtmlTable.Number("p"), HtmlTable.Number("corrected p"),
            HtmlTable.Number("detectable", "the difference that would have been found four times in five"),
            HtmlTable.Number("p of signs", "of the permutation test of the differences' signs, not corrected"), HtmlTable.Number("seeds"));
        foreach (ArmResult row in metric.Rows)
            table.Add(row.Arm, MetricSection.Number(row.Mean), Span(row.Interval), MetricSection.Number(row.Difference?.Mean),
                Span(row.Difference?.Interval), P(row.Difference?.P), P(row.Difference?.CorrectedP),
                MetricSection.Number(row.Difference?.Detectable), P(row.Difference?.Test.P), row.Values.Count);
        return table.ToHtml();
    }

    static HtmlTable.Cell Span(Interval? interval) => interval is { } i
        ? new($"{EvaluationText.Number(i.Low)} to {EvaluationText.Number(i.High)}", i.Low) : new("-");

    /// <summary>When in the training, in words.</summary>
    public static string When(ComparisonResult result, MetricComparison metric) =>
        result.Arms.Any(arm => arm.Networks > 1) ? "at the end" : $"after {Parts.N(metric.Step)} steps";

    static HtmlTable.Cell P(double? p) => p is not { } value ? new("-")
        : new(value.ToString(value < 0.001 ? "0.0e+0" : "0.0###", CultureInfo.InvariantCulture), value);
}
