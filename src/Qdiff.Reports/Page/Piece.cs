using System.Globalization;

namespace Qdiff.Reports;

/// <summary>What several sections are made of.</summary>
static class Piece
{
    /// <summary>A line about what is not there, and why.</summary>
    public static Html Missing(string what) => $"""
        <p class="missing">{what}</p>

        """;

    /// <summary>A chart with a line about it.</summary>
    public static Html Chart(string svg, string caption)
    {
        Html line = caption == "" ? Html.None : (Html)$"<figcaption>{caption}</figcaption>";
        return $"""
            <figure class="chart">{Html.OfMarkup(svg)}{line}</figure>

            """;
    }

    /// <summary>An image of dots, shown as such.</summary>
    /// <param name="png">The file's content.</param>
    public static Html Picture(byte[] png, string alt) =>
        $"""<img alt="{alt}" src="data:image/png;base64,{Convert.ToBase64String(png)}">""";

    /// <summary>Something to be copied: a command, or a file's content.</summary>
    public static Html Code(string text, string label) =>
        $"""
        <pre class="copy" tabindex="0" aria-label="{label}">{text}</pre>

        """;

    /// <summary>Names and values.</summary>
    public static Html Facts(IEnumerable<(string Name, string Value)> facts) =>
        $"<dl>{facts.Select(fact => (Html)$"<div><dt>{fact.Name}</dt><dd>{fact.Value}</dd></div>\n")}</dl>\n";

    /// <summary>What is opened on demand.</summary>
    public static Html Details(string summary, Html content, bool open = false) => $"""
        <details{(open ? " open" : "")}><summary>{summary}</summary>
        {content}</details>

        """;

    /// <summary>A list of lines; nothing if there are none.</summary>
    public static Html List(IReadOnlyList<string> lines) =>
        lines.Count == 0 ? Html.None : $"<ul>{lines.Select(line => (Html)$"<li>{line}</li>\n")}</ul>\n";

    /// <summary>A whole number in groups of three digits.</summary>
    public static string N(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
