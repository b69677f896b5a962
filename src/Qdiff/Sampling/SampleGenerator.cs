using Qdiff.Tensors;

namespace Qdiff;

/// <summary>Draws images from a trained network on all threads. Sample i is the same alone and in any batch, on any number of threads.</summary>
public sealed class SampleGenerator(Network network, NoiseSchedule schedule, Prediction prediction, Sampler sampler, int threads = 0)
{
    readonly TileWorkers workers = new(threads);

    /// <summary>
    /// Samples <paramref name="first"/> … <paramref name="first"/> + <paramref name="count"/> − 1 of <paramref name="seed"/>, one after
    /// another, [count][channels][height][width] in −1 … 1.
    /// </summary>
    /// <param name="labels">Gives sample i its class, for a conditional network.</param>
    /// <param name="progress">Is told after each step of each tile how much of the whole is done, from 0 to 1.</param>
    public float[] Generate(Weights weights, long seed, long first, int count, Func<long, int>? labels = null,
        Action<double>? progress = null, CancellationToken cancel = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        if (network.Classes > 0 && labels is null)
            throw new InputException($"The network is conditional on {network.Classes} classes: say which to sample.");
        int pixels = network.Image.Count, tiles = (count + Tensor.Samples - 1) / Tensor.Samples;
        var images = new float[(long)count * pixels];
        long steps = (long)tiles * sampler.Table(schedule).Count, done = 0;

        workers.Run(weights, tiles, (space, tile) =>
        {
            int start = tile * Tensor.Samples, members = Math.Min(Tensor.Samples, count - start);
            long[] numbers = [.. Enumerable.Range(0, members).Select(i => first + start + i)];
            int[] classes = labels is null || network.Classes == 0 ? [] : [.. numbers.Select(labels)];
            var denoiser = new Denoiser(Predict, schedule, prediction);
            SampledTile state = sampler.Start(denoiser, seed, numbers, pixels);
            while (state.Advance())
            {
                cancel.ThrowIfCancellationRequested();
                progress?.Invoke((double)Interlocked.Increment(ref done) / steps);
            }

            for (int i = 0; i < members; i++)
                for (int e = 0; e < pixels; e++) images[(long)(start + i) * pixels + e] = state.X[e * Tensor.Samples + i];

            void Predict(ReadOnlySpan<float> xt, int timestep, Span<float> output)
            {
                space.Reset(weights);
                Tensor x = space.Input(network.Image);
                xt.CopyTo(x.Values);
                Span<int> timesteps = stackalloc int[members];
                timesteps.Fill(timestep);
                network.Predict(x, timesteps, classes).Values.CopyTo(output);
            }
        });
        return images;
    }
}
