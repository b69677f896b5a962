using Qdiff.Quantum;
using Qdiff.Tensors;

namespace Qdiff;

/// <summary>How the circuits of a network are read while it draws or is trained: by shots, under noise, instead of
/// exactly.</summary>
public sealed record CircuitMeasurement
{
    /// <summary>Measurements for each read-out of each run of a circuit; null for the limit of many.</summary>
    public int? Shots { get; init; }

    /// <summary>The noise of the device.</summary>
    public NoiseModel Noise { get; init; } = NoiseModel.None;

    /// <summary>Where gradients in training come from.</summary>
    public GradientRule Gradient { get; init; }

    /// <summary>Read exactly, without shots and noise, and counted here; null for not.</summary>
    public CircuitMeans? Recorded { get; init; }

    /// <summary>Not run at all: each read-out is what it was on average here, with no gradient; null for not.</summary>
    public CircuitMeans? Replaced { get; init; }

    /// <summary>Read by somebody else, run by run; null for not.</summary>
    internal CircuitReader? Reader { get; init; }

    /// <summary>Refuses what the circuits of a network cannot be read with.</summary>
    /// <exception cref="InputException">The network has no circuits, or there is noise on a wire that one of them does not
    /// have.</exception>
    public void Require(Network network)
    {
        if (network.Circuits.Count == 0)
            throw new InputException("The network has no circuits that shots or noise could be of.");
        foreach (QuantumLayer layer in network.Circuits)
            Refused(layer, () => Noise.Require(layer.Lowered.Circuit));
    }

    /// <summary>Refuses also what it cannot be trained with.</summary>
    /// <exception cref="InputException">As for <see cref="Require"/>, or a circuit starts from amplitudes.</exception>
    public void RequireGradients(Network network)
    {
        Require(network);
        foreach (QuantumLayer layer in network.Circuits) Refused(layer, () => Measured(layer.Lowered).RunsOf(Gradient));
    }

    /// <summary>Refuses what does not compute on the processors.</summary>
    internal static void RequireProcessors(Device? device, TileWorkers? workers)
    {
        if (device is not null || workers is not null && workers.Engine != ComputeEngine.Cpu)
            throw new InputException("Shots and noise are simulated on the processors: leave the device out.")
            { Remedy = Remedy.UseProcessors };
    }

    /// <summary>A circuit as it is read so.</summary>
    internal MeasuredCircuit Measured(LoweredCircuit circuit) => new(circuit.Circuit, circuit.ReadOuts, Noise, Shots);

    static void Refused(QuantumLayer layer, Action check)
    {
        try
        {
            check();
        }
        catch (ArgumentException e)
        {
            throw InputException.Because($"The circuit {layer.Name}", e);
        }
    }
}

/// <summary>Reads one run of a circuit on a tile: inputs × 16 and read-outs × 16.</summary>
/// <param name="circuit">Which circuit of the network.</param>
/// <param name="run">The run's number in the pass of the network, over all circuits.</param>
/// <param name="patch">Its number among the runs of the same layer at the same time.</param>
/// <param name="samples">The numbers of the samples in the tile.</param>
delegate void CircuitReader(LoweredCircuit circuit, long run, int patch, long[] samples, ReadOnlySpan<float> inputs,
    Span<float> readOuts);
