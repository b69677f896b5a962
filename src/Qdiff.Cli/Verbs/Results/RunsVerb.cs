using System.CommandLine;
using System.Globalization;
using Qdiff.Evaluation;
using Qdiff.Reports;

namespace Qdiff.Cli;

/// <summary><c>qdiff runs [FOLDER]</c>: the runs in a folder and below, with their state and last values.</summary>
static class RunsVerb
{
    public static Command Create(EvaluationCatalog catalog)
    {
        var folder = new Argument<string>("folder")
        { Description = "Where to look; comparisons in it are looked into.", DefaultValueFactory = _ => "runs" };
        string[] states = [.. Enum.GetValues<RunState>().Select(Word)];
        var state = new Option<RunState?>("--state") { Description = $"Only runs that are {Words.Or(states)}." };
        var runs = new Command("runs", "List the runs of a folder with their state and last values.") { folder, state };
        runs.SetAction(parsed =>
        {
            string root = parsed.GetRequiredValue(folder);
            if (!Directory.Exists(root)) throw new InputException($"There is no folder {root}.{NearestPath.Hint(root)}");
            RunContent[] all = [.. RunFinder.In(root).Select(path => RunContent.Read(path, catalog))];
            RunState? wanted = parsed.GetValue(state);
            RunContent[] shown = [.. all.Where(run => wanted is null || run.State == wanted)];
            if (parsed.GetValue<bool>(Tool.Json)) Print.Json(shown.Select(Row));
            else if (all.Length == 0) Print.Line(MeantRun.Comparison(root) is { } comparison
                ? PastedCommand.InMessage(comparison) : $"there are no runs in {root}");
            else if (shown.Length == 0)
                Print.Line($"of {Number(all.Length)} run{(all.Length == 1 ? "" : "s")} in {root} none is {Word(wanted!.Value)}");
            else Print.Table(["run", "model", "data", "state", ">steps", ">of", ">loss", ">probe", "metric"],
                shown.Select(run => Cells(run, root)));
            return 0;
        });
        return runs;
    }

    static string[] Cells(RunContent run, string root) =>
    [
        Path.GetRelativePath(root, run.Path), run.Manifest?.Model.Name ?? "?", run.Manifest?.Data.Name ?? "?",
        Word(run.State), Number(run.Done), run.Total is { } total ? Number(total) : "?",
        run.Last is { } last ? Four(last.Loss) : "-",
        run.Checkpoints is [.., { Score: { } score }] ? Four(score) : "-", Metric(run),
    ];

    static string Word(RunState state) => state.ToString().ToLowerInvariant();

    static string Four(double value) => value.ToString("G4", CultureInfo.InvariantCulture);

    /// <summary>What is known of a run in a few values.</summary>
    public static object Row(RunContent run) => new
    {
        Run = run.Path,
        Model = run.Manifest?.Model.Name,
        Data = run.Manifest?.Data.Name,
        State = run.State,
        run.Divergence,
        Step = run.Done,
        Steps = run.Total,
        run.Last?.Loss,
        Probe = run.Checkpoints is [.., var checkpoint] ? checkpoint.Score : null,
        Started = run.Manifest?.Started,
        Metrics = run.LatestEvaluation?.Metrics.Where(m => m.Class is null).Select(m => new { m.Name, m.Value.Value }),
        run.Problems,
    };

    /// <summary>The first metric of the last evaluation, of samples if there is one.</summary>
    static string Metric(RunContent run) => run.LatestEvaluation is { Metrics: [var first, ..] }
        ? $"{first.Value.Protocol.Metric} {EvaluationText.Number(first.Value.Value)}" : "-";

    static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
