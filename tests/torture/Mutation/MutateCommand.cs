using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using Qdiff;

/// <summary><c>mutate</c>: damaged inputs for all readers, on one thread, until so many or so much time.</summary>
static class MutateCommand
{
    /// <summary>Seconds after which an input hangs, as this process lives them: one that is stopped for a while does not count on.</summary>
    const int Patience = 60;

    public static Command Create()
    {
        var count = new Option<long>("--count")
        { Description = "Inputs of each reader.", DefaultValueFactory = _ => long.MaxValue };
        var seconds = new Option<double>("--seconds") { Description = "Time for all together.", DefaultValueFactory = _ => 60 };
        var seed = new Option<long>("--seed") { Description = "Other inputs.", DefaultValueFactory = _ => 1 };
        var reader = new Option<string[]>("--reader")
        { Description = "These readers alone.", AllowMultipleArgumentsPerToken = true };
        var seeds = new Option<string?>("--seeds") { Description = "A folder of further good inputs." };
        var output = new Option<string>("--output", "-o")
        { Description = "Where reproducers go.", DefaultValueFactory = _ => "torture" };
        var number = new Option<long?>("--number") { Description = "This input alone of one reader, with its exception." };
        var command = new Command("mutate", "Damaged inputs for all readers.")
        { count, seconds, seed, reader, seeds, output, number };
        command.SetAction(parsed =>
        {
            using Readers readers = new(parsed.GetValue(seeds));
            string[] names = parsed.GetValue(reader) ?? [];
            if (names.Except(readers.All.Select(known => known.Name)).FirstOrDefault() is { } unknown)
                throw new InputException($"There is no reader {unknown}; there are "
                    + $"{string.Join(", ", readers.All.Select(known => known.Name))}.");
            Trial[] trials = [.. readers.All.Where(known => names.Length == 0 || names.Contains(known.Name))
                .Select(known => new Trial(known, parsed.GetValue(seed)))];
            if (parsed.GetValue(number) is { } one) return Once(trials[0], one);
            return Run(trials, parsed.GetValue(count), TimeSpan.FromSeconds(parsed.GetValue(seconds)), parsed.GetValue(output)!);
        });
        return command;
    }

    static int Once(Trial trial, long number)
    {
        trial.Reader.Read(trial.Input(number));
        Console.WriteLine("It was read.");
        return 0;
    }

    static int Run(Trial[] trials, long count, TimeSpan time, string output)
    {
        Dictionary<string, int> found = new(StringComparer.Ordinal);
        long begin = Stopwatch.GetTimestamp(), turn = 0, told = begin;
        TimeSpan[] used = new TimeSpan[trials.Length];
        (Trial Trial, long Number)? now = null, seen = null;
        int ticks = 0;
        using Timer watch = new(_ =>
        {
            ticks = now == seen ? ticks + 1 : 0;
            seen = now;
            if (now is not { } at || ticks < Patience) return;
            Keep(new(at.Trial.Reader.Name, 0, at.Number, "It hangs.") { Place = "hang" }, at.Trial, output);
            Console.Error.WriteLine($"{at.Trial.Reader.Name}, input {at.Number}: it hangs");
            Environment.Exit(1);
        }, null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
        while (Stopwatch.GetElapsedTime(begin) < time && trials.Any(trial => trial.Count < count))
        {
            int which = (int)(turn++ % trials.Length);
            Trial trial = trials[which];
            long start = Stopwatch.GetTimestamp();
            // A short while each, so that whenever this ends all have had their share.
            while (trial.Count < count && Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(0.5))
            {
                now = (trial, trial.Count);
                if (trial.Next() is not { } defect) continue;
                int times = found[defect.Place] = found.GetValueOrDefault(defect.Place) + 1;
                if (times > 3) continue;
                Keep(defect, trial, output);
                Console.WriteLine($"DEFECT {defect.Reader}, input {defect.Number}: {defect.What.Split('\n')[0]}");
            }

            used[which] += Stopwatch.GetElapsedTime(start);
            if (Stopwatch.GetElapsedTime(told) < TimeSpan.FromMinutes(1)) continue;
            told = Stopwatch.GetTimestamp();
            WholeFile.Write(Path.Combine(output, "mutate.md"), Table(trials, used, found), makeFolder: true);
        }

        string table = Table(trials, used, found);
        WholeFile.Write(Path.Combine(output, "mutate.md"), table, makeFolder: true);
        Console.Write(table);
        return found.Count == 0 ? 0 : 1;
    }

    /// <summary>The input and what happened, to be looked at.</summary>
    static void Keep(Defect defect, Trial trial, string output)
    {
        string file = Path.Combine(output,
            Invariant($"{defect.Reader}-{defect.Seed}-{defect.Number}.{trial.Reader.Ending}"));
        WholeFile.Write(file, trial.Input(defect.Number), makeFolder: true);
        WholeFile.Write(file + ".txt", defect.What + "\n");
    }

    static string Table(Trial[] trials, TimeSpan[] used, Dictionary<string, int> found)
    {
        StringBuilder text = new("| reader | inputs | read | a second | slowest, ms | most memory, MB |\n"
            + "|---|--:|--:|--:|--:|--:|\n");
        for (int i = 0; i < trials.Length; i++)
        {
            Trial t = trials[i];
            double read = 100.0 * t.Good / Math.Max(1, t.Count), rate = t.Count / Math.Max(1e-9, used[i].TotalSeconds);
            text.Append(CultureInfo.InvariantCulture, $"| {t.Reader.Name} | {t.Count:N0} | {read:F1} % | {rate:N0} "
                + $"| {t.Slowest.TotalMilliseconds:N0} | {t.Largest / 1e6:N0} |\n");
        }

        text.Append(CultureInfo.InvariantCulture,
            $"| all | {trials.Sum(trial => trial.Count):N0} | | | | |\n\n{found.Count} defects\n");
        foreach ((string place, int times) in found)
            text.Append(CultureInfo.InvariantCulture, $"* {times} times {place}\n");
        return text.ToString();
    }
}
