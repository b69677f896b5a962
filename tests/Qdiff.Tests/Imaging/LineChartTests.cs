using System.Globalization;
using System.Xml.Linq;
using Qdiff.Imaging;

public class LineChartTests
{
    static readonly XNamespace s_svg = "http://www.w3.org/2000/svg";

    static XElement Parse(LineChart chart) => XDocument.Parse(chart.ToSvg()).Root!;

    static (double X, double Y)[][] Lines(XElement svg) =>
        [.. svg.Elements(s_svg + "path").Where(path => path.Attribute("stroke") is not null)
        .Select(path => path.Attribute("d")!.Value[1..].Replace("h0", "").Split('L')
            .Select(pair => pair.Split(',').Select(text => double.Parse(text, CultureInfo.InvariantCulture)).ToArray())
            .Select(pair => (pair[0], pair[1])).ToArray())];

    [Fact]
    public void ALineGoesThroughItsPoints()
    {
        LineChart chart = new() { Series = [new("", [0, 5, 10], [0, 1, 0.5])] };
        (double X, double Y)[] line = Assert.Single(Lines(Parse(chart)));
        (double left, double right, double bottom, double top) = (line[0].X, line[2].X, line[0].Y, line[1].Y);
        Assert.True(left < right && top < bottom && left > 0 && right < chart.Width && top > 0 && bottom < chart.Height);
        Assert.Equal((left + right) / 2, line[1].X, 0.02);
        Assert.Equal((top + bottom) / 2, line[2].Y, 0.02);
    }

    /// <summary>Of more names than half of the chart has room for the rest is counted, and the plot stays upright.</summary>
    [Theory]
    [InlineData(460, 300, 34)]
    [InlineData(720, 400, 8)]
    public void ManyNamesLeaveThePlotItsPlace(int width, int height, int length)
    {
        foreach (int count in (int[])[1, 2, 13, 24, 64])
        {
            LineChart chart = new()
            {
                Width = width,
                Height = height,
                Series = [.. Enumerable.Range(0, count).Select(k =>
                    new ChartSeries($"{k} ".PadRight(length, 'n'), [0, 10], [0, 1]))],
            };
            XElement svg = Parse(chart);
            (double X, double Y)[][] lines = [.. Lines(svg).Where(line => line.Length == 2 && line[0].Y - line[1].Y > 40)];
            Assert.Equal(count, lines.Length);
            Assert.All(lines.SelectMany(line => line), point =>
                Assert.True(point.X > 0 && point.X < width && point.Y > 0 && point.Y < height));
            string[] texts = [.. svg.Descendants(s_svg + "text").Select(text => text.Value)];
            int named = texts.Count(text => text.Contains('n', StringComparison.Ordinal) && !text.Contains("more"));
            if (named < count) Assert.Contains($"… and {count - named} more", texts);
            Assert.All(svg.Descendants(s_svg + "text"), text =>
                Assert.InRange(double.Parse(text.Attribute("y")!.Value, CultureInfo.InvariantCulture), 0, height));
        }
    }

    /// <summary>Numbers of the horizontal axis stand out beyond the plot, but not beyond the chart.</summary>
    [Theory]
    [InlineData(1, 1_000)]
    [InlineData(1, 10_000)]
    [InlineData(1, 100_000)]
    [InlineData(1_000_000, 1_000_100)]
    public void NoNumberLeavesTheChart(double first, double last)
    {
        const double letter = 6.12;
        LineChart chart = new() { Width = 460, Height = 300, XLabel = "steps", Series = [new("", [first, last], [0, 5])] };
        IReadOnlyList<ChartShape> shapes = ChartLayout.Arrange(chart);
        ChartText[] numbers = [.. shapes.OfType<ChartText>().Where(text => text.Anchor == 0)];
        Assert.Contains(numbers, number => number.Text == last.ToString("N0", CultureInfo.InvariantCulture));
        Assert.All(numbers, number => Assert.InRange(number.X, letter * number.Text.Length / 2,
            chart.Width - letter * number.Text.Length / 2));
        // Where they fit beside it the plot is as wide as ever.
        if (last == 1_000) Assert.Equal(444.0, shapes.OfType<ChartPath>().Max(path => path.Points.Max(point => point.X)));
    }

    [Fact]
    public void OnALogarithmicAxisEqualRatiosAreEqualDistances()
    {
        LineChart chart = new() { LogX = true, LogY = true, Series = [new("", [1, 10, 100], [1000, 30, 0.9])] };
        (double X, double Y)[] line = Assert.Single(Lines(Parse(chart)));
        Assert.Equal(line[1].X - line[0].X, line[2].X - line[1].X, 0.02);
        Assert.Equal(line[1].Y - line[0].Y, line[2].Y - line[1].Y, 0.02);
    }

