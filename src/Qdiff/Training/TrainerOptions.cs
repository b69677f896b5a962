using Qdiff.Tensors;

namespace Qdiff;

/// <summary>How a <see cref="Trainer"/> trains. The defaults are those of the quantum-vertex paper.</summary>
public sealed record TrainerOptions
{
    /// <summary>Determines data order, timesteps and noise.</summary>
    public long Seed { get; init; } = 42;

    /// <summary>Images a step.</summary>
    public int Batch { get; init; } = 128;

    /// <summary>The optimiser.</summary>
    public Optimiser Optimiser { get; init; } = new Adam { Beta2 = 0.99 };

    /// <summary>Learning rate of a step, counted from 0.</summary>
    public Func<int, double> LearningRate { get; init; } = Tensors.LearningRate.Constant(1e-3);

    /// <summary>The gradient is shortened to this Euclidean norm; infinite for never.</summary>
    public double ClipNorm { get; init; } = double.PositiveInfinity;

    /// <summary>The running average that samples are drawn with.</summary>
    public ExponentialAverage Average { get; init; } = new();

    /// <summary>Added to the step when the average's decay is asked for: steps of another run that are counted on.</summary>
    public long AverageOffset { get; init; }

    /// <summary>The probability that a sample's label is replaced by the network's null label.</summary>
    public double LabelDropout { get; init; }

    /// <summary>Parameters that stay as they are.</summary>
    public IReadOnlyCollection<Parameter> Frozen { get; init; } = [];

    /// <summary>How circuits are read and their gradients estimated, from draws of (seed, step, place in the batch, run); null
    /// for exactly.</summary>
    public CircuitMeasurement? Measurement { get; init; }

    /// <summary>What computes.</summary>
    public ComputeEngine Engine { get; init; } = ComputeEngine.Cpu;

    /// <summary>What takes over whole steps, instead of the engine and the threads; null for nobody.</summary>
    public Device? Device { get; init; }

    /// <summary>Who else computes tiles of the same batches. Results do not depend on how many they are.</summary>
    public ProcessGroup Processes { get; init; } = ProcessGroup.Single;

    /// <summary>Threads; 0 for one a processor. Results do not depend on it.</summary>
    public int Threads { get; init; }
}
