using Qdiff.Evaluation;
using Qdiff.Imaging;

namespace Qdiff.Reports;

/// <summary>What shots and noise do to the images of a run, beside the exact network and the one without circuits.</summary>
static class NoiseSection
{
    public static Html Of(NoiseStudyResult study, EvaluationCatalog catalog)
    {
        ReportTable costs = new("What an image takes of a device", "circuits", ReportTable.Number("shots"),
            ReportTable.Number("seconds", Invariant($"at {study.Rate:N0} shots a second, circuits one after another")));
        foreach (NoiseStudyArm arm in study.Arms.Where(arm => arm.ShotsPerImage is not null))
            costs.Add(arm.Name, MetricSection.Number(arm.ShotsPerImage), MetricSection.Number(arm.SecondsPerImage));
        return $"""
            <p>{study.Seeds} seeds of {Piece.N(study.Samples)} images each, {study.Sampler};
            {study.CircuitRunsPerImage:N0} runs of circuits an image. Intervals hold 95 % by Student's t over the seeds.
            Differences are seed by seed: from the network whose circuits are exact, and from the one in which every read-out is
            its mean, which is what is left without circuits.</p>
            {study.Arms.SelectMany(arm => arm.Metrics).Select(metric => metric.Metric).Distinct()
                .Select(metric => Metric(study, metric, catalog))}
            {(costs.IsEmpty ? Html.None : costs.ToHtml())}
            {Piece.List([.. (study.Missing ?? []).Select(missing => $"not measured: {missing.Metric}: {missing.Reason}"),
                .. (study.Notes ?? []).Select(note => $"note: {note}")])}
            """;
    }

    static Html Metric(NoiseStudyResult study, string name, EvaluationCatalog catalog)
    {
        (NoiseStudyArm Arm, NoiseStudyMetric Found)[] arms = [.. study.Arms.SelectMany(arm =>
            arm.Metrics.Where(metric => metric.Metric == name).Select(metric => (arm, metric)))];
        IntervalChart means = new()
        {
            Title = "Mean over seeds",
            Width = 720,
            Limits = catalog.LimitsOf(name),
            Reference = arms[0].Found.Mean,
            XLabel = $"line: {arms[0].Arm.Name}",
            Rows = [.. arms.Select(one => new IntervalRow(one.Arm.Name, one.Found.Mean, one.Found.Interval.Low,
                one.Found.Interval.High) { Points = one.Found.Values })],
        };
        ReportTable table = new(name, "circuits", ReportTable.Number("mean"), ReportTable.Number("95 % interval"),
            ReportTable.Number("less exact"), ReportTable.Number("its 95 % interval"),
            ReportTable.Number("less means", "the difference from the network whose circuits are their means"),
            ReportTable.Number("its 95 % interval"));
        foreach ((NoiseStudyArm arm, NoiseStudyMetric found) in arms)
            table.Add(arm.Name, MetricSection.Number(found.Mean), ResultSection.Span(found.Interval),
                MetricSection.Number(found.LessExact?.Mean), ResultSection.Span(found.LessExact?.Interval),
                MetricSection.Number(found.LessReplaced?.Mean), ResultSection.Span(found.LessReplaced?.Interval));
        return $"""
            <h3>{name}</h3>
            {Piece.Chart(means.ToSvg(), "")}{table.ToHtml()}{Piece.List([.. study.Indistinguishable
                .Where(point => point.Metric == name).Select(point => $"{point}")])}
            """;
    }
}
