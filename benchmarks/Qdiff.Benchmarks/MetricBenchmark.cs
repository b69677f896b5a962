using Qdiff.Evaluation;
using Qdiff.Tensors;

namespace Qdiff.Benchmarks;

/// <summary>How long metrics take on features of given widths, random ones with a falling spectrum like real ones.</summary>
static class MetricBenchmark
{
    const int Samples = 5000;

    public static void Run()
    {
        foreach (int width in (int[])[64, 768, 2048])
        {
            FeatureSet a = Features("first", width), b = Features("second", width);
            Row($"Fréchet distance, {Samples:N0} against {Samples:N0} samples, {width} features",
                () => FrechetDistance.Between(a, b), width == 2048 ? 60 : null);
            Row($"kernel distance, 100 subsets of 1,000, {width} features", () => KernelDistance.OverSubsets(a, b), null);
        }
    }

    static void Row(string name, Action work, double? goal)
    {
        Measurement time = Measurement.Take(work, seconds: 1, runs: 3, warmUp: 1);
        Console.WriteLine($"{name,-72} {time.Median,9:F3} s "
            + $"median{(goal is null ? "" : $", goal {goal} s{(time.Median > goal ? "  MISSED" : "")}")}");
    }

    static FeatureSet Features(string name, int width)
    {
        var random = new RandomStream(1, "benchmark features " + name);
        var values = new float[Samples * width];
        for (int i = 0; i < values.Length; i++) values[i] = (float)(random.NextNormal() / Math.Sqrt(1 + i % width));
        return new("random", Samples, width, values);
    }
}
