using System.Diagnostics;

namespace Qdiff;

/// <summary>
/// Keeps a second writer from a run, in this process or another, on this machine or another. Whoever trains holds it; readers
/// need none. It is an open file in the run folder, and ends with its process however that ends; a second file tells whose it is
/// and is a <see cref="Lease"/>, for other machines that share the disk.
/// </summary>
sealed class RunLock : IDisposable
{
    /// <summary>The files in the run folder: the lock, which stays, and whose it is.</summary>
    public const string FileName = ".lock", OwnerFile = ".lock-owner";

    static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(200), s_instant = TimeSpan.FromMilliseconds(20);

    readonly FileStream stream;
    readonly Lease lease;

    RunLock(string folder, FileStream stream, Lease lease) => (Folder, this.stream, this.lease) = (folder, stream, lease);

    /// <summary>The run folder.</summary>
    public string Folder { get; }

    /// <summary>The lock of a run folder, which is made if it is not there.</summary>
    /// <param name="isNew">Whether it is the first run in its folder, which is made then too.</param>
    /// <exception cref="InputException">Somebody else writes into the run; the message says who. Or a pipe or a device is in the
    /// place of the file that says so.</exception>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public static RunLock Take(string folder, bool isNew = false)
    {
        if (isNew) Writing(folder, () => Directory.CreateDirectory(ParentOf(folder)));
        // Somebody on another machine who shows no sign of life is waited for until it is clear that there is none.
        var watch = Stopwatch.StartNew();
        string? file = null;
        while (true)
        {
            long start = Stopwatch.GetTimestamp();
            if (TryTake(folder) is { } taken) return taken;
            // Whoever only looks whether somebody has it, as a list of runs does, keeps others out for an instant.
            if (watch.Elapsed < s_instant)
            {
                Thread.Sleep(s_instant);
                continue;
            }

            // A file with nothing in it is of somebody who died while making it, wherever that was.
            string owner = Path.Combine(folder, OwnerFile), now = TextOf(owner);
            bool isElsewhere = File.Exists(owner) && !now.Contains(Lease.Machine, StringComparison.Ordinal);
            // While the disk was away nobody could be seen.
            if (Stopwatch.GetElapsedTime(start) > Lease.Patience / 2) watch.Restart();
            if (!isElsewhere || file is not null && now != file || watch.Elapsed > 2 * Lease.Patience)
                throw new InputException($"The run {folder} is being written by {Holder(folder)}. Wait until that has ended, or "
                    + "stop it.");
            file = now;
            Thread.Sleep(s_pause);
        }
    }

    /// <summary>The lock, or null if somebody else has it. The run's folder is made if it is not there, but not the one that it
    /// is in: that may have been moved, or its disk be gone.</summary>
    /// <exception cref="InputException">The patience that the environment asks for is none, or a pipe or a device is in the place
    /// of the file that says whose it is.</exception>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public static RunLock? TryTake(string folder)
    {
        string owner = Path.Combine(folder, OwnerFile);
        FileStream? stream = null;
        Lease? lease = null;
        TimeSpan patience = Lease.Patience;
        return Writing<RunLock?>(folder, () =>
        {
            try
            {
                if (!Directory.Exists(ParentOf(folder)))
                    throw new DirectoryNotFoundException($"there is no folder {ParentOf(folder)}.");
                Directory.CreateDirectory(folder);
                InputFile.RequireRegular(owner);
                stream = LockFile.TryOpen(Path.Combine(folder, FileName));
                lease = stream is null ? null : Lease.TryTake(owner, patience: patience);
                if (lease is null)
                {
                    stream?.Dispose();
                    return null;
                }

                // The time of this writing is what the file is known again by.
                stream!.Write("locked\n"u8);
                return new RunLock(folder, stream, lease);
            }
            catch
            {
                lease?.Dispose();
                stream?.Dispose();
                throw;
            }
        });
    }

    /// <summary>Whether somebody has the lock, here or, by the signs of life that are seen, on another machine; what cannot be
    /// told counts as no.</summary>
    public static bool IsTaken(string folder)
    {
        try
        {
            // To read beside all other readers, which only a writer's lock refuses.
            using (InputFile.OpenShared(Path.Combine(folder, FileName)))
            {
            }

            string owner = Path.Combine(folder, OwnerFile);
            InputFile.RequireRegular(owner);
            return Lease.IsAlive(owner);
        }
        catch (IOException e)
        {
            return LockFile.IsTaken(e);
        }
        catch (Exception e) when (e is UnauthorizedAccessException or InputException)
        {
            return false;
        }
    }

    /// <summary>Whether the folder is still where it was, and the same one.</summary>
    public bool IsInPlace => FolderMark.IsSame(Path.Combine(Folder, FileName), stream) && lease.IsHeld;

    /// <summary>Looks whether another machine took the run over, before something is saved.</summary>
    public void Confirm() => lease.Confirm();

    /// <summary>Who took the run over, because this process had given no sign of life for long; null if nobody did.</summary>
    public string? TakenOverBy => lease.IsHeld ? null : Lease.OwnerOf(Path.Combine(Folder, OwnerFile));

    /// <summary>Where the folder was moved to, if the system tells.</summary>
    public string? PlaceNow => FolderMark.PlaceOf(stream);

    /// <inheritdoc/>
    public void Dispose()
    {
        lease.Dispose();
        stream.Dispose();
    }

    static string ParentOf(string folder) => Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)))!;

    static T Writing<T>(string folder, Func<T> write)
    {
        try
        {
            return write();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"The run folder {folder} cannot be written: {e.Message}", e);
        }
    }

    /// <summary>Who has the lock, as far as the file can be read.</summary>
    static string Holder(string folder)
    {
        string own = Invariant($"process {Environment.ProcessId} ");
        return Lease.OwnerOf(Path.Combine(folder, OwnerFile)) is not { } owner ? "another process"
            : owner.StartsWith(own, StringComparison.Ordinal) ? "this very process, which has it open already" : owner;
    }

    static string TextOf(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
