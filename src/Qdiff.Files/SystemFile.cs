namespace Qdiff;

/// <summary>
/// What systems and programs leave in folders and archives, and which is no part of any data: hidden files and folders (macOS'
/// <c>.DS_Store</c> and <c>._NAME</c>, <c>.git</c>), <c>__MACOSX</c>, <c>Thumbs.db</c>, folder icons, bins of deleted files.
/// </summary>
public static class SystemFile
{
    static readonly HashSet<string> s_names = new(StringComparer.OrdinalIgnoreCase)
    {
        "__MACOSX", "Icon\r", "Icon\n", "Icon_", "Thumbs.db", "ehthumbs.db", "desktop.ini", "@eaDir", "#recycle", "@Recycle",
        "$RECYCLE.BIN", "RECYCLER", "System Volume Information", "lost+found", "__pycache__", "Network Trash Folder",
        "Temporary Items",
    };

    /// <summary>Whether a file or folder of this name, without the folders around it, is one.</summary>
    public static bool IsOne(string name) => (name.StartsWith('.') && name is not ("." or ".."))
        || name.StartsWith("~$", StringComparison.Ordinal) || s_names.Contains(name);

    /// <summary>Whether an entry of an archive is one, or lies in a folder that is.</summary>
    public static bool IsWithin(string path) => path.Split('/').Any(IsOne);
}
