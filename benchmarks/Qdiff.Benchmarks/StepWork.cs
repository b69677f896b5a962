using Qdiff.Papers;
using Qdiff.Tensors;

namespace Qdiff.Benchmarks;

/// <summary>A training step and a forward pass of a published model on random numbers.</summary>
sealed class StepWork
{
    readonly Network network;
    readonly int tiles;
    readonly TileWorkers workers = new(2);
    readonly Weights weights;
    readonly WeightGradient gradient;
    readonly int[] timesteps = [.. Enumerable.Range(0, Tensor.Samples).Select(i => i * 60)];
    readonly float[] cotangent, pixels;

    public StepWork(string model, int batch)
    {
        network = PublishedModels.Named(model).Build();
        tiles = batch / Tensor.Samples;
        weights = new Weights(network.Parameters).Initialise(1);
        gradient = new(network.Parameters);
        cotangent = [.. Enumerable.Repeat(1f / batch, Tensor.Samples)];
        pixels = new float[network.Image.Count * Tensor.Samples];
        new RandomStream(1, "benchmark").FillNormal(pixels);
    }

    public void Train()
    {
        weights.Refresh();
        workers.Gradient(weights, tiles, gradient, (space, _) =>
            space.Backward(Operation.SquaredError(network.Predict(Filled(space), timesteps), Filled(space)), cotangent));
    }

    public void Forward() => workers.Run(weights, tiles, (space, _) => network.Predict(Filled(space), timesteps));

    Tensor Filled(Workspace space)
    {
        Tensor x = space.Input(network.Image);
        pixels.CopyTo(x.Values);
        return x;
    }

    /// <summary>Does the same step again and again, for a profiler to look at, and says how long the median took.</summary>
    public static int Repeat(string model, int batch, int count, bool forward)
    {
        var work = new StepWork(model, batch);
        Measurement m = Measurement.Take(forward ? work.Forward : work.Train, seconds: 0, runs: count);
        Console.WriteLine(string.Create(System.Globalization.CultureInfo.InvariantCulture,
            $"{model}, batch {batch}, {(forward ? "forward" : "training step")}: median {m.Median:G4} s, min {m.Min:G4} s"));
        return 0;
    }
}
