using System.Globalization;

namespace Qdiff.Dashboard;

/// <summary>The images of samples in a run's folder, by what they are and by step.</summary>
static class RunSamples
{
    static readonly byte[] s_png = [0x89, .. "PNG\r\n"u8, 0x1A, 0x0A];

    const string Beginning = "step-", End = ".png";

    /// <summary>What there is: frames of the moving image, all from the same noise, and sheets.</summary>
    public static IReadOnlyList<string> Kinds { get; } = ["frames", "sheets"];

    /// <summary>The steps that have an image, ascending.</summary>
    public static long[] Steps(string run, string kind)
    {
        string folder = FolderOf(run, kind);
        try
        {
            return !Directory.Exists(folder) ? []
                : [.. Directory.EnumerateFiles(folder, Beginning + "*" + End).Select(StepOf).OfType<long>().Distinct().Order()];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <summary>The file of a step's image, if it is an image; null if there is none. Its size is nobody's but the
    /// browser's to judge, so it is not unpacked here.</summary>
    public static byte[]? Read(string run, string kind, long step)
    {
        if (!Kinds.Contains(kind)) return null;
        string path = Path.Combine(FolderOf(run, kind), Invariant($"{Beginning}{step:000000}{End}"));
        try
        {
            if (!File.Exists(path) || File.ResolveLinkTarget(path, false) is not null) return null;
            byte[] bytes = InputFile.ReadAll(path);
            return bytes.AsSpan().StartsWith(s_png) ? bytes : null;
        }
        catch (Exception e) when (e is InputException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    static string FolderOf(string run, string kind) =>
        kind == "frames" ? Path.Combine(run, "samples", "frames") : Path.Combine(run, "samples");

    static long? StepOf(string path) => long.TryParse(Path.GetFileName(path)[Beginning.Length..^End.Length], NumberStyles.None,
        CultureInfo.InvariantCulture, out long step) ? step : null;
}
