using System.IO.Compression;

namespace Qdiff.Tensors;

/// <summary>
/// NumPy's archives: a zip file with one array file an entry. Entry names are only ever names of arrays, never paths on this
/// machine.
/// </summary>
public static class Npz
{
    /// <summary>What one array may take unless the caller says otherwise: 1 GiB.</summary>
    public const long DefaultLimit = 1L << 30;

    // Deflate cannot shrink below 1/1032, so an entry that claims more than that is lying.
    const long LargestRatio = 1032;

    /// <summary>
    /// Reads the arrays of a file, or those whose name is <paramref name="wanted"/>, in the order of the archive.
    /// </summary>
    /// <exception cref="InvalidDataException">It is damaged, or an array is larger than <paramref name="limit"/>
    /// bytes.</exception>
    public static IReadOnlyList<KeyValuePair<string, StoredArray>> Read(string path, Func<string, bool>? wanted = null,
        long limit = DefaultLimit)
    {
        using FileStream stream = File.OpenRead(path);
        return Read(stream, path, wanted, limit);
    }

    /// <summary>Reads from a stream that can seek; <paramref name="source"/> names it in messages.</summary>
    /// <exception cref="InvalidDataException">It is damaged, or an array is larger than <paramref name="limit"/>
    /// bytes.</exception>
    public static IReadOnlyList<KeyValuePair<string, StoredArray>> Read(
        Stream stream, string source, Func<string, bool>? wanted = null, long limit = DefaultLimit)
    {
        long archiveLength = stream.Length;
        List<KeyValuePair<string, StoredArray>> arrays = [];
        HashSet<string> seen = new(StringComparer.Ordinal);
        try
        {
            using var archive = new ZipArchive(stream, ZipArchiveMode.Read, leaveOpen: true);
            foreach (ZipArchiveEntry entry in archive.Entries)
            {
                string name = entry.FullName.EndsWith(".npy", StringComparison.Ordinal)
                    ? entry.FullName[..^4]
                    : throw new InvalidDataException($"{source} has the entry '{entry.FullName}'; an archive of NumPy has only "
                        + ".npy files.");
                if (!seen.Add(name)) throw new InvalidDataException($"{source} has two arrays named '{name}'.");
                if (wanted?.Invoke(name) == false) continue;
                if (entry.Length > limit)
                    throw new InvalidDataException($"{source}: the array '{name}' claims {entry.Length} bytes; {limit} is the "
                        + "limit.");
                if (entry.CompressedLength > archiveLength || entry.Length > LargestRatio * entry.CompressedLength + LargestRatio)
                {
                    throw new InvalidDataException($"{source}: the array '{name}' claims {entry.Length} bytes in "
                        + $"{entry.CompressedLength} compressed ones, "
                        + $"which is not possible in a file of {archiveLength}.");
                }

                using MemoryStream content = new(Unpack(entry, name));
                arrays.Add(new(name, Npy.Read(content, entry.Length, $"{source}, array '{name}'")));
            }
        }
        // ZipArchive and DeflateStream name neither the file nor the entry.
        catch (Exception e) when (e is InvalidDataException or NotSupportedException or ArgumentException or EndOfStreamException
            && !e.Message.StartsWith(source, StringComparison.Ordinal))
        {
            throw new InvalidDataException($"{source} is damaged or no archive of NumPy: {e.Message}", e);
        }

        return arrays;
    }

    /// <summary>Writes an archive, replacing one that is there.</summary>
    public static void Write(string path, IEnumerable<KeyValuePair<string, StoredArray>> arrays, bool compress = true)
    {
        using FileStream stream = File.Create(path);
        Write(stream, arrays, compress);
    }

    /// <summary>Writes the arrays in their order; equal content gives equal bytes.</summary>
    public static void Write(Stream stream, IEnumerable<KeyValuePair<string, StoredArray>> arrays, bool compress = true)
    {
        HashSet<string> seen = new(StringComparer.Ordinal);
        using var archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true);
        foreach ((string name, StoredArray array) in arrays)
        {
            if (!seen.Add(name)) throw new ArgumentException($"There are two arrays named '{name}'.", nameof(arrays));
            ZipArchiveEntry entry = archive.CreateEntry(name + ".npy",
                compress ? CompressionLevel.Optimal : CompressionLevel.NoCompression);
            // The earliest date of a zip file, as NumPy writes it: equal content, equal bytes.
            entry.LastWriteTime = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);
            using Stream content = entry.Open();
            Npy.Write(content, array);
        }
    }

    /// <summary>
    /// The content of an entry, if its length and checksum are those in the directory; <see cref="ZipArchive"/> checks neither.
    /// </summary>
    static byte[] Unpack(ZipArchiveEntry entry, string name)
    {
        var bytes = new byte[entry.Length];
        using Stream content = entry.Open();
        content.ReadExactly(bytes);
        if (content.ReadByte() >= 0)
            throw new InvalidDataException($"the array '{name}' has more than the {entry.Length} bytes that it claims.");
        return Crc32.Of(bytes) == entry.Crc32
            ? bytes
            : throw new InvalidDataException($"the array '{name}' does not match its checksum.");
    }
}
