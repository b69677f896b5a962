using System.Globalization;
using System.Xml.Linq;
using Qdiff.Imaging;

public class IntervalChartTests
{
    static readonly XNamespace s_svg = "http://www.w3.org/2000/svg";

    [Fact]
    public void ARowIsItsIntervalItsValueAndItsPoints()
    {
        IntervalChart chart = new()
        {
            Title = "t",
            Reference = 0,
            Rows = [new("a", 1, -1, 3) { Points = [0, 2] }, new("<b>", double.NaN), new("c", 2)],
        };
        XElement svg = XDocument.Parse(chart.ToSvg()).Root!;
        Assert.Equal(["a", "<b>", "c"],
            svg.Elements(s_svg + "text").Where(t => t.Attribute("x")!.Value == "16").Select(t => t.Value).Skip(1));
        // One cap and five more corners, two faint seeds, a dot each; the row without a number has none.
        string[] paths = [.. svg.Elements(s_svg + "path").Where(p => p.Attribute("stroke") is not null)
            .Select(p => p.Attribute("d")!.Value)];
        Assert.Equal(1 + 2 + 2, paths.Length);
        double[] x = [.. paths[0][1..].Split('L').Select(pair => double.Parse(pair.Split(',')[0], CultureInfo.InvariantCulture))];
        double Place(string dot) => double.Parse(dot[1..].Split(',')[0], CultureInfo.InvariantCulture);
        // -1, 0, 1, 2 and 3 are evenly apart.
        Assert.Equal((x[0] + x[3]) / 2, Place(paths[3]), 0.02);
        Assert.Equal((x[3] - x[0]) / 2, Place(paths[2]) - Place(paths[1]), 0.02);
        Assert.Equal(2 * chart.Height, chart.ToRaster().Height);
    }

    [Fact]
    public void ALineThatRunsAlongAnotherIsSeenThroughGaps()
    {
        LineChart chart = new()
        {
            Series = [new("a", [0, 1], [1, 2]), new("steps of a", [0, 1], [1, 2]) { IsFaint = true }, new("b", [0, 1], [1, 2])],
        };
        XElement[] lines = [.. XDocument.Parse(chart.ToSvg()).Root!.Elements(s_svg + "path")
            .Where(path => path.Attribute("stroke-width")?.Value is "1.8" or "1")];
        // The faint one behind, then the first, whole, then the second with gaps.
        Assert.Equal(["#E6791A", "#2A7FBA", "#17A07A"], lines.Select(line => line.Attribute("stroke")!.Value));
        Assert.Equal([null, null, "7 4"], lines.Select(line => line.Attribute("stroke-dasharray")?.Value));
        Assert.Contains("[7 4] 0 d", SvgPage.Read(chart.ToSvg()).Content);

        ChartPath bent = new([(0, 0), (6, 0), (6, 10)], 1, 0) { Dash = [4, 2] };
        Assert.Equal([[(0, 0), (4, 0)], [(6, 0), (6, 4)], [(6, 6), (6, 10)]],
            ChartRaster.Strokes(bent).Select(stroke => stroke.ToArray()).Where(stroke => stroke.Length > 1));
    }

    [Fact]
    public void WhatLiesBeyondTheLimitsIsNotDrawn()
    {
        IntervalChart rows = new() { Limits = new(0, 1), Rows = [new("a", 0.2, -5, 0.9), new("b", 0.2, 0.1, 7)] };
        LineChart lines = new()
        {
            Limits = new(Lowest: 0),
            Series = [new("a", [0, 1], [2, 3]) { Band = [(-9, 4), (1, 4)] }, new("b", [0, 1], [2, 3]) { Bars = [(-9, 4), null] }],
        };
        foreach (string drawn in (string[])[rows.ToSvg(), lines.ToSvg()])
            Assert.DoesNotContain(XDocument.Parse(drawn).Root!.Elements(s_svg + "text"), text => text.Value.StartsWith('-'));
        // An end that is cut has no cap.
        Assert.Equal([4, 4], XDocument.Parse(rows.ToSvg()).Root!.Elements(s_svg + "path")
            .Select(path => path.Attribute("d")!.Value.Split('L').Length).Where(corners => corners > 2));
        Assert.Contains("-", (rows with { Limits = null }).ToSvg().Split("<text").Select(text => text.Split('>')[1][..1]));
        // Values that are equal are not given room below the limit either.
        LineChart none = new() { Limits = new(0), Series = [new("a", [0, 1], [0, 0])] };
        Assert.DoesNotContain(XDocument.Parse(none.ToSvg()).Root!.Elements(s_svg + "text"), text => text.Value.StartsWith('-'));
    }

    [Fact]
    public void ABandIsAnAreaBetweenItsEndsAndNamesAreNeverCut()
    {
        string longName = new('n', 90);
        LineChart chart = new()
        {
            Width = 460,
            Series = [new("a", [0, 1, 2, 3], [2, 2, 2, 2]) { Band = [(1, 3), (1, 3), null, (1, 3)] },
                new(longName, [0, 3], [1, 3]) { IsFaint = true }],
        };
        XElement svg = XDocument.Parse(chart.ToSvg()).Root!;
        // A single point makes no area.
        string[] corners = Assert.Single(svg.Elements(s_svg + "polygon")).Attribute("points")!.Value.Split(' ');
        double[] y = [.. corners.Select(corner => double.Parse(corner.Split(',')[1], CultureInfo.InvariantCulture))];
        Assert.Equal(4, corners.Length);
        Assert.Equal(y[0], y[1]);
        Assert.Equal(y[2], y[3]);
        Assert.True(y[0] < y[2]);
        Assert.Contains(svg.Elements(s_svg + "text"), text =>
            text.Value.EndsWith('…') && text.Value.StartsWith("nnn", StringComparison.Ordinal));
        Assert.Contains(svg.Elements(s_svg + "path"), path => path.Attribute("stroke-opacity")?.Value == "0.4");
        Assert.Equal(920, chart.ToRaster().Width);
    }
}
