using System.Diagnostics;
using Qdiff.Tensors;

/// <summary>Work that is killed at random moments and begun again by the same command, until it is through.</summary>
/// <param name="Name">What is done.</param>
/// <param name="Prepare">Makes what the work needs in an empty folder.</param>
/// <param name="Commands">What is run there, beside each other; asked again for every start, for a run that exists is gone on
/// with.</param>
/// <param name="Result">The folder in it whose bytes count.</param>
public sealed record KilledWork(string Name, Action<string> Prepare, Func<string, IReadOnlyList<string[]>> Commands,
    string Result)
{
    /// <summary>Kills of one piece of work before it may end.</summary>
    const int MostKills = 6;

    public (string Name, string Value)[] Environment { get; init; } = [];

    /// <summary>Whether each command starts processes of its own, one of which may be the one that is killed.</summary>
    public bool StartsOthers { get; init; }

    /// <summary>The bytes of an undisturbed run, and how long it took.</summary>
    public (SortedDictionary<string, string> Content, TimeSpan Time) Undisturbed()
    {
        using TemporaryFolder folder = new();
        Prepare(folder.Path);
        long start = Stopwatch.GetTimestamp();
        Finish(folder.Path, [.. Commands(folder.Path).Select(command => ToolRun.Start(folder.Path, command, Environment))]);
        TimeSpan time = Stopwatch.GetElapsedTime(start);
        return (FolderContent.Of(Path.Combine(folder.Path, Result), folder.Path), time);
    }

    /// <summary>One piece of work with its kills, of which there is at least one.</summary>
    /// <returns>How many processes were killed before they ended, and what went wrong; null if nothing.</returns>
    public (int Kills, string? Mistake) Torture(RandomStream random, SortedDictionary<string, string> expected, TimeSpan time)
    {
        int tries = random.Next(1, MostKills + 1);
        // A piece that was through before it was killed tells nothing: another one is killed sooner.
        for (double latest = 1.1; latest > 0.001; latest /= 2)
        {
            (int kills, string? mistake) = Torture(random, expected, time * latest, tries);
            if (kills > 0 || mistake is not null) return (kills, mistake);
        }

        return (0, "It always ended before it could be killed.");
    }

    (int Kills, string? Mistake) Torture(RandomStream random, SortedDictionary<string, string> expected, TimeSpan latest,
        int tries)
    {
        using TemporaryFolder folder = new();
        Prepare(folder.Path);
        int kills = 0;
        List<Process> running = [.. Commands(folder.Path).Select(command => ToolRun.Start(folder.Path, command, Environment))];
        for (int i = 0; i < tries; i++)
        {
            Thread.Sleep(latest * random.NextDouble());
            int which = random.Next(running.Count);
            bool wasThere = Kill(running[which], random, out int[] others);
            Ended ended = ToolRun.End(running[which]);
            // It may have ended by itself in the moment between.
            if (wasThere && ended.Code != 0) kills++;
            // A launcher ends before the processes that it has told to; whoever begins again meanwhile is rightly sent away.
            ToolRun.WaitFor(others);
            if (ended.Code is 1 or 2 && !(StartsOthers || ended.Lines.Length == 0))
                return (kills, $"It was begun again and ended with {ended.Code}: {string.Join(' ', ended.Lines)}");
            running[which] = ToolRun.Start(folder.Path, Commands(folder.Path)[which], Environment);
        }

        return (kills, Finish(folder.Path, running)
            ?? FolderContent.Difference(expected, FolderContent.Of(Path.Combine(folder.Path, Result), folder.Path)));
    }

    /// <summary>Kills a process or, where it only starts others, one of these or all; false if all had ended.</summary>
    /// <param name="others">The processes that it had started; its end is not theirs.</param>
    bool Kill(Process process, RandomStream random, out int[] others)
    {
        others = [];
        if (process.HasExited) return false;
        if (StartsOthers) others = Children(process.Id);
        if (others.Length == 0 || random.Next(3) == 0) process.Kill(entireProcessTree: true);
        else
            try
            {
                using var one = Process.GetProcessById(others[random.Next(others.Length)]);
                one.Kill();
            }
            catch (ArgumentException)
            {
                return false;
            }

        return true;
    }

    static int[] Children(int parent) => [.. Directory.GetDirectories("/proc")
        .Select(path => int.TryParse(Path.GetFileName(path), out int id) ? id : 0).Where(id => id > 0 && IsChild(id, parent))];

    static bool IsChild(int id, int parent)
    {
        try
        {
            string stat = File.ReadAllText($"/proc/{id}/stat");
            return int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[1]) == parent;
        }
        catch (IOException)
        {
            return false;
        }
    }

    static string? Finish(string folder, IReadOnlyList<Process> running)
    {
        Ended[] ends = [.. running.Select(ToolRun.End)];
        return ends.FirstOrDefault(end => end.Code != 0) is { } failed
            ? $"In {folder} it ended with {failed.Code}: {failed.Error}{failed.Output}" : null;
    }
}
