using System.Text.Json;

namespace Qdiff.Evaluation;

/// <summary>
/// <c>reproduction.json</c>: which published table the comparison in its folder reproduces; the values are in
/// <c>comparison.json</c>.
/// </summary>
/// <param name="Schema">Version of the layout.</param>
/// <param name="Table">The table.</param>
/// <param name="Arms">The arm of each of its rows.</param>
/// <param name="Brief">Whether the runs were a fraction of the published length.</param>
/// <param name="Settings">What was set otherwise than published.</param>
public sealed record ReproductionFile(int Schema, PublishedTable Table, IReadOnlyList<string> Arms, bool Brief,
    IReadOnlyList<string> Settings)
{
    /// <summary>The name in the folder.</summary>
    public const string FileName = "reproduction.json";

    internal const int CurrentSchema = 1;

    /// <summary>The file in a folder; null if there is none.</summary>
    /// <exception cref="InputException">It is damaged or of another version.</exception>
    public static ReproductionFile? Read(string folder)
    {
        string path = Path.Combine(folder, FileName);
        if (!File.Exists(path)) return null;
        ReproductionFile file = RunJson.Read<ReproductionFile>(path);
        return file.Schema == CurrentSchema ? file
            : throw new InputException($"{path} has schema {file.Schema}; this version of qdiff reads schema {CurrentSchema}.");
    }

    internal void Write(string folder) =>
        WholeFile.Write(Path.Combine(folder, FileName), JsonSerializer.Serialize(this, RunJson.File) + "\n");
}
