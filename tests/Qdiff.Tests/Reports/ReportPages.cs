using System.Security.Cryptography;
using System.Text;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;
using Qdiff.Papers;
using Qdiff.Reports;

/// <summary>Reports as a browser understands them.</summary>
static class ReportPages
{
    public static IHtmlDocument Of(string folder, ReportOptions? options = null) =>
        Parse(Report.Of(folder, Papers.Catalog, options));

    public static IHtmlDocument Parse(string page)
    {
        // Whatever a parser has to mend is a mistake of the page.
        List<string> mistakes = [];
        var parser = new HtmlParser(new HtmlParserOptions { IsStrictMode = false });
        parser.Error += (_, e) => mistakes.Add(e.ToString() ?? "");
        IHtmlDocument document = parser.ParseDocument(page);
        Assert.Empty(mistakes);
        return document;
    }

    /// <summary>The cells of a table's row, by the caption of the table and the heading of the row.</summary>
    public static string[] Row(IHtmlDocument page, string caption, string heading) =>
        [.. Table(page, caption).Bodies[0].Rows.First(row => row.Cells[0].TextContent == heading).Cells.Select(cell =>
            cell.TextContent)];

    public static IHtmlTableElement Table(IHtmlDocument page, string caption) =>
        page.QuerySelectorAll<IHtmlTableElement>("table")
            .First(table => table.Caption!.TextContent.StartsWith(caption, StringComparison.Ordinal));

    /// <summary>What holds for every report: it fetches nothing, runs its own script alone, and can be read without
    /// seeing.</summary>
    public static void AssertSound(IHtmlDocument page)
    {
        IElement script = Assert.Single(page.QuerySelectorAll("script"));
        string hash = Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(script.TextContent)));
        string policy = page.QuerySelector("meta[http-equiv=Content-Security-Policy]")!.GetAttribute("content")!;
        Assert.Contains($"default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'sha256-{hash}'", policy);
        Assert.Empty(page.QuerySelectorAll("link, iframe, object, embed, form, base"));
        Assert.All(page.QuerySelectorAll("img"), image => Assert.StartsWith("data:image/png;base64,", image.GetAttribute("src")));
        Assert.All(page.QuerySelectorAll("*").SelectMany(element => element.Attributes),
            attribute => Assert.False(attribute.Name.StartsWith("on", StringComparison.OrdinalIgnoreCase), attribute.Name));
        Assert.All(page.QuerySelectorAll("a"), link => Assert.NotNull(page.GetElementById(link.GetAttribute("href")![1..])));

        Assert.Equal("en", page.DocumentElement.GetAttribute("lang"));
        Assert.Single(page.QuerySelectorAll("h1"));
        Assert.All(page.QuerySelectorAll("img"), image => Assert.NotEmpty(image.GetAttribute("alt")!));
        Assert.All(page.QuerySelectorAll("svg"), svg => Assert.NotEmpty(svg.QuerySelector("title")!.TextContent));
        Assert.All(page.QuerySelectorAll<IHtmlTableElement>("table"), table => Assert.NotEmpty(table.Caption!.TextContent));
        Assert.All(page.QuerySelectorAll("th"), head => Assert.True(head.GetAttribute("scope") is "row" or "col"));
        string[] names = [.. page.QuerySelectorAll("[id]").Select(element => element.Id!)];
        Assert.Equal(names.Distinct(), names);
        // Headings go down a level at a time.
        int[] levels = [.. page.QuerySelectorAll("h1, h2, h3, h4").Select(heading => heading.TagName[1] - '0')];
        Assert.All(levels.Zip(levels.Skip(1)), pair => Assert.True(pair.Second <= pair.First + 1));
    }
}
