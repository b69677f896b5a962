using System.IO.Compression;

namespace Qdiff;

/// <summary>
/// The files in a zip file, read one by one into memory; nothing is ever unpacked to a disk. Names that point outside are refused
/// all the same. What an entry claims is checked before memory is taken, its check sum afterwards.
/// </summary>
sealed class ZipSource : IDisposable
{
    /// <summary>Deflate makes at most 1,032 bytes of one.</summary>
    const long LargestExpansion = 1032;

    /// <summary>
    /// No pictures that say anything pack so well. A small file that claims to be huge is meant to fill the memory.
    /// </summary>
    const long LargestHonestExpansion = 200, Huge = 64 << 20;

    readonly ZipArchive archive;
    readonly string path;
    readonly long length;
    readonly Dictionary<string, ZipArchiveEntry> entries = new(StringComparer.Ordinal);

    ZipSource(string path, Stream file)
    {
        (this.path, length) = (path, file.Length);
        archive = Guarded("its directory", () => new ZipArchive(file, ZipArchiveMode.Read));
        foreach (ZipArchiveEntry entry in Guarded("its directory", () => archive.Entries))
        {
            CheckName(entry.FullName);
            if (entry.FullName.EndsWith('/')) continue;
            if (!entries.TryAdd(entry.FullName, entry))
                throw new InputException($"{path} has two entries of the name {Printable(entry.FullName)}.");
        }

        Names = [.. entries.Keys.Order(StringComparer.Ordinal)];
    }

    /// <summary>The names of all files, with their folders, in ordinal order; without control characters.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>Opens a zip file.</summary>
    /// <exception cref="InputException">It is missing, no zip file or damaged, or has an entry that points outside.</exception>
    public static ZipSource Open(string path)
    {
        FileStream? file = null;
        try
        {
            file = File.OpenRead(path);
            return new(path, file);
        }
        catch (Exception e)
        {
            file?.Dispose();
            if (e is IOException or UnauthorizedAccessException)
                throw new InputException($"{path} cannot be read: {e.Message}", e);
            throw;
        }
    }

    /// <summary>What messages call an entry.</summary>
    public string Where(string name) => $"{path}: {Printable(name)}";

    /// <summary>All bytes of an entry, which may be <paramref name="most"/> at most.</summary>
    public byte[] Read(string name, int most) => Read(name, (entry, claimed) =>
    {
        if (claimed > most) throw new InputException($"{Where(name)} has {claimed} bytes; the most is {most}.");
        var bytes = new byte[claimed];
        entry.ReadExactly(bytes);
        return bytes;
    });

    /// <summary>
    /// Reads an entry through a function of its content and of its length, which the file is long enough to hold.
    /// </summary>
    public T Read<T>(string name, Func<Stream, long, T> read)
    {
        ZipArchiveEntry entry = entries[name];
        string where = Where(name);
        return Guarded(name, () =>
        {
            if (entry.IsEncrypted) throw new InputException($"{where} is encrypted, which is not read.");
            bool possible = entry.CompressedLength >= 0 && entry.Length >= 0 && entry.CompressedLength <= length
                && entry.Length <= entry.CompressedLength * LargestExpansion;
            if (!possible)
                throw new InputException($"{where} is damaged: it claims {entry.Length} bytes, packed to "
                    + $"{entry.CompressedLength}, in a file of {length}.");
            if (entry.Length > Huge && entry.Length > entry.CompressedLength * LargestHonestExpansion)
                throw new InputException($"{where} claims {entry.Length} bytes, {entry.Length / entry.CompressedLength} times "
                    + "as many "
                    + $"as it is packed to; beyond {Huge} bytes, {LargestHonestExpansion} times are read. Pack it without "
                    + "compression.");
            using Stream unpacked = entry.Open();
            using CheckedStream content = new(unpacked);
            T result = read(content, entry.Length);
            if (unpacked.ReadByte() >= 0 || content.Count != entry.Length)
                throw new InputException($"{where} is damaged: it does not have the {entry.Length} bytes that it claims.");
            if (content.Check != entry.Crc32)
                throw new InputException($"{where} is damaged: it has the check sum {content.Check:X8}, not "
                    + $"{entry.Crc32:X8} as written.");
            return result;
        });
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => archive.Dispose();

    void CheckName(string name)
    {
        string[] parts = name.Split('/', '\\');
        if (parts.Contains("..") || parts[0].Length == 0 || name.Contains(':') || name.Any(char.IsControl))
            throw new InputException($"{path} has an entry that points outside its folder: {Printable(name)}. "
                + "Do not trust this file.");
    }

    T Guarded<T>(string what, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is not (InputException or OutOfMemoryException))
        {
            // Damaged zip files make the reader throw all kinds of exceptions.
            throw new InputException($"{path} is a damaged zip file or none at all: {Printable(what)} cannot be read "
                + $"({e.Message.TrimEnd('.')}). Fetch it again and compare its checksum.", e);
        }
    }

    /// <summary>The text without what would steer a terminal: a damaged file must not.</summary>
    public static string Printable(string text, int most = 200) =>
        new([.. text.Take(most).Select(c => char.IsControl(c) || char.IsSurrogate(c) ? '?' : c)]);
}
