namespace Qdiff;

/// <summary>
/// What belongs to a data set in a folder: everything but what the system left there (<see cref="SystemFile"/>), under names in
/// one Unicode form, in ordinal order of these names, so that a copy on another platform is the same data set.
/// </summary>
static class DataFolder
{
    /// <summary>The files of a folder.</summary>
    public static IReadOnlyList<(string Name, string Path)> Files(string folder) => Named(Directory.GetFiles(folder));

    /// <summary>Whether there are images in a folder and no other files.</summary>
    public static bool HasOnlyImages(string folder) => Directory.Exists(folder) && Files(folder) is { Count: > 0 } files
        && files.All(file => Path.GetExtension(file.Name).ToLowerInvariant() is ".png" or ".jpg" or ".jpeg");

    /// <summary>
    /// The sub-folders. Two whose names differ only in their Unicode form are one, for they are the same word on any screen.
    /// </summary>
    public static IReadOnlyList<(string Name, IReadOnlyList<string> Paths)> Folders(string folder) =>
    [
        .. Named(Directory.GetDirectories(folder)).GroupBy(inner => inner.Name, StringComparer.Ordinal)
            .Select(group => (group.Key, (IReadOnlyList<string>)[.. group.Select(inner => inner.Path)])),
    ];

    /// <summary>The composed name of a file or folder.</summary>
    public static string NameOf(string path) =>
        UnicodeForm.Compose(Path.GetFileName(Path.TrimEndingDirectorySeparator(path)));

    static (string Name, string Path)[] Named(string[] paths) =>
    [
        .. paths.Where(path => !SystemFile.IsOne(Path.GetFileName(path))).Select(path => (Name: NameOf(path), Path: path))
            .OrderBy(file => file.Name, StringComparer.Ordinal).ThenBy(file => file.Path, StringComparer.Ordinal),
    ];
}
