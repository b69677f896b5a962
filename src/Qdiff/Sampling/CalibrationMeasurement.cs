using Qdiff.Tensors;

namespace Qdiff;

/// <summary>
/// Measures mean errors of a network on noisy images, on the processors or a device. The result does not depend on the number of
/// threads.
/// </summary>
sealed class CalibrationMeasurement(Network network, Weights weights, NoiseSchedule schedule, Prediction prediction,
    ImageSet images)
{
    /// <summary>The choice of images and noise is the same for all networks, so that what differs between two is
    /// theirs.</summary>
    const long Seed = 0;

    /// <summary>Tiles whose sums are kept at once.</summary>
    const int Block = 256;

    /// <summary>What computes: workers with the threads of a device that is not null.</summary>
    public required TileWorkers Workers { get; init; }

    /// <summary>What predicts instead of the processors, or null.</summary>
    public DeviceNetwork? There { get; init; }

    /// <summary>The mean errors at these timesteps, which ascend, for each label; of a network that takes none, for
    /// <see cref="Calibration.NoLabel"/>.</summary>
    /// <param name="count">Images for each label, some more than once if there are fewer.</param>
    /// <param name="progress">Is told how much of the whole is done, from 0 to 1.</param>
    public Calibration Run(int count, int[] timesteps, IReadOnlyList<int> labels, Action<double>? progress,
        CancellationToken cancellationToken)
    {
        var errors = new Dictionary<int, float[][]>();
        int done = 0;
        foreach (int label in labels)
        {
            int[] members = Members(count, label);
            int[] same = label == Calibration.NoLabel ? [] : [.. Enumerable.Repeat(label, count)];
            errors[label] = [.. timesteps.Select(t =>
            {
                float[] mean = [.. MeanError(t, members, same, 0, cancellationToken).Select(error => (float)error)];
                progress?.Invoke((double)++done / (timesteps.Length * labels.Count));
                return mean;
            })];
        }

        return new(count, timesteps, errors);
    }

    /// <summary>
    /// How far the network's estimates of images are off on average at a timestep: the root mean square over the pixels of the
    /// mean error of x̂₀, where images go from −1 to 1. What is only noise of the mean is not in it: it is the product of two
    /// means, over images that have nothing in common.
    /// </summary>
    /// <param name="count">Images for each of the two means; twice as many have to be there.</param>
    public double Shift(int timestep, int count, CancellationToken cancellationToken = default)
    {
        int[] members = Members(2 * count, Calibration.NoLabel);
        int[] labels = network.Classes == 0 ? [] : [.. members.Select(i => images.Labels[i])];
        double[][] halves = [Half(0), Half(1)];
        double square = halves[0].Zip(halves[1], (a, b) => a * b).Average();
        return Math.Sqrt(Math.Max(0, square)) * ImagesForOutput(timestep);

        double[] Half(int which) => MeanError(timestep, members[(which * count)..((which + 1) * count)],
            labels.Length == 0 ? [] : labels[(which * count)..((which + 1) * count)], which * count, cancellationToken);
    }

    /// <summary>By how much x̂₀ changes with the network's output.</summary>
    double ImagesForOutput(int timestep)
    {
        Span<float> none = stackalloc float[Tensor.Samples], one = stackalloc float[Tensor.Samples],
            x0 = stackalloc float[Tensor.Samples], epsilon = stackalloc float[Tensor.Samples];
        none.Clear();
        one.Fill(1);
        prediction.Split(schedule.AlphaBar[timestep], none, one, x0, epsilon);
        return Math.Abs(x0[0]);
    }

    /// <summary>The images for a label, in an order of their own.</summary>
    int[] Members(int count, int label)
    {
        int[] fitting = label == Calibration.NoLabel || label == network.NullLabel ? [.. Enumerable.Range(0, images.Count)]
            : [.. Enumerable.Range(0, images.Count).Where(i => images.Labels[i] == label)];
        if (fitting.Length == 0)
            throw new InputException($"To calibrate the network for class {ClassNames.Of(label, images.ClassNames)} it takes "
                + $"images of this class, and {images.Name} has none.");
        var order = new DataOrder(fitting.Length, Seed);
        return [.. Enumerable.Range(0, count).Select(i => fitting[order[i]])];
    }

    /// <summary>The mean of (output − what it should be) over these images, each with its label and noise number
    /// <paramref name="firstNoise"/> and so on.</summary>
    double[] MeanError(int timestep, int[] members, int[] labels, int firstNoise, CancellationToken cancellationToken)
    {
        (double signal, double noise) = (schedule.SignalScale(timestep), schedule.NoiseScale(timestep));
        (double ofImage, double ofNoise) = prediction.Target(schedule.AlphaBar[timestep]);
        int elements = network.Image.Count, tiles = TileWorkers.TilesOf(members.Length);
        var tilePrediction = new TilePrediction(network, weights, There);
        double[] mean = new double[elements];
        // A sum of each tile, added in the order of the tiles: the same however they were shared out. A few at a time, for there
        // may be many.
        var sums = new double[Math.Min(tiles, Block)][];
        for (int begin = 0; begin < tiles; begin += Block)
        {
            int start = begin, here = Math.Min(Block, tiles - begin);
            Workers.Run(weights, here, (space, tile) => sums[tile] = SumOf(space, start + tile), cancellationToken);
            foreach (double[] sum in sums.AsSpan(0, here))
                for (int e = 0; e < elements; e++) mean[e] += sum[e] / members.Length;
        }

        return mean;

        double[] SumOf(Workspace space, int tile)
        {
            int first = tile * Tensor.Samples, inTile = Math.Min(Tensor.Samples, members.Length - first);
            float[] x0 = new float[elements * Tensor.Samples], epsilon = new float[x0.Length], xt = new float[x0.Length];
            images.FillTile(members.AsSpan(first, inTile), x0);
            for (int s = 0; s < inTile; s++)
                Tile.FillNormal(new RandomStream(Seed, "calibration noise", timestep, firstNoise + first + s), epsilon, s);
            Tile.Combine(signal, x0, noise, epsilon, xt);
            // In place of ε, which is no longer wanted, what the network should say, and in place of x₀ what it says.
            Tile.Combine(ofImage, x0, ofNoise, epsilon, epsilon);
            tilePrediction.Predict(space, xt, timestep,
                labels.AsSpan(labels.Length == 0 ? 0 : first, labels.Length == 0 ? 0 : inTile), inTile, x0);
            var sum = new double[elements];
            for (int e = 0; e < elements; e++)
                for (int s = 0; s < inTile; s++)
                    sum[e] += (double)x0[e * Tensor.Samples + s] - epsilon[e * Tensor.Samples + s];
            return sum;
        }
    }
}
