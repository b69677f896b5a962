using System.Text;

namespace Qdiff;

/// <summary>
/// Files that are there whole or not at all, whenever the program or the machine ends: each is written beside its place under a
/// name of its own, handed to the disk, and renamed.
/// </summary>
public static class WholeFile
{
    /// <summary>Ends the names of files that are being written.</summary>
    public const string Unfinished = ".unfinished";

    /// <summary>
    /// Writes a file, replacing one that is there only when the new one is complete. Links are followed and the permissions of a
    /// replaced file kept; pipes and devices have nothing to replace and are written as they are.
    /// </summary>
    /// <param name="makeFolder">Make the folder if there is none; otherwise that is an error, for it may be a slip.</param>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="IOException">
    /// It could not be written, and the message says why; what was there before still is, and nothing is left behind.
    /// </exception>
    public static void Write(string path, Action<Stream> write, bool makeFolder = false)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        string? unfinished = null;
        try
        {
            string place = SpecialFile.BehindLinks(path);
            if (SpecialFile.IsSpecial(place))
            {
                using FileStream pipe = new(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
                write(pipe);
                return;
            }

            if (Directory.Exists(place)) throw new IOException("it is a folder; name a file.");
            string folder = Path.GetDirectoryName(Path.GetFullPath(place))!;
            if (makeFolder) Directory.CreateDirectory(folder);
            else if (!Directory.Exists(folder))
                throw new DirectoryNotFoundException($"{path} cannot be written: there is no folder {folder}.");
            UnixFileMode? mode = ModeOfReplaced(place);
            // Short whatever the file is called, for names have a longest length, and never that of another writer.
            unfinished = Path.Combine(folder, "." + Path.GetRandomFileName() + Unfinished);
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (mode is { } same && !OperatingSystem.IsWindows()) options.UnixCreateMode = same;
            using (FileStream stream = new(unfinished, options))
            {
                write(stream);
                // To the disk, not only to the system: after a power cut the name must not stand for a file without content.
                stream.Flush(flushToDisk: true);
                // The mask of this process may have taken something away.
                if (mode is { } wanted && !OperatingSystem.IsWindows()
                    && File.GetUnixFileMode(stream.SafeFileHandle) != wanted)
                    File.SetUnixFileMode(stream.SafeFileHandle, wanted);
            }

            File.Move(unfinished, place, overwrite: true);
        }
        catch (Exception e)
        {
            TryDelete(unfinished);
            if (e is DirectoryNotFoundException && !makeFolder && unfinished is null) throw;
            if (e is IOException or UnauthorizedAccessException)
                throw new IOException($"{path} cannot be written: {Reason(e, unfinished, path)}", e);
            throw;
        }
    }

    /// <summary>Writes text as UTF-8.</summary>
    /// <inheritdoc cref="Write(string, Action{Stream}, bool)"/>
    public static void Write(string path, string text, bool makeFolder = false) =>
        Write(path, Encoding.UTF8.GetBytes(text), makeFolder);

    /// <summary>Writes bytes.</summary>
    /// <inheritdoc cref="Write(string, Action{Stream}, bool)"/>
    public static void Write(string path, byte[] content, bool makeFolder = false) =>
        Write(path, stream => stream.Write(content), makeFolder);

    /// <summary>The permissions of the file that is there; refuses, as writing into it would, one that is protected.</summary>
    static UnixFileMode? ModeOfReplaced(string place)
    {
        if (!File.Exists(place)) return null;
        using FileStream replaced = new(place, FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
        return OperatingSystem.IsWindows() ? null : File.GetUnixFileMode(replaced.SafeFileHandle);
    }

    /// <summary>What went wrong, in terms of the file that was meant.</summary>
    static string Reason(Exception e, string? unfinished, string path) => unfinished is null ? e.Message
        : e.Message.Replace($" : '{unfinished}'", "", StringComparison.Ordinal)
            .Replace(unfinished, path, StringComparison.Ordinal);

    static void TryDelete(string? unfinished)
    {
        if (unfinished is null) return;
        try
        {
            File.Delete(unfinished);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // What made the writing fail may prevent this too; that first failure is the one to tell.
        }
    }
}
