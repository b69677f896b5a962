namespace Qdiff;

/// <summary>
/// Tells whether a folder is still where it was, and the same one, by a file in it that is kept open. As many as like may have
/// it: it keeps nobody out.
/// </summary>
sealed class FolderMark : IDisposable
{
    /// <summary>The file in the folder, in which nothing is; it stays.</summary>
    public const string FileName = ".folder";

    readonly string path;
    readonly FileStream stream;

    FolderMark(string path, FileStream stream) => (this.path, this.stream) = (path, stream);

    /// <summary>The mark of a folder that is there.</summary>
    /// <exception cref="IOException">There is no such folder, or it cannot be written.</exception>
    public static FolderMark In(string folder)
    {
        string path = Path.Combine(folder, FileName);
        try
        {
            return new(path, new(path, FileMode.OpenOrCreate, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"The folder {folder} cannot be written: {e.Message}", e);
        }
    }

    /// <summary>Whether the folder is still where it was, and the same one.</summary>
    public bool IsInPlace => IsSame(path, stream);

    /// <summary>Where the folder was moved to, if the system tells.</summary>
    public string? PlaceNow => PlaceOf(stream);

    /// <summary>Whether an open file is the one at this path, as far as the times of writing tell.</summary>
    public static bool IsSame(string path, FileStream stream) =>
        File.GetLastWriteTimeUtc(path) == File.GetLastWriteTimeUtc(stream.SafeFileHandle);

    /// <summary>The folder in which an open file is now, if the system tells.</summary>
    public static string? PlaceOf(FileStream stream)
    {
        var link = new FileInfo($"/proc/self/fd/{stream.SafeFileHandle.DangerousGetHandle()}");
        return link.LinkTarget is { } file && File.Exists(file) ? Path.GetDirectoryName(file) : null;
    }

    /// <inheritdoc/>
    public void Dispose() => stream.Dispose();
}
