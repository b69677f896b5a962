using Qdiff.Tensors;

namespace Qdiff;

/// <summary>
/// The loss of given weights on a fixed batch of training images with fixed timesteps and noise: a curve with less noise than
/// that of the training batches, and a measure that checkpoints of one training can be compared by. It says nothing of images
/// that were not learned from, so a network that overfits has its least one last.
/// </summary>
sealed class ProbeLoss
{
    /// <summary>Images that are measured.</summary>
    public const int Samples = 128;

    /// <summary>What its curve is called in event files.</summary>
    public const string Tag = "loss/probe";

    readonly Network network;
    readonly Objective objective;
    readonly ImageSet images;
    readonly TileWorkers workers;
    readonly long seed;
    readonly int[] indices;

    public ProbeLoss(Network network, Objective objective, ImageSet images, long seed, TileWorkers workers)
    {
        (this.network, this.objective, this.images, this.seed, this.workers) = (network, objective, images, seed, workers);
        var random = new RandomStream(seed, "probe images");
        indices = [.. Enumerable.Range(0, Samples).Select(_ => random.Next(images.Count))];
    }

    public double Measure(Weights weights)
    {
        int tiles = Samples / Tensor.Samples;
        var shares = new double[tiles];
        workers.Run(weights, tiles, (space, tile) =>
        {
            Tensor xt = space.Input(network.Image), target = space.Input(network.Image), epsilon = space.Input(network.Image);
            int first = tile * Tensor.Samples;
            ReadOnlySpan<int> members = indices.AsSpan(first, Tensor.Samples);
            Span<int> timesteps = stackalloc int[Tensor.Samples],
                labels = stackalloc int[network.Classes > 0 ? Tensor.Samples : 0];
            Span<float> counts = stackalloc float[Tensor.Samples];
            // Timesteps spread evenly over the schedule.
            for (int i = 0; i < timesteps.Length; i++)
                timesteps[i] = (int)((first + i + 0.5) * objective.Schedule.Steps / Samples);
            for (int i = 0; i < labels.Length; i++) labels[i] = images.Labels[members[i]];
            images.FillTile(members, xt.Values);
            TrainingDraws.FillNoise(seed, -1, first, Tensor.Samples, epsilon.Values);
            objective.FillTraining(xt.Values, timesteps, epsilon.Values, xt.Values, target.Values, counts);
            Tensor loss = objective.Error(network.Predict(xt, timesteps, labels), target);
            for (int i = 0; i < Tensor.Samples; i++) shares[tile] += (double)counts[i] * loss.Values[i] / Samples;
        });
        return shares.Sum();
    }
}
