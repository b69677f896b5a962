using Qdiff.Quantum;
using Qdiff.Tensors;

namespace Qdiff;

/// <summary>A circuit that has a place in a network: what is read out of it, and where its weights begin.</summary>
public abstract record PlacedCircuit
{
    /// <summary>The circuit, encoding included: its inputs are what the network gives it.</summary>
    public required Circuit Circuit { get; init; }

    /// <summary>What tables of layers call it.</summary>
    public string Name { get; init; } = "circuit";

    /// <summary>What is read out; null for Pauli Z of every wire.</summary>
    public IReadOnlyList<Observable>? ReadOuts { get; init; }

    /// <summary>
    /// Its weights begin uniform in [0, Initial); null for a full turn: 2π divided by the largest factor that an angle
    /// multiplies a weight with (<see cref="Angle.WeightFactors"/>), or 2π if there is none, or one too small for that.
    /// </summary>
    public double? Initial { get; init; }

    /// <summary>How many numbers come out.</summary>
    public int Outputs => ReadOuts?.Count ?? Circuit.Qubits - Circuit.Ancillas;

    internal Initialiser Angles => Initialisers.Uniform(0, Initial ?? FullTurn(Circuit));

    /// <exception cref="ArgumentException">Nothing can come in or out, or it is too large.</exception>
    internal void Validate()
    {
        if (Circuit.Inputs == 0)
            throw new ArgumentException($"The circuit {Name} has no inputs, so that nothing of the image could act on it; "
                + "give it an encoding, such as rx.");
        if (Circuit.Qubits > LiteralSimulator.MaxQubits)
            throw new ArgumentException($"The circuit {Name} has {Circuit.Qubits} qubits; in a network it may have up to "
                + $"{LiteralSimulator.MaxQubits}, for the audit runs it gate by gate, as it is written.");
        if (Outputs == 0) throw new ArgumentException($"Nothing is read out of the circuit {Name}.");
        if (Initial is { } range && !(double.IsFinite(range) && range > 0))
            throw new ArgumentException(Invariant($"The weights of {Name} cannot begin in [0, {range}); the range must ")
                + "be positive.");
        int wires = Circuit.Qubits - Circuit.Ancillas;
        foreach (Observable readOut in ReadOuts ?? [])
        {
            if (readOut.Support >> wires != 0)
                throw new ArgumentException($"{readOut} reads a wire that the circuit {Name} does not have; its wires are 0 to "
                    + $"{wires - 1}.");
        }
    }

    static double FullTurn(Circuit circuit)
    {
        double largest = circuit.Gates.SelectMany(gate => gate.Angles).SelectMany(angle => angle.WeightFactors).Select(Math.Abs)
            .DefaultIfEmpty(1).Max();
        // Weights are floats.
        return float.IsFinite((float)(2 * Math.PI / largest)) ? 2 * Math.PI / largest : 2 * Math.PI;
    }
}
