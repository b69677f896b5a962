using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Qdiff.Imaging;

/// <summary>
/// How the elements of one of our SVG documents look: its style sheet, whose rules are for elements or classes below the root,
/// over the elements' own attributes.
/// </summary>
sealed partial class SvgStyle
{
    readonly List<(string Name, Dictionary<string, string> Properties)> rules = [];

    /// <summary>Rules for dark pages and for printing are left out.</summary>
    public SvgStyle(string sheet)
    {
        foreach (Match rule in Rules().Matches(Media().Replace(sheet, "")))
        {
            Dictionary<string, string> properties = rule.Groups[2].Value
                .Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
                .Select(property => property.Split(':', 2, StringSplitOptions.TrimEntries))
                .ToDictionary(pair => pair[0], pair => pair[1]);
            foreach (string selector in rule.Groups[1].Value.Split(',', StringSplitOptions.TrimEntries))
                rules.Add((selector.Split(' ')[^1], properties));
        }
    }

    /// <summary>A property of an element; null if nothing says it. A rule for a class goes before one for elements.</summary>
    public string? Of(XElement element, string property)
    {
        string[] classes = element.Attribute("class")?.Value.Split(' ') ?? [];
        return rules.LastOrDefault(rule => rule.Name.StartsWith('.') && classes.Contains(rule.Name[1..])
                && rule.Properties.ContainsKey(property)).Properties?[property]
            ?? rules.LastOrDefault(rule => rule.Name == element.Name.LocalName && rule.Properties.ContainsKey(property))
                .Properties?[property]
            ?? element.Attribute(property)?.Value;
    }

    /// <summary>A number.</summary>
    public double Number(XElement element, string property, double usual) => Of(element, property) is { } text
        ? double.Parse(text.Replace("px", ""), CultureInfo.InvariantCulture) : usual;

    [GeneratedRegex(@"@media[^{]*\{([^{}]*\{[^{}]*\})*[^{}]*\}")]
    private static partial Regex Media();

    [GeneratedRegex(@"([^{}]+)\{([^{}]*)\}")]
    private static partial Regex Rules();
}
