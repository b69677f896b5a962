using System.Globalization;
using Qdiff.Gpu;
using Qdiff.Papers;
using Qdiff.Tensors;

namespace Qdiff.Benchmarks;

/// <summary>What a published model's step has to do on a graphics processor, of which none is needed: launches, bytes and
/// arithmetic by kernel.</summary>
static class GpuWork
{
    const int Batch = 128;

    public static int Run(string model, bool forward)
    {
        IReadOnlyList<Work> works = Of(PublishedModels.Named(model).Build(), forward);
        Print(FormattableString.Invariant($"{model}, batch {Batch}, {(forward ? "prediction" : "step")}: {works.Count} launches"));
        Print(" launches   threads   MB read   written    GFLOP  kernel");
        foreach (IGrouping<string?, Work> kernel in works.GroupBy(work => work.Kernel).OrderByDescending(kernel => kernel.Sum(w => w.Bytes)))
            Row(kernel.Key!, [.. kernel]);
        Row("all", works);
        return 0;
    }

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

    static void Row(string name, IReadOnlyList<Work> works) => Print(string.Create(CultureInfo.InvariantCulture,
        $"{works.Count,9} {works.Sum(w => w.Threads),9} {works.Sum(w => w.Read) / 1e6,9:F1} {works.Sum(w => w.Written) / 1e6,9:F1} ")
        + string.Create(CultureInfo.InvariantCulture, $"{works.Sum(w => w.Operations) / 1e9,8:F2}  {name}"));

    static void Print(string line) => Console.WriteLine(line);
}
