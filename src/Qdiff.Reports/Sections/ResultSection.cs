using Qdiff.Evaluation;
using Qdiff.Imaging;

namespace Qdiff.Reports;

/// <summary>What a comparison found at its end: means over seeds, and differences seed by seed.</summary>
static class ResultSection
{
    const string Floor = "what real images get in place of samples";

    public static Html Of(ComparisonResult result, EvaluationCatalog catalog)
    {
        if (result.Metrics.Count == 0) return Piece.Missing("No metric has been measured.");
        int end = result.Metrics.Max(metric => metric.Step);
        string seeds = ComparisonText.Seeds(result, result.Metrics);
        seeds = $"{char.ToUpperInvariant(seeds[0])}{seeds[1..]}";
        return $"""
            <p>{seeds} of each arm. Intervals hold 95 % by Student's t over the seeds. Differences are seed by seed, arm minus
            {result.Baseline}; an arm is told apart where p of the paired t-test, corrected by Holm for all {result.Family}
            differences, is at most {PairedDifference.Significance}. In the charts small dots are seeds and large ones their mean;
            an interval clear of the line may still be chance among many.</p>
            {result.Metrics.Where(metric => metric.Step == end).Select(metric => Metric(result, metric, catalog))}
            {Piece.Details($"All metrics at all steps ({result.Metrics.Count + result.Classes.Count})", All(result).ToHtml())}
            """;
    }