    [Fact]
    public void ValuesThatCannotBeShownLeaveGaps()
    {
        LineChart chart = new() { LogY = true, Series = [new("", [1, 2, 3, 4, 5, 6, 7, 8], [1, 2, 0, 3, double.NaN, 4, 5, -1])] };
        Assert.Equal([2, 1, 2], Lines(Parse(chart)).Select(line => line.Length));
    }

    [Fact]
    public void TitleLabelsAndNamesAppearWhateverTheyContain()
    {
        LineChart chart = new()
        {
            Title = "a < b & \"c\"\u0007",
            XLabel = "step",
            YLabel = "loss",
            Series = [new("<script>", [1], [2]), new("ᾱ", [1, 2], [2, 3])],
        };
        string[] texts = [.. Parse(chart).Descendants(s_svg + "text").Select(text => text.Value)];
        foreach (string text in (string[])["a < b & \"c\"", "step", "loss", "<script>", "ᾱ"]) Assert.Contains(text, texts);
        Assert.Equal(chart.Width * 2, chart.ToRaster().Width);
    }

    [Fact]
    public void LongSeriesAreThinnedButKeepTheirExtremes()
    {
        double[] x = [.. Enumerable.Range(0, 100_000).Select(i => (double)i)], y = [.. x.Select(value => Math.Sin(value))];
        (y[33_333], y[66_666]) = (9, -9);
        (double X, double Y)[] line = Assert.Single(Lines(Parse(new() { Series = [new("", x, y)] })));
        Assert.InRange(line.Length, 500, 4 * 720);
        Assert.Equal(2, line.Count(p => p.Y == line.Min(q => q.Y) || p.Y == line.Max(q => q.Y)));
        Assert.Equal(line.OrderBy(p => p.X).Select(p => p.X), line.Select(p => p.X));
    }

    [Fact]
    public void ThePictureShowsTheLineInItsColour()
    {
        LineChart chart = new() { Series = [new("", [0, 1], [1, 1])] };
        (double X, double Y)[] line = Assert.Single(Lines(Parse(chart)));
        Raster raster = chart.ToRaster();
        int middle = (int)(line[0].X + line[1].X), y = (int)(line[0].Y * 2);
        Assert.Equal([0x2A, 0x7F, 0xBA], raster.Row(y).Slice(middle * 3, 3).ToArray());
        Assert.Equal([255, 255, 255], raster.Row(y - 8).Slice(middle * 3, 3).ToArray());
    }

    [Fact]
    public void BarsReachFromLowToHighAndStandSideBySide()
    {
        ChartSeries Series(string name, double y) => new(name, [0, 1], [y, y])
        {
            Bars = [(y - 1, y + 2), null],
        };
        LineChart chart = new() { Series = [Series("a", 3), Series("b", 4)] };
        (double X, double Y)[][] paths = Lines(Parse(chart));
        (double X, double Y)[][] bars = [.. paths.Where(p => p.Length == 6)],
            lines = [.. paths.Where(p => p.Length == 2 && p[1].X - p[0].X > 100)];
        Assert.Equal((2, 2), (bars.Length, lines.Length));
        double unit = Math.Abs(lines[0][0].Y - lines[1][0].Y);
        foreach (((double X, double Y)[] bar, (double X, double Y)[] line) in bars.Zip(lines))
        {
            // The upright part, second to third point, goes through the line's first point.
            Assert.Equal(line[0].X, bar[2].X, 0.02);
            Assert.Equal(line[0].X, bar[3].X, 0.02);
            Assert.Equal(unit, bar[2].Y - line[0].Y, 0.02);
            Assert.Equal(2 * unit, line[0].Y - bar[3].Y, 0.02);
        }

        Assert.True(Math.Abs(bars[0][2].X - bars[1][2].X) > 5);
        LineChart wrong = chart with { Series = [new("", [0, 1], [1, 2]) { Bars = [null] }] };
        Assert.Contains("1 bars", Assert.Throws<ArgumentException>(wrong.ToSvg).Message);
    }

    [Fact]
    public void AnEmptyChartSaysSo() => Assert.Contains("nothing to show", new LineChart().ToSvg());

    [Fact]
    public void WrongChartsAreRefused()
    {
        Assert.Contains("2 x values but 1 y",
            Assert.Throws<ArgumentException>(() => new LineChart { Series = [new("s", [1, 2], [1])] }.ToSvg()).Message);
        Assert.Throws<ArgumentException>(() => new LineChart { Width = 10 }.ToRaster());
    }

    [Fact]
    public void TheEndingOfThePathChoosesTheFormat()
    {
        using TemporaryFolder folder = new();
        LineChart chart = new() { Series = [new("", [0, 1], [1, 2])] };
        chart.Save(folder.File("a.svg"));
        chart.Save(folder.File("a.png"));
        Assert.Equal(chart.ToSvg(), File.ReadAllText(folder.File("a.svg")));
        Assert.Equal(chart.ToRaster().Pixels, Png.Read(folder.File("a.png")).Pixels);
    }
}
