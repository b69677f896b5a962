using Qdiff.Tensors;

namespace Qdiff;

/// <summary>A run's network with the weights of one checkpoint, ready to sample.</summary>
public sealed record TrainedRun(Network Network, Weights Weights, NoiseSchedule Schedule, Prediction Prediction, long Step)
{
    /// <summary>The run.</summary>
    public required RunFolder Folder { get; init; }

    /// <summary>The parts that the run's configuration names.</summary>
    public Catalog Catalog => Folder.Experiment.Catalog;

    /// <summary>The file that the weights come from, if it is none of the run's checkpoints; <see cref="Step"/> is 0
    /// then.</summary>
    public string? WeightsFile { get; init; }

    /// <summary>Whether these are the weights as the optimiser left them, not their running average.</summary>
    public bool IsRaw { get; init; }

    /// <summary>Opens the checkpoint of <paramref name="step"/>, or the latest.</summary>
    /// <param name="raw">The weights as the optimiser left them instead of their running average.</param>
    /// <param name="warn">Is told of newer checkpoints that are damaged and therefore left out.</param>
    /// <param name="allowEarlier">Whether an earlier one will do if the latest is damaged.</param>
    /// <exception cref="InputException">There is no such checkpoint, it is damaged or was changed, or it does not fit the
    /// configuration beside it.</exception>
    public static TrainedRun Open(RunFolder folder, long? step = null, bool raw = false, Action<string>? warn = null,
        bool allowEarlier = false)
    {
        folder.RequireAsStarted(TrainedSettings.ShapeTheNetwork);
        if (folder.Pretrained is { } model)
        {
            if (step is { } other && other != model.Step || raw && !model.Raw)
                throw new InputException(Invariant($"{model.File.Source} holds the {(model.Raw ? "raw" : "average")} weights of ")
                    + Invariant($"step {model.Step} and no others."));
            return Load(folder, model.Load, model.Step) with { IsRaw = model.Raw };
        }

        Checkpoint checkpoint = (step is { } number ? folder.Checkpoints.Read(number)
            : allowEarlier ? folder.Checkpoints.ReadLatest(warn) : Newest(folder))
            ?? throw new InputException($"The run {folder.Path} has no complete checkpoint yet; train it first.");
        TrainedRun trained = Load(folder, network => raw ? CheckpointContent.LoadRaw(checkpoint, network)
            : CheckpointContent.LoadAverage(checkpoint, network), checkpoint.Step);
        return trained with { IsRaw = raw };
    }

    /// <summary>Opens a run with the weights in a .safetensors file: one tensor for each parameter, of its name and shape, and
    /// none besides.</summary>
    /// <exception cref="InputException">The file cannot be read or is of another network.</exception>
    public static TrainedRun OpenWith(RunFolder folder, string weightsFile)
    {
        folder.RequireAsStarted(TrainedSettings.ShapeTheNetwork);
        return Load(folder, network => CheckpointContent.LoadFile(weightsFile, network), 0) with { WeightsFile = weightsFile };
    }

    /// <summary>Draws images with a sampler of the catalog, by its name; with the configured one if none is named.</summary>
    /// <exception cref="InputException">The catalog has none of this name.</exception>
    public TrainedSampler Sampler(string? name = null)
    {
        SamplingConfig sampling = Folder.Experiment.Config.Sampling;
        return Sampler((name is null ? sampling : sampling.With(name)).ToSampler(Catalog, Schedule));
    }

    /// <summary>Draws images with this sampler, in at most as many steps as there are timesteps. If the configuration says so,
    /// the network is calibrated first, on the images that it was trained on, or begins from their mean.</summary>
    /// <exception cref="InputException">It is to do so, and those images are not there.</exception>
    public TrainedSampler Sampler(Sampler sampler) => Sampler(sampler, dataFolder: null, CancellationToken.None);

    /// <summary>The same with the configured one, where the images are known to be elsewhere.</summary>
    internal TrainedSampler Sampler(string? dataFolder, CancellationToken cancellationToken) =>
        Sampler(Folder.Experiment.Config.Sampling.ToSampler(Catalog, Schedule), dataFolder, cancellationToken);

