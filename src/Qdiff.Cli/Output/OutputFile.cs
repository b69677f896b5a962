namespace Qdiff.Cli;

/// <summary>The file that is to be written: what cannot be one is refused before the work.</summary>
static class OutputFile
{
    /// <summary>That an option names.</summary>
    /// <param name="endings">What is written; another ending would say that the file is something else.</param>
    /// <exception cref="InputException">It is a folder, or in one that does not exist, or ends otherwise.</exception>
    /// <exception cref="IOException">Nobody may write there.</exception>
    public static string Require(string option, string path, params string[] endings)
    {
        if (endings.Length > 0 && Path.GetExtension(path).ToLowerInvariant() is { Length: > 0 } ending
            && !endings.Contains(ending))
            throw new InputException($"{option} {path}: write a {Words.Or(endings)} file.");
        if (Directory.Exists(path)) throw new InputException($"{option} {path} is a folder; name a file.");
        string place = Path.GetDirectoryName(Path.GetFullPath(path)) ?? ".";
        if (!Directory.Exists(place)) throw new InputException($"{option} {path}: the folder {place} does not exist.");
        RequireWritable(path);
        return path;
    }

    /// <summary>Tries whether a file can be made in the place of this one, or in the nearest folder above it.</summary>
    /// <exception cref="IOException">It cannot.</exception>
    public static void RequireWritable(string path)
    {
        // What is there may be a device, whose folder is nobody's.
        if (File.Exists(path)) return;
        string place = Path.GetDirectoryName(Path.GetFullPath(path)) ?? ".";
        while (!Directory.Exists(place) && Path.GetDirectoryName(place) is { } above) place = above;
        try
        {
            using var tried = new FileStream(Path.Combine(place, $".{Guid.NewGuid():N}{WholeFile.Unfinished}"),
                FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 1, FileOptions.DeleteOnClose);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The reason would name a file that nobody knows.
            throw new IOException($"{path} cannot be written: "
                + (e is UnauthorizedAccessException ? $"no file can be made in {place}." : e.Message), e);
        }
    }
}
