using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Qdiff.Benchmarks;

/// <summary>
/// The goals of two builds in one run, a process each in turn, so that a machine whose speed changes changes it for both. What is
/// compared is each row's best of all rounds, which other work on the machine disturbs least, and its median.
/// </summary>
static class SideBySide
{
    /// <param name="other">The other build's Qdiff.Benchmarks.dll.</param>
    /// <param name="rounds">How often each is run.</param>
    public static int Run(string other, int rounds)
    {
        Dictionary<string, List<Goals.Row>> ours = [], theirs = [];
        for (int round = 0; round < rounds; round++)
        {
            Measure(other, theirs);
            Measure(typeof(SideBySide).Assembly.Location, ours);
            Console.Error.WriteLine($"round {round + 1} of {rounds}");
        }

        Console.WriteLine($"{"work",-74} {"other",9} {"this",9} {"min",6} {"median",7}");
        foreach ((string name, List<Goals.Row> rows) in ours)
        {
            if (!theirs.TryGetValue(name, out List<Goals.Row>? before)) continue;
            double best = rows.Min(row => row.Min), otherBest = before.Min(row => row.Min);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{name,-74} {otherBest,9:G4} {best,9:G4} {best / otherBest,6:F3} {Median(rows) / Median(before),7:F3}"));
        }

        return 0;

        static double Median(List<Goals.Row> rows) => rows.Select(row => row.Median).Order().ElementAt(rows.Count / 2);
    }

    static void Measure(string assembly, Dictionary<string, List<Goals.Row>> into)
    {
        var start = new ProcessStartInfo("dotnet", [assembly, "goals", "--json"]) { RedirectStandardOutput = true };
        using Process process = Process.Start(start)!;
        string json = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        foreach (Goals.Row row in JsonSerializer.Deserialize<Goals.Row[]>(json, JsonSerializerOptions.Web)!)
        {
            if (!into.TryGetValue(row.Name, out List<Goals.Row>? rows)) into[row.Name] = rows = [];
            rows.Add(row);
        }
    }
}
