using Qdiff.Evaluation;
using Qdiff.Tensors;

namespace Qdiff.Benchmarks;

/// <summary>
/// Images a second of 299×299 through the FID network, on all processors, to each layer that protocols use. The goal to Mixed_6e
/// is 1.5 times PyTorch on the same machine, which ran 17 a second where the goal was written.
/// </summary>
static class InceptionBenchmark
{
    const double Goal = 25.5;

    /// <summary>Measures with these weights, or with random ones of the whole network.</summary>
    public static void Run(string? weightsFile = null)
    {
        InceptionNetwork network = weightsFile is null ? Random() : InceptionNetwork.Load(weightsFile);
        var pixels = new byte[Environment.ProcessorCount * Tensor.Samples * 3 * 64 * 64];
        new RandomStream(1, "benchmark images").NextBytes(pixels);
        var images = new ImageSet("noise", [3, 64, 64], pixels);
        foreach (FeatureLayer layer in network.Layers.Where(layer => layer.Width >= 768 && !layer.IsLogits))
        {
            Measurement time = Measurement.Take(() => network.Extract(images, [layer.Name]), seconds: 4, runs: 4, warmUp: 1);
            string goal = layer.Name != "inception-768" ? ""
                : $", goal {Goal}{(images.Count / time.Median < Goal ? "  MISSED" : "")}";
            Console.WriteLine($"{$"FID network to {layer.Name}, {Environment.ProcessorCount} threads",-52} "
                + $"{images.Count / time.Median,10:F1} "
                + $"images/s median, {images.Count / time.Min:F1} best{goal}");
        }
    }

    static InceptionNetwork Random()
    {
        var graph = new InceptionGraph(whole: true);
        return new(graph, new Weights(graph.Parameters).Initialise(1));
    }
}
