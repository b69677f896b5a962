namespace Qdiff.Quantum;

/// <summary>
/// The 19 circuits whose expressibility and entangling capability were tabulated on four wires, for any number of wires. They
/// have no encoding; weights are counted in the order of the gates.
/// </summary>
/// <remarks>Sim, Johnson and Aspuru-Guzik 2019, arXiv 1905.10876, figure 2.</remarks>
public static class SimAnsatz
{
    /// <summary>How many there are.</summary>
    public const int Count = 19;

    /// <summary>The gates of circuit <paramref name="number"/>, 1 to 19.</summary>
    /// <exception cref="ArgumentException">There is no such circuit, it needs more wires, there is no layer, or there are more
    /// gates than a circuit can have.</exception>
    public static IEnumerable<Gate> Gates(int number, int qubits, int layers)
    {
        if (number is < 1 or > Count) throw new ArgumentOutOfRangeException(nameof(number), number, "The circuits are 1 to 19.");
        if (qubits < 2 && number > 1) throw new ArgumentException($"This circuit joins wires; it needs 2 or more, not {qubits}.");
        Ansatz.CheckLayers(layers);
        int weight = 0;
        List<Gate> gates = [];
        // Circuit 10 begins with a rotation layer that is not repeated.
        if (number == 10) Rotate(GateKind.RY);
        for (int layer = 0; layer < layers; layer++)
        {
            Layer();
            // At once: all layers could take all memory.
            if (gates.Count > Circuit.MaxGates)
                throw new ArgumentException(Invariant($"{layers} layers have too many gates; a circuit has at most ")
                    + Invariant($"{Circuit.MaxGates:N0}."), nameof(layers));
        }

        return gates;

        void Layer()
        {
            switch (number)
            {
                case 1:
                    Rotate(GateKind.RX, GateKind.RZ);
                    break;
                case 2 or 3 or 4:
                    Rotate(GateKind.RX, GateKind.RZ);
                    foreach ((int control, int target) in Ladder()) Join(number switch
                    {
                        2 => GateKind.CNOT,
                        3 => GateKind.CRZ,
                        _ => GateKind.CRX,
                    }, control, target);
                    break;
                case 5 or 6:
                    Rotate(GateKind.RX, GateKind.RZ);
                    for (int control = qubits - 1; control >= 0; control--)
                        for (int target = qubits - 1; target >= 0; target--)
                            if (target != control) Join(number == 5 ? GateKind.CRZ : GateKind.CRX, control, target);
                    Rotate(GateKind.RX, GateKind.RZ);
                    break;
                case 7 or 8 or 16 or 17:
                    Rotate(GateKind.RX, GateKind.RZ);
                    Pairs(number is 7 or 16 ? GateKind.CRZ : GateKind.CRX, first: 0);
                    if (number is 7 or 8) Rotate(GateKind.RX, GateKind.RZ);
                    Pairs(number is 7 or 16 ? GateKind.CRZ : GateKind.CRX, first: 1);
                    break;
                case 9:
                    for (int wire = 0; wire < qubits; wire++) gates.Add(Gate.H(wire));
                    foreach ((int control, int target) in Ladder()) Join(GateKind.CZ, control, target);
                    Rotate(GateKind.RX);
                    break;
                case 10:
                    foreach ((int control, int target) in Ladder()) Join(GateKind.CZ, control, target);
                    if (qubits > 2) Join(GateKind.CZ, qubits - 1, 0);
                    Rotate(GateKind.RY);
                    break;
                case 11 or 12:
                    Rotate(GateKind.RY, GateKind.RZ);
                    Pairs(number == 11 ? GateKind.CNOT : GateKind.CZ, first: 0);
                    foreach (GateKind kind in (GateKind[])[GateKind.RY, GateKind.RZ])
                        for (int wire = 1; wire < qubits - 1; wire++) Turn(kind, wire);
                    Pairs(number == 11 ? GateKind.CNOT : GateKind.CZ, first: 1);
                    break;
                case 13 or 14 or 15:
                    GateKind joint = number switch { 13 => GateKind.CRZ, 14 => GateKind.CRX, _ => GateKind.CNOT };
                    Rotate(GateKind.RY);
                    Ring(joint);
                    Rotate(GateKind.RY);
                    for (int k = 0; k < qubits; k++)
                        Join(joint, (qubits - 1 + k) % qubits, (2 * qubits - 2 + k) % qubits);
                    break;
                default:
                    Rotate(GateKind.RX, GateKind.RZ);
                    Ring(number == 18 ? GateKind.CRZ : GateKind.CRX);
                    break;
            }
        }

        void Turn(GateKind kind, int wire) => gates.Add(new(kind, wire, -1, Angle.Weight(weight++)));

        void Join(GateKind kind, int control, int target) =>
            gates.Add(new(kind, target, control, kind is GateKind.CNOT or GateKind.CZ ? default : Angle.Weight(weight++)));

        void Rotate(params ReadOnlySpan<GateKind> kinds)
        {
            foreach (GateKind kind in kinds)
                for (int wire = 0; wire < qubits; wire++) Turn(kind, wire);
        }

        // From the last wire to the first, each on the one before it.
        IEnumerable<(int Control, int Target)> Ladder() => Enumerable.Range(1, qubits - 1).Reverse().Select(wire => (wire,
            wire - 1));

        // Each wire on the next, the last on the first, from the last wire down.
        void Ring(GateKind kind)
        {
            for (int control = qubits - 1; control >= 0; control--) Join(kind, control, (control + 1) % qubits);
        }

        void Pairs(GateKind kind, int first)
        {
            for (int target = first; target + 1 < qubits; target += 2) Join(kind, target + 1, target);
        }
    }
}
