using System.Globalization;
using Qdiff.Evaluation;

namespace Qdiff.Reports;

/// <summary>The report of a run: what was trained on what, what the audit says, how it went, and what came of it.</summary>
static class RunReport
{
    public static string Of(RunContent run, ReportOptions options, CancellationToken cancellationToken)
    {
        RunFolder? folder = run.Open();
        Html? circuits = folder is null ? null : CircuitSection.Of(run, folder);
        (string, string, Html?)[] sections =
        [
            ("Parameters and audit", "audit", AuditSection.Of(run)),
            ("Training", "training", TrainingSection.Of(run)),
            ("Samples", "samples", SampleSection.Of(run, folder, options, cancellationToken)),
            ("Metrics", "metrics", MetricSection.Of(run)),
            ("Shots and noise", "noise", run.Noise is { } noise ? NoiseSection.Of(noise, run.Catalog) : null),
            ("Circuits", "circuits", circuits),
            ("Origin", "origin", OriginSection.Of(run, options)),
            ("Configuration", "configuration", OriginSection.Configuration(run)),
        ];
        // Last, when everything has been asked for.
        sections =
            [.. sections, ("What could not be read", "problems", run.Problems.Count == 0 ? null : Piece.List(run.Problems))];
        return ReportPage.Of($"{run.Name} - Qdiff", Head(run), sections);
    }

    static Html Head(RunContent run) => $"""
        <h1>{run.Name} <span class="state {Word(run.State)}">{Word(run.State)}</span></h1>
        <p class="lead">{Sentence(run)}</p>
        {Diverged(run)}<dl class="cards">
        {Cards(run)}</dl>

        """;

    /// <summary>What is trained on what.</summary>
    public static string Sentence(RunContent run)
    {
        if (run.Manifest is not { } manifest) return "What was trained on what is not known: its manifest cannot be read.";
        string control = run.Experiment is { } e && e.Config.Model.Control != Control.None
            ? $", with the control {e.Config.Model.Control.Name} in the place of its circuits" : "";
        string shape = string.Join("×", manifest.Data.Shape.Skip(1)) + (manifest.Data.Shape is [3, ..] ? " in colour" : "");
        return $"{manifest.Model.Name} ({manifest.Model.Wiring} wiring{control}) learns {Piece.N(manifest.Data.Count)} images of "
            + $"{manifest.Data.Name}, {shape}.";
    }

    /// <summary>What was said when it diverged, if it did.</summary>
    public static Html Diverged(RunContent run) => run.State == RunState.Diverged ? Piece.Missing(run.Divergence!) : Html.None;

    /// <summary>Its values in short.</summary>
    public static IEnumerable<Html> Cards(RunContent run)
    {
        yield return Card("Steps", run.Total is { } total ? $"{Piece.N(run.Done)} of {Piece.N(total)}" : Piece.N(run.Done),
            run.Steps.Count > 0 ? $"{Duration(run.Steps)}" : "");
        if (run.Steps.Count > 0)
        {
            int few = Math.Min(100, run.Steps.Count);
            double mean = run.Steps.TakeLast(few).Average(step => step.Loss);
            yield return Card("Loss", mean.ToString("G4", CultureInfo.InvariantCulture),
                $"mean of the last {few} logged steps");
        }

        if (run.Probe is { Count: > 0 } probe)
            yield return Card("Loss of a fixed batch", probe.Values.Last().ToString("G4", CultureInfo.InvariantCulture),
                $"running average, step {Piece.N(probe.Keys.Last())}");
        if (run.Audit is { } audit)
            yield return Card("Parameters that can act", $"{Piece.N(audit.Live)}", $"of {Piece.N(audit.Nominal)}");
        else if (run.Manifest is { } manifest) yield return Card("Parameters", Piece.N(manifest.Model.Parameters), "not audited");
        if (run.Manifest is { Model.Angles: > 0 and var angles })
            yield return Card("Circuit angles", Piece.N(angles), "of the parameters");
        if (run.LatestEvaluation is { Metrics: [var first, ..] } latest)
            yield return Card(first.Value.Protocol.Metric.ToUpperInvariant(), EvaluationText.Number(first.Value.Value),
                (first.Value.Interval is { } i ? $"{EvaluationText.Number(i.Low)} to {EvaluationText.Number(i.High)}, " : "")
                    + $"{first.Value.Protocol.Features}, "
                    + (latest.Samples > 0 ? $"{Piece.N(latest.Samples)} samples"
                        : $"{Piece.N(first.Value.Protocol.RealCount)} real images"));
    }

    static Html Card(string name, string value, string note) =>
        $"<div><dt>{name}</dt><dd>{value} <small>{note}</small></dd></div>\n";

    static string Word(RunState state) => state.ToString().ToLowerInvariant();

    /// <summary>What all steps together took; of a log with gaps as many times the mean.</summary>
    static string Duration(IReadOnlyList<TrainingStep> steps)
    {
        double mean = steps.Select(step => step.Seconds).Where(double.IsFinite).DefaultIfEmpty(double.NaN).Average();
        if (double.IsNaN(mean)) return "-";
        TimeSpan whole = TimeSpan.FromSeconds(Math.Clamp(mean * steps[^1].Number, 0, 1e9));
        string time = whole.TotalHours >= 1 ? Invariant($"{(int)whole.TotalHours} h {whole.Minutes} min")
            : whole.TotalMinutes >= 1 ? Invariant($"{whole.Minutes} min {whole.Seconds} s")
            : Invariant($"{whole.TotalSeconds:0.#} s");
        return Invariant($"{time}, {mean:G3} s a step");
    }
}
