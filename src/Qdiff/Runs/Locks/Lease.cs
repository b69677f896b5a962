using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Qdiff;

/// <summary>
/// A file that says whose a folder is, on disks where a lock of the system's own does not reach other machines. Its owner changes
/// it every few seconds. Whoever sees it unchanged for a minute takes the owner for dead and puts an own one in its place; how
/// long that is each measures by its own clock, so that clocks may differ. An owner that was only asleep finds out before it
/// writes.
/// </summary>
sealed class Lease : IDisposable
{
    /// <summary>How long others wait for a sign of life, in seconds; the same on all machines.</summary>
    public const string Variable = "QDIFF_LEASE_SECONDS";

    /// <summary>What this process saw of others' leases, since when, and when it looked last.</summary>
    static readonly ConcurrentDictionary<string, (string Content, long Since, long Looked)> s_seen = new(StringComparer.Ordinal);

    /// <summary>The same for those that it only shows, which take nobody's place.</summary>
    static readonly ConcurrentDictionary<string, (string Content, long Since)> s_shown = new(StringComparer.Ordinal);

    readonly string path, owner;
    readonly TimeSpan patience;
    readonly ManualResetEvent ended = new(false);
    readonly Lock beating = new();
    long beats, confirmed;
    DateTime confirmedAt;
    bool isLost, isDisposed;

    Lease(string path, string owner, TimeSpan patience)
    {
        (this.path, this.owner, this.patience) = (path, owner, patience);
        Confirmed();
        TimeSpan beat = patience / 6;
        // A thread of its own: those of the pool may all be busy for longer than others wait.
        Thread thread = new(() => BeatEvery(beat)) { IsBackground = true, Name = "lease" };
        thread.Start();
    }

    /// <summary>Long beside the two renames in which a file is taken aside and brought back.</summary>
    static readonly TimeSpan s_moment = TimeSpan.FromMilliseconds(100);

    static readonly Lazy<TimeSpan> s_patience = new(() => PatienceOf(Environment.GetEnvironmentVariable(Variable)));

    /// <summary>A minute, if the environment does not say otherwise.</summary>
    /// <exception cref="InputException">It says what is no such time.</exception>
    public static TimeSpan Patience => s_patience.Value;

    /// <summary>Whose processes this one sees: this machine since it was started, of a container that container alone. Two
    /// machines may have one name, which is told apart on Linux alone: others of one name are taken for one.</summary>
    public static string Machine { get; } = $"{Environment.MachineName}/{Read("/proc/sys/kernel/random/boot_id")?[..8] ?? "-"}/"
        + (OperatingSystem.IsLinux() ? new FileInfo("/proc/self/ns/pid").LinkTarget : "-");

    /// <summary>Whether the file is still this owner's. Looked up where the last sign of life was long ago, by either clock: the
    /// process may have been stopped, or the machine.</summary>
    public bool IsHeld
    {
        get
        {
            lock (beating)
            {
                TimeSpan late = patience / 3;
                if (Stopwatch.GetElapsedTime(confirmed) > late || (DateTime.UtcNow - confirmedAt).Duration() > late) Look();
                return !isLost;
            }
        }
    }

    /// <summary>Looks whether the file is still this owner's, before something is written that must be by one alone.</summary>
    public void Confirm()
    {
        lock (beating) Look();
    }

    /// <summary>The lease, or null if somebody has it who may be alive.</summary>
    /// <param name="path">Its file; the folder is there.</param>
    /// <param name="machine">For tests: the machine that this process believes to be on.</param>
    /// <param name="patience">How long others wait for a sign of life.</param>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public static Lease? TryTake(string path, string? machine = null, TimeSpan? patience = null)
    {
        machine ??= Machine;
        string owner = string.Create(CultureInfo.InvariantCulture,
            $"process {Environment.ProcessId} on {Environment.MachineName}\n{machine} {StartOf(Environment.ProcessId)} ")
            + Guid.NewGuid().ToString("N");
        TimeSpan wait = patience ?? Patience;
        bool wasAnothers = false;
        if (Read(path) is { } there)
        {
            if (!(IsDead(there, machine, path, wait) && TryPutAside(path, there))) return null;
            wasAnothers = true;
        }

        return TryCreate(path, owner, 0) && (!wasAnothers || Stays(path, owner)) ? new(path, owner, wait) : null;
    }

    /// <summary>Whether a file that was put in the place of a dead owner's is still there. Another that saw the dead one too may
    /// take this one aside for it, for a moment in which a third finds no file and makes its own.</summary>
    static bool Stays(string path, string owner)
    {
        string? content = null;
        for (int look = 0; look < 4 && (look < 2 || content is null); look++)
        {
            Thread.Sleep(s_moment);
            content = Read(path);
        }

        return content?.StartsWith(owner, StringComparison.Ordinal) == true;
    }

    /// <summary>Whether somebody has it who gives signs of life, for whoever shows it and cannot wait for one: at the first look
    /// the file's time stands for what would have been seen.</summary>
    /// <param name="path">Its file.</param>
    /// <param name="machine">For tests: the machine that this process believes to be on.</param>
    /// <param name="patience">How long others wait for a sign of life.</param>
    public static bool IsAlive(string path, string? machine = null, TimeSpan? patience = null)
    {
        if (Read(path) is not { Length: > 0 } there) return false;
        if (IsGoneHere(there, machine ?? Machine) is { } isGone) return !isGone;
        long now = Stopwatch.GetTimestamp();
        TimeSpan age = DateTime.UtcNow - File.GetLastWriteTimeUtc(path);
        (_, long since) = s_shown.AddOrUpdate(path,
            _ => (there, now - (long)(Math.Max(0, age.TotalSeconds) * Stopwatch.Frequency)),
            (_, before) => before.Content == there ? before : (there, now));
        return Stopwatch.GetElapsedTime(since, now) <= (patience ?? Patience);
    }

