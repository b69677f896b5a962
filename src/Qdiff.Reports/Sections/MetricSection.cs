using Qdiff.Evaluation;
using Qdiff.Imaging;

namespace Qdiff.Reports;

/// <summary>What was measured, each with its protocol, interval and floor.</summary>
static class MetricSection
{
    public static Html Of(RunContent run)
    {
        IReadOnlyList<EvaluationReport> all = run.Evaluations;
        if (all.Count == 0) return Piece.Missing("Nothing has been measured yet: evaluate the run.");
        // The latest first: it is what a reader looks for.
        return $"{Curves(all, run.Catalog)}{all.Reverse().Select(Evaluation)}";
    }

    /// <summary>Every metric of every evaluation; what stands in two of them, which were made for other metrics, once.</summary>
    public static ReportTable All(IReadOnlyList<EvaluationReport> reports)
    {
        ReportTable table = new("Metrics", "evaluation", ReportTable.Number("step"), ReportTable.Number("samples"), "metric",
            ReportTable.Number("value"), ReportTable.Number("95 % from"), ReportTable.Number("95 % to"),
            ReportTable.Number("real images"), "protocol")
        { Keys = [0, 3] };
        foreach ((EvaluationReport report, MeasuredMetric metric) in reports
            .SelectMany(one => one.Metrics.Select(value => (Report: one, Metric: value)))
            .DistinctBy(row => (row.Report.Subject, row.Report.Step, row.Report.Samples, row.Metric.Name, row.Metric.Protocol,
                row.Metric.Value.Value, row.Metric.Value.Interval, row.Metric.Floor?.Value)))
            table.Add(report.Subject, report.Step is { } step ? step : new ReportTable.Cell("-"), report.Samples, metric.Name,
                Number(metric.Value.Value), Number(metric.Value.Interval?.Low), Number(metric.Value.Interval?.High),
                Number(metric.Floor?.Value), metric.Protocol);
        return table;
    }

    static Html Evaluation(EvaluationReport report)
    {
        string title = report.Samples == 0 ? report.Subject
            : $"{report.Subject}: {Piece.N(report.Samples)} samples, preset {report.Preset}";
        ReportTable table = new(title, "metric",
            ReportTable.Number("value"), ReportTable.Number("95 % from"), ReportTable.Number("to"),
            ReportTable.Number("± over parts"),
            ReportTable.Number("real images", "what real images get in place of samples: the floor, or the ceiling"), "protocol");
        foreach (MeasuredMetric metric in report.Metrics)
            table.Add(metric.Name, Number(metric.Value.Value), Number(metric.Value.Interval?.Low),
                Number(metric.Value.Interval?.High), Number(metric.Value.Deviation), Number(metric.Floor?.Value),
                new(metric.Protocol, IsCode: true));
        Html copies = report.Memorisation is not { } m ? Html.None
            : $"""
            <p>Memorisation: {m.NearerToTraining:P1} of the samples are nearer to a training image than to a held-out one (50 % if
            none is copied and both kinds of images are alike; what unseen real images get stands in the table); exchange score
            {m.ExchangeScore:F1} ({report.CopiesBegin}); {m.ExactCopies} exact copies.</p>

            """;
        Html losses = report.LossByNoise is { } parts ? Losses(parts, report.Beside) : Html.None;
        Html intervals = report.Samples > 0 && report.Metrics.Any(metric => metric.Value.Interval is not null)
            ? $"""
            <p>Intervals hold the metric's mean over repeated draws of all samples, real ones too; training anew spreads more.</p>

            """
            : Html.None;
        Html missing = report.Missing.Count == 0 ? Html.None
            : $"<h3>Not measured</h3>\n{Piece.List([.. report.Missing.Select(one => $"{one.Metric}: {one.Reason}")])}";
        return $"{table.ToHtml()}{losses}{copies}{intervals}{missing}{Piece.List(report.Notes)}";
    }

    /// <summary>The denoising loss in parts of the schedule, and another network's beside.</summary>
    static Html Losses(IReadOnlyList<LossAtNoise> losses, LossBeside? beside)
    {
        ReportTable table = new("Denoising loss by noise; intervals are over images, not over trainings",
            new ReportTable.Column("λ", Meaning: "half of the logarithm of the signal-to-noise ratio"),
            ReportTable.Number("loss"), ReportTable.Number("95 % from"), ReportTable.Number("to"));
        foreach (LossAtNoise part in losses)
            table.Add(new(EvaluationText.Lambdas(part), part.LambdaTo), Number(part.Mean), Number(part.Interval?.Low),
                Number(part.Interval?.High));
        Html other = beside is null ? Html.None
            : $"""
            <p>Denoising loss {EvaluationText.Of(beside)}.</p>

            """;
        return $"{table.ToHtml()}{other}";
    }

    static Html Curves(IReadOnlyList<EvaluationReport> all, EvaluationCatalog catalog)
    {
        Html[] charts = [.. Charts(all, catalog).Select(chart => Piece.Chart(chart.ToSvg(), ChartNote(chart)))];
        return charts.Length == 0 ? Html.None : $"""
            <div class="charts">
            {charts}</div>

            """;
    }

    /// <summary>Metrics that were measured in one way at several steps; a line for each way in which samples were
    /// drawn.</summary>
    public static IEnumerable<LineChart> Charts(IReadOnlyList<EvaluationReport> all, EvaluationCatalog catalog) =>
        all.Where(report => report.Step is not null)
            .SelectMany(report => report.Metrics.Where(metric => metric.Class is null)
                .Select(metric => new Point(report.Step!.Value, report.HowDrawn, metric)))
            .GroupBy(point => point.Metric.Protocol)
            .Select(group => group.GroupBy(point => point.Drawn)
                .Select(line => line.Reverse().DistinctBy(point => point.Step).OrderBy(point => point.Step).ToArray()).ToArray())
            .Where(lines => lines.Any(line => line.Length > 1)).Select(lines => Curve(lines, catalog));

    /// <summary>What is said below such a curve.</summary>
    public static string ChartNote(LineChart chart) =>
        $"{chart.Title} over the training, with 95 % intervals where they were computed.";

    /// <summary>A metric at a step of the training.</summary>
    readonly record struct Point(long Step, string Drawn, MeasuredMetric Metric);

    static LineChart Curve(Point[][] lines, EvaluationCatalog catalog) => new()
    {
        Limits = catalog.LimitsOf(lines[0][0].Metric.Name),
        Title = lines[0][0].Metric.Name,
        XLabel = "steps",
        Width = 460,
        Height = 300,
        Series = [.. lines.Select(points => new ChartSeries(lines.Length == 1 ? "" : points[0].Drawn,
            [.. points.Select(p => (double)p.Step)], [.. points.Select(p => p.Metric.Value.Value)])
        {
            Bars = [.. points.Select(p => p.Metric.Value.Interval is { } i ? (i.Low, i.High) : ((double, double)?)null)],
        })],
    };

    /// <summary>A number to four digits that count, and in full for sorting.</summary>
    public static ReportTable.Cell Number(double? value) =>
        value is { } number ? new(EvaluationText.Number(number), number) : new("-");
}
