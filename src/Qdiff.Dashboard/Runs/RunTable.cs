using System.Collections.Concurrent;
using System.Diagnostics;
using Qdiff.Evaluation;

namespace Qdiff.Dashboard;

/// <summary>
/// The rows of all runs, as the files were when somebody last asked. A run is read again when one of its files has changed; what
/// is kept can be forgotten at any time and is found in the files again. Safe to share.
/// </summary>
sealed class RunTable(RunsFolder folder, EvaluationCatalog catalog)
{
    /// <summary>How long a look at the files holds; many files make it longer.</summary>
    static readonly TimeSpan s_fresh = TimeSpan.FromSeconds(1);

    readonly ConcurrentDictionary<string, (RunStamp Stamp, RunRow Row)> known = new(StringComparer.Ordinal);
    readonly Lock gate = new();
    Task<RunList>? looking;
    RunList last = new([], 0, false);
    long seen, read;
    TimeSpan took;

    /// <summary>The list; if that is not read within the time, the one before, or what has been read so far of the
    /// first.</summary>
    public async Task<RunList> Now(TimeSpan patience)
    {
        Task<RunList> list = Look();
        if (await Task.WhenAny(list, Task.Delay(patience)).ConfigureAwait(false) == list) return await list.ConfigureAwait(false);
        lock (gate)
            if (last.Number > 0) return last;
        return new([.. known.Values.Select(entry => entry.Row)], Interlocked.Read(ref seen), Partial: false) { IsReading = true };
    }

    /// <summary>The row of a run as its files are now; null if there is none.</summary>
    public RunRow? Find(string name) => folder.Find(name) is not { } path ? null
        : RunsFolder.HasRun(path) ? Row(name, path)
        : RunsFolder.HasEvents(path) ? new RunRow { Name = name, Kind = FolderKind.Events } : null;

    Task<RunList> Look()
    {
        lock (gate)
        {
            if (looking is { IsCompleted: false }) return looking;
            bool isFresh = looking is { IsCompletedSuccessfully: true }
                && Stopwatch.GetElapsedTime(read) < (took * 4 > s_fresh ? took * 4 : s_fresh);
            return isFresh ? looking! : looking = Task.Run(All);
        }
    }

    RunList All()
    {
        var watch = Stopwatch.StartNew();
        bool partial = false;
        (string Name, FolderKind Kind)[] found = [.. folder.All(() => partial = true)];
        Interlocked.Exchange(ref seen, found.Length);
        var rows = new RunRow?[found.Length];
        // On threads of its own: those of the pool answer whoever asks meanwhile.
        int next = -1;
        Thread[] readers = [.. Enumerable.Range(0, Math.Min(Environment.ProcessorCount, 1 + found.Length / 16))
            .Select(_ => new Thread(Read) { IsBackground = true, Name = "reads runs" })];
        foreach (Thread reader in readers) reader.Start();
        foreach (Thread reader in readers) reader.Join();
        HashSet<string> names = [.. found.Select(entry => entry.Name)];
        foreach (string gone in known.Keys.Where(name => !names.Contains(name))) known.TryRemove(gone, out _);
        RunRow[] all = [.. rows.OfType<RunRow>()];
        lock (gate)
        {
            // The same object as long as nothing has changed: whoever waits for news compares.
            if (last.Number == 0 || last.Partial != partial || !last.Rows.SequenceEqual(all))
                last = new(all, all.Length, partial) { Number = last.Number + 1 };
            read = Stopwatch.GetTimestamp();
            took = watch.Elapsed;
            return last;
        }

        void Read()
        {
            for (int i; (i = Interlocked.Increment(ref next)) < found.Length;) rows[i] = Row(found[i]);
        }
    }

    /// <summary>A row that cannot be read for a reason that nobody thought of has a problem, and the others are shown.</summary>
    RunRow? Row((string Name, FolderKind Kind) found)
    {
        try
        {
            return found.Kind == FolderKind.Events ? new() { Name = found.Name, Kind = FolderKind.Events }
                : folder.Find(found.Name) is { } path ? Row(found.Name, path) : null;
        }
        catch (Exception e)
        {
            return new() { Name = found.Name, Kind = found.Kind, Problems = [e.Message] };
        }
    }

    RunRow? Row(string name, string path)
    {
        RunStamp stamp = RunStamp.Of(path);
        if (known.TryGetValue(name, out (RunStamp Stamp, RunRow Row) entry) && entry.Stamp == stamp) return entry.Row;
        try
        {
            RunRow row = RunRow.Of(name, path, catalog);
            known[name] = (stamp, row);
            return row;
        }
        catch (InputException)
        {
            // It was taken away meanwhile.
            return null;
        }
    }
}

/// <summary>The rows that there are.</summary>
/// <param name="Found">How many runs were found; more than rows while they are being read.</param>
/// <param name="Partial">Whether there are more folders than were looked into.</param>
sealed record RunList(IReadOnlyList<RunRow> Rows, long Found, bool Partial)
{
    /// <summary>Counts the lists that were read to their end, from 1; 0 for one that was not.</summary>
    public long Number { get; init; }

    /// <summary>Whether the rest is still being read.</summary>
    public bool IsReading { get; init; }
}
