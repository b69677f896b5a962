using System.Security.Cryptography;
using System.Text.Json;

namespace Qdiff;

/// <summary>
/// A complete checkpoint on disk: files with known sizes and SHA-256, and a state in JSON. <c>checkpoint.json</c>, written last,
/// lists them; a folder without it, or whose files differ from it, is none.
/// </summary>
public sealed class Checkpoint
{
    /// <summary>The file that makes a folder a checkpoint.</summary>
    public const string IndexFile = "checkpoint.json";

    readonly Index index;

    Checkpoint(string path, Index index) => (Path, this.index) = (path, index);

    /// <summary>The folder.</summary>
    public string Path { get; }

    /// <summary>How many steps had been done.</summary>
    public long Step => index.Step;

    /// <summary>How good it is, less being better, if somebody measured it.</summary>
    public double? Score => index.Score;

    /// <summary>What was saved besides the files.</summary>
    public JsonElement State => index.State;

    /// <summary>Names of the files.</summary>
    public IReadOnlyList<string> Files => [.. index.Files.Select(file => file.Name)];

    /// <summary>Reads the folder's index and compares names and sizes, not yet the content.</summary>
    /// <exception cref="InputException">It is no complete checkpoint; the message says what is missing.</exception>
    /// <exception cref="IOException">It cannot be looked at, or a newer version wrote it, which says nothing about
    /// it.</exception>
    public static Checkpoint Open(string path)
    {
        string list = System.IO.Path.Combine(path, IndexFile);
        Index index = ReadIndex(path, list);
        if (index.Schema < Index.Current)
            throw new InputException($"{list} has schema {index.Schema}; this version of qdiff reads schema {Index.Current}.");
        if (index.Step < 0 || CheckpointFolder.StepOf(path) is var named and >= 0 && named != index.Step)
            throw new InputException($"{list} says step {index.Step}, which is not that of the folder's name.");
        foreach (FileEntry file in index.Files)
        {
            // Names come from a file: only plain ones may be opened.
            if (file.Name.Length == 0 || file.Name.Contains('\0') || file.Name != System.IO.Path.GetFileName(file.Name)
                || file.Name is "." or "..")
                throw new InputException($"{list} lists the file '{file.Name}', which is no plain name.");
            string there = System.IO.Path.Combine(path, file.Name);
            if (SizeOf(there) is not { } size)
                throw new InputException($"{path} is no complete checkpoint: {file.Name} is missing.");
            if (size != file.Size)
                throw new InputException($"{there} has {size} bytes, the checkpoint was written with {file.Size}.");
        }

        return new(path, index);
    }

    /// <summary>Compares the content of every file with its SHA-256.</summary>
    /// <exception cref="InputException">A file differs from what was written.</exception>
    /// <exception cref="IOException">A file cannot be read, which says nothing about it.</exception>
    public Checkpoint Verify()
    {
        foreach (FileEntry file in index.Files)
        {
            using FileStream stream = OpenRead(file.Name);
            string hash = Convert.ToHexStringLower(SHA256.HashData(stream));
            if (hash != file.Sha256)
                throw new InputException($"{stream.Name} is damaged: its SHA-256 is {hash}, the checkpoint was written with "
                    + $"{file.Sha256}.");
        }

        return this;
    }

    /// <summary>Opens one of <see cref="Files"/>.</summary>
    /// <exception cref="InputException">The checkpoint has no such file, or it is missing.</exception>
    /// <exception cref="IOException">It cannot be read, which says nothing about it.</exception>
    public FileStream OpenRead(string name)
    {
        if (!Files.Contains(name))
            throw new InputException($"The checkpoint {Path} has no {name}; it has {string.Join(", ", Files)}.");
        try
        {
            return File.OpenRead(System.IO.Path.Combine(Path, name));
        }
        catch (Exception e) when (IsMissing(e))
        {
            throw new InputException($"{Path} is no complete checkpoint: {name} is missing.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(Path, e);
        }
    }

    /// <summary>Fills an empty folder; the index last.</summary>
    internal static void Write(string path, long step, IEnumerable<(string Name, Action<Stream> Write)> files, JsonElement state,
        double? score)
    {
        List<FileEntry> entries = [];
        foreach ((string name, Action<Stream> write) in files)
        {
            string file = System.IO.Path.Combine(path, name);
            using (FileStream stream = Begin(file))
            {
                write(stream);
                // To the disk, not only to the system: after a power cut the index must not be there without what it lists.
                stream.Flush(flushToDisk: true);
            }

            using FileStream written = File.OpenRead(file);
            entries.Add(new(name, written.Length, Convert.ToHexStringLower(SHA256.HashData(written))));
        }

        using FileStream list = Begin(System.IO.Path.Combine(path, IndexFile));
        JsonSerializer.Serialize(list, new Index(Index.Current, step, score, entries, state), RunJson.File);
        list.Flush(flushToDisk: true);
    }

    /// <summary>A new file that others may look at meanwhile: whoever does must not end the training.</summary>
    static FileStream Begin(string file) => new(file, FileMode.CreateNew, FileAccess.Write, FileShare.Read);

    static Index ReadIndex(string path, string list)
    {
        try
        {
            // The version first: a later one may have another layout.
            if (RunJson.Read<Versioned>(list).Schema is var schema && schema > Index.Current) throw WrittenLater(path, schema);
            return RunJson.Read<Index>(list);
        }
        catch (InputException e) when (IsMissing(e.InnerException))
        {
            throw new InputException($"{path} is no complete checkpoint: it has no {IndexFile}.", e);
        }
        catch (InputException e) when (e.InnerException is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(path, e.InnerException);
        }
    }

    /// <summary>Null if the file is missing; that it cannot be looked at is another thing.</summary>
    static long? SizeOf(string file)
    {
        try
        {
            return InputFile.LengthOf(file);
        }
        catch (Exception e) when (IsMissing(e))
        {
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(file, e);
        }
    }

    static bool IsMissing(Exception? e) => e is FileNotFoundException or DirectoryNotFoundException;

    /// <summary>A disk or a server that fails for a moment is no reason to take a sound checkpoint for a damaged one, which
    /// would cost all steps since the one before.</summary>
    static IOException Unreadable(string what, Exception e) =>
        new($"{what} cannot be read: {e.Message.TrimEnd('.')}. It may be sound; try again once it can be read.", e);

    /// <summary>Nor is it one that this program is older than what wrote it.</summary>
    static IOException WrittenLater(string what, int schema) =>
        new($"{what} was written by a newer version of qdiff, with schema {schema}; this one reads schema {Index.Current}. It "
            + "may be sound; go on with that version.");

    sealed record Versioned(int Schema);

    sealed record FileEntry(string Name, long Size, string Sha256);

    sealed record Index(int Schema, long Step, double? Score, IReadOnlyList<FileEntry> Files, JsonElement State)
    {
        public const int Current = 1;
    }
}
