using Qdiff.Tensors;

namespace Qdiff;

/// <summary>How a <see cref="Trainer"/> trains. The defaults are those of the quantum-vertex paper.</summary>
public sealed record TrainerOptions
{
    /// <summary>Determines data order, timesteps and noise.</summary>
    public long Seed { get; init; } = 42;

    /// <summary>Images a step.</summary>
    public int Batch { get; init => field = Require.AtLeast(value, 1); } = 128;

    /// <summary>The optimiser.</summary>
    public Optimiser Optimiser { get; init; } = new Adam { Beta2 = 0.99 };

    /// <summary>Learning rate of a step, counted from 0.</summary>
    public Func<long, double> LearningRate { get; init; } = Tensors.LearningRate.Constant(1e-3);

    /// <summary>The gradient is shortened to this Euclidean norm; infinite for never.</summary>
    public double ClipNorm
    {
        get;
        init => field = value > 0 ? value : throw new ArgumentOutOfRangeException(nameof(ClipNorm), value,
            Invariant($"ClipNorm must be above 0, got {value}."));
    } = double.PositiveInfinity;

    /// <summary>The running average that samples are drawn with.</summary>
    public ExponentialAverage Average { get; init; } = new();

    /// <summary>Added to the step when the average's decay is asked for: steps of another run that are counted on.</summary>
    public long AverageOffset { get; init => field = Require.AtLeast(value, 0); }

    /// <summary>Added to the step in the address of all draws (data order, timesteps, noise, dropped labels, shots): steps of
    /// another run whose draws are gone on with.</summary>
    public long DrawOffset { get; init => field = Require.AtLeast(value, 0); }

    /// <summary>The probability that a sample's label is replaced by the network's null label.</summary>
    public double LabelDropout
    {
        get;
        init => field = value is >= 0 and <= 1 ? value : throw new ArgumentOutOfRangeException(nameof(LabelDropout), value,
            Invariant($"LabelDropout is a probability, got {value}."));
    }

    /// <summary>Parameters that stay as they are.</summary>
    public IReadOnlyCollection<Parameter> Frozen { get; init; } = [];

    /// <summary>How circuits are read and their gradients estimated, from draws of (seed, step, place in the batch, run); null
    /// for exactly.</summary>
    public CircuitMeasurement? Measurement { get; init; }

    /// <summary>Threads, their engine and memory; other work may share them. Null for as many threads as this process has of
    /// <see cref="Processes"/>. Results do not depend on their number.</summary>
    public TileWorkers? Workers { get; init; }

    /// <summary>What takes over whole steps, instead of the workers; null for nobody.</summary>
    public Device? Device { get; init; }

    /// <summary>Who else computes tiles of the same batches. Results do not depend on how many they are.</summary>
    public ProcessGroup Processes { get; init; } = ProcessGroup.Single;
}
