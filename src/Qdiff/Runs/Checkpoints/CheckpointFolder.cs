using System.Globalization;
using System.Text.Json;

namespace Qdiff;

/// <summary>
/// The checkpoints of a run, <c>step-000123/</c> each. A checkpoint appears by a rename when it is complete on disk, so it is
/// there whole or not at all. Safe to share within a process; a <c>RunLock</c> keeps other processes out.
/// </summary>
public sealed class CheckpointFolder(string path)
{
    const int MostLooks = 3;

    const string Prefix = "step-", Unfinished = ".unfinished-", Damaged = "damaged-";

    /// <summary>Checkpoints are written and removed one after another: two of a step would share their unfinished
    /// folder.</summary>
    static readonly Lock s_changing = new();

    /// <summary>Where they are.</summary>
    public string Path => path;

    /// <summary>Saves a checkpoint; one of the same step is replaced.</summary>
    /// <param name="step">How many steps have been done.</param>
    /// <param name="files">Plain file names and what writes them.</param>
    /// <param name="state">Anything else, as JSON.</param>
    /// <param name="score">How good it is, less being better, if that was measured.</param>
    /// <exception cref="IOException">It could not be written; earlier checkpoints are as they were.</exception>
    public Checkpoint Write(long step, IEnumerable<(string Name, Action<Stream> Write)> files, object state, double? score = null)
    {
        string name = string.Create(CultureInfo.InvariantCulture, $"{Prefix}{step:000000}");
        string target = System.IO.Path.Combine(path, name), unfinished = System.IO.Path.Combine(path, Unfinished + name);
        using Lock.Scope changing = s_changing.EnterScope();
        try
        {
            Remove(unfinished);
            Directory.CreateDirectory(unfinished);
            Checkpoint.Write(unfinished, step, files, JsonSerializer.SerializeToElement(state, RunJson.File), score);
            // A crash between these two loses this step's older copy at worst; the one before is untouched.
            Remove(target);
            Directory.Move(unfinished, target);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            TryRemove(unfinished);
            string last = List() is [.., var latest]
                ? $"The checkpoint of step {latest.Step} is intact, the run can go on from there."
                : "There is no earlier checkpoint.";
            throw new IOException(
                $"The checkpoint of step {step} could not be written to {path}: {e.Message.TrimEnd('.')}. {last}", e);
        }

        return Checkpoint.Open(target);
    }

    /// <summary>Whether there is one, complete or not, or one that was set aside.</summary>
    internal bool HasAny => Folders().Any() || Directory.Exists(path) && Directory.GetDirectories(path, Damaged + "*").Length > 0;

    /// <summary>The complete ones in order of their steps; torn ones, and what cannot be read, are left out.</summary>
    public IReadOnlyList<Checkpoint> List()
    {
        List<Checkpoint> complete = [];
        foreach (string folder in Folders())
        {
            try
            {
                complete.Add(Checkpoint.Open(folder));
            }
            catch (Exception e) when (e is InputException or IOException)
            {
                // Not complete, so it is none; or nobody can tell.
            }
        }

        return [.. complete.OrderBy(checkpoint => checkpoint.Step)];
    }

    /// <summary>
    /// The latest whose content is what was written, or null. Of each newer one that is damaged or not complete,
    /// <paramref name="warn"/> is told.
    /// </summary>
    /// <exception cref="IOException">One cannot be read, which says nothing about it.</exception>
    public Checkpoint? ReadLatest(Action<string>? warn = null)
    {
        // A server may list for a while what is gone: that is no reason to look for ever.
        for (int looks = 1; ; looks++)
        {
            bool isOvertaken = false;
            foreach (string folder in Folders().OrderByDescending(StepOf))
            {
                try
                {
                    return Checkpoint.Open(folder).Verify();
                }
                catch (InputException) when (!Directory.Exists(folder))
                {
                    // Whoever trains the run has removed it since, for it has written a later one.
                    isOvertaken = true;
                }
                catch (InputException e)
                {
                    warn?.Invoke(e.Message);
                }
            }

            if (!isOvertaken || looks == MostLooks) return null;
        }
    }

    /// <summary>The latest, its content verified, or null if there is none.</summary>
    /// <exception cref="InputException">It is damaged or was changed; the message says which earlier one is sound.</exception>
    /// <exception cref="IOException">One cannot be read, which says nothing about it.</exception>
    public Checkpoint? ReadNewest()
    {
        string? damage = null;
        if (ReadLatest(message => damage ??= message) is not { } latest)
            return damage is null ? null : throw new InputException($"{damage} There is no earlier checkpoint.");
        return damage is null ? latest
            : throw new InputException($"{damage} The latest checkpoint that is sound is that of step {latest.Step}.");
    }

