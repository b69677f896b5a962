using System.Security;
using System.Text;

namespace Qdiff.Imaging;

/// <summary>Writes the shapes of a chart as SVG.</summary>
static class ChartSvg
{
    // Every rule names the class, for the document may be put into a page as it is.
    const string Style = """
        <style>
        .qdiff-chart text { font: 12px system-ui, sans-serif; fill: #333 }
        .qdiff-chart .h { font-size: 14px; font-weight: 600 }
        .qdiff-chart path { fill: none; stroke-linecap: round; stroke-linejoin: round }
        .qdiff-chart .g { stroke: #888; stroke-opacity: .3; stroke-linecap: butt }
        .qdiff-chart polygon { stroke: none }
        @media (prefers-color-scheme: dark) { .qdiff-chart text { fill: #ccc } }
        </style>
        """;

    /// <summary>Points from the middle of a capital down to the foot of the line, in text and in headings: not every program
    /// that shows SVG knows dominant-baseline.</summary>
    const double Foot = 4.3, HeadingFoot = 5;

    /// <summary>The document.</summary>
    public static string Write(string title, int width, int height, IReadOnlyList<ChartShape> shapes)
    {
        var svg = new StringBuilder();
        svg.Append(Invariant($"""
            <svg xmlns="http://www.w3.org/2000/svg" class="qdiff-chart" width="{width}" height="{height}"
              viewBox="0 0 {width} {height}" role="img">
            <title>{Escape(title)}</title>
            {Style}

            """));
        foreach (ChartShape shape in shapes)
            switch (shape)
            {
                case ChartPath path:
                    svg.Append("<path ").Append(Colour(path)).Append(" d=\"").Append(Data(path)).Append("\"/>\n");
                    break;
                case ChartArea area:
                    svg.Append(Invariant($"<polygon fill=\"{Series(area.Ink)}\" fill-opacity=\"{ChartInk.Area}\" points=\""))
                        .Append(Corners(area)).Append("\"/>\n");
                    break;
                case ChartText { Text: "" }:
                    break;
                case ChartText text:
                    string anchor = text.Anchor switch { -1 => "start", 0 => "middle", _ => "end" };
                    string heading = text.Heading ? " class=\"h\"" : "";
                    double foot = text.Y + (text.Heading ? HeadingFoot : Foot);
                    svg.Append(Invariant($"<text x=\"{text.X:0.##}\" y=\"{foot:0.##}\" text-anchor=\"{anchor}\"{heading}>"));
                    svg.Append(Escape(text.Text)).Append("</text>\n");
                    break;
                default:
                    throw new ArgumentOutOfRangeException(nameof(shapes), shape, "No SVG for this shape.");
            }

        return svg.Append("</svg>\n").ToString();
    }

    static string Colour(ChartPath path) => path.Ink == ChartInk.Grid ? "class=\"g\""
        : Invariant($"stroke=\"{Series(path.Ink)}\" stroke-width=\"{path.Thickness:0.##}\"")
            + (path.IsFaint ? Invariant($" stroke-opacity=\"{ChartInk.Faint}\"") : "")
            + (path.Dash.Count > 0 ? $" stroke-dasharray=\"{Lengths(path.Dash)}\"" : "");

    static string Lengths(IReadOnlyList<double> dash) => string.Join(' ', dash.Select(length => Invariant($"{length}")));

    static string Series(int ink) => Invariant($"#{ChartInk.Series[ink % ChartInk.Series.Count]:X6}");

    /// <summary>Along the upper line and back along the lower one.</summary>
    static string Corners(ChartArea area) => string.Join(' ', area.Points.Select(p => Invariant($"{p.X:0.##},{p.High:0.##}"))
        .Concat(area.Points.Reverse().Select(p => Invariant($"{p.X:0.##},{p.Low:0.##}"))));

    static string Data(ChartPath path)
    {
        // A single point becomes a line of no length; its round ends make it a dot.
        string rest = path.Points.Count == 1 ? "h0" : "";
        return "M" + string.Join('L', path.Points.Select(p => Invariant($"{p.X:0.##},{p.Y:0.##}"))) + rest;
    }

    static string Escape(string text) => SecurityElement.Escape(string.Concat(text.Where(c => !char.IsControl(c))));
}
