using Qdiff.Evaluation;
using Qdiff.Imaging;
using Qdiff.Reports;

namespace Qdiff.Dashboard;

/// <summary>A run among those that are compared.</summary>
/// <param name="Row">What the list knows of it.</param>
/// <param name="Content">Its files.</param>
sealed record ComparedRun(RunRow Row, RunContent Content)
{
    /// <summary>Its log.</summary>
    public IReadOnlyList<TrainingStep> Steps => Content.Steps;

    /// <summary>The stamp from before they were read.</summary>
    public RunStamp Stamp { get; init; }
}

/// <summary>
/// Runs over one another: each by itself, or the mean and its interval over those that differ in nothing but seeds. All have
/// their points at the same steps, so that means are of the same.
/// </summary>
static class ComparedCharts
{
    const int Points = 120;

    public static IEnumerable<PageChart> Of(IReadOnlyList<ComparedRun> runs, bool bySeed)
    {
        ComparedRun[] logged = [.. runs.Where(run => run.Steps.Count > 0)];
        if (logged.Length > 0)
        {
            long width = RunCurves.WidthOf(logged.Max(run => run.Steps[^1].Number), Points);
            yield return Chart("loss", "Loss", "The loss of training batches, averaged over "
                + (width == 1 ? "single steps." : Invariant($"{width:N0} steps.")), step => step.Loss);
            yield return Chart("gradients", "Gradient norm", "The norm of the whole gradient before clipping, averaged likewise.",
                step => step.GradientNorm);
            if (logged.Any(run => run.Steps.Any(step => step.CircuitGradientNorm is not null)))
                yield return Chart("circuits", "Gradient norm of circuits", "The part that belongs to the circuits' angles.",
                    step => step.CircuitGradientNorm ?? double.NaN);

            PageChart Chart(string id, string title, string note, Func<TrainingStep, double> value) =>
                Overlay(id, title, note, runs, bySeed, runs.Select(run => RunCurves.Parts(run.Steps, value, width)));
        }

        if (runs.Any(run => run.Content.Probe.Count > 0))
            yield return Overlay("probe", "Probe loss", "The loss of the averaged weights on one batch with fixed noise.", runs,
                bySeed, runs.Select(run => run.Content.Probe.ToDictionary(point => (double)point.Key, point => point.Value)));
        foreach (string metric in runs.SelectMany(run => run.Row.Metrics.Keys).Distinct().Order(StringComparer.Ordinal))
            yield return Metric(metric, runs, bySeed);
    }

    /// <summary>A metric over the steps. A mean is over values of one protocol: that by which most runs of the family were
    /// measured last.</summary>
    static PageChart Metric(string metric, IReadOnlyList<ComparedRun> runs, bool bySeed)
    {
        (RunRow Row, Dictionary<double, MetricValue> Values)[] all =
            [.. runs.Select(run => (run.Row, Measured(run.Content.Evaluations, metric)))];
        Dictionary<string, Protocol> shared = !bySeed ? [] : all.Where(run => run.Values.Count > 0)
            .GroupBy(run => run.Row.Family).Where(family => family.Count() > 1)
            .ToDictionary(family => family.Key, family => family
                .GroupBy(run => run.Values.MaxBy(point => point.Key).Value.Protocol).MaxBy(group => group.Count())!.Key);
        Dictionary<double, MetricValue>[] drawn = [.. all.Select(run => shared.TryGetValue(run.Row.Family, out Protocol? one)
            ? run.Values.Where(point => point.Value.Protocol == one).ToDictionary() : run.Values)];
        string[] left = [.. all.Where((run, i) => drawn[i].Count < run.Values.Count).Select(run => run.Row.Name)];
        int protocols = drawn.SelectMany(values => values.Values).Select(value => value.Protocol).Distinct().Count();
        string note = protocols < 2 ? "By one protocol, which the runs' pages say."
            : Invariant($"By {protocols} protocols, whose values do not compare; the runs' pages say them.");
        if (left.Length > 0) note += $" Left out of means, as measured by another protocol: values of {string.Join(", ", left)}.";
        return Overlay("metric-" + metric, metric, note, runs, bySeed,
            drawn.Select(values => values.ToDictionary(point => point.Key, point => point.Value.Value)),
            runs[0].Content.Catalog.LimitsOf(metric));
    }

