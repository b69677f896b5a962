using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Qdiff;

/// <summary><c>kill</c>: work of every kind is killed at random moments, begun again, and ends in the bytes of an undisturbed
/// run.</summary>
static class KillCommand
{
    public static Command Create()
    {
        var count = new Option<int>("--count") { Description = "Kills of each kind of work.", DefaultValueFactory = _ => 10 };
        var seconds = new Option<double>("--seconds")
        { Description = "Time for each kind of work; the piece that is begun is finished.", DefaultValueFactory = _ => 86_400 };
        var seed = new Option<long>("--seed") { Description = "Other moments.", DefaultValueFactory = _ => 1 };
        var what = new Option<string[]>("--what")
        {
            Description = "train, ranks, sample, evaluate, compare, transfer, data; all if left out.",
            AllowMultipleArgumentsPerToken = true,
        };
        var output = new Option<string>("--output", "-o")
        { Description = "Where the figures go.", DefaultValueFactory = _ => "torture" };
        var command = new Command("kill", "SIGKILL at random moments; every end is compared with an undisturbed run.")
        { count, seconds, seed, what, output };
        command.SetAction(parsed =>
        {
            using KilledWorks works = new();
            string[] names = parsed.GetValue(what) ?? [];
            if (names.Except(works.All.Select(work => work.Name)).FirstOrDefault() is { } unknown)
                throw new InputException($"There is no work {unknown} here; there is "
                    + $"{string.Join(", ", works.All.Select(work => work.Name))}.");
            string table = "| work | kills | ended as undisturbed | mistakes | seconds |\n|---|--:|--:|--:|--:|\n";
            bool isGood = true;
            foreach (KilledWork work in works.All.Where(work => names.Length == 0 || names.Contains(work.Name)))
            {
                string row = "";
                foreach ((string now, bool isRight) in Torture(work, parsed.GetValue(seed), parsed.GetValue(count),
                    TimeSpan.FromSeconds(parsed.GetValue(seconds))))
                {
                    (row, isGood) = (now, isGood && isRight);
                    WholeFile.Write(Path.Combine(parsed.GetValue(output)!, "kill.md"), table + row, makeFolder: true);
                }

                table += row;
                Console.Write(row);
            }

            return isGood ? 0 : 1;
        });
        return command;
    }

    /// <summary>One piece of work after another; the figures after each, and whether it ended as it should.</summary>
    static IEnumerable<(string Row, bool IsRight)> Torture(KilledWork work, long seed, int count, TimeSpan most)
    {
        long start = Stopwatch.GetTimestamp();
        (SortedDictionary<string, string> expected, TimeSpan time) = work.Undisturbed();
        if (expected.Count == 0) throw new InvalidOperationException($"{work.Name} left nothing to compare.");
        // What ends too soon to be killed may not go on for ever.
        for (int kills = 0, pieces = 0, mistakes = 0; kills < count && pieces < 10 * count
            && Stopwatch.GetElapsedTime(start) < most;)
        {
            (int more, string? mistake) = work.Torture(new(seed, "kills of " + work.Name, pieces++), expected, time);
            kills += more;
            if (mistake is not null)
            {
                mistakes++;
                Console.WriteLine($"DEFECT {work.Name}, seed {seed}, piece {pieces - 1}: {mistake}");
            }

            yield return (string.Create(CultureInfo.InvariantCulture,
                $"| {work.Name} | {kills} | {pieces - mistakes} of {pieces} "
                + $"| {mistakes} | {Stopwatch.GetElapsedTime(start).TotalSeconds:F0} |\n"), mistake is null);
        }
    }
}
