using System.Globalization;
using System.Security;
using System.Text;

namespace Qdiff.Quantum;

/// <summary>
/// A circuit as an SVG image, wire 0 on top, time from left to right: what features turn and what is trained in two colours,
/// brackets over encoding and layers, and a meter where a wire is read. It needs no font file and no script, and follows the
/// reader's light or dark theme.
/// </summary>
public static class SvgDrawing
{
    /// <summary>About the width of a page.</summary>
    public const int UsualWidth = 960;

    const int RowHeight = 36, BoxHeight = 28, Left = 34, Gap = 8, Bracket = 24, Meter = 40;

    const double SymbolLetter = 7.6, AngleLetter = 5.9;

    // Every rule names the class, for the document may be put into a page as it is.
    const string Style = """
        <style>
        .qdiff-circuit text { font: 12px system-ui, sans-serif; fill: #1c2024 }
        .qdiff-circuit .angle { font-size: 10px }
        .qdiff-circuit .wire, .qdiff-circuit .part { stroke: #8a929a; fill: none }
        .qdiff-circuit .title { fill: #5a626b; font-size: 11px }
        .qdiff-circuit .link { stroke: #33414f; fill: none }
        .qdiff-circuit .dot { fill: #33414f }
        .qdiff-circuit .box { fill: #fff; stroke: #33414f }
        .qdiff-circuit .input { fill: #dff2e6; stroke: #1b7a45 }
        .qdiff-circuit .weight { fill: #dceafb; stroke: #1f5fa8 }
        .qdiff-circuit .both { fill: #efe3f8; stroke: #7a44ad }
        @media (prefers-color-scheme: dark) {
        .qdiff-circuit text { fill: #e4e7ea } .qdiff-circuit .title { fill: #a3abb3 }
        .qdiff-circuit .link { stroke: #c3cad1 } .qdiff-circuit .dot { fill: #c3cad1 }
        .qdiff-circuit .box { fill: #14171a; stroke: #c3cad1 } .qdiff-circuit .input { fill: #17402a; stroke: #6fd199 }
        .qdiff-circuit .weight { fill: #16365c; stroke: #7db8f5 } .qdiff-circuit .both { fill: #3d2457; stroke: #c79aec } }
        @media print { .qdiff-circuit text { fill: #000 } }
        </style>
        """;

    /// <summary>Draws the circuit as a complete SVG document.</summary>
    /// <param name="width">
    /// What is wider goes on in lines below, broken between layers where it can be; 0 for one line however wide.
    /// </param>
    public static string Draw(Circuit circuit, int width = UsualWidth)
    {
        List<List<Column>> lines = Lines(circuit, width);
        int totalWidth = lines.Max(line => line.Sum(column => column.Width)) + Left + Meter;
        bool titled = lines.Any(line => line.Any(column => column.Part != ""));
        int lineHeight = RowHeight * circuit.Qubits + (titled ? Bracket : 0), height = (lineHeight + 14) * lines.Count;
        var text = new StringBuilder();
        Append(text, $"<svg xmlns='http://www.w3.org/2000/svg' class='qdiff-circuit' role='img' ");
        Append(text, $"viewBox='0 0 {totalWidth} {height}' width='{totalWidth}' height='{height}'>\n");
        Append(text, $"<title>{circuit.Qubits} qubits, {circuit.Gates.Count} gates, {circuit.Inputs} inputs, ");
        Append(text, $"{circuit.Weights} weights</title>\n");
        text.Append(Style).Append('\n');
        for (int i = 0; i < lines.Count; i++)
        {
            Append(text, $"<g transform='translate(0 {i * (lineHeight + 14) + (titled ? Bracket : 0)})'>\n");
            Draw(text, circuit, lines[i], isLast: i == lines.Count - 1);
            text.Append("</g>\n");
        }

        return text.Append("</svg>\n").ToString();
    }

    /// <summary>A column with its place in the circuit.</summary>
    /// <param name="Begins">Whether a part begins with it.</param>
    sealed record Column(IReadOnlyList<Gate> Gates, int Width, string Part, bool Begins);

    static List<List<Column>> Lines(Circuit circuit, int width)
    {
        int room = width <= 0 ? int.MaxValue : width - Left - Meter;
        List<List<Column>> lines = [[]];
        int used = 0;
        foreach (DrawingPart part in DrawingPart.Of(circuit))
        {
            Column[] columns = [.. part.Columns.Select((gates, i) => new Column(gates,
                gates.Max(gate => gate.Wires.Max(wire => BoxWidth(gate, wire))) + Gap, part.Title, Begins: i == 0))];
            // A part that would be torn begins a line of its own, if that keeps it whole.
            long whole = columns.Sum(column => (long)column.Width);
            if (used > 0 && used + whole > room && whole <= room) Break();
            foreach (Column column in columns)
            {
                if (used > 0 && used + column.Width > room) Break();
                lines[^1].Add(column);
                used += column.Width;
            }
        }

        return lines;

        void Break()
        {
            lines.Add([]);
            used = 0;
        }
    }

