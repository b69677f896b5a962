namespace Qdiff.Quantum;

/// <summary>What is left of a circuit when a part of it is taken away: the arms that tell what the part was good for.</summary>
public static class ControlCircuits
{
    /// <summary>
    /// The same circuit with nothing between its wires: a controlled rotation keeps its target and angle and loses its control, a
    /// two-wire rotation becomes one of its first wire about the same axis, and two-wire gates without an angle are left out.
    /// Weights and inputs keep their numbers.
    /// </summary>
    public static Circuit WithoutEntanglement(Circuit circuit)
    {
        var gates = new List<Gate>();
        foreach (Gate gate in circuit.Gates)
        {
            // Not as a program wrote it: there the gates that are taken away still are.
            Gate own = gate with { Written = null };
            if (gate.Partner < 0) gates.Add(own);
            else if (Alone(gate.Kind) is { } kind) gates.Add(own with { Kind = kind, Partner = -1 });
        }

        return new(circuit.Qubits, gates, circuit.Inputs, circuit.Weights, circuit.Start, circuit.Ancillas);
    }

    /// <summary>
    /// The encoding alone, with no weights: after RX(x) or RY(x) on each wire the read-out of wire i is cos x_i. Of an angle of
    /// inputs and weights the inputs' part is left; a weight that multiplies an input becomes 1.
    /// </summary>
    public static Circuit EncodingOnly(Circuit circuit) => new(circuit.Qubits,
        [.. circuit.Gates.Where(gate => gate.Angles.Any(angle => angle.DependsOnInputs))
            .Select(gate => gate.WithAngles([.. gate.Angles.Select(angle => angle.WithoutWeights())]) with
            {
                Written = gate.Written?.Condition,
            })],
        circuit.Inputs, 0, circuit.Start, circuit.Ancillas);

    static GateKind? Alone(GateKind kind) => kind switch
    {
        GateKind.CRX or GateKind.RXX => GateKind.RX,
        GateKind.CRY or GateKind.RYY => GateKind.RY,
        GateKind.CRZ or GateKind.RZZ => GateKind.RZ,
        GateKind.CPhase => GateKind.Phase,
        _ => null,
    };
}
