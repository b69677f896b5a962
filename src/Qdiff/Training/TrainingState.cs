using Qdiff.Tensors;

namespace Qdiff;

/// <summary>
/// Everything that training changes: with it and the configuration the next step is determined to the last bit. For one trainer
/// at a time; a second is refused a step while the first does one (see <see cref="Weights.BeginChange"/>), and whoever asks for
/// numbers while another thread copies them from a device is refused too.
/// </summary>
public sealed class TrainingState
{
    readonly Weights weights, average;
    readonly float[] firstMoment, secondMoment;
    Action? fetch;

    /// <summary>The thread that copies from a device at present; 0 for none.</summary>
    int copier;

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
    internal void ChangedElsewhere(Action copy) => Volatile.Write(ref fetch, copy);

    /// <summary>Whether the latest numbers are on a device.</summary>
    internal bool IsElsewhere => Volatile.Read(ref fetch) is not null;

    T Settled<T>(T numbers)
    {
        if (!IsElsewhere) return numbers;
        int here = Environment.CurrentManagedThreadId, other = Interlocked.CompareExchange(ref copier, here, 0);
        // Whoever copies writes to these very numbers.
        if (other == here) return numbers;
        if (other != 0)
            throw new InvalidOperationException("Another thread is copying these numbers from the device; ask again.");
        try
        {
            // Only then: older numbers must not pass for those of this step, and one that is done meanwhile has its own.
            if (Volatile.Read(ref fetch) is { } copy)
            {
                copy();
                Interlocked.CompareExchange(ref fetch, null, copy);
            }
        }
        finally
        {
            Volatile.Write(ref copier, 0);
        }

        return numbers;
    }
}
