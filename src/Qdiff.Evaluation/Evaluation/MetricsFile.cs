using System.Text.Json;

namespace Qdiff.Evaluation;

/// <summary>
/// <c>metrics.json</c>: all evaluations of one run, or of one file of samples. A repeated evaluation replaces its entry, all
/// others stay.
/// </summary>
/// <param name="Schema">Version of the layout.</param>
/// <param name="Evaluations">In order of step, those of a step as they were made.</param>
public sealed record MetricsFile(int Schema, IReadOnlyList<EvaluationReport> Evaluations)
{
    /// <summary>The name in a run folder.</summary>
    public const string FileName = "metrics.json";

    const int Current = 1;

    /// <summary>The file, or an empty one if there is none.</summary>
    /// <exception cref="InputException">It is damaged, or of a later version.</exception>
    public static MetricsFile Read(string path)
    {
        if (!File.Exists(path)) return new(Current, []);
        MetricsFile file = RunJson.Read<MetricsFile>(path);
        return file.Schema == Current ? file
            : throw new InputException($"{path} has schema {file.Schema}; this version of qdiff reads schema {Current}.");
    }

    /// <summary>Adds an evaluation to the file at <paramref name="path"/>, whole or not at all.</summary>
    /// <param name="makeFolder">Make the folder if there is none; otherwise that is an error, for what was measured may have been
    /// taken away.</param>
    /// <exception cref="ReportNotKeptException">It cannot be written.</exception>
    public static void Add(string path, EvaluationReport report, bool makeFolder = false)
    {
        try
        {
            if (makeFolder) Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
            // Evaluations may run beside each other; whoever adds an entry must have seen all that are there.
            using FileStream alone = LockFile.Wait(path);
            Write(path, report);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ReportNotKeptException(report, e as IOException ?? new IOException(e.Message, e));
        }
    }

    static void Write(string path, EvaluationReport report)
    {
        IEnumerable<EvaluationReport> others = Read(path).Evaluations.Where(e => e.Key != report.Key);
        var file = new MetricsFile(Current,
            [.. others.Append(report).OrderBy(e => e.Step ?? -1)]);
        WholeFile.Write(path, JsonSerializer.Serialize(file, RunJson.File) + "\n");
    }
}
