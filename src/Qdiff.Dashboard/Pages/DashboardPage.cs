using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Qdiff.Reports;

namespace Qdiff.Dashboard;

/// <summary>The frame of all pages, in the style of reports, and the files that they load.</summary>
static class DashboardPage
{
    static readonly Dictionary<string, (byte[] Content, string Type, string Version)> s_assets = new(StringComparer.Ordinal)
    {
        ["report.css"] = Asset(typeof(Report), "report.css", "text/css"),
        ["report.js"] = Asset(typeof(Report), "report.js", "text/javascript"),
        ["dashboard.css"] = Asset(typeof(DashboardPage), "dashboard.css", "text/css"),
        ["live.js"] = Asset(typeof(DashboardPage), "live.js", "text/javascript"),
        ["charts.js"] = Asset(typeof(DashboardPage), "charts.js", "text/javascript"),
        ["images.js"] = Asset(typeof(DashboardPage), "images.js", "text/javascript"),
        ["uPlot.min.css"] = Asset(typeof(DashboardPage), "uPlot.min.css", "text/css"),
        ["uPlot.LICENSE.txt"] = Asset(typeof(DashboardPage), "uPlot.LICENSE.txt", "text/plain"),
        ["uPlot.js"] = Asset(typeof(DashboardPage), "uPlot.iife.min.js", "text/javascript"),
    };

    /// <summary>A file that pages load; null if there is none of this name.</summary>
    public static (byte[] Content, string Type)? Asset(string name) =>
        s_assets.TryGetValue(name, out var asset) ? (asset.Content, asset.Type) : null;

    /// <summary>The whole document.</summary>
    /// <param name="live">The address of the stream of news that the page follows; null for none.</param>
    /// <param name="charts">Whether there are charts or images to move through.</param>
    public static string Of(string title, Html content, string? live = null, bool charts = false) => ((Html)$"""
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <link rel="icon" href="data:,">
        <title>{title}</title>
        {Sheet("report.css")}{Sheet("dashboard.css")}{(charts ? Sheet("uPlot.min.css") : Html.None)}</head>
        <body{(live is null ? Html.None : (Html)$" data-live=\"{live}\"")}>
        <a class="skip" href="#content">To the content</a>
        {content}
        <footer><p>Qdiff {typeof(DashboardPage).Assembly.GetName().Version!.ToString(3)}. It shows what the files say.
        <span id="live" role="status"></span></p></footer>
        {Script("report.js")}{(live is null ? Html.None : Script("live.js"))}
        {(charts ? (Html)$"{Script("uPlot.js")}{Script("charts.js")}{Script("images.js")}" : Html.None)}</body>
        </html>

        """).ToString();

    /// <summary>A list of what could not be read; nothing if there is nothing.</summary>
    public static Html Problems(IReadOnlyList<string> problems) => problems.Count == 0 ? Html.None : $"""
        <section id="problems" aria-labelledby="problems-heading">
        <h2 id="problems-heading">What could not be read</h2>
        {Piece.List(problems)}</section>

        """;

    /// <summary>A page that says why there is no other.</summary>
    /// <param name="code">The status that it is sent with.</param>
    public static string Sorry(string what, int code)
    {
        string title = code switch
        {
            StatusCodes.Status404NotFound => "Not found",
            StatusCodes.Status400BadRequest => "Not understood",
            _ => "Not done",
        };
        return Of($"{title} - Qdiff", $"""
            <header><h1>{title}</h1></header>
            <main id="content"><p>{what}</p><p><a href="/">All runs</a></p></main>

            """);
    }

    static Html Sheet(string name) => $"""<link rel="stylesheet" href="/assets/{name}?{s_assets[name].Version}">""";

    static Html Script(string name) => $"""<script src="/assets/{name}?{s_assets[name].Version}" defer></script>""";

    static (byte[], string, string) Asset(Type owner, string name, string type)
    {
        using Stream stream = owner.Assembly.GetManifestResourceStream(name)!;
        byte[] content = new byte[stream.Length];
        stream.ReadExactly(content);
        return (content, type + "; charset=utf-8", Convert.ToHexStringLower(SHA256.HashData(content)[..6]));
    }
}
