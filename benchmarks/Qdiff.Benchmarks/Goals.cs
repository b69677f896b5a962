using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Qdiff.Benchmarks;

/// <summary>The project's written speed goals, measured: name, median, minimum, goal.</summary>
static class Goals
{
    internal sealed record Row(string Name, string Unit, double Median, double Min, double? Goal);

    public static int Run(bool json)
    {
        var rows = new List<Row>();
        foreach ((string name, double median, double min, double? goal) in CircuitBenchmarks.Run())
            rows.Add(new(name + ", one core", "us/sample", median, min, goal));
        Step(rows, "unet", 128, 0.25, 0.08);
        double memory = Process.GetCurrentProcess().WorkingSet64 / 1e6;
        rows.Add(new("memory of the process after these steps, batch 128", "MB", memory, memory, 600));
        foreach ((string model, double goal) in new[] { ("qvunet-1hq", 1.25), ("qvunet-fullhq", 2.5), ("quanvunet", 4.0) })
            Ratio(rows, model, "unet", 128, goal);
        Ratio(rows, "attention-light", "attention-light-plain", 64, 3);
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(rows, new JsonSerializerOptions(JsonSerializerDefaults.Web)));
            return 0;
        }

        Console.WriteLine($"multiply-add peak: {Peak.Measure(1):F0} GFLOP/s on one core, {Peak.Measure(2):F0} on two");
        Console.WriteLine($"{"work",-66} {"median",9} {"min",9} {"goal",7}");
        foreach (Row row in rows)
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{row.Name,-66} {row.Median,9:G4} {row.Min,9:G4} {row.Goal,7:G4} "
                    + $"{row.Unit}{(row.Median > row.Goal ? "  MISSED" : "")}"));
        return 0;
    }

    static void Step(List<Row> rows, string model, int batch, double stepGoal, double forwardGoal)
    {
        var work = new StepWork(model, batch);
        Measurement step = Measurement.Take(work.Train, 6), forward = Measurement.Take(work.Forward, 3);
        rows.Add(new($"{model}, training step, batch {batch}, 2 threads", "s", step.Median, step.Min, stepGoal));
        rows.Add(new($"{model}, forward, batch {batch}, 2 threads", "s", forward.Median, forward.Min, forwardGoal));
    }

    /// <summary>The two models take turns, so that a change of the machine's speed meets both; the median of the ratios
    /// counts.</summary>
    static void Ratio(List<Row> rows, string model, string baseline, int batch, double goal)
    {
        StepWork first = new(model, batch), second = new(baseline, batch);
        var ratios = new List<double>();
        var seconds = new List<double>();
        for (int i = 0; i < 14; i++)
        {
            double a = Seconds(first.Train), b = Seconds(second.Train);
            if (i < 3) continue;
            ratios.Add(a / b);
            seconds.Add(a);
        }

        ratios.Sort();
        seconds.Sort();
        rows.Add(new($"{model} / {baseline}, training step, batch {batch}, 2 threads", "times", ratios[ratios.Count / 2],
            ratios[0], goal));
        rows.Add(new($"{model}, training step, batch {batch}, 2 threads", "s", seconds[seconds.Count / 2], seconds[0], null));

        static double Seconds(Action work)
        {
            long start = Stopwatch.GetTimestamp();
            work();
            return Stopwatch.GetElapsedTime(start).TotalSeconds;
        }
    }
}
