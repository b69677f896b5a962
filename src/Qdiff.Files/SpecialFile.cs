using System.Formats.Tar;

namespace Qdiff;

/// <summary>Tells pipes and devices, which are written and read as they come, from files that hold their content.</summary>
static class SpecialFile
{
    const int MostLinks = 40;

    /// <summary>The place that a path means once its links are followed; not through those of open files of a process.</summary>
    /// <exception cref="IOException">The links go in a circle.</exception>
    public static string BehindLinks(string path)
    {
        for (int links = 0; links < MostLinks; links++)
        {
            if (IsOpenFile(path) || new FileInfo(path).LinkTarget is not { } target) return path;
            path = Path.Combine(Path.GetDirectoryName(path) ?? "", target);
        }

        throw new IOException($"the links of {path} go in a circle.");
    }

    /// <summary>Whether a reader would find no file behind the links of a path, but a pipe or a device; /dev/stdin is what was
    /// opened as it.</summary>
    public static bool IsEndless(string path)
    {
        string place = BehindLinks(path);
        return IsSpecial(place)
            && !(IsOpenFile(place) && new FileInfo(place).LinkTarget is { } opened && File.Exists(opened) && !IsSpecial(opened));
    }

    /// <summary>Whether there is something other than a folder or a file with content of its own.</summary>
    public static bool IsSpecial(string path)
    {
        if (IsOpenFile(path)) return true;
        if (OperatingSystem.IsWindows()) return Path.GetFullPath(path).StartsWith(@"\\.\", StringComparison.Ordinal);
        // Only what holds no bytes can be one, so that hardly a file is asked further.
        return File.Exists(path) && new FileInfo(path).Length == 0 && !IsRegular(path);
    }

    /// <summary>The standard streams, and pipes that a shell names: /dev/stdout, /dev/fd/63.</summary>
    static bool IsOpenFile(string path) =>
        path.StartsWith("/proc/", StringComparison.Ordinal) || path.StartsWith("/dev/fd/", StringComparison.Ordinal);

    /// <summary>An archive's header is where the runtime tells the kind of a file without opening it, which a pipe may
    /// block.</summary>
    static bool IsRegular(string path)
    {
        using var archive = new MemoryStream();
        try
        {
            // Of the formats the one that has room for any owner's number.
            using (var writer = new TarWriter(archive, TarEntryFormat.Pax, leaveOpen: true)) writer.WriteEntry(path, "file");
            archive.Position = 0;
            using var reader = new TarReader(archive);
            return reader.GetNextEntry()?.EntryType is TarEntryType.RegularFile or TarEntryType.V7RegularFile;
        }
        catch (UnauthorizedAccessException)
        {
            return true;
        }
        catch (IOException e)
        {
            // Only a file with content is opened, which somebody may be writing or have replaced; sockets have no entry.
            return LockFile.IsTaken(e) || e is FileNotFoundException or DirectoryNotFoundException;
        }
    }
}
