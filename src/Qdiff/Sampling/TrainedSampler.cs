using Qdiff.Tensors;

namespace Qdiff;

/// <summary>
/// Images from a trained network: a sampler together with the weights that it draws with. Safe to share between threads and
/// requests: all callers use its threads and take turns tile by tile, and image i of a seed is the same whoever asks.
/// </summary>
public sealed class TrainedSampler
{
    readonly SampleGenerator generator;
    readonly Weights weights;
    readonly Network network;
    readonly DataDescription data;

    internal TrainedSampler(SampleGenerator generator, Weights weights, Network network, DataDescription data) =>
        (this.generator, this.weights, this.network, this.data) = (generator, weights, network, data);

    /// <summary>The sampler of a run's network with these weights.</summary>
    internal static TrainedSampler Create(RunFolder folder, Network network, Weights weights, NoiseSchedule schedule,
        Prediction prediction, Sampler sampler)
    {
        ExperimentConfig config = folder.Experiment.Config;
        return new(new(network, schedule, prediction, sampler, config.Training.Threads)
        {
            Guidance = config.Sampling.ToGuidance(),
            Device = folder.Experiment.Catalog.Device,
        }, weights, network, folder.Manifest.Data);
    }

    /// <summary>The images' shape: channels, height, width.</summary>
    public Shape Image => network.Image;

    /// <summary>The same sampler, which takes the network's mean errors off its predictions; they are measured now. See
    /// <see cref="SampleGenerator.Calibrated"/>.</summary>
    /// <param name="images">Images like those that the network was trained on, with labels if it takes any.</param>
    /// <param name="count">How many of them for each label.</param>
    /// <exception cref="InputException">They have another shape or lack a label.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public TrainedSampler Calibrated(ImageSet images, int count = Calibration.UsualImages, Action<double>? progress = null,
        CancellationToken cancellationToken = default) =>
        new(generator.Calibrated(weights, images, count, ClassChoice.Create(network, data, []).Labels, progress,
            cancellationToken), weights, network, data);

    /// <summary>The same sampler, which begins from the mean image. See
    /// <see cref="SampleGenerator.StartingFromMean(ImageSet, IReadOnlyList{int})"/>.</summary>
    /// <param name="images">Those that the network was trained on, with labels if it takes any.</param>
    /// <exception cref="InputException">They have another shape or lack a label, or the steps leave nothing to the network or to
    /// the mean.</exception>
    public TrainedSampler StartingFromMean(ImageSet images) =>
        new(generator.StartingFromMean(images, ClassChoice.Create(network, data, []).Labels), weights, network, data);

    /// <summary>The same from means that are known, such as <see cref="TrainedRun.Mean"/>.</summary>
    /// <param name="start">Those of the images that the network was trained on.</param>
    /// <exception cref="InputException">They are of another shape or lack a class, or the steps leave nothing to the network or
    /// to the mean.</exception>
    public TrainedSampler StartingFromMean(MeanStart start) =>
        new(generator.StartingFromMean(start, ClassChoice.Create(network, data, []).Labels), weights, network, data);

    /// <summary>
    /// Images <paramref name="first"/> … <paramref name="first"/> + <paramref name="count"/> − 1 of <paramref name="seed"/>, one
    /// after another, [count][channels][height][width] in −1 … 1.
    /// </summary>
    /// <param name="classes">Names or numbers of classes, which the images have in turn; all in turn if there are none.</param>
    /// <exception cref="InputException">The network has no such class, or the images do not fit into memory.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public float[] Generate(long seed, int count, long first = 0, IReadOnlyList<string>? classes = null,
        Action<double>? progress = null, CancellationToken cancellationToken = default)
    {
        ClassChoice choice = ClassChoice.Create(network, data, classes ?? []);
        return generator.Generate(weights, seed, count, first, choice.Of, progress, cancellationToken);
    }

    /// <summary>The same in the background, so that whoever awaits it is free meanwhile.</summary>
    public Task<float[]> GenerateAsync(long seed, int count, long first = 0, IReadOnlyList<string>? classes = null,
        Action<double>? progress = null, CancellationToken cancellationToken = default) =>
        // A thread of its own: whoever waits for its turn would hold one of the pool's, of which there are few.
        Task.Factory.StartNew(() => Generate(seed, count, first, classes, progress, cancellationToken), cancellationToken,
            TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach, TaskScheduler.Default);

    /// <summary>The same as an image set, with the labels of a conditional network; fit to be saved or measured.</summary>
    public ImageSet GenerateImages(long seed, int count, long first = 0, IReadOnlyList<string>? classes = null,
        Action<double>? progress = null, CancellationToken cancellationToken = default) =>
        ImageSet.FromSamples("samples", Image, Generate(seed, count, first, classes, progress, cancellationToken),
            ClassChoice.Create(network, data, classes ?? []).LabelsOf(count, first));
}
