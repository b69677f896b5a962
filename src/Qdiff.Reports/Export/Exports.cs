using System.Text;
using Qdiff.Evaluation;
using Qdiff.Imaging;

namespace Qdiff.Reports;

/// <summary>Tables and charts of a run or a comparison, for papers and other programs.</summary>
public static class Exports
{
    internal const string StepsTable = "steps";
    const string MetricsTable = "metrics", SummaryTable = "summary";

    /// <summary>The tables: the first is the usual one.</summary>
    public static IReadOnlyList<string> Tables { get; } = [MetricsTable, SummaryTable, "parameters", StepsTable];

    /// <summary>The charts.</summary>
    public static IReadOnlyList<string> Charts { get; } = ["loss", "gradients", "layer-norms", "layer-variances"];

    /// <summary>Whether there is such a table of a finished comparison.</summary>
    internal static bool IsOfComparisons(string name) => name is MetricsTable or SummaryTable;

    /// <summary>A table as text.</summary>
    /// <param name="folder">A run or a comparison; for <c>steps</c> also a folder of runs.</param>
    /// <param name="name">One of <see cref="Tables"/>.</param>
    /// <param name="ending">.csv, .md or .tex.</param>
    /// <param name="warn">Is told of runs in a folder that are left out.</param>
    /// <exception cref="InputException">The folder has no such table, or the ending is none of a table.</exception>
    public static string Text(string folder, EvaluationCatalog catalog, string name, string ending,
        Action<string>? warn = null) => ending is not (".csv" or ".md" or ".tex")
            ? throw new InputException($"A table is written as .csv, .md or .tex, not '{ending}'.")
            : Of(name == StepsTable ? Steps(folder, warn).ToTable()
                : Table(folder, catalog, name, inColumns: ending == ".csv"), ending);

    /// <summary>A table or a chart as the content of a file.</summary>
    /// <param name="folder">A run or a comparison.</param>
    /// <param name="name">One of <see cref="Tables"/> or <see cref="Charts"/>.</param>
    /// <param name="ending">Of a table .csv, .md or .tex, of <c>steps</c> also .parquet; of a chart .svg, .pdf or .png.</param>
    /// <param name="warn">Is told of runs in a folder that are left out.</param>
    /// <exception cref="InputException">The folder has no such table or chart, or the ending is not one of its kind.</exception>
    public static byte[] Bytes(string folder, EvaluationCatalog catalog, string name, string ending, Action<string>? warn = null)
    {
        if (Charts.Contains(name)) return Drawn(Chart(folder, catalog, name), ending);
        if (ending != ".parquet") return Encoding.UTF8.GetBytes(Text(folder, catalog, name, ending, warn));
        return name == StepsTable ? Steps(folder, warn).ToParquet()
            : throw new InputException($"Only {StepsTable} are written as .parquet; write {name} as .csv.");
    }

    static byte[] Drawn(LineChart chart, string ending) => ending switch
    {
        ".svg" => Encoding.UTF8.GetBytes(chart.ToSvg()),
        ".pdf" => Pdf.FromSvg(chart.ToSvg()),
        ".png" => Png.Encode(chart.ToRaster()),
        _ => throw new InputException($"A chart is written as .svg, .pdf or .png, not '{ending}'."),
    };

    static string Of(ReportTable table, string ending) => ending switch
    {
        ".csv" => TableText.Csv(table),
        ".md" => TableText.Markdown(table),
        _ => LatexTable.Of(table),
    };

    static ReportTable Table(string folder, EvaluationCatalog catalog, string name, bool inColumns)
    {
        KnownNames.IndexOf("table or chart", name, [.. Tables, .. Charts]);
        if (!RunFolder.Exists(folder) && File.Exists(Path.Combine(folder, ComparisonFiles.Result)))
            return name switch
            {
                MetricsTable => ResultSection.All(ComparisonFiles.Read(folder), inColumns),
                SummaryTable => ResultSection.Summary(ComparisonFiles.Read(folder), inColumns),
                _ => throw new InputException($"A comparison has no table of {name}; name one of its runs."),
            };
        if (name == SummaryTable)
            throw new InputException($"A {SummaryTable} is of a finished comparison, which {folder} is not.");
        RunContent run = RunContent.Read(folder, catalog);
        ReportTable? table = name switch
        {
            MetricsTable => run.Evaluations.Count > 0 ? MetricSection.All(run.Evaluations) : null,
            _ => run.Audit is { } audit ? AuditSection.Kinds(audit) : null,
        };
        return table ?? throw new InputException(run.Problems.Count > 0 ? run.Problems[0]
            : $"{folder} has no {name} yet.");
    }

    static StepTable Steps(string folder, Action<string>? warn)
    {
        var table = StepTable.Read(folder);
        foreach (string problem in table.Problems) warn?.Invoke(problem);
        return table;
    }

    static LineChart Chart(string folder, EvaluationCatalog catalog, string name)
    {
        RunContent run = RunContent.Read(folder, catalog);
        if (run.Steps.Count == 0) throw new InputException($"{folder} has no steps yet.");
        LineChart? chart = name switch
        {
            "loss" => RunCurves.Loss(run.Steps, run.Probe),
            "gradients" => RunCurves.Gradients(run.Steps),
            "layer-norms" => RunCurves.LayerNorms(run.Steps),
            _ => RunCurves.LayerVariances(run.Steps),
        };
        return chart is not null ? chart with { Width = 720, Height = 400 }
            : throw new InputException($"The log of {folder} tells of no layers of circuits: there are no trained circuits, or "
                + "it is of an earlier version.");
    }
}
