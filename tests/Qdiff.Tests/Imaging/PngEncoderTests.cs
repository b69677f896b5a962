using Qdiff;
using Qdiff.Imaging;

public class PngEncoderTests
{
    static Raster Picture(int width, int height, int channels, Func<int, int, int, int> value)
    {
        Raster raster = new(width, height, channels);
        for (int y = 0; y < height; y++)
            for (int x = 0; x < width; x++)
                for (int c = 0; c < channels; c++) raster.Row(y)[x * channels + c] = (byte)value(x, y, c);
        return raster;
    }

    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(1, 1, 3)]
    [InlineData(28, 28, 1)]
    [InlineData(31, 17, 3)]
    [InlineData(300, 2, 3)]
    public void WhatIsWrittenIsRead(int width, int height, int channels)
    {
        Random random = new(width);
        foreach (Func<int, int, int, int> picture in new Func<int, int, int, int>[]
        {
            (x, y, c) => 3 * x + 2 * y + 40 * c, (_, _, _) => random.Next(256), (_, _, _) => 200, (x, y, _) => x * y % 2 * 255,
        })
        {
            Raster raster = Picture(width, height, channels, picture);
            Raster back = Png.Decode(Png.Encode(raster), "test");
            Assert.Equal((width, height, channels), (back.Width, back.Height, back.Channels));
            Assert.Equal(raster.Pixels, back.Pixels);
        }
    }

    [Fact]
    public void FiltersMakeSmoothPicturesSmall()
    {
        Raster smooth = Picture(128, 128, 3, (x, y, c) => (x * x / 100 + y * (3 + c) / 2) % 256);
        Assert.InRange(Png.Encode(smooth).Length, 0, 128 * 128 * 3 / 10);
        Assert.InRange(Png.Encode(Picture(128, 128, 1, (_, _, _) => 7)).Length, 0, 200);
    }

    [Theory]
    [InlineData("seed", "42")]
    [InlineData("Title", "café × 2")]
    [InlineData("qdiff model", "ᾱ 量子")]
    [InlineData("empty", "")]
    [InlineData("lines", "one\ntwo")]
    public void TextsAreKept(string keyword, string text)
    {
        byte[] file = Png.Encode(new Raster(2, 2, 1), [new(keyword, text), new("second", "2")]);
        Assert.Equal([new(keyword, text), new("second", "2")], Png.ReadTexts(file, "test"));
        Assert.Equal(2, Png.Decode(file, "test").Width);
    }

    [Fact]
    public void ImpossibleTextsAreRefused()
    {
        foreach (string keyword in (string[])["", " seed", "séed", new string('x', 80)])
            Assert.Throws<ArgumentException>(() => Png.Encode(new Raster(1, 1, 1), [new(keyword, "x")]));
        Assert.Throws<ArgumentException>(() => Png.Encode(new Raster(1, 1, 1), [new("seed", "a\0b")]));
    }

    [Fact]
    public void DamagedTextsAreLeftOut()
    {
        byte[] header = [0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0];
        byte[] file = PngFile.Join(
            ("IHDR", header), ("tEXt", [65, 66]), ("tEXt", [0, 66]), ("iTXt", [65, 0]), ("iTXt", [65, 0, 1, 0, 0, 0, 66]),
            ("iTXt", [65, 0, 0, 0, 0, 66]), ("tEXt", [65, 0, 66]), ("IEND", []));
        Assert.Equal([new("A", "B")], Png.ReadTexts(file, "test"));
    }

    [Fact]
    public void AnImageOfASetKeepsItsPlanes()
    {
        ImageSet images = new("set", [3, 1, 2], [1, 2, 3, 4, 5, 6, 10, 20, 30, 40, 50, 60]);
        Raster raster = images.ToRaster(1);
        Assert.Equal([10, 30, 50, 20, 40, 60], raster.Pixels);
        var planes = new byte[6];
        raster.CopyPlanes(planes);
        Assert.Equal(images.Image(1), planes);
        Assert.Throws<ArgumentException>(() => raster.CopyPlanes(new byte[2]));
    }
}
