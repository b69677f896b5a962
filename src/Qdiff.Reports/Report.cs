using Qdiff.Evaluation;

namespace Qdiff.Reports;

/// <summary>
/// What came of a run, a comparison or a reproduction, as one HTML file that needs nothing else: it opens without a network,
/// prints, follows the reader's light or dark theme, and shows whatever foreign names and texts say as text.
/// </summary>
public static class Report
{
    /// <summary>The name of a report in the folder that it is of.</summary>
    public const string FileName = "report.html";

    /// <summary>Writes the report of a folder.</summary>
    /// <param name="folder">A run, a comparison or a reproduction, or a folder of runs.</param>
    /// <param name="catalog">The parts that its configuration names.</param>
    /// <param name="file">Where to; by default <see cref="FileName"/> in the folder.</param>
    /// <returns>Where it was written.</returns>
    /// <exception cref="InputException">The folder is none of these.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static string Write(string folder, EvaluationCatalog catalog, string? file = null, ReportOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        string page = Of(folder, catalog, options, cancellationToken), path = file ?? Path.Combine(folder, FileName);
        WholeFile.Write(path, page);
        return path;
    }

    /// <summary>The report of a folder, as HTML.</summary>
    /// <inheritdoc cref="Write"/>
    public static string Of(string folder, EvaluationCatalog catalog, ReportOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        options ??= new();
        if (RunFolder.Exists(folder))
            return RunReport.Of(RunContent.Read(folder, catalog), options, cancellationToken);
        if (File.Exists(Path.Combine(folder, ComparisonFiles.Result))) return ComparisonReport.Of(folder, catalog);
        if (!Directory.Exists(folder)) throw new InputException($"There is no folder {folder}.{NearestPath.Hint(folder)}");
        return FolderReport.Of(folder, catalog) ?? throw new InputException($"{folder} is no run, which would have a "
            + $"{RunFolder.ConfigFile}, no finished comparison or reproduction, which would have a {ComparisonFiles.Result}, and "
            + "there is no run in it.");
    }
}
