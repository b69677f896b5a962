namespace Qdiff.Quantum;

/// <summary>Which wires of a circuit are joined by gates: parts that are not are circuits of their own.</summary>
public static class CircuitParts
{
    /// <summary>The parts by their first wire, the wires of each in order; a wire without gates to others is a part.</summary>
    public static IReadOnlyList<int[]> Of(Circuit circuit)
    {
        int[] part = [.. Enumerable.Range(0, circuit.Qubits)];
        foreach (Gate gate in circuit.Gates)
            if (gate.Partner >= 0) part[Root(gate.Target)] = Root(gate.Partner);
        return [.. Enumerable.Range(0, circuit.Qubits).GroupBy(Root).Select(wires => wires.ToArray())];

        int Root(int wire)
        {
            while (part[wire] != wire) wire = part[wire] = part[part[wire]];
            return wire;
        }
    }
}
