using System.Text;

namespace Qdiff.Quantum;

/// <summary>A circuit as lines of text, wire 0 on top, time from left to right.</summary>
public static class TextDrawing
{
    /// <summary>
    /// Draws the circuit; lines longer than <paramref name="width"/> characters are continued in blocks below (0: never).
    /// </summary>
    public static string Draw(Circuit circuit, int width = 0)
    {
        List<string[]> columns = [.. DrawingGrid.Columns(circuit).Select(gates => Column(circuit.Qubits, gates))];
        string[] names = [.. Enumerable.Range(0, 2 * circuit.Qubits - 1)
            .Select(row => row % 2 == 0 ? $"{row / 2}:" : "")];
        int indent = names.Max(name => name.Length) + 1;
        var text = new StringBuilder();
        for (int first = 0; first < columns.Count || first == 0;)
        {
            int last = first, used = indent + 1;
            while (last < columns.Count && (width <= 0 || last == first || used + columns[last][0].Length <= width))
                used += columns[last++][0].Length;
            if (text.Length > 0) text.Append('\n');
            for (int row = 0; row < names.Length; row++)
            {
                string line = names[row].PadRight(indent) + string.Concat(columns[first..last].Select(column => column[row]))
                    + (row % 2 == 0 ? "─" : "");
                text.Append(line.TrimEnd()).Append('\n');
            }

            first = Math.Max(last, first + 1);
        }

        return text.ToString();
    }

    static string[] Column(int qubits, List<Gate> gates)
    {
        var labels = new string[2 * qubits - 1];
        foreach (Gate gate in gates)
        {
            (int top, int bottom) = DrawingGrid.Span(gate);
            for (int row = 2 * top; row <= 2 * bottom; row++) labels[row] = row % 2 == 0 ? "┼" : "│";
            foreach (int wire in gate.Wires) labels[2 * wire] = DrawingGrid.Label(gate, wire);
        }

        int width = labels.Max(label => label?.Length ?? 0);
        for (int row = 0; row < labels.Length; row++)
        {
            char fill = row % 2 == 0 ? '─' : ' ';
            string label = labels[row] ?? "";
            // Centred, so that dots and lines meet in one column.
            int left = (width - label.Length) / 2;
            labels[row] = fill + (new string(fill, left) + label).PadRight(width, fill);
        }

        return labels;
    }
}
