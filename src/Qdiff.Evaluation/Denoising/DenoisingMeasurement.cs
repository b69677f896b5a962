using Qdiff.Quantum;
using Qdiff.Tensors;

namespace Qdiff.Evaluation;

/// <summary>
/// Measures the <see cref="DenoisingLoss"/> of a network with its weights: every image at a few timesteps spread evenly over the
/// schedule, each with noise of its own. Timesteps and noise are functions of the seed and the image's number alone, so that two
/// networks can be compared image by image; the losses depend neither on the number of threads nor on that of processes.
/// </summary>
/// <example>
/// <code>
/// ImageSet images = Mnist.Load("data/mnist", Split.Test);
/// DenoisingLoss a = DenoisingMeasurement.Of(first).Run(images), b = DenoisingMeasurement.Of(second).Run(images);
/// PairedDifference difference = a.Minus(b);
/// </code>
/// </example>
public sealed class DenoisingMeasurement(Network network, Weights weights, NoiseSchedule schedule, Prediction prediction,
    int threads = 0)
{
    /// <summary>Timesteps of an image that are usual.</summary>
    public const int UsualTimesteps = 4;

    /// <summary>Multiples of it, whole parts left out, are spread evenly however many they are.</summary>
    const double GoldenRatio = 0.6180339887498949;

    /// <summary>Threads and their memory; other work may share them.</summary>
    public TileWorkers Workers { get; init; } = new(threads);

    /// <summary>What the network predicts on instead of the processors; null for nothing.</summary>
    public Device? Device { get; init; }

    /// <summary>Who else measures: each process takes its share of the tiles, all get the same losses.</summary>
    public ProcessGroup Processes { get; init; } = ProcessGroup.Single;

    /// <summary>Timesteps of each image.</summary>
    public int Timesteps { get; init => field = Require.AtLeast(value, 1); } = UsualTimesteps;

    /// <summary>Seed of the noise.</summary>
    public long Seed { get; init; }

    /// <summary>The measurement of a run's network, on the device of its catalog if that has one.</summary>
    /// <param name="processes">Who measures together; null for this process alone.</param>
    public static DenoisingMeasurement Of(TrainedRun trained, int timesteps = UsualTimesteps, long seed = 0,
        ProcessGroup? processes = null) =>
        new(trained.Network, trained.Weights, trained.Schedule, trained.Prediction, (processes ?? ProcessGroup.Single).Threads)
        {
            Device = trained.Catalog.Device,
            Processes = processes ?? ProcessGroup.Single,
            Timesteps = timesteps,
            Seed = seed,
        };

    /// <summary>The losses of these images.</summary>
    /// <param name="images">Images of the network's shape, with labels if it takes any.</param>
    /// <param name="progress">Is told how much of the whole is done, from 0 to 1; from any thread.</param>
    /// <exception cref="InputException">The images have another shape or lack labels, several processes share a device, or the
    /// network predicts what is no number.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public DenoisingLoss Run(ImageSet images, Action<double>? progress = null, CancellationToken cancellationToken = default)
    {
        RequireFitting(images);
        Device?.RequireAlone(Processes);
        // Its weights carry the error of the output over to that of ε.
        var objective = new Objective(schedule, prediction, Weighting.Create("epsilon", _ => 1));
        using DeviceNetwork? there = Device?.Load(network, weights, schedule.Steps);
        TileWorkers workers = there is null ? Workers : new(there.Callers);
        var losses = new double[checked(images.Count * Timesteps)];
        int all = TileWorkers.TilesOf(losses.Length), done = 0;
        (int first, int tiles) = Processes.Share(all);
        try
        {
            Processes.Together(() => workers.Run(weights, tiles, (space, tile) =>
            {
                int start = (first + tile) * Tensor.Samples;
                OfTile(space, there, objective, images, start,
                    losses.AsSpan(start, Math.Min(Tensor.Samples, losses.Length - start)));
                progress?.Invoke((double)Interlocked.Increment(ref done) / tiles);
            }, cancellationToken));
        }
        catch (AngleNotFiniteException e)
        {
            throw new InputException("A circuit of the network is fed what is no number, so that there is no denoising loss: its "
                + "weights are of a training that diverged, or a formula of its angles is outside its range.", e);
        }

        Processes.Collect<double>(losses, all, Tensor.Samples);
        int wrong = Array.FindIndex(losses, loss => !double.IsFinite(loss));
        if (wrong >= 0)
            throw new InputException(Invariant($"The denoising loss of image {wrong / Timesteps} at timestep {Timestep(wrong)} ")
                + Invariant($"is {losses[wrong]}: the weights are of a training that diverged."));
        return new(losses, [.. Enumerable.Range(0, losses.Length).Select(Timestep)], Timesteps, schedule);
    }

    void RequireFitting(ImageSet images)
    {
        if (images.Shape != network.Image)
            throw new InputException($"The network denoises images of {network.Image}; those of {images.Name} have "
                + $"{images.Shape}.");
        if (network.Classes > 0 && !images.HasLabels)
            throw new InputException($"The network is conditional, so images that its loss is measured on need labels; "
                + $"{images.Name} has none.");
    }

    /// <summary>Draw d is number d mod <see cref="Timesteps"/> of image d / <see cref="Timesteps"/>. An image has one timestep in
    /// each of as many equal parts of the schedule, at the same place of every part, which is another for every image.</summary>
    int Timestep(int draw)
    {
        double place = (draw / Timesteps + 0.5) * GoldenRatio % 1;
        return Math.Min(schedule.Steps - 1, (int)((draw % Timesteps + place) * schedule.Steps / Timesteps));
    }

    /// <summary>The losses of the draws from <paramref name="start"/> on, at most a tile of them.</summary>
    void OfTile(Workspace space, DeviceNetwork? there, Objective objective, ImageSet images, int start, Span<double> losses)
    {
        int members = losses.Length, elements = network.Image.Count;
        Span<int> chosen = stackalloc int[Tensor.Samples], timesteps = stackalloc int[Tensor.Samples],
            labels = stackalloc int[network.Classes > 0 ? Tensor.Samples : 0];
        Span<float> factors = stackalloc float[Tensor.Samples];
        float[] xt = new float[elements * Tensor.Samples], epsilon = new float[xt.Length], target = new float[xt.Length],
            output = new float[xt.Length];
        for (int s = 0; s < Tensor.Samples; s++)
        {
            // Idle samples are the tile's first once more: of blank ones a network that divides by what it sees makes no numbers.
            int draw = start + (s < members ? s : 0);
            (chosen[s], timesteps[s]) = (draw / Timesteps, Timestep(draw));
            if (labels.Length > 0) labels[s] = images.Labels[chosen[s]];
            Tile.FillNormal(new RandomStream(Seed, "denoising loss noise", chosen[s], timesteps[s]), epsilon, s);
        }

        images.FillTile(chosen, xt);
        objective.FillTraining(xt, timesteps, epsilon, xt, target, factors);
        if (there is not null)
        {
            there.Predict(xt, timesteps, labels, output);
            if (network.Circuits.Count > 0) DeviceNetwork.RequireFinite(output, members);
        }
        else
        {
            Tensor x = space.Input(network.Image);
            xt.CopyTo(x.Values);
            network.Predict(x, timesteps, labels).Values.CopyTo(output);
        }

        for (int s = 0; s < members; s++)
        {
            double sum = 0;
            for (int e = s; e < output.Length; e += Tensor.Samples)
            {
                double error = (double)output[e] - target[e];
                sum += error * error;
            }

            losses[s] = factors[s] * sum / elements;
        }
    }
}
