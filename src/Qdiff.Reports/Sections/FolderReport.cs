using Qdiff.Evaluation;
using Qdiff.Imaging;

namespace Qdiff.Reports;

/// <summary>
/// The report of a folder of runs that is no finished comparison: one that still runs or was stopped, a network for each class,
/// or runs that somebody keeps together. It shows how far each is and compares nothing.
/// </summary>
static class FolderReport
{
    /// <summary>More lines cannot be told apart in a chart.</summary>
    const int Lines = 12;

    /// <summary>Pictures of the last samples take no more, so that the page stays small.</summary>
    const int PictureBytes = 1_000_000;

    /// <summary>The page, or null if there is no run in the folder.</summary>
    public static string? Of(string folder, EvaluationCatalog catalog)
    {
        RunContent[] runs = [.. RunFinder.In(folder).Select(run => RunContent.Read(run, catalog))];
        if (runs.Length == 0) return null;
        string name = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)));
        int finished = runs.Count(run => run.State == RunState.Finished);
        Html head = $"""
            <h1>{name}</h1>
            <p class="lead">{runs.Length} {(runs.Length == 1 ? "run" : "runs")}, {finished} finished. There is no result of a
            comparison in this folder: a comparison writes it when all its runs are measured.</p>

            """;
        List<(string, string, Html?)> sections =
        [
            ("Runs", "runs", Table(folder, runs)),
            ("Loss", "training", Losses(folder, runs)),
            ("Samples", "samples", Samples(folder, runs)),
        ];
        string[] problems = [.. runs.SelectMany(run => run.Problems.Select(problem => $"{NameIn(folder, run)}: {problem}"))];
        sections.Add(("What could not be read", "problems", problems.Length == 0 ? null : Piece.List(problems)));
        return ReportPage.Of($"{name} - Qdiff", head, sections);
    }

    /// <summary>The path of a run from the folder that is shown.</summary>
    public static string NameIn(string folder, RunContent run) =>
        Path.GetRelativePath(Path.GetFullPath(folder), Path.GetFullPath(run.Path)).Replace('\\', '/');

    static Html Table(string folder, RunContent[] runs)
    {
        ReportTable table = new("Runs of the folder", "run", "model", "data", "state", ReportTable.Number("steps"),
            ReportTable.Number("last loss"), ReportTable.Number("probe loss"));
        foreach (RunContent run in runs)
            table.Add(NameIn(folder, run), run.Manifest?.Model.Name ?? "-", run.Manifest?.Data.Name ?? "-",
                run.State.ToString().ToLowerInvariant(), run.Done, MetricSection.Number(run.Last?.Loss),
                // Of the last checkpoint: the event files of a thousand runs would have to be read.
                MetricSection.Number(run.Checkpoints is [.., { Score: { } score }] ? score : null));
        return table.ToHtml();
    }

    /// <summary>The losses of the first runs that have begun; only their logs are read.</summary>
    static Html? Losses(string folder, RunContent[] runs)
    {
        RunContent[] begun = [.. runs.Where(run => run.Last is not null)];
        ChartSeries[] series = [.. begun.Take(Lines).Where(run => run.Steps.Count > 0).Select((run, i) =>
        {
            (double[] x, double[] y) = RunCurves.Average([.. run.Steps.Select(step => (double)step.Number)],
                [.. run.Steps.Select(step => step.Loss)]);
            return new ChartSeries(NameIn(folder, run), x, y) { Colour = i };
        })];
        if (series.Length == 0) return null;
        LineChart chart = new()
        {
            Title = "Loss",
            XLabel = "steps",
            Width = 720,
            Height = 360,
            LogY = RunCurves.IsWide(series.SelectMany(s => s.Y)),
            Series = series,
        };
        return Piece.Chart(chart.ToSvg(), begun.Length > Lines
            ? $"Averages of steps; the first {Lines} of {begun.Length} runs." : "Averages of steps.");
    }

    /// <summary>The last picture of each run, as many as fit.</summary>
    static Html? Samples(string folder, RunContent[] runs)
    {
        List<Html> sheets = [];
        int left = PictureBytes;
        foreach (RunContent run in runs)
        {
            if (SampleSection.LastImage(run) is not { } image || image.Png.Length > left) continue;
            left -= image.Png.Length;
            sheets.Add(SampleSection.Figure(NameIn(folder, run), image));
        }

        return sheets.Count == 0 ? null : (Html)$"""
            <div class="charts">{sheets}</div>

            """;
    }
}