    /// <summary>The checkpoint of this step, its content verified.</summary>
    /// <exception cref="InputException">There is none, or it is damaged or not complete.</exception>
    /// <exception cref="IOException">It cannot be read, or a newer version wrote it.</exception>
    public Checkpoint Read(long step) => Folders().FirstOrDefault(folder => StepOf(folder) == step) is { } named
        ? Checkpoint.Open(named).Verify()
        : throw new InputException($"{path} has no checkpoint of step {step}; it has "
            + $"{(List() is { Count: > 0 } all ? string.Join(", ", all.Select(c => c.Step)) : "none")}.");

    /// <summary>The one with the least score, the earliest of equals; null if none has a score. A run's is the loss of a fixed
    /// batch of training images.</summary>
    public Checkpoint? Best() =>
        List().Where(checkpoint => checkpoint.Score is double score && !double.IsNaN(score)).MinBy(c => c.Score);

    /// <summary>Removes all but the last <paramref name="keep"/>, the best, and those of <paramref name="steps"/>.</summary>
    /// <param name="warn">Is told of each that cannot be removed; it stays.</param>
    public void Prune(int keep, IReadOnlyList<int>? steps = null, Action<string>? warn = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(keep, 1);
        using Lock.Scope changing = s_changing.EnterScope();
        string? best = Best()?.Path;
        foreach (Checkpoint checkpoint in List().SkipLast(keep))
            if (checkpoint.Path != best && !(steps ?? []).Any(step => step == checkpoint.Step)
                && TryRemove(checkpoint.Path) is { } reason)
                warn?.Invoke($"The old checkpoint {checkpoint.Path} cannot be removed: {reason}");
    }

    /// <summary>
    /// Renames those of later steps, which are damaged, so that nobody takes them for checkpoints: they would count as the last
    /// ones, for whose sake new ones are removed.
    /// </summary>
    /// <param name="after">The step of the one that is sound.</param>
    /// <returns>Their new names.</returns>
    /// <exception cref="IOException">One cannot be renamed.</exception>
    internal IReadOnlyList<string> SetAside(long after)
    {
        List<string> names = [];
        using Lock.Scope changing = s_changing.EnterScope();
        foreach (string folder in Folders().Where(folder => StepOf(folder) > after).Order(StringComparer.Ordinal))
        {
            string step = System.IO.Path.GetFileName(folder), name = Damaged + step;
            // What was damaged before stays.
            for (int i = 2; Directory.Exists(System.IO.Path.Combine(path, name)); i++) name = Invariant($"{Damaged}{i}-{step}");
            try
            {
                Directory.Move(folder, System.IO.Path.Combine(path, name));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new IOException($"The damaged checkpoint {folder} cannot be renamed to {name}: {e.Message}", e);
            }

            names.Add(name);
        }

        return names;
    }

    /// <summary>The step that the folder's name tells, for its index may be gone; -1 for a name that no checkpoint is written
    /// under.</summary>
    internal static long StepOf(string folder)
    {
        string name = System.IO.Path.GetFileName(System.IO.Path.TrimEndingDirectorySeparator(folder));
        return name.StartsWith(Prefix, StringComparison.Ordinal) && long.TryParse(name.AsSpan(Prefix.Length), NumberStyles.None,
            CultureInfo.InvariantCulture, out long step) ? step : -1;
    }

    /// <summary>Those that a run wrote. What somebody copied beside them under a name of their own is theirs.</summary>
    IEnumerable<string> Folders() =>
        Directory.Exists(path) ? Directory.GetDirectories(path, Prefix + "*").Where(folder => StepOf(folder) >= 0) : [];

    /// <summary>The index goes first, so that an interrupted removal leaves no checkpoint rather than a torn one.</summary>
    static void Remove(string folder)
    {
        if (!Directory.Exists(folder)) return;
        File.Delete(System.IO.Path.Combine(folder, Checkpoint.IndexFile));
        Directory.Delete(folder, recursive: true);
    }

    /// <returns>Why it could not be removed; null if it was.</returns>
    static string? TryRemove(string folder)
    {
        try
        {
            Remove(folder);
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // What made a writing fail may prevent this too; the leftover is ignored by List, and an unfinished one removed by the
            // next Write of its step.
            return e.Message;
        }
    }
}
