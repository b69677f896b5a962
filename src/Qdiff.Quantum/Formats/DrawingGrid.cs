namespace Qdiff.Quantum;

/// <summary>Which column of a drawing each gate gets: as far left as the gates before it and its vertical line allow.</summary>
static class DrawingGrid
{
    public static List<List<Gate>> Columns(Circuit circuit)
    {
        List<List<Gate>> columns = [];
        var next = new int[circuit.Qubits];
        foreach (Gate gate in circuit.Gates)
        {
            (int top, int bottom) = Span(gate);
            int column = next.AsSpan(top, bottom - top + 1).ToArray().Max();
            next.AsSpan(top, bottom - top + 1).Fill(column + 1);
            if (column == columns.Count) columns.Add([]);
            columns[column].Add(gate);
        }

        return columns;
    }

    public static (int Top, int Bottom) Span(Gate gate) => (gate.Wires.Min(), gate.Wires.Max());

    /// <summary>What stands on a wire of the gate: a dot for the control, the symbol with its angles for a target.</summary>
    public static string Label(Gate gate, int wire)
    {
        if (gate.Control == wire) return "●";
        string symbol = gate.Kind == GateKind.CNOT ? "⊕" : gate.Spec.Symbol;
        return gate.Spec.Angles == 0 || wire != gate.Target ? symbol : $"{symbol}({string.Join(",", gate.Angles)})";
    }
}
