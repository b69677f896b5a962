using System.Text;
using System.Text.RegularExpressions;

namespace Qdiff.Quantum;

/// <summary>
/// A circuit as LaTeX for the package quantikz: environments one below the other, broken between layers where they can be, wire 0
/// on top, with a meter where a wire is read.
/// </summary>
/// <remarks>Kay 2018, "Tutorial on the Quantikz package", arXiv 1809.03842.</remarks>
public static partial class Quantikz
{
    /// <summary>Draws the circuit; parts that are longer than so many columns go on in an environment below.</summary>
    public static string Draw(Circuit circuit, int columns = 14)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        DrawingPart[] parts = [.. DrawingPart.Of(circuit)];
        // A short part, such as an encoding of one column, stands before the next one rather than alone.
        List<(string Title, List<IReadOnlyList<Gate>> Columns)> pieces = [];
        foreach (DrawingPart part in parts)
            foreach (IReadOnlyList<Gate>[] chunk in part.Columns.Chunk(columns))
                if (pieces is [.., var last] && last.Columns.Count + chunk.Length <= columns)
                {
                    last.Columns.AddRange(chunk);
                    pieces[^1] = (last.Title + ", " + part.Title, last.Columns);
                }
                else pieces.Add((part.Title, [.. chunk]));
        if (pieces.Count == 0) pieces.Add(("", []));
        var text = new StringBuilder("% \\usepackage{tikz}\\usetikzlibrary{quantikz}\n");
        for (int i = 0; i < pieces.Count; i++)
        {
            if (pieces[i].Title != "") text.Append("% ").Append(pieces[i].Title).Append('\n');
            Append(text, circuit, pieces[i].Columns, ends: i == pieces.Count - 1);
            if (i < pieces.Count - 1) text.Append("\n\n");
        }

        return text.ToString();
    }

    static void Append(StringBuilder text, Circuit circuit, List<IReadOnlyList<Gate>> columns, bool ends)
    {
        text.Append("\\begin{quantikz}[column sep=0.2cm, row sep=0.15cm]\n");
        for (int wire = 0; wire < circuit.Qubits; wire++)
        {
            text.Append(Invariant($"\\lstick{{{wire}}}"));
            foreach (IReadOnlyList<Gate> gates in columns) text.Append(" & ").Append(Cell(gates, wire));
            text.Append(ends && wire < circuit.Qubits - circuit.Ancillas ? @" & \meter{}" : @" & \qw");
            text.Append(wire < circuit.Qubits - 1 ? " \\\\\n" : "\n");
        }

        text.Append("\\end{quantikz}\n");
    }

    /// <summary>What a column holds on a wire; a wire that a line crosses holds nothing.</summary>
    static string Cell(IReadOnlyList<Gate> gates, int wire)
    {
        foreach (Gate gate in gates)
        {
            if (!gate.Wires.Contains(wire)) continue;
            string label = $"\\gate{{{Label(gate)}}}";
            if (gate.Spec.Wires == 1) return label;
            int other = gate.Wires.First(w => w != wire);
            string down = Invariant($"{other - wire}");
            bool first = gate.Wires[0] == wire;
            return gate.Kind switch
            {
                GateKind.CNOT => first ? $"\\ctrl{{{down}}}" : @"\targ{}",
                GateKind.CZ => first ? $"\\ctrl{{{down}}}" : @"\control{}",
                GateKind.SWAP => first ? $"\\swap{{{down}}}" : @"\targX{}",
                _ when gate.Spec.Shape == GateShape.Controlled => first ? $"\\ctrl{{{down}}}" : label,
                // Two boxes of one gate with a line between them.
                _ => first ? $"{label}\\vqw{{{down}}}" : $"\\gate{{{Symbol(gate)}}}",
            };
        }

        return @"\qw";
    }

    static string Label(Gate gate) => gate.Spec.Angles == 0 ? Symbol(gate)
        : $"{Symbol(gate)}({string.Join(",", gate.Angles.Select(angle => Angle(angle.ToString())))})";

    /// <summary>RX is R_X; other symbols are letters.</summary>
    static string Symbol(Gate gate) => gate.Spec.Symbol is ['R', var axis] ? $"R_{axis}" : gate.Spec.Symbol;

    /// <summary>The text of an angle in mathematics: numbers of inputs and weights become indices, powers are raised.</summary>
    internal static string Angle(string text)
    {
        var latex = new StringBuilder();
        text = Power().Replace(text, "^{$1$2}");
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] is 'x' or 'w' && i + 1 < text.Length && char.IsAsciiDigit(text[i + 1]))
            {
                int end = i + 1;
                while (end < text.Length && char.IsAsciiDigit(text[end])) end++;
                latex.Append(text[i]).Append("_{").Append(text.AsSpan(i + 1, end - i - 1)).Append('}');
                i = end - 1;
            }
            else latex.Append(text[i] switch
            {
                'π' => @"\pi ",
                '·' or '*' => @"\,",
                '_' => @"\_",
                char c => c.ToString(),
            });
        }

        return latex.ToString();
    }

    /// <summary><c>**3</c> or <c>**(-0.5)</c>.</summary>
    [GeneratedRegex(@"\*\*(?:\(([^)]*)\)|([0-9.]+(?:E[-+]?[0-9]+)?))")]
    private static partial Regex Power();
}