    TrainedSampler Sampler(Sampler sampler, string? dataFolder, CancellationToken cancellationToken)
    {
        sampler = sampler.AtMost(Schedule.Steps);
        TrainedSampler drawn = TrainedSampler.Create(Folder, Network, Weights, Schedule, Prediction, sampler);
        SamplingConfig sampling = Folder.Experiment.Config.Sampling;
        Lazy<ImageSet> images = new(() => TrainingImages(dataFolder));
        // Of another sampler than the configured one the mean may be nothing.
        if (sampling.MeanStart && MeanStart.Covers(Schedule, sampler.Table(Schedule)[0]))
            drawn = drawn.StartingFromMean(MeanOf(images));
        return sampling.Calibration == 0 ? drawn
            : drawn.Calibrated(images.Value, sampling.Calibration, cancellationToken: cancellationToken);
    }

    /// <summary>The images that the network was trained on.</summary>
    /// <param name="dataFolder">Where they are, if not where the configuration says.</param>
    /// <exception cref="InputException">They are not there, or others are.</exception>
    public ImageSet TrainingImages(string? dataFolder) =>
        RequireTrainedOn(Folder.Experiment.Config.Data.In(dataFolder).Load(Catalog));

    /// <summary>These images, if the network was trained on them.</summary>
    /// <exception cref="InputException">It was trained on others.</exception>
    internal ImageSet RequireTrainedOn(ImageSet images) => images.Hash == Folder.Manifest.Data.Hash ? images
        : throw new InputException(Invariant($"The network was trained on other images than {images.Name} has now: ")
            + Invariant($"{Folder.Manifest.Data.Count:N0} with the hash {Folder.Manifest.Data.Hash[..8]}, not ")
            + Invariant($"{images.Count:N0} with {images.Hash[..8]}. Say where those are."))
        { Remedy = Remedy.DataFolder };

    /// <summary>The mean of the images that the network was trained on, and of each class if it knows any: the one that came
    /// with a pretrained model, else that of the images.</summary>
    /// <param name="dataFolder">Where the images are, if not where the configuration says.</param>
    /// <exception cref="InputException">There is neither, or the model's was changed or is another network's.</exception>
    public MeanStart Mean(string? dataFolder = null) => MeanOf(new(() => TrainingImages(dataFolder)));

    MeanStart MeanOf(Lazy<ImageSet> images)
    {
        DataDescription data = Folder.Manifest.Data;
        IReadOnlyList<int> classes = ClassChoice.Create(Network, data, []).Labels;
        return Folder.Pretrained?.Mean?.Read(Network.Image, data.Hash, classes) ?? MeanStart.Of(images.Value, classes);
    }

    /// <summary>The generator, calibrated and begun from the mean image if that is how images are to be drawn.</summary>
    /// <param name="labels">The classes that will be drawn; all by default.</param>
    internal SampleGenerator Calibrate(SampleGenerator generator, SamplingConfig sampling, string? dataFolder,
        IReadOnlyList<int>? labels, Action<double>? progress, CancellationToken cancellationToken)
    {
        Lazy<ImageSet> images = new(() => TrainingImages(dataFolder));
        if (labels is []) labels = null;
        if (sampling.MeanStart) generator = generator.StartingFromMean(MeanOf(images), labels);
        return sampling.Calibration == 0 ? generator
            : generator.Calibrated(Weights, images.Value, sampling.Calibration, labels, progress, cancellationToken);
    }

    static TrainedRun Load(RunFolder folder, Func<Network, Weights> load, long step)
    {
        (ExperimentConfig config, Catalog catalog) = (folder.Experiment.Config, folder.Experiment.Catalog);
        Network network = config.BuildNetwork([.. folder.Manifest.Data.Shape], catalog);
        return new(network, load(network), config.Diffusion.ToSchedule(catalog),
            catalog.Predictions[config.Diffusion.Prediction],
            step)
        { Folder = folder };
    }

    static Checkpoint? Newest(RunFolder folder)
    {
        try
        {
            return folder.Checkpoints.ReadNewest();
        }
        catch (InputException e)
        {
            throw new InputException($"{e.Message} Choose another one, or allow an earlier one.", e)
            { Remedy = Remedy.OtherWeights };
        }
    }
}
