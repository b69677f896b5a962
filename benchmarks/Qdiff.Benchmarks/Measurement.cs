using System.Diagnostics;

namespace Qdiff.Benchmarks;

/// <summary>Times of one piece of work, repeated; in seconds.</summary>
sealed record Measurement(double Median, double Min, int Runs)
{
    /// <summary>Runs the work until <paramref name="seconds"/> have passed and at least <paramref name="runs"/> times, after a
    /// warm-up.</summary>
    public static Measurement Take(Action work, double seconds = 1, int runs = 7, int warmUp = 3)
    {
        for (int i = 0; i < warmUp; i++) work();
        var times = new List<double>();
        var total = Stopwatch.StartNew();
        while (times.Count < runs || total.Elapsed.TotalSeconds < seconds)
        {
            long start = Stopwatch.GetTimestamp();
            work();
            times.Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        times.Sort();
        return new(times[times.Count / 2], times[0], times.Count);
    }
}
