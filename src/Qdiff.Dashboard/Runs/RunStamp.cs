using System.Globalization;
using Qdiff.Evaluation;

namespace Qdiff.Dashboard;

/// <summary>What tells whether a run's files have changed: lengths and times, without opening one.</summary>
/// <param name="State">Of configuration, manifest and the note of a divergence, which seldom change, of whether somebody trains
/// it, and of whether somebody asked it to stop.</param>
/// <param name="Steps">Of the log and of event files.</param>
/// <param name="Results">Of audit, metrics, measurements by shots, and checkpoints.</param>
/// <param name="Samples">Of the samples' folders.</param>
readonly record struct RunStamp(int State, int Steps, int Results, int Samples)
{
    /// <summary>Of a run as it is now.</summary>
    public static RunStamp Of(string run) => new(
        HashCode.Combine(File(run, RunFolder.ConfigFile), File(run, RunManifest.FileName), File(run, Divergence.FileName),
            RunLock.IsTaken(run), StopRequest.IsThere(run)),
        HashCode.Combine(File(run, "steps.jsonl"), Events(run)),
        HashCode.Combine(File(run, "audit.json"), File(run, MetricsFile.FileName), File(run, NoiseStudyResult.FileName),
            Folder(run, "checkpoints"), File(run, "log.txt")),
        HashCode.Combine(Folder(run, "samples"), Folder(run, "samples/frames")));

    /// <summary>Of these runs, in this order, as of one: it changes wherever one of theirs does.</summary>
    public static RunStamp Together(IEnumerable<RunStamp> runs) => runs.Aggregate((all, one) => new(
        HashCode.Combine(all.State, one.State), HashCode.Combine(all.Steps, one.Steps),
        HashCode.Combine(all.Results, one.Results), HashCode.Combine(all.Samples, one.Samples)));

    /// <summary>The stamp of this text; null if it is none. That of another process, whose hashes are others, is like no stamp
    /// of this one.</summary>
    public static RunStamp? Parse(string text)
    {
        int[] parts = [.. text.Split('.').Select(part =>
            int.TryParse(part, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out int hash) ? hash : 0)];
        return parts is [var state, var steps, var results, var samples]
            ? new RunStamp(state, steps, results, samples) : null;
    }

    /// <summary>For the address of a page's news.</summary>
    public override string ToString() => Invariant($"{State:x}.{Steps:x}.{Results:x}.{Samples:x}");

    /// <summary>The parts of a page that another stamp makes old.</summary>
    public IEnumerable<string> Changes(RunStamp later)
    {
        if (State != later.State) yield return "state";
        if (Steps != later.Steps) yield return "steps";
        if (Results != later.Results) yield return "results";
        if (Samples != later.Samples) yield return "samples";
    }

    static long File(string run, string name)
    {
        var file = new FileInfo(Path.Combine(run, name));
        return file.Exists ? HashCode.Combine(file.Length, file.LastWriteTimeUtc.Ticks) : 0;
    }

    static long Events(string run)
    {
        try
        {
            return new DirectoryInfo(run).EnumerateFiles(EventFile.Prefix + "*").Sum(file => file.Length);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return 0;
        }
    }

    static long Folder(string run, string name)
    {
        var folder = new DirectoryInfo(Path.Combine(run, name));
        return folder.Exists ? folder.LastWriteTimeUtc.Ticks : 0;
    }
}
