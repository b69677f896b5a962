using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using Qdiff;

/// <summary><c>trouble</c>: full and protected disks, folders that go, other clocks, zones and languages, and ten thousand
/// steps.</summary>
static class TroubleCommand
{
    public static Command Create()
    {
        var what = new Option<string?>("--what") { Description = "Those alone whose name contains this." };
        var steps = new Option<int>("--steps")
        { Description = "Steps of the long training; 0 for none.", DefaultValueFactory = _ => 10_000 };
        var output = new Option<string>("--output", "-o")
        { Description = "Where the figures go.", DefaultValueFactory = _ => "torture" };
        var command = new Command("trouble", "What a machine does to programs besides killing them.") { what, steps, output };
        command.SetAction(parsed =>
        {
            StringBuilder table = new("| trouble | came out as it should |\n|---|---|\n");
            bool isGood = true;
            foreach ((string name, Func<string?> run) in Troubles.All)
            {
                if (parsed.GetValue(what) is { } part && !name.Contains(part, StringComparison.Ordinal)) continue;
                bool needsDisk = name.Contains("disk", StringComparison.Ordinal) || name == "read-only folder";
                string? wrong = needsDisk && !Disk.IsPossible ? "skipped: only root may mount a disk" : run();
                bool isSkipped = wrong?.StartsWith("skipped", StringComparison.Ordinal) == true;
                isGood &= wrong is null || isSkipped;
                string said = wrong is null ? "yes" : isSkipped ? wrong : "NO: " + wrong.ReplaceLineEndings(" ");
                Tell(table, $"| {name} | {said} |\n");
            }

            if (parsed.GetValue(steps) is > 0 and var many) isGood &= LongTraining(many, table);
            WholeFile.Write(Path.Combine(parsed.GetValue(output)!, "trouble.md"), table.ToString(), makeFolder: true);
            return isGood ? 0 : 1;
        });
        return command;
    }

    /// <summary>What the process holds, at ten moments; the last must be no more than the second, but for a tenth.</summary>
    static bool LongTraining(int steps, StringBuilder table)
    {
        List<(long Memory, int Handles)> held = [];
        Tell(table, "\n| step | MB that are reachable | MB of the process | open files |\n|--:|--:|--:|--:|\n");
        using TemporaryFolder folder = new();
        TinyRun.Train(folder.Path, steps, step =>
        {
            if (step % (steps / 10) != 0) return;
            long reachable = GC.GetTotalMemory(forceFullCollection: true);
            int handles = Directory.Exists("/proc/self/fd") ? Directory.GetFiles("/proc/self/fd").Length : 0;
            using var self = Process.GetCurrentProcess();
            held.Add((reachable, handles));
            Tell(table, string.Create(CultureInfo.InvariantCulture,
                $"| {step} | {reachable / 1e6:F2} | {self.WorkingSet64 / 1e6:F0} | {handles} |\n"));
        });
        return held[^1].Memory <= held[1].Memory * 1.1 && held[^1].Handles <= held[1].Handles;
    }

    static void Tell(StringBuilder table, string text)
    {
        table.Append(text);
        Console.Write(text);
    }
}
