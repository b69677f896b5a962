using Qdiff;
using Qdiff.Imaging;

public class ImageGridTests
{
    static ImageSet Images(int count, int channels) => new("grid", [channels, 2, 3],
        [.. Enumerable.Range(0, count * channels * 6).Select(i => (byte)i)]);

    [Theory]
    [InlineData(1, 1, 0, 1, 2)]
    [InlineData(5, 1, 0, 1, 2)]
    [InlineData(5, 3, 2, 3, 1)]
    [InlineData(4, 3, 9, 2, 0)]
    public void EveryPixelLandsWhereItBelongs(int count, int channels, int columns, int scale, int padding)
    {
        ImageSet images = Images(count, channels);
        Raster picture = ImageGrid.Draw(images, new() { Columns = columns, Scale = scale, Padding = padding });
        int across = columns == 0 ? (int)Math.Ceiling(Math.Sqrt(count)) : Math.Min(columns, count);
        int down = (count + across - 1) / across;
        int cellWidth = 3 * scale + padding, cellHeight = 2 * scale + padding;
        Assert.Equal((padding + across * cellWidth, padding + down * cellHeight), (picture.Width, picture.Height));
        Assert.Equal(channels, picture.Channels);
        for (int y = 0; y < picture.Height; y++)
            for (int x = 0; x < picture.Width * channels; x++)
            {
                (int fromLeft, int fromTop) = (x / channels - padding, y - padding);
                (int inX, int inY) = (fromLeft % cellWidth, fromTop % cellHeight);
                int image = fromTop / cellHeight * across + fromLeft / cellWidth;
                bool white = fromLeft < 0 || fromTop < 0 || image >= count || inX >= 3 * scale || inY >= 2 * scale;
                int expected = white ? 255 : images.Image(image)[x % channels * 6 + inY / scale * 3 + inX / scale];
                Assert.Equal(expected, picture.Row(y)[x]);
            }
    }

    [Fact]
    public void CaptionsStandUnderTheirImages()
    {
        Raster picture = ImageGrid.Draw(Images(3, 1), new() { Columns = 3, Captions = ["", "Hi"] });
        // The widest caption makes the columns 11 wide; image 1 is centred at 2 + 13 + (11 − 3) / 2.
        Assert.Equal((2 + 3 * 13, 2 + (2 + 11) + 2), (picture.Width, picture.Height));
        Assert.Equal(Images(3, 1).Image(1)[0], picture.Row(2)[19]);
        for (int y = 0; y < 9; y++)
            for (int x = 0; x < 11; x++)
                Assert.Equal(x != 5 && BitmapFont.IsSet("Hi"[x / 6], x % 6, y) ? 0 : 255, picture.Row(6 + y)[15 + x]);
        Assert.All(Enumerable.Range(0, 9), y => Assert.Equal(-1, picture.Row(6 + y)[28..].IndexOf((byte)0)));
    }

    [Fact]
    public void NumbersAreDrawnLikeTheirPixels()
    {
        float[] samples = [-1, 0, 1, 2, -2, 0.5f];
        Assert.Equal([0, 128, 255, 255, 0, 191], ImageGrid.Draw([1, 2, 3], samples, new() { Padding = 0 }).Pixels);
    }

    [Fact]
    public void TheFileCarriesItsTexts()
    {
        using TemporaryFolder folder = new();
        ImageGrid.Save(Images(4, 3), folder.File("grid.png"), null, [new("seed", "7")]);
        byte[] file = File.ReadAllBytes(folder.File("grid.png"));
        Assert.Equal([new("seed", "7")], Png.ReadTexts(file, "grid.png"));
        Assert.Equal(ImageGrid.Draw(Images(4, 3)).Pixels, Png.Decode(file, "grid.png").Pixels);
    }

    [Fact]
    public void ImpossibleLayoutsAreRefused()
    {
        Assert.Throws<ArgumentException>(() => ImageGrid.Draw(Images(1, 1), new() { Scale = 0 }));
        Assert.Throws<ArgumentException>(() => ImageGrid.Draw(Images(1, 1), new() { Columns = -1 }));
        Assert.Contains("2 captions for 1",
            Assert.Throws<ArgumentException>(() => ImageGrid.Draw(Images(1, 1), new() { Captions = ["a", "b"] })).Message);
        Assert.Contains("smaller scale",
            Assert.Throws<InputException>(() => ImageGrid.Draw(Images(4, 1), new() { Scale = 100_000 })).Message);
    }

    [Fact]
    public void TitlesStandBesideTheirRowsAndAboveTheirColumns()
    {
        ImageSet images = Images(5, 1);
        (string[] rowTitles, string[] columnTitles) = (["A", "Bc"], ["x", "yy", "z"]);
        Raster picture = ImageGrid.Draw(images, new() { Columns = 3, RowTitles = rowTitles, ColumnTitles = columnTitles });

        // Titles are 11 wide at most and 9 high: a margin of 11 + 2 on the left, a heading of 9 + 2 above, and cells of 11×9.
        Raster expected = new(13 + 2 + 3 * 13, 11 + 2 + 2 * 11, 1);
        expected.Pixels.AsSpan().Fill(255);
        for (int i = 0; i < 5; i++)
            for (int e = 0; e < 6; e++) expected.Row(13 + i / 3 * 11 + e / 3)[15 + i % 3 * 13 + 4 + e % 3] = images.Image(i)[e];
        for (int row = 0; row < 2; row++) expected.Text(2, 13 + row * 11, rowTitles[row], 1, Ink.Black);
        expected.Text(15 + 3, 2, "x", 1, Ink.Black);
        expected.Text(15 + 13, 2, "yy", 1, Ink.Black);
        expected.Text(15 + 26 + 3, 2, "z", 1, Ink.Black);
        Assert.Equal((expected.Width, expected.Height), (picture.Width, picture.Height));
        Assert.Equal(expected.Pixels, picture.Pixels);
    }

    [Fact]
    public void TitlesOfRowsStandInTheMiddleOfHighImages()
    {
        ImageSet image = new("high", [1, 20, 1], new byte[20]);
        Raster picture = ImageGrid.Draw(image, new() { RowTitles = ["I"], Padding = 3 });
        Assert.Equal((7 + 3 + 1 + 3, 3 + 20 + 3), (picture.Width, picture.Height));
        for (int y = 0; y < picture.Height; y++)
            for (int x = 3; x < 8; x++)
                Assert.Equal(y - 8 is >= 0 and < 9 && BitmapFont.IsSet('I', x - 3, y - 8) ? 0 : 255, picture.Row(y)[x]);
    }

    [Fact]
    public void MoreTitlesThanRowsOrColumnsAreRefused()
    {
        Assert.Contains("There are 3 titles for 2 rows and 0 for 3 columns",
            Assert.Throws<ArgumentException>(() =>
                ImageGrid.Draw(Images(5, 1), new() { Columns = 3, RowTitles = ["a", "b", "c"] })).Message);
        Assert.Contains("and 2 for 1 columns",
            Assert.Throws<ArgumentException>(() => ImageGrid.Draw(Images(1, 1), new() { ColumnTitles = ["a", "b"] })).Message);
    }
}