    static Html Metric(ComparisonResult result, MetricComparison metric, EvaluationCatalog catalog)
    {
        Dictionary<string, int> inks = result.Arms.Index().DistinctBy(arm => arm.Item.Name)
            .ToDictionary(arm => arm.Item.Name, arm => arm.Index);
        IntervalChart means = new()
        {
            Title = "Mean over seeds",
            Width = 460,
            Limits = catalog.LimitsOf(metric.Metric),
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
            <h3>{metric.Metric} {ComparisonText.When(result, metric)}</h3>
            <p class="verdict">{metric.Verdict}</p>
            <div class="charts">
            {Piece.Chart(means.ToSvg(), "")}{(others.Length == 0 ? Html.None : Piece.Chart(differences.ToSvg(), ""))}</div>
            {Table(result, metric)}
            """;
    }

    /// <summary>Every metric at every step, of each arm.</summary>
    /// <param name="inColumns">Whether the protocol has a column of its own, for programs; else it is a note.</param>
    public static ReportTable All(ComparisonResult result, bool inColumns = false)
    {
        MetricComparison[] metrics = [.. result.Metrics, .. result.Classes];
        bool hasSteps = !ComparisonText.IsOfClasses(result);
        ReportTable.Column[] last = inColumns ? ["protocol"] : [];
        ReportTable table = new("Every metric at every step", ["metric", ReportTable.Number("step"), "arm",
            ReportTable.Number("mean"), ReportTable.Number("95 % from"), ReportTable.Number("95 % to"),
            ReportTable.Number("difference"), ReportTable.Number("its 95 % from"), ReportTable.Number("its 95 % to"),
            ReportTable.Number("corrected p"), ReportTable.Number("seeds"), ReportTable.Number("real images", Floor), .. last])
        { Keys = [0, 1, 2], Notes = inColumns ? [] : Notes(result, metrics) };
        foreach (MetricComparison metric in metrics)
            foreach (ArmResult row in metric.Rows)
            {
                ReportTable.Cell[] protocol = inColumns ? [metric.Protocol] : [];
                table.Add([metric.Metric, hasSteps ? metric.Step : new ReportTable.Cell("-"), row.Arm,
                    MetricSection.Number(row.Mean), MetricSection.Number(row.Interval?.Low),
                    MetricSection.Number(row.Interval?.High),
                    MetricSection.Number(row.Difference?.Mean), MetricSection.Number(row.Difference?.Interval.Low),
                    MetricSection.Number(row.Difference?.Interval.High), P(row.Difference?.CorrectedP), row.Values.Count,
                    MetricSection.Number(metric.Floor), .. protocol]);
            }

        return table;
    }

    /// <summary>How the metrics were measured, and what was not.</summary>
    static string[] Notes(ComparisonResult result, IEnumerable<MetricComparison> metrics) =>
        [.. metrics.Select(metric => metric.Protocol).Distinct(), .. result.Missing.Select(what => $"Not measured: {what}")];

    /// <summary>A row for each arm and a column for each metric at the end: the mean and the interval that holds 95 %; a star
    /// where the difference from the baseline is told apart; of how many seeds, where they are not all. The last row has what
    /// real images get.</summary>
    /// <param name="inColumns">Whether interval, corrected p and seeds have columns of their own, for programs.</param>
    public static ReportTable Summary(ComparisonResult result, bool inColumns = false)
    {
        int end = result.Metrics.Select(metric => metric.Step).DefaultIfEmpty().Max();
        MetricComparison[] metrics = [.. result.Metrics.Where(metric => metric.Step == end)];
        string when = metrics is [var first, ..] ? " " + ComparisonText.When(result, first) : "";
        string what = result.Seeds.Count == 1 ? $"Values of one seed{when}"
            : $"Means of {ComparisonText.Seeds(result, metrics)} with 95 % intervals{when}; * differs from {result.Baseline} "
                + "(paired t-test, Holm)";
        string[] own = inColumns ? ["", " 95 % from", " 95 % to", " corrected p", " seeds"] : [""];
        bool hasFloor = metrics.Any(metric => metric.Floor is not null);
        ReportTable table = new(hasFloor ? $"{what}; real images: {Floor}" : what,
            ["arm", .. metrics.SelectMany(metric => own.Select(part => ReportTable.Number(metric.Metric + part)))])
        { Notes = Notes(result, metrics) };
        foreach (string arm in result.Arms.Select(arm => arm.Name).Distinct())
            table.Add([arm, .. metrics.SelectMany(metric => Cells(metric.Rows.FirstOrDefault(row => row.Arm == arm)))]);
        if (hasFloor)
            table.Add(["real images", .. metrics.SelectMany(metric => own.Select((_, part) =>
                MetricSection.Number(part == 0 ? metric.Floor : null)))]);
        return table;

        ReportTable.Cell[] Cells(ArmResult? row)
        {
            if (inColumns)
                return [MetricSection.Number(row?.Mean), MetricSection.Number(row?.Interval?.Low),
                    MetricSection.Number(row?.Interval?.High), P(row?.Difference?.CorrectedP), row?.Values.Count ?? 0];
            if (row is null) return [new("-")];
            string interval = row.Interval is { } i ? $" [{EvaluationText.Number(i.Low)}, {EvaluationText.Number(i.High)}]" : "";
            string star = row.Difference is { CorrectedP: <= PairedDifference.Significance } ? "*" : "";
            string some = row.Values.Count < result.Seeds.Count ? $" ({row.Values.Count} of {result.Seeds.Count} seeds)" : "";
            return [new($"{EvaluationText.Number(row.Mean)}{interval}{star}{some}", row.Mean)];
        }
    }

    static Html Table(ComparisonResult result, MetricComparison metric)
    {
        ReportTable table = new($"{metric.Metric} {ComparisonText.When(result, metric)}", "arm", ReportTable.Number("mean"),
            ReportTable.Number("95 % interval"), ReportTable.Number("difference"), ReportTable.Number("its 95 % interval"),
            ReportTable.Number("p"), ReportTable.Number("corrected p"),
            ReportTable.Number("detectable", "the difference that would have been found four times in five"),
            ReportTable.Number("p of signs", "of the permutation test of the differences' signs, not corrected"),
            ReportTable.Number("seeds"));
        foreach (ArmResult row in metric.Rows)
            table.Add(row.Arm, MetricSection.Number(row.Mean), Span(row.Interval), MetricSection.Number(row.Difference?.Mean),
                Span(row.Difference?.Interval), P(row.Difference?.P), P(row.Difference?.CorrectedP),
                MetricSection.Number(row.Difference?.Detectable), P(row.Difference?.Test.P), row.Values.Count);
        return table.ToHtml();
    }

    /// <summary>An interval; a dash for none.</summary>
    public static ReportTable.Cell Span(Interval? interval) => interval is { } i
        ? new($"{EvaluationText.Number(i.Low)} to {EvaluationText.Number(i.High)}", i.Low) : new("-");

    static ReportTable.Cell P(double? p) => new(ComparisonText.P(p), p);
}
