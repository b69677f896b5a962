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
            bool json = parsed.GetValue<bool>(Tool.Json);
            MeantRun.RequireNoModel(path);
            if (!RunFolder.Exists(path) && File.Exists(Path.Combine(path, ComparisonFiles.Result)))
                Comparison(ComparisonFiles.Read(path), path, json);
            else if (MeantRun.Comparison(path) is { } comparison) throw new InputException(comparison);
            else
            {
                MeantRun.RequireOne(path);
                Run(RunContent.Read(path, catalog), json);
            }

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
            RunState.Diverged => "diverged",
            _ => "in an unknown state",
        };
        string begun = run.Manifest is not { } manifest ? "" : string.Create(CultureInfo.InvariantCulture,
            $", started {manifest.Started.UtcDateTime:yyyy-MM-dd HH:mm} UTC on {manifest.Machine.Cpu}");
        string all = run.Total is { } total ? FormattableString.Invariant($" of {total:N0}") : "";
        Say($"{state} after {run.Done:N0}{all} steps{begun}");
        if (run.Steps is { Count: > 0 } steps)
        {
            (_, double[] loss) = RunCurves.Average([.. steps.Select(step => (double)step.Number)],
                [.. steps.Select(step => step.Loss)], Columns);
            double seconds = steps.Average(step => step.Seconds);
            Say($"loss          {Sparkline.Of(loss)}  {loss[0]:G4} to {loss[^1]:G4}, {seconds:G3} s a step");
            if (steps.LastOrDefault(step => step.CircuitGradientNorm is not null) is { } apart)
                Say($"gradient      classical {apart.ClassicalGradientNorm:G3}, circuits {apart.CircuitGradientNorm:G3}");
            foreach (var block in (steps[^1].CircuitLayers ?? []).GroupBy(layer => layer.Circuit))
            {
                Say($"  by layer    {block.Key}: norms {Of(layer => layer.Norm)}; variances {Of(layer => layer.Variance)}");

                string Of(Func<CircuitLayerGradient, double> value) =>
                    string.Join(", ", block.Select(layer => value(layer).ToString("G3", CultureInfo.InvariantCulture)));
            }
        }

        if (run.Probe is { Count: > 0 } probe)
        {
            double[] values = [.. probe.Values];
            Say($"probe loss    {Sparkline.Of([.. values.TakeLast(Columns)])}  {values[0]:G4} to {values[^1]:G4}");
        }

        Print.Line($"parameters    {Parameters(run)}");
        if (run.Manifest?.Measurement is { } cost) Print.Wrapped(cost.ToString(), 0);
        if (run.LatestEvaluation is { } latest)
        {
            string samples = latest.Samples == 0 ? ""
                : $", {latest.Samples.ToString("N0", CultureInfo.InvariantCulture)} samples";
            Print.Line($"metrics       {latest.Subject}{samples}");
            Print.Table(["  metric", ">value", ">from", ">to", ">real images"],
                latest.Metrics.Where(m => m.Class is null).Take(Metrics).Select(Cells));
        }
        else Print.Line("metrics       none yet");
        string report = Path.Combine(run.Path, Report.FileName);
        Print.Line($"report        {(File.Exists(report) ? report : PastedCommand.Of("report", run.Path) + " writes it")}");
        // Of a run without a step the manifest is all that there is to go on with.
        if (run is { State: RunState.Stopped } or { State: RunState.New, Manifest: not null })
            Print.Line("go on with    " + PastedCommand.Of("train", "--resume", run.Path));
        if (run.State == RunState.Diverged)
        {
            Print.Wrapped(run.Divergence!, 0);
            string config = Path.Combine(run.Path, RunFolder.ConfigFile);
            // From weights that blew up already nothing can be trained.
            string[] from = run.Checkpoints is [.., var last] && double.IsFinite(last.Score ?? 0) ? ["--from", run.Path] : [];
            Print.Line("go on with    " + PastedCommand.Of(["train", "--config", config, .. from, "--set", "name=NAME", "--set",
                "training.learningRate=RATE"]));
        }

        foreach (string problem in run.Problems) Print.Warning(problem);
    }

    static string[] Cells(MeasuredMetric metric) =>
    [
        "  " + metric.Name, EvaluationText.Number(metric.Value.Value), Number(metric.Value.Interval?.Low),
        Number(metric.Value.Interval?.High), Number(metric.Floor?.Value),
    ];

    static void Say(FormattableString line) => Print.Line(FormattableString.Invariant(line));

    static string Parameters(RunContent run)
    {
        if (run.Audit is not { } audit) return "not audited";
        string why = audit.IsClean ? "" : $"; {PastedCommand.Of("audit", run.Path)} says why the others cannot";
        return FormattableString.Invariant($"{audit.Live:N0} of {audit.Nominal:N0} can act") + why;
    }

    static void Comparison(ComparisonResult result, string path, bool json)
    {
        if (json)
        {
            Print.Json(result);
            return;
        }

        Print.Line($"{result.Name}: {string.Join(", ", result.Arms.Select(arm => arm.Name))}, {result.Seeds.Count} seeds, "
            + $"baseline {result.Baseline}");
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
