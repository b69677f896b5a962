using Qdiff.Quantum;

namespace Qdiff;

/// <summary>How the circuits of a network are read while it draws: by shots, under noise, instead of exactly.</summary>
public sealed record CircuitMeasurement
{
    /// <summary>Measurements for each read-out of each run of a circuit; null for the limit of many.</summary>
    public int? Shots { get; init; }

    /// <summary>The noise of the device.</summary>
    public NoiseModel Noise { get; init; } = NoiseModel.None;

    /// <summary>Read exactly, without shots and noise, and counted here; null for not.</summary>
    public CircuitMeans? Recorded { get; init; }

    /// <summary>Not run at all: each read-out is what it was on average here; null for not.</summary>
    public CircuitMeans? Replaced { get; init; }

    /// <summary>Refuses what the circuits of a network cannot be read with.</summary>
    /// <exception cref="InputException">The network has no circuits, or there is noise on a wire that one of them does not
    /// have.</exception>
    public void Require(Network network)
    {
        if (network.Circuits.Count == 0)
            throw new InputException("The network has no circuits that shots or noise could be of.");
        foreach (QuantumLayer layer in network.Circuits)
        {
            try
            {
                Noise.Require(layer.Lowered.Circuit.Qubits);
            }
            catch (ArgumentException e)
            {
                throw InputException.Because($"The circuit {layer.Name}", e);
            }
        }
    }
}
