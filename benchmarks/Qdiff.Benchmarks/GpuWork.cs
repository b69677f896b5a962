using System.Globalization;
using Qdiff.Gpu;
using Qdiff.Papers;
using Qdiff.Tensors;

namespace Qdiff.Benchmarks;

/// <summary>
/// What a published model's step has to do on a graphics processor, of which none is needed: launches, bytes and arithmetic by
/// kernel as recorded, and the least time that an H100 can take for it. A launch takes the longest of its bytes at the memory's
/// rate, its arithmetic at the peak rate, and the instructions of its innermost loop at the rate at which they are issued; and
/// what a launch costs in itself.
/// </summary>
static class GpuWork
{
    const int Batch = 128;

    /// <summary>H100 SXM5, from NVIDIA's data sheet: bytes and single-precision operations a second. A product is two
    /// operations and one instruction, so that half as many instructions are issued.</summary>
    const double BytesPerSecond = 3.35e12, OperationsPerSecond = 67e12, InstructionsPerSecond = OperationsPerSecond / 2;

    /// <summary>A small kernel in a graph: 80 of them take 70 µs, says the documentation of CUDA.jl (usage, graphs).</summary>
    const double LaunchSeconds = 0.9e-6;

    static readonly string[] s_kinds = ["convolutions", "weight gradients", "group norms", "attention", "all others"];

    public static int Run(string model, bool forward)
    {
        IReadOnlyList<Work> works = Of(PublishedModels.Named(model).Build(), forward);
        Dictionary<string, double> instructions = PerProduct(works);
        Console.WriteLine(FormattableString.Invariant(
            $"{model}, batch {Batch}, {(forward ? "prediction" : "step")}: {works.Count} launches; µs on an H100 at the least"));
        Console.WriteLine(" launches   threads   MB read   written    GFLOP  per product     bytes  arithmetic  instructions"
            + "  launches       all");
        foreach (IGrouping<string, Work> kernel in works.GroupBy(work => work.Kernel!).OrderByDescending(kernel =>
            kernel.Sum(work => Seconds(work, instructions))))
            Row(kernel.Key, [.. kernel]);
        Console.WriteLine();
        foreach (string kind in s_kinds) Row(kind, [.. works.Where(work => Kind(work.Kernel!) == kind)]);
        Row("all", works);
        return 0;

        void Row(string name, IReadOnlyList<Work> rows)
        {
            string each = instructions.TryGetValue(name, out double perProduct) ? perProduct.ToString("F1",
                CultureInfo.InvariantCulture) : "";
            FormattableString line = $"{rows.Count,9} {rows.Sum(w => w.Threads),9} {rows.Sum(w => w.Read) / 1e6,9:F1} ";
            double operations = rows.Sum(w => w.Operations);
            FormattableString sizes = $"{rows.Sum(w => w.Written) / 1e6,9:F1} {operations / 1e9,8:F2} {each,12} ";
            FormattableString most = $"{rows.Sum(w => w.Bytes) / BytesPerSecond * 1e6,9:F0} ";
            FormattableString times = $"{operations / OperationsPerSecond * 1e6,11:F0} ";
            FormattableString issue = $"{rows.Sum(w => Instructions(w, instructions)) / InstructionsPerSecond * 1e6,13:F0} ";
            double least = rows.Sum(w => Seconds(w, instructions));
            FormattableString sum = $"{rows.Count * LaunchSeconds * 1e6,9:F0} {least * 1e6,9:F0}  {name}";
            Console.WriteLine(string.Concat(((FormattableString[])[line, sizes, most, times, issue, sum])
                .Select(FormattableString.Invariant)));
        }
    }

    /// <summary>The least time of each kernel, in seconds.</summary>
    public static Dictionary<string, double> Least(IReadOnlyList<Work> works)
    {
        Dictionary<string, double> instructions = PerProduct(works);
        return works.GroupBy(work => work.Kernel!).ToDictionary(kernel => kernel.Key, kernel =>
            kernel.Sum(work => Seconds(work, instructions)));
    }

    static Dictionary<string, double> PerProduct(IReadOnlyList<Work> works) => works.Where(work => work.Operations > 0)
        .Select(work => work.Kernel!).Distinct().ToDictionary(kernel => kernel, InnerLoop.InstructionsPerProduct);

    static double Instructions(Work work, Dictionary<string, double> perProduct) =>
        work.Operations / 2 * perProduct.GetValueOrDefault(work.Kernel!);

    static double Seconds(Work work, Dictionary<string, double> perProduct) => LaunchSeconds + Math.Max(
        work.Bytes / BytesPerSecond,
        Math.Max(work.Operations / OperationsPerSecond, Instructions(work, perProduct) / InstructionsPerSecond));

    static IReadOnlyList<Work> Of(Network network, bool forward)
    {
        using GpuDevice device = GpuDevice.Paper();
        if (forward)
        {
            using var pass = (GpuNetwork)device.Load(network, new Weights(network.Parameters).Initialise(42), 1000);
            return pass.Works;
        }

        var images = new ImageSet("none", network.Image, new byte[network.Image.Count], [0]);
        using var training = (GpuTraining)device.Train(new(network, 42), new(NoiseSchedule.Cosine(1000), Prediction.Epsilon,
            Weighting.P2()), images, new() { Batch = Batch });
        return training.Works;
    }

    static string Kind(string kernel) => kernel switch
    {
        _ when kernel.StartsWith("Convolution", StringComparison.Ordinal) => s_kinds[0],
        "WeightGradient" or "OverChannel" or "OfShares" => s_kinds[1],
        "ChannelStatistics" or "GroupNorm" or "GradientSums" or "Gradient" => s_kinds[2],
        _ when kernel.StartsWith("Product", StringComparison.Ordinal) || kernel.StartsWith("Softmax", StringComparison.Ordinal)
            || kernel.StartsWith("Queries", StringComparison.Ordinal)
            || kernel.StartsWith("NormaliseOver", StringComparison.Ordinal) => s_kinds[3],
        _ => s_kinds[4],
    };
}