    static void Draw(StringBuilder text, Circuit circuit, List<Column> line, bool isLast)
    {
        int end = Left + line.Sum(column => column.Width);
        for (int wire = 0; wire < circuit.Qubits; wire++)
        {
            Append(text, $"<text x='6' y='{Y(wire) + 4}'>{wire}</text>");
            Append(text, $"<path class='wire' d='M{Left - 10} {Y(wire)}H{end + (isLast ? 4 : Meter - 6)}'/>\n");
        }

        int x = Left;
        foreach ((Column column, int i) in line.Select((column, i) => (column, i)))
        {
            foreach (Gate gate in column.Gates) Draw(text, gate, x + (column.Width - Gap) / 2);
            if (column.Part != "" && (column.Begins || i == 0))
            {
                int right = x + line.Skip(i).TakeWhile((other, k) => other.Part == column.Part).Sum(other => other.Width) - Gap;
                Append(text, $"<path class='part' d='M{x} -4V-9H{right}V-4'/>");
                Append(text, $"<text class='title' x='{(x + right) / 2}' y='-12' text-anchor='middle'>{column.Part}</text>\n");
            }

            x += column.Width;
        }

        for (int wire = 0; isLast && wire < circuit.Qubits - circuit.Ancillas; wire++)
        {
            Append(text, $"<rect class='box' x='{end + 4}' y='{Y(wire) - 12}' width='28' height='24' rx='3'/>");
            Append(text, $"<path class='link' d='M{end + 10} {Y(wire) + 6}a8 8 0 0 1 16 0M{end + 18} {Y(wire) + 6}l6 -11'/>\n");
        }
    }

    static void Draw(StringBuilder text, Gate gate, int x)
    {
        (int top, int bottom) = DrawingGrid.Span(gate);
        if (top != bottom) Append(text, $"<path class='link' d='M{x} {Y(top)}V{Y(bottom)}'/>");
        foreach (int wire in gate.Wires)
        {
            string symbol = DrawingGrid.Symbol(gate, wire), angles = DrawingGrid.Angles(gate, wire);
            int y = Y(wire), width = BoxWidth(gate, wire);
            switch (symbol)
            {
                case "●":
                    Append(text, $"<circle class='dot' cx='{x}' cy='{y}' r='4.5'/>");
                    break;
                case "⊕":
                    Append(text, $"<circle class='box' cx='{x}' cy='{y}' r='9'/>");
                    Append(text, $"<path class='link' d='M{x - 9} {y}h18M{x} {y - 9}v18'/>");
                    break;
                case "×":
                    Append(text, $"<path class='link' d='M{x - 6} {y - 6}l12 12M{x + 6} {y - 6}l-12 12'/>");
                    break;
                default:
                    Append(text, $"<rect class='{Class(gate)}' x='{x - width / 2}' y='{y - BoxHeight / 2}' width='{width}' ");
                    Append(text, $"height='{BoxHeight}' rx='3'/>");
                    Append(text, $"<text x='{x}' y='{y + (angles == "" ? 4 : -1)}' text-anchor='middle'>{Escape(symbol)}</text>");
                    if (angles != "")
                        Append(text, $"<text class='angle' x='{x}' y='{y + 10}' text-anchor='middle'>{Escape(angles)}</text>");
                    break;
            }
        }

        text.Append('\n');
    }

    /// <summary>By what turns the gate.</summary>
    static string Class(Gate gate) =>
        (gate.Angles.Any(angle => angle.DependsOnInputs), gate.Angles.Any(angle => angle.WeightIndices.Any())) switch
        {
            (true, true) => "both",
            (true, false) => "input",
            (false, true) => "weight",
            _ => "box",
        };

    static int Y(int wire) => RowHeight * wire + RowHeight / 2;

    static int BoxWidth(Gate gate, int wire) => Math.Max(28, 10 + (int)Math.Ceiling(Math.Max(
        SymbolLetter * DrawingGrid.Symbol(gate, wire).Length, AngleLetter * DrawingGrid.Angles(gate, wire).Length))) & ~1;

    static string Escape(string text) => SecurityElement.Escape(text);

    static void Append(StringBuilder text, FormattableString part) => text.Append(part.ToString(CultureInfo.InvariantCulture));
}
