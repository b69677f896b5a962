using Qdiff.Tensors;

namespace Qdiff;

/// <summary>
/// Everything that training changes: with it and the configuration the next step is determined to the last bit. For one trainer
/// at a time; a second is refused a step while the first does one (see <see cref="Weights.BeginChange"/>).
/// </summary>
public sealed class TrainingState
{
    readonly Weights weights, average;
    readonly float[] firstMoment, secondMoment;
    Action? fetch;

    /// <summary>Fresh weights from <paramref name="seed"/>, the average equal to them, no momentum.</summary>
    public TrainingState(Network network, long seed)
    {
        Network = network;
        weights = new Weights(network.Parameters).Initialise(seed);
        average = weights.Copy();
        firstMoment = new float[weights.Values.Length];
        secondMoment = new float[weights.Values.Length];
    }

    /// <summary>The structure that the weights belong to.</summary>
    public Network Network { get; }

    /// <summary>The weights that the optimiser changes.</summary>
    public Weights Weights => Settled(weights);

    /// <summary>Their running average, which samples are drawn with.</summary>
    public Weights Average => Settled(average);

    /// <summary>Adam's running mean of the gradient.</summary>
    public float[] FirstMoment => Settled(firstMoment);

    /// <summary>Adam's running mean of the squared gradient.</summary>
    public float[] SecondMoment => Settled(secondMoment);

    /// <summary>Steps done.</summary>
    public long Step { get; set; }

    /// <summary>Says that the numbers have changed on a device; they are copied from there when somebody asks for them.</summary>
    internal void ChangedElsewhere(Action copy) => fetch = copy;

    /// <summary>Whether the latest numbers are on a device.</summary>
    internal bool IsElsewhere => fetch is not null;

    T Settled<T>(T numbers)
    {
        if (fetch is null) return numbers;
        // Whoever copies writes to these very numbers.
        (Action copy, fetch) = (fetch, null);
        try
        {
            copy();
        }
        catch
        {
            // Older numbers must not pass for those of this step.
            fetch = copy;
            throw;
        }

        return numbers;
    }
}
