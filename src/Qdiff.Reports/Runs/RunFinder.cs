namespace Qdiff.Reports;

/// <summary>Finds runs.</summary>
public static class RunFinder
{
    /// <summary>A comparison with a network for each class has its runs two folders below; deeper is somebody else's.</summary>
    const int Depth = 3;

    /// <summary>
    /// The run folders in a folder and below, in the order of their names: each comes before those behind it is looked for. Pretrained
    /// models are none, files are not looked at, links to folders are not followed, and what cannot be read is passed over.
    /// </summary>
    public static IEnumerable<string> In(string folder) => In(folder, Depth);

    static IEnumerable<string> In(string folder, int depth)
    {
        if (PretrainedModel.Exists(folder)) return [];
        if (RunFolder.Exists(folder)) return [folder];
        if (depth == 0) return [];
        return Folders(folder, isRoot: depth == Depth).Order(StringComparer.Ordinal).SelectMany(inside => In(inside, depth - 1));
    }

    static string[] Folders(string folder, bool isRoot)
    {
        try
        {
            return Directory.GetDirectories(folder, "*",
                new EnumerationOptions { IgnoreInaccessible = true, AttributesToSkip = FileAttributes.ReparsePoint });
        }
        catch (IOException) when (!isRoot)
        {
            // Renamed or taken away since its name was read.
            return [];
        }
    }
}
