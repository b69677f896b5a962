using Qdiff.Imaging;

public class BitmapFontTests
{
    static string Shape(char letter) => string.Concat(from row in Enumerable.Range(0, BitmapFont.Height)
                                                      from column in Enumerable.Range(0, BitmapFont.Width)
                                                      select BitmapFont.IsSet(letter, column, row) ? '#' : '.');

    [Fact]
    public void EveryAsciiLetterHasAShapeOfItsOwn()
    {
        string[] shapes = [.. Enumerable.Range(' ', '~' - ' ' + 1).Select(code => Shape((char)code))];
        Assert.Equal(95, shapes.Distinct().Count());
        Assert.DoesNotContain('#', Shape(' '));
        Assert.DoesNotContain(Shape('é'), shapes);
        Assert.Equal(Shape('é'), Shape('\uFFFF'));
    }

    [Fact]
    public void TextIsLettersSixDotsApart()
    {
        var dots = new List<(int, int)>();
        BitmapFont.ForEachDot("L.", (x, y) => dots.Add((x, y)));
        (int, int)[] letter = [(0, 0), (0, 1), (0, 2), (0, 3), (0, 4), (0, 5), (0, 6), (1, 6), (2, 6), (3, 6), (4, 6)];
        Assert.Equal([.. letter, (7, 5), (7, 6), (8, 5), (8, 6)], dots.Order());
        Assert.Equal(11, BitmapFont.WidthOf("L."));
        Assert.Equal(0, BitmapFont.WidthOf(""));
    }
}
