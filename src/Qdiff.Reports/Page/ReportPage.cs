using System.Security.Cryptography;
using System.Text;

namespace Qdiff.Reports;

/// <summary>
/// A page in one file: style, script and images are in it, and its policy forbids it to fetch or run anything else.
/// </summary>
static class ReportPage
{
    static readonly string s_style = Resource("report.css"), s_script = Resource("report.js");

    /// <summary>The whole document.</summary>
    /// <param name="title">What stands in the window's title.</param>
    /// <param name="sections">Heading, name for links, and content; those without content are left out.</param>
    public static string Of(string title, Html head, IReadOnlyList<(string Heading, string Name, Html? Content)> sections)
    {
        (string Heading, string Name, Html? Content)[] shown = [.. sections.Where(section => section.Content is not null)];
        Html page = $"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy" content="{Html.OfMarkup(Policy)}">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <meta name="referrer" content="no-referrer">
            <title>{title}</title>
            <style>{Html.OfMarkup(s_style)}</style>
            </head>
            <body>
            <a class="skip" href="#content">To the content</a>
            <header>{head}
            <nav aria-label="Sections"><ul>{shown.Select(Link)}</ul></nav>
            </header>
            <main id="content">
            {shown.Select(Section)}</main>
            <footer><p>Written by Qdiff {Version}. One file, which needs no network.</p></footer>
            <script>{Html.OfMarkup(s_script)}</script>
            </body>
            </html>

            """;
        return page.ToString();
    }

    static string Policy => $"default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src '{Hash(s_script)}'; "
        + "base-uri 'none'; form-action 'none'";

    static Html Link((string Heading, string Name, Html? Content) section) =>
        $"""<li><a href="#{section.Name}">{section.Heading}</a></li>""";

    static string Version => typeof(ReportPage).Assembly.GetName().Version?.ToString(3) ?? "";

    static Html Section((string Heading, string Name, Html? Content) section) => $"""
        <section id="{section.Name}" aria-labelledby="{section.Name}-heading">
        <h2 id="{section.Name}-heading">{section.Heading}</h2>
        {section.Content}</section>

        """;

    /// <summary>What allows this script alone to run.</summary>
    static string Hash(string script) => "sha256-" + Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(script)));

    static string Resource(string name)
    {
        using Stream stream = typeof(ReportPage).Assembly.GetManifestResourceStream(name)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }
}
