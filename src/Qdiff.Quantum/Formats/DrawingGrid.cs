namespace Qdiff.Quantum;

/// <summary>Which column of a drawing each gate gets: as far left as the gates before it and its vertical line allow.</summary>
static class DrawingGrid
{
    public static List<List<Gate>> Columns(int qubits, IEnumerable<Gate> gates)
    {
        List<List<Gate>> columns = [];
        var next = new int[qubits];
        foreach (Gate gate in gates)
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

    /// <summary>What stands on a wire of the gate: a dot for the control, the symbol for a target.</summary>
    public static string Symbol(Gate gate, int wire) =>
        gate.Control == wire ? "●" : gate.Kind == GateKind.CNOT ? "⊕" : gate.Spec.Symbol;

    /// <summary>The gate's angles, at its target alone; empty for a gate without.</summary>
    public static string Angles(Gate gate, int wire) =>
        gate.Spec.Angles == 0 || wire != gate.Target ? "" : string.Join(",", gate.Angles);

    /// <summary>Symbol and angles in one line.</summary>
    public static string Label(Gate gate, int wire) =>
        Angles(gate, wire) is { Length: > 0 } angles ? $"{Symbol(gate, wire)}({angles})" : Symbol(gate, wire);
}