    /// <summary>What the environment asks for. What cannot be read is refused: machines would wait for different times.</summary>
    /// <exception cref="InputException">It is no such time.</exception>
    internal static TimeSpan PatienceOf(string? text) => string.IsNullOrEmpty(text) ? TimeSpan.FromMinutes(1)
        : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double seconds)
            && seconds is > 0 and < 86_400 ? TimeSpan.FromSeconds(seconds)
        : throw new InputException($"{Variable}={text}: give a number of seconds without a unit, above 0 and less than a day, "
            + "such as 300.");

    /// <summary>Whose it is, as far as the file can be read: process … on …</summary>
    public static string? OwnerOf(string path) => Read(path)?.Split('\n')[0] is { Length: > 0 } line ? line : null;

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (beating)
        {
            if (isDisposed) return;
            isDisposed = true;
            ended.Set();
            try
            {
                if (!isLost && IsOwn(Read(path))) File.Delete(path);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Others wait until they take its owner for dead.
            }
        }
    }

    void BeatEvery(TimeSpan time)
    {
        while (!ended.WaitOne(time)) Beat();
    }

    void Beat()
    {
        lock (beating)
        {
            if (isDisposed || isLost) return;
            Look();
            if (isLost) return;
            try
            {
                using FileStream stream = new(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
                stream.Write(Content(owner, ++beats));
                stream.Flush(flushToDisk: true);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // The next beat may succeed; if none does for long, others take over.
            }
        }
    }

    void Look()
    {
        try
        {
            if (IsOwn(Content(path))) Confirmed();
            else isLost = true;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            // Another's move, or the folder's.
            isLost = true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A file that cannot be read for the moment tells nothing.
        }
    }

    void Confirmed() => (confirmed, confirmedAt) = (Stopwatch.GetTimestamp(), DateTime.UtcNow);

    bool IsOwn(string? content) => content?.StartsWith(owner, StringComparison.Ordinal) == true;

    /// <summary>Whether its process is gone from this machine; null if it is of another.</summary>
    static bool? IsGoneHere(string content, string machine)
    {
        if (content.Split('\n') is not [var process, var mark, ..] || mark.Split(' ') is not [var its, var start, ..]
            || its != machine) return null;
        // A process that is gone is dead, whatever has its number now. Of this process, and where a process's start cannot be
        // told, the system's own lock, which the caller has or found free, has told.
        int id = 0;
        if (process.Split(' ') is [_, var number, ..]) int.TryParse(number, CultureInfo.InvariantCulture, out id);
        return id == Environment.ProcessId || start == "-" || StartOf(id) != start;
    }

    static bool IsDead(string content, string machine, string path, TimeSpan patience)
    {
        if (IsGoneHere(content, machine) is { } isGone) return isGone;
        // Only time in which a sign of life would have been seen counts: a disk that was away for long was so for its owner too.
        long now = Stopwatch.GetTimestamp();
        (_, long since, _) = s_seen.AddOrUpdate(path, _ => (content, now, now), (_, before) =>
            before.Content == content && Stopwatch.GetElapsedTime(before.Looked, now) < patience / 2
                ? before with { Looked = now } : (content, now, now));
        return Stopwatch.GetElapsedTime(since, now) > patience;
    }

    /// <summary>Takes a dead owner's file away: a rename, in which one alone succeeds.</summary>
    static bool TryPutAside(string path, string dead)
    {
        string aside = $"{path}-{Guid.NewGuid():N}";
        try
        {
            File.Move(path, aside);
            if (Read(aside) == dead)
            {
                File.Delete(aside);
                s_seen.TryRemove(path, out _);
                return true;
            }

            // Somebody else was quicker, and this is the new owner's.
            File.Move(aside, path);
        }
        catch (IOException e) when (e is FileNotFoundException or DirectoryNotFoundException || File.Exists(path))
        {
            // It was taken away by another, or another's is there already, whose owner finds his own gone.
            if (File.Exists(aside)) File.Delete(aside);
        }

        return false;
    }

    static bool TryCreate(string path, string owner, long beats)
    {
        FileStream stream;
        try
        {
            stream = new(path, FileMode.CreateNew, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        }
        catch (IOException) when (File.Exists(path))
        {
            return false;
        }

        try
        {
            using (stream) stream.Write(Content(owner, beats));
            return true;
        }
        catch (IOException)
        {
            // A full disk has room for a file with nothing in it, and that would be nobody's.
            File.Delete(path);
            throw;
        }
    }

    static byte[] Content(string owner, long beats) =>
        Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{owner} {beats:0000000000}\n"));

    static string Content(string path)
    {
        using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        byte[] bytes = new byte[1024];
        return Encoding.UTF8.GetString(bytes, 0, stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false));
    }

    static string? Read(string path)
    {
        try
        {
            return Content(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>When a process of this machine started, in the system's own count; - where that cannot be told, 0 if there is no
    /// such process, or only its exit code, for which nobody may ever ask.</summary>
    static string StartOf(int process)
    {
        if (!OperatingSystem.IsLinux()) return "-";
        // The name may hold blanks and brackets; the state is the first field behind it, the start the twentieth. A zombie may
        // have threads that are not at their end yet, and they its files: the system's own lock, which the caller has, waits for
        // them.
        return Read($"/proc/{process}/stat") is { } stat && stat.LastIndexOf(')') is > 0 and int name
            && stat[(name + 2)..].Split(' ') is [not ("Z" or "X"), ..] and { Length: > 19 } fields ? fields[19] : "0";
    }
}
