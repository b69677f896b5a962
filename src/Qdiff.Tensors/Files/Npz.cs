using System.IO.Compression;

namespace Qdiff.Tensors;

/// <summary>
/// NumPy's archives: a zip file with one array file an entry. Entry names are only ever names of arrays, never paths on this
/// machine.
/// </summary>
public static class Npz
{
    /// <summary>
    /// Reads the arrays of a file, or those whose name is <paramref name="wanted"/>, in the order of the archive.
    /// </summary>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    /// <exception cref="InputException">The arrays together are larger than the <see cref="ReadingBudget"/>.</exception>
    public static IReadOnlyList<KeyValuePair<string, StoredArray>> Read(string path, Func<string, bool>? wanted = null)
    {
        using FileStream stream = InputFile.Open(path);
        return Read(stream, path, wanted);
    }

    /// <summary>Reads from a stream that can seek; <paramref name="source"/> names it in messages.</summary>
    /// <inheritdoc cref="Read(string, Func{string, bool}?)"/>
    public static IReadOnlyList<KeyValuePair<string, StoredArray>> Read(
        Stream stream, string source, Func<string, bool>? wanted = null)
    {
        List<KeyValuePair<string, StoredArray>> arrays = [];
        HashSet<string> seen = new(StringComparer.Ordinal);
        long together = 0;
        try
        {
            using ZipArchive archive = ZipInput.Open(stream, source, leaveOpen: true);
            foreach (ZipArchiveEntry entry in archive.Entries)
            {
                // Archives that were unpacked and packed again have entries of folders, and what the system left in them.
                if (entry.FullName.EndsWith('/') || SystemFile.IsWithin(entry.FullName)) continue;
                string name = entry.FullName.EndsWith(".npy", StringComparison.Ordinal)
                    ? entry.FullName[..^4]
                    : throw new InvalidDataException($"{source} has the entry '{entry.FullName}'; an archive of NumPy has only "
                        + ".npy files.");
                if (!seen.Add(name)) throw new InvalidDataException($"{source} has two arrays named '{name}'.");
                if (wanted?.Invoke(name) == false) continue;
                ReadingBudget.Require(together += entry.Length, $"{source}, up to its array '{name}',");
                string where = $"{source}, array '{name}'";
                arrays.Add(new(name, ZipInput.Read(entry, stream.Length, where,
                    (content, length) => Npy.Read(content, length, where))));
            }
        }
        catch (Exception e) when (IsUnnamed(e, source))
        {
            throw Damaged(e, source);
        }

        return arrays;
    }

    /// <summary>ZipArchive and DeflateStream name neither the file nor the entry.</summary>
    static bool IsUnnamed(Exception e, string source) =>
        e is InvalidDataException or NotSupportedException or ArgumentException or EndOfStreamException
            && !e.Message.StartsWith(source, StringComparison.Ordinal);

    static InvalidDataException Damaged(Exception e, string source) =>
        new($"{source} is damaged or no archive of NumPy: {e.Message}", e);

    /// <summary>
    /// What is in an archive, read from the beginnings of its arrays; without shape those of a kind that is not read, of which
    /// <see cref="Read(string, Func{string, bool}?)"/> says why.
    /// </summary>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    public static IReadOnlyList<(string Name, IReadOnlyList<int>? Shape)> List(string path)
    {
        using FileStream stream = InputFile.Open(path);
        try
        {
            return List(stream, path);
        }
        catch (Exception e) when (IsUnnamed(e, path))
        {
            throw Damaged(e, path);
        }
    }

    static List<(string Name, IReadOnlyList<int>? Shape)> List(FileStream stream, string path)
    {
        using ZipArchive archive = ZipInput.Open(stream, path, leaveOpen: true);
        List<(string, IReadOnlyList<int>?)> arrays = [];
        foreach (ZipArchiveEntry entry in archive.Entries)
        {
            if (!entry.FullName.EndsWith(".npy", StringComparison.Ordinal) || SystemFile.IsWithin(entry.FullName)) continue;
            IReadOnlyList<int>? shape = null;
            try
            {
                using Stream content = entry.Open();
                shape = NpyHeader.Read(content, entry.Length, entry.FullName).Shape;
            }
            catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
            {
                // Whoever reads this array will be told.
            }

            arrays.Add((entry.FullName[..^4], shape));
        }

        return arrays;
    }

    /// <summary>Writes an archive, replacing one that is there when the new one is complete.</summary>
    public static void Write(string path, IEnumerable<KeyValuePair<string, StoredArray>> arrays, bool compress = true) =>
        WholeFile.Write(path, stream => Write(stream, arrays, compress));

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
}
