using System.Globalization;
using System.Security;
using System.Text;

namespace Qdiff.Quantum;

/// <summary>A circuit as an SVG picture, wire 0 on top, time from left to right. It needs no font file and no script.</summary>
public static class SvgDrawing
{
    const int RowHeight = 40, BoxHeight = 26, Margin = 34, CharacterWidth = 7;

    /// <summary>Draws the circuit as a complete SVG document.</summary>
    public static string Draw(Circuit circuit)
    {
        List<List<Gate>> columns = DrawingGrid.Columns(circuit);
        var body = new StringBuilder();
        int x = Margin;
        foreach (List<Gate> column in columns)
        {
            int width = column.Max(gate => gate.Wires.Max(wire => BoxWidth(DrawingGrid.Label(gate, wire))));
            foreach (Gate gate in column) Draw(body, gate, x + width / 2);
            x += width + 8;
        }

        int totalWidth = x + 12, height = RowHeight * circuit.Qubits;
        var text = new StringBuilder();
        text.Append("<svg xmlns='http://www.w3.org/2000/svg' font-family='sans-serif' font-size='12' ");
        Append(text, $"viewBox='0 0 {totalWidth} {height}' width='{totalWidth}' height='{height}'>\n");
        Append(text, $"<title>{circuit.Qubits} qubits, {circuit.Gates.Count} gates</title>\n");
        Append(text, $"<rect width='{totalWidth}' height='{height}' fill='white'/>\n");
        for (int wire = 0; wire < circuit.Qubits; wire++)
        {
            Append(text, $"<text x='6' y='{Y(wire) + 4}'>{wire}</text>");
            Append(text, $"<line x1='{Margin - 10}' y1='{Y(wire)}' x2='{totalWidth - 6}' y2='{Y(wire)}' stroke='#555'/>\n");
        }

        return text.Append(body).Append("</svg>\n").ToString();
    }

    static void Draw(StringBuilder text, Gate gate, int x)
    {
        (int top, int bottom) = DrawingGrid.Span(gate);
        if (top != bottom) Append(text, $"<line x1='{x}' y1='{Y(top)}' x2='{x}' y2='{Y(bottom)}' stroke='#1f4e8c'/>");
        foreach (int wire in gate.Wires)
        {
            string label = DrawingGrid.Label(gate, wire);
            int y = Y(wire), width = BoxWidth(label);
            switch (label)
            {
                case "●":
                    Append(text, $"<circle cx='{x}' cy='{y}' r='5' fill='#1f4e8c'/>");
                    break;
                case "⊕":
                    Append(text, $"<circle cx='{x}' cy='{y}' r='9' fill='white' stroke='#1f4e8c'/>");
                    Append(text, $"<path d='M{x - 9} {y}h18M{x} {y - 9}v18' stroke='#1f4e8c'/>");
                    break;
                case "×":
                    Append(text, $"<path d='M{x - 6} {y - 6}l12 12M{x + 6} {y - 6}l-12 12' stroke='#1f4e8c' stroke-width='2'/>");
                    break;
                default:
                    Append(text, $"<rect x='{x - width / 2}' y='{y - BoxHeight / 2}' width='{width}' height='{BoxHeight}'");
                    text.Append(" rx='3' fill='#e8f0fb' stroke='#1f4e8c'/>");
                    Append(text, $"<text x='{x}' y='{y + 4}' text-anchor='middle'>{SecurityElement.Escape(label)}</text>");
                    break;
            }
        }

        text.Append('\n');
    }

    static int Y(int wire) => RowHeight * wire + RowHeight / 2;

    static int BoxWidth(string label) => Math.Max(26, 12 + CharacterWidth * label.Length) & ~1;

    static void Append(StringBuilder text, FormattableString part) => text.Append(part.ToString(CultureInfo.InvariantCulture));
}
