using Qdiff.Tensors;

namespace Qdiff;

/// <summary>
/// Everything that training changes: with it and the configuration the next step is determined to the last bit. For one trainer
/// at a time; a second is refused a step while the first does one (see <see cref="Weights.BeginChange"/>).
/// </summary>
public sealed class TrainingState
{
    /// <summary>Fresh weights from <paramref name="seed"/>, the average equal to them, no momentum.</summary>
    public TrainingState(Network network, long seed)
    {
        Network = network;
        Weights = new Weights(network.Parameters).Initialise(seed);
        Average = Weights.Copy();
        FirstMoment = new float[Weights.Values.Length];
        SecondMoment = new float[Weights.Values.Length];
    }

    /// <summary>The structure that the weights belong to.</summary>
    public Network Network { get; }

    /// <summary>The weights that the optimiser changes.</summary>
    public Weights Weights { get; }

    /// <summary>Their running average, which samples are drawn with.</summary>
    public Weights Average { get; }

    /// <summary>Adam's running mean of the gradient.</summary>
    public float[] FirstMoment { get; }

    /// <summary>Adam's running mean of the squared gradient.</summary>
    public float[] SecondMoment { get; }

    /// <summary>Steps done.</summary>
    public long Step { get; set; }
}
