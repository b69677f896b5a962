namespace Qdiff;

/// <summary>Files that are there whole or not at all, whenever the program ends.</summary>
static class WholeFile
{
    /// <summary>Writes beside the target under a name of this process's own, then renames.</summary>
    /// <exception cref="IOException">It could not be written; what was there before still is.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        string unfinished = $"{path}.{Environment.ProcessId}-{Environment.CurrentManagedThreadId}.unfinished";
        try
        {
            if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder) Directory.CreateDirectory(folder);
            using (FileStream stream = File.Create(unfinished)) write(stream);
            File.Move(unfinished, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            File.Delete(unfinished);
            throw new IOException($"{path} cannot be written: {e.Message}", e);
        }
    }

    /// <inheritdoc cref="Write(string, Action{Stream})"/>
    public static void Write(string path, string text) =>
        Write(path, stream => stream.Write(System.Text.Encoding.UTF8.GetBytes(text)));
}
