using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Qdiff.Imaging;

/// <summary>The data of an SVG path as operators of PDF: lines, and arcs of circles.</summary>
static partial class SvgPath
{
    /// <summary>How far the middle points of a quarter's curve are from its ends, for radius 1.</summary>
    public const double Quarter = 0.5522847498;

    /// <exception cref="FormatException">It has other commands than M, L, l, H, h, V, v, a and z.</exception>
    public static string Operators(string data)
    {
        var text = new StringBuilder();
        string[] tokens = [.. Tokens().Matches(data).Select(match => match.Value)];
        (double x, double y, char command) = (0, 0, 'M');
        for (int i = 0; i < tokens.Length;)
        {
            if (char.IsLetter(tokens[i][0])) command = tokens[i++][0];
            switch (command)
            {
                case 'M':
                    (x, y) = (Next(), Next());
                    text.Append(Invariant($"{x:0.###} {y:0.###} m "));
                    command = 'L';
                    break;
                case 'L':
                    LineTo(Next(), Next());
                    break;
                case 'l':
                    LineTo(x + Next(), y + Next());
                    break;
                case 'H':
                    LineTo(Next(), y);
                    break;
                case 'h':
                    LineTo(x + Next(), y);
                    break;
                case 'V':
                    LineTo(x, Next());
                    break;
                case 'v':
                    LineTo(x, y + Next());
                    break;
                case 'a':
                    (double radius, _, _, _, double clockwise, double dx, double dy) =
                        (Next(), Next(), Next(), Next(), Next(), Next(), Next());
                    HalfCircle(radius, clockwise != 0, dx, dy);
                    break;
                case 'z' or 'Z':
                    text.Append("h ");
                    break;
                default:
                    throw new FormatException($"The command {command} of a path is none that our drawings have.");
            }

            double Next() => i < tokens.Length && double.TryParse(tokens[i++], NumberStyles.Float, CultureInfo.InvariantCulture,
                out double number) ? number : throw new FormatException("A path ends too early.");
        }

        return text.ToString();

        void LineTo(double toX, double toY)
        {
            (x, y) = (toX, toY);
            text.Append(Invariant($"{x:0.###} {y:0.###} l "));
        }

        // Two quarters: from the start over the point that the bow reaches to the end.
        void HalfCircle(double radius, bool clockwise, double dx, double dy)
        {
            if (Math.Abs(Math.Sqrt(dx * dx + dy * dy) - 2 * radius) > 1e-6)
                throw new FormatException("An arc of a path is no half circle.");
            (double centreX, double centreY, int turn) = (x + dx / 2, y + dy / 2, clockwise ? 1 : -1);
            for (int quarter = 0; quarter < 2; quarter++)
            {
                (double ax, double ay) = (x - centreX, y - centreY);
                // With y downwards (x, y) turns clockwise into (−y, x).
                (double bx, double by) = (-turn * ay, turn * ax);
                text.Append(Invariant($"{x + Quarter * bx:0.###} {y + Quarter * by:0.###} "));
                (x, y) = (centreX + bx, centreY + by);
                text.Append(Invariant($"{x + Quarter * ax:0.###} {y + Quarter * ay:0.###} {x:0.###} {y:0.###} c "));
            }
        }
    }

    [GeneratedRegex(@"[A-Za-z]|-?\d*\.?\d+")]
    private static partial Regex Tokens();
}
