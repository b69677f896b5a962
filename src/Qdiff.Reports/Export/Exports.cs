using System.Text;
using Qdiff.Evaluation;
using Qdiff.Imaging;

namespace Qdiff.Reports;

/// <summary>Tables and charts of a run or a comparison, for papers and other programs.</summary>
public static class Exports
{
    /// <summary>The tables: the first is the usual one.</summary>
    public static IReadOnlyList<string> Tables { get; } = ["metrics", "parameters", "steps"];

    /// <summary>The charts.</summary>
    public static IReadOnlyList<string> Charts { get; } = ["loss", "gradients"];

    /// <summary>A table as text.</summary>
    /// <param name="folder">A run or a comparison.</param>
    /// <param name="name">One of <see cref="Tables"/>.</param>
    /// <param name="ending">.csv, .md or .tex.</param>
    /// <exception cref="InputException">The folder has no such table, or the ending is none of a table.</exception>
    public static string Text(string folder, EvaluationCatalog catalog, string name, string ending) =>
        ending is not (".csv" or ".md" or ".tex")
            ? throw new InputException($"A table is written as .csv, .md or .tex, not '{ending}'.")
            : Of(Table(folder, catalog, name), ending);

    /// <summary>A table or a chart as the content of a file.</summary>
    /// <inheritdoc cref="Text"/>
    /// <param name="name">One of <see cref="Tables"/> or <see cref="Charts"/>.</param>
    /// <param name="ending">Of a table .csv, .md or .tex; of a chart .svg or .png.</param>
    public static byte[] Bytes(string folder, EvaluationCatalog catalog, string name, string ending)
    {
        if (!Charts.Contains(name)) return Encoding.UTF8.GetBytes(Text(folder, catalog, name, ending));
        if (ending is not (".svg" or ".png")) throw new InputException($"A chart is written as .svg or .png, not '{ending}'.");
        LineChart chart = Chart(folder, catalog, name);
        return ending == ".svg" ? Encoding.UTF8.GetBytes(chart.ToSvg()) : Png.Encode(chart.ToRaster());
    }

    static string Of(ReportTable table, string ending) => ending switch
    {
        ".csv" => TableText.Csv(table),
        ".md" => TableText.Markdown(table),
        _ => TableText.Latex(table),
    };

    static ReportTable Table(string folder, EvaluationCatalog catalog, string name)
    {
        KnownNames.IndexOf("table or chart", name, [.. Tables, .. Charts]);
        if (!RunFolder.Exists(folder) && File.Exists(Path.Combine(folder, ComparisonFiles.Result)))
            return name == "metrics" ? ResultSection.All(ComparisonFiles.Read(folder))
                : throw new InputException($"A comparison has a table of metrics, but none of {name}; name one of its runs.");
        RunContent run = RunContent.Read(folder, catalog);
        ReportTable? table = name switch
        {
            "metrics" => run.Evaluations.Count > 0 ? MetricSection.All(run.Evaluations) : null,
            "parameters" => run.Audit is { } audit ? AuditSection.Kinds(audit) : null,
            _ => run.Steps.Count > 0 ? Steps(run.Steps) : null,
        };
        return table ?? throw new InputException(run.Problems.Count > 0 ? run.Problems[0]
            : $"{folder} has no {name} yet.");
    }

    static ReportTable Steps(IReadOnlyList<TrainingStep> steps)
    {
        ReportTable table = new("Steps", ReportTable.Number("step"), ReportTable.Number("loss"),
            ReportTable.Number("gradientNorm"), ReportTable.Number("circuitGradientNorm"), ReportTable.Number("learningRate"),
            ReportTable.Number("decay"), ReportTable.Number("seconds"));
        foreach (TrainingStep step in steps)
            table.Add([step.Number, .. ((double?[])[step.Loss, step.GradientNorm, step.CircuitGradientNorm, step.LearningRate,
                step.Decay, step.Seconds]).Select(MetricSection.Number)]);
        return table;
    }

    static LineChart Chart(string folder, EvaluationCatalog catalog, string name)
    {
        RunContent run = RunContent.Read(folder, catalog);
        if (run.Steps.Count == 0) throw new InputException($"{folder} has no steps yet.");
        LineChart chart = name == "loss" ? RunCurves.Loss(run.Steps, run.Probe) : RunCurves.Gradients(run.Steps);
        return chart with { Width = 720, Height = 400 };
    }
}
