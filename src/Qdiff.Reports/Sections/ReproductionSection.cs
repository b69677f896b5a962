using System.Globalization;
using Qdiff.Evaluation;

namespace Qdiff.Reports;

/// <summary>A published table and ours, side by side, and what keeps them from being compared.</summary>
static class ReproductionSection
{
    public static Html Of(ReproductionFile file, ComparisonResult result)
    {
        PublishedTable published = file.Table;
        ReportTable table = new($"Published: {published.Source}", "row", "metric", ReportTable.Number("epoch"),
            ReportTable.Number("published"), ReportTable.Number("± as printed"), ReportTable.Number("ours"),
            ReportTable.Number("95 % from"), ReportTable.Number("to"), "of");
        foreach ((PublishedRow row, string? arm) in published.Rows.Select((row, i) => (row, file.Arms.ElementAtOrDefault(i))))
            foreach (PublishedValue value in row.Values)
            {
                ArmResult? ours = Ours(result, value)?.Rows.FirstOrDefault(own => own.Arm == arm);
                table.Add(row.Title, value.Metric + (value.Class is { } number ? Invariant($" class {number}") : ""),
                    value.Epoch is { } epoch ? new(Invariant($"{epoch}"), epoch) : new("end", double.MaxValue),
                    Plain(value.Value), Plain(value.Deviation), MetricSection.Number(ours?.Mean),
                    MetricSection.Number(ours?.Interval?.Low), MetricSection.Number(ours?.Interval?.High), value.Part ?? "");
            }

        ReportTable parameters = new("Parameters", "row", ReportTable.Number("published"), ReportTable.Number("ours"),
            ReportTable.Number("live"));
        foreach ((PublishedRow row, string? name) in published.Rows.Select((row, i) => (row, file.Arms.ElementAtOrDefault(i))))
            if (result.Arms.FirstOrDefault(arm => arm.Name == name) is { } arm)
                parameters.Add(row.Title, row.Parameters is { } count ? count : new ReportTable.Cell("-"), arm.Parameters,
                    arm.Live);

        IEnumerable<string> warnings = Reproduction.Warnings(published, result, file.Brief, file.Settings);
        return $"""
            {warnings.Select(warning => (Html)$"""<p class="faulty">{warning}</p>""")}
            {table.ToHtml()}{(parameters.IsEmpty ? Html.None : parameters.ToHtml())}
            <p>Published protocol: {published.Protocol}</p>
            <h3>What is not comparable</h3>
            {Piece.List(published.NotComparable)}
            """;
    }

    /// <summary>Our metric of this kind at that time; null if it was not measured.</summary>
    static MetricComparison? Ours(ComparisonResult result, PublishedValue value)
    {
        string ending = Invariant($" class {value.Class}");
        int end = result.Metrics.Select(metric => metric.Step).DefaultIfEmpty(0).Max();
        return (value.Class is null ? result.Metrics : result.Classes).FirstOrDefault(metric =>
            metric.Metric.StartsWith(value.Metric + "/", StringComparison.Ordinal)
            && (value.Class is null || metric.Metric.EndsWith(ending, StringComparison.Ordinal))
            && (value.Epoch is null ? metric.Step == end : metric.Epoch == value.Epoch));
    }

    static ReportTable.Cell Plain(double? number) =>
        number is { } n ? new(n.ToString(CultureInfo.InvariantCulture), n) : new("");
}
