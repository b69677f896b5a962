using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Qdiff.Papers;

namespace Qdiff.Benchmarks;

/// <summary>
/// How much longer the same work takes where vectors are narrower: this program in a process of its own for each width, the wider
/// instruction sets switched off, in turn.
/// </summary>
static class Widths
{
    /// <summary>What is switched off, what is left, and how many times as long a training step may take.</summary>
    static readonly (string Variable, string Machine, double Goal)[] s_machines =
    [
        ("", "all that the processor has", 1),
        ("DOTNET_EnableAVX512", "no AVX-512", 2.2),
        ("DOTNET_EnableAVX2", "no AVX2, no FMA", 5),
    ];

    sealed record Row(string Name, string Unit, double Seconds);

    /// <param name="rounds">How often each machine is measured; its best counts.</param>
    public static int Run(int rounds)
    {
        var best = new Dictionary<string, Row>[s_machines.Length];
        for (int round = 0; round < rounds; round++)
            for (int m = 0; m < best.Length; m++)
            {
                best[m] ??= [];
                foreach (Row row in Measure(s_machines[m].Variable))
                    if (!best[m].TryGetValue(row.Name, out Row? before) || row.Seconds < before.Seconds) best[m][row.Name] = row;
            }

        foreach ((string variable, string machine, double goal) in s_machines)
            Console.WriteLine(Invariant($"{machine}{(variable == "" ? "" : $" ({variable}=0): at most {goal} times")}"));
        Console.WriteLine();
        Console.WriteLine($"{"work",-52} {"",10} {s_machines[1].Machine,20} {s_machines[2].Machine,20}");
        foreach (Row row in best[0].Values)
        {
            Console.Write(Invariant($"{row.Name,-52} {row.Seconds,8:G4} {row.Unit}"));
            for (int m = 1; m < best.Length; m++)
            {
                double seconds = best[m][row.Name].Seconds, ratio = seconds / row.Seconds;
                Console.Write(Invariant($"{seconds,10:G4} {ratio,7:F2}{(ratio > s_machines[m].Goal ? " !" : "  ")}"));
            }

            Console.WriteLine();
        }

        return 0;
    }

    /// <summary>What one process measures, as JSON.</summary>
    public static int RunHere()
    {
        List<Row> rows = [];
        foreach (string model in (string[])["unet", "qvunet-1hq", "attention-light"])
        {
            var work = new StepWork(model, 128);
            rows.Add(new($"{model}, training step, batch 128, 2 threads", "s", Best(work.Train)));
            rows.Add(new($"{model}, forward, batch 128, 2 threads", "s", Best(work.Forward)));
        }

        foreach ((string name, _, double microseconds, _) in CircuitBenchmarks.Run().Take(4))
            rows.Add(new(name + ", one core", "us/sample", microseconds));
        Network audited = PublishedModels.Named("qvunet-1hq").Build();
        rows.Add(new("audit of qvunet-1hq", "s", Measurement.Take(() => Audit.Run(audited), 0, runs: 1, warmUp: 0).Min));
        Console.WriteLine(JsonSerializer.Serialize(rows, JsonSerializerOptions.Web));
        return 0;

        static double Best(Action work) => Measurement.Take(work, 1, runs: 5, warmUp: 3).Min;
    }

    static Row[] Measure(string variable)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(Widths).Assembly.Location, "widths", "--here"])
        {
            RedirectStandardOutput = true,
        };
        if (variable != "") start.Environment[variable] = "0";
        using Process process = Process.Start(start)!;
        string json = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return JsonSerializer.Deserialize<Row[]>(json, JsonSerializerOptions.Web)!;
    }

    static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
