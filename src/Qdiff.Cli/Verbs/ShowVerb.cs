using System.CommandLine;
using System.Globalization;
using Qdiff.Evaluation;
using Qdiff.Reports;

namespace Qdiff.Cli;

/// <summary><c>qdiff show RUN</c>: says in a screen what a run is and how it went.</summary>
static class ShowVerb
{
    const int Columns = 48, Metrics = 10;

    public static Command Create(EvaluationCatalog catalog)
    {
        var folder = new Argument<string>("run") { Description = "A run, or a finished comparison." };
        var show = new Command("show", "Say in a screen what a run is and how it went.") { folder };
        show.SetAction(parsed =>
        {
            string path = parsed.GetRequiredValue(folder);
            bool json = parsed.GetValue(Tool.Json);
            if (!RunFolder.Exists(path) && File.Exists(Path.Combine(path, ComparisonFiles.Result)))
                Comparison(ComparisonFiles.Read(path), path, json);
            else Run(RunContent.Read(path, catalog), json);
            return 0;
        });
        return show;
    }

    static void Run(RunContent run, bool json)
    {
        if (json)
        {
            Print.Json(RunsVerb.Row(run));
            return;
        }

        Print.Wrapped(RunReport.Sentence(run), 0);
        string state = run.State switch
        {
            RunState.Training => "being trained",
            RunState.Finished => "finished",
            RunState.New => "not begun",
            RunState.Stopped => "stopped",
            _ => "in an unknown state",
        };
        Print.Line(string.Create(CultureInfo.InvariantCulture,
            $"{state} after {run.Done:N0}{(run.Total is { } total ? $" of {total:N0}" : "")} steps"
            + $"{(run.Manifest is { } manifest ? $", started {manifest.Started.UtcDateTime:yyyy-MM-dd HH:mm} UTC on {manifest.Machine.Cpu}" : "")}"));
        if (run.Steps is { Count: > 0 } steps)
        {
            (_, double[] loss) = RunCurves.Average([.. steps.Select(s => (double)s.Number)], [.. steps.Select(s => s.Loss)], Columns);
            Print.Line(string.Create(CultureInfo.InvariantCulture,
                $"loss          {Sparkline.Of(loss)}  {loss[0]:G4} to {loss[^1]:G4}, {steps.Average(s => s.Seconds):G3} s a step"));
            if (steps.LastOrDefault(s => s.CircuitGradientNorm is not null) is { } apart)
                Print.Line(string.Create(CultureInfo.InvariantCulture,
                    $"gradient      {apart.ClassicalGradientNorm:G3} of classical parameters, {apart.CircuitGradientNorm:G3} of circuits"));
        }

        if (run.Probe is { Count: > 0 } probe)
            Print.Line(string.Create(CultureInfo.InvariantCulture,
                $"probe loss    {Sparkline.Of([.. probe.Values.TakeLast(Columns)])}  {probe.Values.First():G4} to {probe.Values.Last():G4}"));
        Print.Line("parameters    " + (run.Audit is { } audit ? string.Create(CultureInfo.InvariantCulture,
            $"{audit.Live:N0} of {audit.Nominal:N0} can act{(audit.IsClean ? "" : $"; {PastedCommand.Of("audit", run.Path)} says why the others cannot")}")
            : "not audited"));
        if (run.Evaluations is [.., var latest])
        {
            Print.Line($"metrics       {latest.Subject}, {latest.Samples.ToString("N0", CultureInfo.InvariantCulture)} samples");
            Print.Table(["  metric", ">value", ">from", ">to", ">real images"], latest.Metrics.Where(m => m.Class is null).Take(Metrics)
                .Select(m => new[] { "  " + m.Name, EvaluationText.Number(m.Value.Value), Number(m.Value.Interval?.Low),
                    Number(m.Value.Interval?.High), Number(m.Floor?.Value) }));
        }
        else Print.Line("metrics       none yet");
        string report = Path.Combine(run.Path, Report.FileName);
        Print.Line($"report        {(File.Exists(report) ? report : PastedCommand.Of("report", run.Path) + " writes it")}");
        if (run.State == RunState.Stopped) Print.Line("go on with    " + PastedCommand.Of("train", "--resume", run.Path));
        foreach (string problem in run.Problems) Print.Warning(problem);
    }

    static void Comparison(ComparisonResult result, string path, bool json)
    {
        if (json)
        {
            Print.Json(result);
            return;
        }

        Print.Line($"{result.Name}: {string.Join(", ", result.Arms.Select(arm => arm.Name))}, {result.Seeds.Count} seeds, baseline {result.Baseline}");
        int end = result.Metrics.Select(metric => metric.Step).DefaultIfEmpty(0).Max();
        foreach (MetricComparison metric in result.Metrics.Where(metric => metric.Step == end))
        {
            Print.Line(metric.Metric);
            Print.Table(["  arm", ">mean", ">from", ">to", ">difference", ">corrected p"], metric.Rows.Select(row => new[]
            {
                "  " + row.Arm, EvaluationText.Number(row.Mean), Number(row.Interval?.Low), Number(row.Interval?.High),
                Number(row.Difference?.Mean), Number(row.Difference?.CorrectedP),
            }));
            Print.Wrapped(metric.Verdict, 2);
        }

        Print.Line("report: " + (File.Exists(Path.Combine(path, Report.FileName)) ? Path.Combine(path, Report.FileName)
            : PastedCommand.Of("report", path) + " writes it"));
    }

    static string Number(double? value) => value is { } number ? EvaluationText.Number(number) : "-";
}