    /// <summary>The values by step, of each report the one that lists show: a metric may be there once more, in the features of
    /// another network.</summary>
    static Dictionary<double, MetricValue> Measured(IReadOnlyList<EvaluationReport> reports, string metric) => reports
        .Where(report => report.Step is not null && report[metric] is not null)
        .GroupBy(report => (double)report.Step!.Value)
        .ToDictionary(group => group.Key, group => group.Last()[metric]!);

    static PageChart Overlay(string id, string title, string note, IReadOnlyList<ComparedRun> runs, bool bySeed,
        IEnumerable<Dictionary<double, double>> values, ChartLimits? limits = null)
    {
        (RunRow Row, Dictionary<double, double> Curve)[] curves = [.. runs.Zip(values, (run, curve) => (run.Row, curve))];
        List<string> copies = [];
        // The colour is the place among all, whatever of them this chart shows.
        (ChartSeries Series, string? Run)[] series = bySeed
            ? [.. curves.GroupBy(entry => entry.Row.Family).Select((family, i) => Mean([.. family], i, copies))]
            : [.. curves.Select((entry, i) => (Line(entry.Row.Name, entry.Curve, i), (string?)entry.Row.Name))];
        series = [.. series.Where(entry => entry.Series.X.Count > 0)];
        if (copies.Count > 0) note += $" Left out, as another run has the same seeds: {string.Join(", ", copies)}.";
        return new(id, new()
        {
            Title = title,
            XLabel = "steps",
            Limits = limits,
            LogY = RunCurves.IsWide(series.SelectMany(entry => entry.Series.Y)),
            Series = [.. series.Select(entry => entry.Series)],
        }, note)
        { Runs = [.. series.Select(entry => entry.Run)] };
    }

    static ChartSeries Line(string name, Dictionary<double, double> curve, int colour)
    {
        double[] x = [.. curve.Keys.Order()];
        return new(name, x, [.. x.Select(at => curve[at])]) { Colour = colour };
    }

    /// <summary>The mean over the seeds of a family that have a curve; of runs with the same seeds the one that is furthest
    /// counts.</summary>
    static (ChartSeries, string? Run) Mean((RunRow Row, Dictionary<double, double> Curve)[] family, int colour,
        List<string> copies)
    {
        IGrouping<string, (RunRow Row, Dictionary<double, double> Curve)>[] bySeeds = [.. family
            .Where(entry => entry.Curve.Count > 0).OrderByDescending(entry => entry.Curve.Keys.Max())
            .ThenBy(entry => entry.Row.Name, StringComparer.Ordinal).GroupBy(entry => entry.Row.Seeds)];
        copies.AddRange(bySeeds.SelectMany(same => same.Skip(1)).Select(entry => entry.Row.Name));
        (RunRow Row, Dictionary<double, double> Curve)[] counted = [.. bySeeds.Select(same => same.First())];
        if (counted.Length == 0) return (new("", [], []), null);
        if (counted is [var (row, curve)]) return (Line(row.Name, curve, colour), row.Name);
        string name = $"{NameOf(family[0].Row)}, {counted.Length} seeds";
        return (RunCurves.Mean(name, [.. counted.Select(entry => entry.Curve)]) with { Colour = colour }, null);
    }

    /// <summary>The experiment's name in the folder where its runs are.</summary>
    static string NameOf(RunRow row) => row.Settings.TryGetValue("name", out string? name)
        ? string.Concat(row.Name[..(row.Name.LastIndexOf('/') + 1)], name) : row.Name;
}
