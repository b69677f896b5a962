using System.Text.RegularExpressions;
using Qdiff.Cli;
using Qdiff.Imaging;

public partial class LiveViewTests
{
    static readonly LiveView s_view = new()
    {
        Steps = (4_221, 9_375),
        Loss = 0.0123,
        Rate = 5.2,
        Remaining = TimeSpan.FromSeconds(200),
        Curve = [.. Enumerable.Range(0, 40).Select(i => 1.0 / (i + 1))],
        Samples = new(128, 32, 1),
    };

    [Fact]
    public void ItSaysHowFarAndHowWell()
    {
        IReadOnlyList<string> lines = s_view.Lines(100, 40, coloured: false);
        Assert.Equal(3, lines.Count);
        Assert.Equal(18, lines[0].Count(c => c == '━'));
        Assert.EndsWith(" 45 %  step 4,221/9,375", lines[0]);
        Assert.Equal("5.20 steps/s  3 min 20 s left", lines[1]);
        Assert.Matches("^loss 0.0123  [▁▂▃▄▅▆▇█]{32}$", lines[2]);
        Assert.Equal("drawing\\u001b[2J ...", (s_view with { Doing = "drawing\u001b[2J" }).Lines(100, 40, false)[1]);
    }

    /// <summary>Whatever the width, no line is longer, and no terminal breaks it.</summary>
    [Fact]
    public void NarrowWindowsBreakNoLines()
    {
        foreach (int width in (int[])[1, 5, 19, 20, 24, 37, 56, 80, 200])
            Assert.All(s_view.Lines(width, 40, coloured: true), line => Assert.True(Colours.Replace(line, "").Length <= width));
    }

    [Fact]
    public void PicturesAreShownWhereThereAreColoursAndRoom()
    {
        Assert.Equal(3 + 7, s_view.Lines(80, 40, coloured: true).Count);
        Assert.Equal(3, s_view.Lines(80, 10, coloured: true).Count);
        Assert.DoesNotContain(s_view.Lines(80, 40, coloured: false), line => line.Contains('\u001b'));
    }

    [Fact]
    public void AnImageIsTwoRowsOfPixelsALine()
    {
        Raster grey = new(4, 4, 1), red = new(2, 2, 3);
        grey.Row(0).Fill(255);
        grey.Row(1).Fill(255);
        Assert.Equal(["\u001b[38;5;255;48;5;255m▀▀▀▀\u001b[0m", "\u001b[38;5;232;48;5;232m▀▀▀▀\u001b[0m"],
            TerminalImage.Lines(grey, 4));
        (red.Row(0)[0], red.Row(1)[3], red.Row(1)[4], red.Row(1)[5]) = (255, 255, 255, 255);
        Assert.Equal(["\u001b[38;5;196;48;5;16m▀\u001b[38;5;16;48;5;231m▀\u001b[0m"], TerminalImage.Lines(red, 2));
        Assert.Equal(((16, 4), (16, 8)),
            (Size(TrainingDisplay.UpperRow(new(16, 16, 1))), Size(TrainingDisplay.UpperRow(new(16, 8, 1)))));

        static (int, int) Size(Raster raster) => (raster.Width, raster.Height);
    }

    /// <summary>What the view does to a window: it stays at the bottom, and messages stand above it.</summary>
    [Fact]
    public void MessagesStandAboveTheView()
    {
        var written = new StringWriter();
        var stream = new StandardStream(() => written);
        stream.WriteLine("before");
        stream.ShowBlock(["one", "two", "three"]);
        stream.ShowBlock(["1", "2", "3", "4"]);
        stream.WriteLine("a warning");
        stream.ShowBlock(["i", "ii"]);
        Assert.Equal(["before", "a warning", "i", "ii"], Screen(written.ToString()));
        stream.Keep(["end"]);
        stream.WriteLine("after");
        Assert.Equal(["before", "a warning", "end", "after", ""], Screen(written.ToString()));
    }

    [Fact]
    public void NumbersBecomeBlocks()
    {
        Assert.Equal("▁▅█", Sparkline.Of([1, 2, 3]));
        Assert.Equal("█▄▁", Sparkline.Of([1000, 30, 1]));
        Assert.Equal("▁ ▁", Sparkline.Of([2, double.NaN, 2]));
        Assert.Equal("  ", Sparkline.Of([double.NaN, double.PositiveInfinity]));
        Assert.Equal("", Sparkline.Of([]));
    }

    /// <summary>A terminal of as many rows and columns as it takes, which knows what the view uses.</summary>
    static List<string> Screen(string text)
    {
        List<string> rows = [""];
        int row = 0, column = 0;
        for (int i = 0; i < text.Length; i++)
            switch (text[i])
            {
                case '\n':
                    (row, column) = (row + 1, 0);
                    if (row == rows.Count) rows.Add("");
                    break;
                case '\r':
                    column = 0;
                    break;
                case '\u001b':
                    Match code = Code.Match(text, i);
                    if (code.Groups[2].Value == "A") row -= int.Parse(code.Groups[1].Value);
                    else
                    {
                        rows.RemoveRange(row + 1, rows.Count - row - 1);
                        rows[row] = rows[row][..column];
                    }

                    i += code.Length - 1;
                    break;
                default:
                    rows[row] = rows[row][..Math.Min(column, rows[row].Length)] + text[i]
                        + (column + 1 < rows[row].Length ? rows[row][(column + 1)..] : "");
                    column++;
                    break;
            }

        return rows;
    }

    [GeneratedRegex("\u001b\\[[0-9;]*m")]
    static partial Regex Colours { get; }

    [GeneratedRegex("\\G\u001b\\[([0-9]*)([AJ])")]
    static partial Regex Code { get; }
}
