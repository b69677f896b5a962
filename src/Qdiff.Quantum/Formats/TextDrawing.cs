using System.Text;

namespace Qdiff.Quantum;

/// <summary>A circuit as lines of text, wire 0 on top, time from left to right.</summary>
public static class TextDrawing
{
    /// <summary>
    /// Draws the circuit; lines longer than <paramref name="width"/> characters are continued in blocks below, broken between
    /// layers where they can be (0: never).
    /// </summary>
    public static string Draw(Circuit circuit, int width = 0)
    {
        string[] names = [.. Enumerable.Range(0, 2 * circuit.Qubits - 1)
            .Select(row => row % 2 == 0 ? $"{row / 2}:" : "")];
        int indent = names.Max(name => name.Length) + 1;
        var text = new StringBuilder();
        foreach (List<string[]> columns in Lines(circuit, width <= 0 ? int.MaxValue : width - indent - 1))
        {
            if (text.Length > 0) text.Append('\n');
            for (int row = 0; row < names.Length; row++)
            {
                string line = names[row].PadRight(indent) + string.Concat(columns.Select(column => column[row]))
                    + (row % 2 == 0 ? "─" : "");
                text.Append(line.TrimEnd()).Append('\n');
            }
        }

        return text.ToString();
    }

    static List<List<string[]>> Lines(Circuit circuit, int room)
    {
        List<List<string[]>> lines = [[]];
        int used = 0;
        foreach (DrawingPart part in DrawingPart.Of(circuit))
        {
            string[][] columns = [.. part.Columns.Select(gates => Column(circuit.Qubits, gates))];
            // A part that would be torn begins a line of its own, if that keeps it whole.
            int whole = columns.Sum(column => column[0].Length);
            if (used > 0 && used + whole > room && whole <= room) Break();
            foreach (string[] column in columns)
            {
                if (used > 0 && used + column[0].Length > room) Break();
                lines[^1].Add(column);
                used += column[0].Length;
            }
        }

        return lines;

        void Break()
        {
            lines.Add([]);
            used = 0;
        }
    }

    static string[] Column(int qubits, IReadOnlyList<Gate> gates)
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
