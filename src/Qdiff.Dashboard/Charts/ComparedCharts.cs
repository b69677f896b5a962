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
                Overlay(id, title, note, runs, bySeed, run => RunCurves.Parts(run.Steps, value, width));
        }

        if (runs.Any(run => run.Content.Probe.Count > 0))
            yield return Overlay("probe", "Probe loss", "The loss of the averaged weights on one batch with fixed noise.", runs,
                bySeed, run => run.Content.Probe.ToDictionary(point => (double)point.Key, point => point.Value));
        foreach (string metric in runs.SelectMany(run => run.Row.Metrics.Keys).Distinct().Order(StringComparer.Ordinal))
            yield return Overlay("metric-" + metric, metric,
                "As it was measured; protocols may differ, the runs' pages say them.",
                runs, bySeed, run => Measured(run.Content.Evaluations, metric), runs[0].Content.Catalog.LimitsOf(metric));
    }

    /// <summary>The values by step, of each report the one that lists show: a metric may be there once more, in the features of
    /// another network.</summary>
    static Dictionary<double, double> Measured(IReadOnlyList<EvaluationReport> reports, string metric) => reports
        .Where(report => report.Step is not null && report[metric] is not null)
        .GroupBy(report => (double)report.Step!.Value)
        .ToDictionary(group => group.Key, group => group.Last()[metric]!.Value);

    static PageChart Overlay(string id, string title, string note, IReadOnlyList<ComparedRun> runs, bool bySeed,
        Func<ComparedRun, Dictionary<double, double>> curve, ChartLimits? limits = null)
    {
        (RunRow Row, Dictionary<double, double> Curve)[] curves = [.. runs.Select(run => (run.Row, curve(run)))];
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
