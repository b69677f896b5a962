using Qdiff.Evaluation;
using Qdiff.Imaging;
using Qdiff.Reports;

namespace Qdiff.Dashboard;

/// <summary>A run among those that are compared.</summary>
/// <param name="Row">What the list knows of it.</param>
/// <param name="Content">Its files.</param>
/// <param name="Steps">Its log.</param>
sealed record ComparedRun(RunRow Row, RunContent Content, IReadOnlyList<TrainingStep> Steps);

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
            long last = logged.Max(run => run.Steps[^1].Number);
            long width = Math.Max(1, (last + Points - 1) / Points);
            yield return Chart("loss", "Loss", "The loss of training batches, averaged over "
                + (width == 1 ? "single steps." : Invariant($"{width:N0} steps.")), step => step.Loss);
            yield return Chart("gradients", "Gradient norm", "The norm of the whole gradient before clipping, averaged likewise.",
                step => step.GradientNorm);
            if (logged.Any(run => run.Steps.Any(step => step.CircuitGradientNorm is not null)))
                yield return Chart("circuits", "Gradient norm of circuits", "The part that belongs to the circuits' angles.",
                    step => step.CircuitGradientNorm ?? double.NaN);

            PageChart Chart(string id, string title, string note, Func<TrainingStep, double> value) =>
                Overlay(id, title, note, runs, bySeed, run => Averaged(run.Steps, value, width));
        }

        if (runs.Any(run => run.Content.Probe.Count > 0))
            yield return Overlay("probe", "Probe loss", "The loss of the averaged weights on one batch with fixed noise.", runs,
                bySeed, run => run.Content.Probe.ToDictionary(point => (double)point.Key, point => point.Value));
        foreach (string metric in runs.SelectMany(run => run.Row.Metrics.Keys).Distinct().Order(StringComparer.Ordinal))
            yield return Overlay("metric-" + metric, metric,
            "As it was measured; protocols may differ, the runs' pages say them.",
                runs, bySeed, run => Measured(run.Content.Evaluations, metric), runs[0].Content.Catalog.LimitsOf(metric));
    }

    /// <summary>The mean of each part of so many steps, at its middle.</summary>
    static Dictionary<double, double> Averaged(IReadOnlyList<TrainingStep> steps, Func<TrainingStep, double> value, long width) =>
        steps.GroupBy(step => (step.Number - 1) / width)
            .ToDictionary(part => part.Key * width + (width + 1) / 2.0, part => part.Average(value));

    static Dictionary<double, double> Measured(IReadOnlyList<EvaluationReport> reports, string metric) => reports
        .Where(report => report.Step is not null)
        .SelectMany(report => report.Metrics.Where(m => m.Class is null && m.Value.Protocol.Metric == metric)
            .Select(m => ((double)report.Step!.Value, m.Value.Value)))
        .GroupBy(point => point.Item1).ToDictionary(group => group.Key, group => group.Last().Value);

    static PageChart Overlay(string id, string title, string note, IReadOnlyList<ComparedRun> runs, bool bySeed,
        Func<ComparedRun, Dictionary<double, double>> curve, ChartLimits? limits = null)
    {
        (ComparedRun Run, Dictionary<double, double> Curve)[] curves = [.. runs.Select(run => (run, curve(run)))];
        (ChartSeries Series, string? Run)[] series = bySeed
            ? [.. curves.GroupBy(entry => entry.Run.Row.Family)
                .Select((family, i) => (
                    Mean([.. family.Select(entry => entry.Run.Row)], [.. family.Select(entry => entry.Curve)], i),
                    family.Count() == 1 ? family.First().Run.Row.Name : null))]
            : [.. curves.Select((entry, i) => (Line(entry.Run.Row.Name, entry.Curve, i), (string?)entry.Run.Row.Name))];
        series = [.. series.Where(entry => entry.Series.X.Count > 0)];
        double[] values = [.. series.SelectMany(entry => entry.Series.Y).Where(double.IsFinite)];
        return new(id, new()
        {
            Title = title,
            XLabel = "steps",
            Limits = limits,
            LogY = values.Length > 0 && values.Min() > 0 && values.Max() > RunCurves.Wide * values.Min(),
            Series = [.. series.Select(entry => entry.Series)],
        }, note)
        { Runs = [.. series.Select(entry => entry.Run)] };
    }

    static ChartSeries Line(string name, Dictionary<double, double> curve, int colour)
    {
        double[] x = [.. curve.Keys.Order()];
        return new(name, x, [.. x.Select(at => curve[at])]) { Colour = colour };
    }

    /// <summary>Where all have a point; a run that is not so far ends the line.</summary>
    static ChartSeries Mean(RunRow[] rows, Dictionary<double, double>[] curves, int colour)
    {
        curves = [.. curves.Where(curve => curve.Count > 0)];
        string name = rows.Length == 1 ? rows[0].Name : $"{NameOf(rows[0])}, {rows.Length} seeds";
        if (curves.Length == 0) return new(name, [], []);
        double[] x = [.. curves.Select(curve => (IEnumerable<double>)curve.Keys).Aggregate((a, b) => a.Intersect(b)).Order()];
        double[][] values = [.. x.Select(at => curves.Select(curve => curve[at]).ToArray())];
        return new(name, x, [.. values.Select(v => v.Average())])
        {
            Colour = colour,
            Band = curves.Length < 2 ? null : [.. values.Select(Band)],
        };
    }

    /// <summary>The experiment's name in the folder where its runs are.</summary>
    static string NameOf(RunRow row) => row.Settings.TryGetValue("name", out string? name)
        ? string.Concat(row.Name[..(row.Name.LastIndexOf('/') + 1)], name) : row.Name;

    static (double Low, double High)? Band(double[] values)
    {
        if (!values.All(double.IsFinite)) return null;
        Interval interval = Interval.OfMean(values);
        return (interval.Low, interval.High);
    }
}
