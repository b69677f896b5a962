using System.IO.Compression;

namespace Qdiff;

/// <summary>
/// The files in a zip file, read one by one into memory; nothing is ever unpacked to a disk. Names that point outside are refused
/// all the same. What an entry claims is checked before memory is taken, its check sum afterwards.
/// </summary>
sealed class ZipSource : IDisposable
{
    readonly ZipArchive archive;
    readonly string path;
    readonly long length;
    readonly Dictionary<string, ZipArchiveEntry> entries = new(StringComparer.Ordinal);

    ZipSource(string path, Stream file)
    {
        (this.path, length) = (path, file.Length);
        archive = Guarded("its directory", () => ZipInput.Open(file, path));
        foreach (ZipArchiveEntry entry in Guarded("its directory", () => archive.Entries))
        {
            string name = NameOf(entry.FullName);
            if (name.EndsWith('/') || SystemFile.IsWithin(name)) continue;
            if (name.Any(char.IsControl))
                throw new InputException($"{path} has an entry with control characters in its name: {Printable(name)}. "
                    + "Rename it.");
            if (!entries.TryAdd(name, entry)) throw new InputException($"{path} has two entries of the name {Printable(name)}.");
        }

        Names = [.. entries.Keys.Order(StringComparer.Ordinal)];
    }

    /// <summary>
    /// The names of all files, with their folders, in ordinal order; without control characters, and without what a system left
    /// there.
    /// </summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>Opens a zip file.</summary>
    /// <exception cref="InputException">It is missing, no zip file or damaged, or has an entry that points outside.</exception>
    public static ZipSource Open(string path)
    {
        FileStream? file = null;
        try
        {
            file = InputFile.Open(path);
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
        return Guarded(name, () => ZipInput.Read(entry, length, Where(name), read));
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => archive.Dispose();

    /// <summary>
    /// The name of an entry in one form: folders divided by '/' (programs of Windows write '\'), characters composed, no "./" in
    /// front.
    /// </summary>
    string NameOf(string written)
    {
        string name = UnicodeForm.Compose(written).Replace('\\', '/');
        while (name.StartsWith("./", StringComparison.Ordinal)) name = name[2..];
        if (name.Split('/').Contains("..") || name.StartsWith('/') || name.Contains(':'))
            throw new InputException($"{path} has an entry that points outside its folder: {Printable(name)}. "
                + "Do not trust this file.");
        return name;
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
