namespace Qdiff.Quantum;

/// <summary>Which wires of a circuit are joined by gates: parts that are not are circuits of their own.</summary>
public static class CircuitParts
{
    /// <summary>The parts by their first wire, the wires of each in order; a wire without gates to others is a part.</summary>
    public static IReadOnlyList<int[]> Of(Circuit circuit) => Of(circuit.Qubits, circuit.Gates.Select(gate => gate.Wires));

    /// <summary>The parts of so many wires, of which each of these sets is in one.</summary>
    internal static IReadOnlyList<int[]> Of(int qubits, IEnumerable<IReadOnlyList<int>> joined)
    {
        int[] part = [.. Enumerable.Range(0, qubits)];
        foreach (IReadOnlyList<int> wires in joined)
            foreach (int wire in wires) part[Root(wire)] = Root(wires[0]);
        return [.. Enumerable.Range(0, qubits).GroupBy(Root).Select(wires => wires.ToArray())];

        int Root(int wire)
        {
            while (part[wire] != wire) wire = part[wire] = part[part[wire]];
            return wire;
        }
    }
}
