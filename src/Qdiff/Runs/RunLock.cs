using System.Globalization;

namespace Qdiff;

/// <summary>
/// Keeps a second writer from a run, in this process or another. Whoever trains holds it; readers need none. It is an open file in
/// the run folder, and ends with its process however that ends; a second file, for nobody can read one that is locked, tells
/// whose it is.
/// </summary>
sealed class RunLock : IDisposable
{
    /// <summary>The files in the run folder: the lock, which stays, and whose it is.</summary>
    public const string FileName = ".lock", OwnerFile = ".lock-owner";

    readonly FileStream stream;

    RunLock(string folder, FileStream stream) => (Folder, this.stream) = (folder, stream);

    /// <summary>The run folder.</summary>
    public string Folder { get; }

    /// <summary>The lock of a run folder, which is made if it is not there.</summary>
    /// <exception cref="InputException">Somebody else writes into the run; the message says who.</exception>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public static RunLock Take(string folder) => TryTake(folder)
        ?? throw new InputException($"The run {folder} is being written by {Holder(folder)}. Wait until that has ended, or stop "
            + "it.");

    /// <summary>The lock, or null if somebody else has it.</summary>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public static RunLock? TryTake(string folder)
    {
        FileStream? stream = null;
        try
        {
            Directory.CreateDirectory(folder);
            stream = LockFile.TryOpen(Path.Combine(folder, FileName));
            if (stream is null) return null;
            // The time of this writing is what the file is known again by.
            stream.Write("locked\n"u8);
            File.WriteAllText(Path.Combine(folder, OwnerFile), string.Create(CultureInfo.InvariantCulture,
                $"process {Environment.ProcessId} on {Environment.MachineName}\n"));
            return new(folder, stream);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            stream?.Dispose();
            throw new IOException($"The run folder {folder} cannot be written: {e.Message}", e);
        }
    }

    /// <summary>Whether somebody has the lock; what cannot be told counts as no.</summary>
    public static bool IsTaken(string folder)
    {
        try
        {
            // To read beside all other readers, which only a writer's lock refuses.
            using var stream = new FileStream(Path.Combine(folder, FileName), FileMode.Open, FileAccess.Read,
                FileShare.ReadWrite | FileShare.Delete);
            return false;
        }
        catch (IOException e)
        {
            return LockFile.IsTaken(e);
        }
        catch (UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Whether the folder is still where it was, and the same one.</summary>
    public bool IsInPlace => File.GetLastWriteTimeUtc(Path.Combine(Folder, FileName))
        == File.GetLastWriteTimeUtc(stream.SafeFileHandle);

    /// <summary>Where the folder was moved to, if the system tells.</summary>
    public string? PlaceNow
    {
        get
        {
            var link = new FileInfo($"/proc/self/fd/{stream.SafeFileHandle.DangerousGetHandle()}");
            return link.LinkTarget is { } file && File.Exists(file) ? Path.GetDirectoryName(file) : null;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (stream.CanWrite && IsInPlace) TryDelete(Path.Combine(Folder, OwnerFile));
        stream.Dispose();
    }

    /// <summary>Who has the lock, as far as the file can be read.</summary>
    static string Holder(string folder)
    {
        try
        {
            string line = File.ReadLines(Path.Combine(folder, OwnerFile)).FirstOrDefault("");
            string own = string.Create(CultureInfo.InvariantCulture, $"process {Environment.ProcessId} ");
            return line.Length == 0 ? "another process" : line.StartsWith(own, StringComparison.Ordinal)
                ? "this very process, which has it open already" : line;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "another process";
        }
    }

    static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It is only read while somebody has the lock, who writes it anew.
        }
    }
}
