using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Linq;

namespace Qdiff.Imaging;

/// <summary>One of our SVG documents as operators of PDF, in the document's coordinates (y downwards).</summary>
sealed partial class SvgPage
{
    readonly StringBuilder content = new();
    readonly List<double> opacities = [];
    readonly SvgStyle style;

    SvgPage(XElement root)
    {
        (Width, Height) = (Number(root, "width"), Number(root, "height"));
        style = new(string.Concat(root.Descendants().Where(element => element.Name.LocalName == "style").Select(e => e.Value)));
        foreach (XElement element in root.Elements()) Draw(element);
    }

    public double Width { get; }

    public double Height { get; }

    public string Content => content.ToString();

    /// <summary>Graphics states <c>G0</c>, <c>G1</c>, … that the content asks for.</summary>
    public IReadOnlyList<double> Opacities => opacities;

    /// <exception cref="FormatException">It is no XML, or has elements that our drawings have not.</exception>
    public static SvgPage Read(string svg)
    {
        try
        {
            return new(XDocument.Parse(svg).Root!);
        }
        catch (XmlException e)
        {
            throw new FormatException($"The drawing is no SVG document: {e.Message}", e);
        }
    }

    void Draw(XElement element)
    {
        switch (element.Name.LocalName)
        {
            case "title" or "style":
                break;
            case "g":
                string transform = element.Attribute("transform")?.Value ?? "0 0";
                double[] move = [.. Numbers().Matches(transform).Select(match => Parse(match.Value))];
                content.Append(Invariant($"q 1 0 0 1 {move[0]:0.###} {move[1]:0.###} cm\n"));
                foreach (XElement inside in element.Elements()) Draw(inside);
                content.Append("Q\n");
                break;
            case "path":
                Paint(element, SvgPath.Operators(element.Attribute("d")!.Value));
                break;
            case "polygon":
                Paint(element, SvgPath.Operators($"M{element.Attribute("points")!.Value}z"));
                break;
            case "rect":
                Paint(element, Rectangle(Number(element, "x"), Number(element, "y"), Number(element, "width"),
                    Number(element, "height"), Number(element, "rx")));
                break;
            case "circle":
                double radius = Number(element, "r");
                Paint(element, Rectangle(Number(element, "cx") - radius, Number(element, "cy") - radius, 2 * radius, 2 * radius,
                    radius));
                break;
            case "text":
                Write(element);
                break;
            default:
                throw new FormatException($"The element {element.Name.LocalName} is none that our drawings have.");
        }
    }

    void Paint(XElement element, string path)
    {
        (string fill, string stroke) = (style.Of(element, "fill") ?? "#000", style.Of(element, "stroke") ?? "none");
        if (fill != "none")
            content.Append(Invariant($"q {State(style.Number(element, "fill-opacity", 1))} {Colour(fill)} rg {path}f Q\n"));
        if (stroke == "none") return;
        string dash = style.Of(element, "stroke-dasharray") is { } lengths ? $"[{lengths}] 0 d " : "";
        string ends = style.Of(element, "stroke-linecap") == "round" ? "1 J 1 j" : "0 J 0 j";
        content.Append(Invariant($"q {State(style.Number(element, "stroke-opacity", 1))} {Colour(stroke)} RG "))
            .Append(Invariant($"{style.Number(element, "stroke-width", 1):0.###} w {ends} {dash}{path}S Q\n"));
    }

    void Write(XElement element)
    {
        bool bold = style.Of(element, "font-weight") is "600" or "bold";
        string font = style.Of(element, "font") ?? "12px";
        double size = style.Number(element, "font-size", Parse(Numbers().Match(font).Value));
        double shift = (style.Of(element, "text-anchor") ?? "start") switch { "start" => 0, "middle" => 0.5, _ => 1 };
        double x = Number(element, "x") - shift * PdfLetters.Width(element.Value, size, bold);
        content.Append(Invariant($"q {Colour(style.Of(element, "fill") ?? "#000")} rg BT "))
            .Append(Invariant($"1 0 0 -1 {x:0.###} {Number(element, "y"):0.###} Tm "));
        foreach ((int run, string codes) in PdfLetters.Runs(element.Value, bold))
            content.Append(Invariant($"/F{run} {size:0.##} Tf ({Escaped(codes)}) Tj "));
        content.Append("ET Q\n");
    }

    string State(double opacity)
    {
        if (opacity == 1) return "";
        int index = opacities.IndexOf(opacity);
        if (index < 0)
        {
            index = opacities.Count;
            opacities.Add(opacity);
        }

        return Invariant($"/G{index} gs");
    }

    /// <summary>With corners of a radius; a circle is all corners.</summary>
    static string Rectangle(double x, double y, double width, double height, double radius)
    {
        double handle = radius * (1 - SvgPath.Quarter), right = x + width, bottom = y + height;
        return Invariant($"{x + radius:0.###} {y:0.###} m {right - radius:0.###} {y:0.###} l ")
            + Invariant($"{right - handle:0.###} {y:0.###} {right:0.###} {y + handle:0.###} {right:0.###} {y + radius:0.###} c ")
            + Invariant($"{right:0.###} {bottom - radius:0.###} l {right:0.###} {bottom - handle:0.###} ")
            + Invariant($"{right - handle:0.###} {bottom:0.###} {right - radius:0.###} {bottom:0.###} c ")
            + Invariant($"{x + radius:0.###} {bottom:0.###} l {x + handle:0.###} {bottom:0.###} ")
            + Invariant($"{x:0.###} {bottom - handle:0.###} {x:0.###} {bottom - radius:0.###} c ")
            + Invariant($"{x:0.###} {y + radius:0.###} l {x:0.###} {y + handle:0.###} ")
            + Invariant($"{x + handle:0.###} {y:0.###} {x + radius:0.###} {y:0.###} c h ");
    }

    static string Colour(string hex)
    {
        string digits = hex.Length == 4 ? string.Concat(hex[1..].Select(digit => new string(digit, 2))) : hex[1..];
        int rgb = int.Parse(digits, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        return Invariant($"{(rgb >> 16) / 255.0:0.###} {(rgb >> 8 & 255) / 255.0:0.###} {(rgb & 255) / 255.0:0.###}");
    }

    static string Escaped(string codes) => codes.Replace(@"\", @"\\").Replace("(", @"\(").Replace(")", @"\)");

    static double Number(XElement element, string attribute) =>
        element.Attribute(attribute) is { } value ? Parse(value.Value) : 0;

    static double Parse(string text) => double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"-?\d*\.?\d+")]
    private static partial Regex Numbers();
}
