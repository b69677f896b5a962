using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;
using Qdiff.Reports;

public class HtmlTests
{
    const string Hostile = """<script>alert(1)</script> "onload='x' & </td></table> &amp; """;

    [Fact]
    public void WhatStandsInAHoleIsText()
    {
        Html page = $"""<p title="{Hostile}">{Hostile}</p>""";
        IElement p = Assert.Single(Parse(page).Body!.Children);
        Assert.Equal(("P", Hostile, Hostile, 0), (p.TagName, p.TextContent, p.GetAttribute("title"), p.ChildElementCount));
    }

    [Fact]
    public void PiecesOfHtmlAndNumbersAreWhatTheyAre()
    {
        Html[] items = [.. Enumerable.Range(1, 3).Select(i => (Html)$"<li>{i}</li>")];
        Html list = $"<ul>{items}{Html.None}</ul>{1234.5:N1}";
        Assert.Equal("<ul><li>1</li><li>2</li><li>3</li></ul>1,234.5", list.ToString());
    }

    [Fact]
    public void WhatHasNoPictureIsShownAsItsCode()
    {
        Html html = $"{"a\u001b[31m\u202eb\0\u2028é😀\ud800 \u200d\n"}";
        Assert.Equal("a\\u001b[31m\\u202eb\\u0000\\u2028é😀\\ud800 \u200d\n", html.ToString());
    }

    [Fact]
    public void ATableHasACaptionHeadingsAndNumbersToSortBy()
    {
        ReportTable table = new("all <b>", "name", ReportTable.Number("value", "what it \"means\""));
        Assert.True(table.IsEmpty);
        table.Add(Hostile, new("1.5e3", 1500));
        table.Add("second", 12_345);
        IHtmlTableElement parsed = Assert.IsAssignableFrom<IHtmlTableElement>(Parse(table.ToHtml()).QuerySelector("table"));
        Assert.Equal("all <b>", parsed.Caption!.TextContent);
        Assert.Equal(["col", "col", "row", "row"], parsed.QuerySelectorAll("th").Select(th => th.GetAttribute("scope")));
        Assert.Equal("what it \"means\"", parsed.QuerySelectorAll("th")[1].GetAttribute("title"));
        Assert.Equal([Hostile, "1.5e3", "second", "12,345"],
            parsed.Bodies[0].Rows.SelectMany(row => row.Cells).Select(c => c.TextContent));
        Assert.Equal(["1500", "12345"], parsed.QuerySelectorAll("td").Select(td => td.GetAttribute("data-v")));
        Assert.Throws<ArgumentException>(() => table.Add("one cell"));
    }

    static IHtmlDocument Parse(Html html) => new HtmlParser().ParseDocument($"<!DOCTYPE html><body>{html}</body>");
}
