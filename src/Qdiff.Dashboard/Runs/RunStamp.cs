using Qdiff.Evaluation;

namespace Qdiff.Dashboard;

/// <summary>What tells whether a run's files have changed: lengths and times, without opening one.</summary>
/// <param name="Given">Of configuration, manifest and the note of a divergence, which seldom change.</param>
/// <param name="Steps">Of the log and of event files.</param>
/// <param name="Results">Of audit, metrics, measurements by shots, and checkpoints.</param>
/// <param name="Samples">Of the samples' folders.</param>
/// <param name="IsTaken">Whether somebody trains it.</param>
/// <param name="IsAsked">Whether somebody asked it to stop.</param>
readonly record struct RunStamp(long Given, long Steps, long Results, long Samples, bool IsTaken, bool IsAsked)
{
    /// <summary>Of a run as it is now.</summary>
    public static RunStamp Of(string run) => new(
        HashCode.Combine(File(run, RunFolder.ConfigFile), File(run, RunManifest.FileName), File(run, Divergence.FileName)),
        HashCode.Combine(File(run, "steps.jsonl"), Events(run)),
        HashCode.Combine(File(run, "audit.json"), File(run, MetricsFile.FileName), File(run, NoiseStudyResult.FileName),
            Folder(run, "checkpoints"), File(run, "log.txt")),
        HashCode.Combine(Folder(run, "samples"), Folder(run, "samples/frames")),
        RunLock.IsTaken(run), StopRequest.IsThere(run));

    /// <summary>The parts of a page that another stamp makes old.</summary>
    public IEnumerable<string> Changes(RunStamp later)
    {
        if (Given != later.Given || IsTaken != later.IsTaken || IsAsked != later.IsAsked) yield return "state";
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
