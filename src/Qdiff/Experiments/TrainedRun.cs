using Qdiff.Tensors;

namespace Qdiff;

/// <summary>A run's network with the weights of one checkpoint, ready to sample.</summary>
public sealed record TrainedRun(Network Network, Weights Weights, NoiseSchedule Schedule, Prediction Prediction, long Step)
{
    /// <summary>Opens the checkpoint of <paramref name="step"/>, or the latest that is whole.</summary>
    /// <param name="raw">The weights as the optimiser left them instead of their running average.</param>
    /// <param name="warn">Is told of newer checkpoints that are damaged and therefore left out.</param>
    /// <exception cref="InputException">There is no such checkpoint, or it does not fit the configuration beside it.</exception>
    public static TrainedRun Open(RunFolder folder, long? step = null, bool raw = false, Action<string>? warn = null)
    {
        ExperimentConfig config = folder.Experiment.Config;
        Checkpoint checkpoint = step is { } number ? folder.Checkpoints.Read(number) : folder.Checkpoints.ReadLatest(warn)
            ?? throw new InputException($"The run {folder.Path} has no complete checkpoint yet; train it first.");
        IReadOnlyList<int> shape = folder.Manifest.Data.Shape;
        Network network = config.BuildNetwork([.. shape]);
        Weights weights = raw ? CheckpointContent.LoadRaw(checkpoint, network)
            : CheckpointContent.LoadAverage(checkpoint, network);
        return new(network, weights, config.Diffusion.ToSchedule(), Qdiff.Prediction.Named(config.Diffusion.Prediction),
            checkpoint.Step);
    }
}
