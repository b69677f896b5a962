using Qdiff.Imaging;

public class RasterDrawingTests
{
    static double Cover(Raster raster) => raster.Pixels.Sum(pixel => pixel / 255.0);

    [Theory]
    [InlineData(10, 10, 50, 10, 3)]
    [InlineData(10.3, 12.7, 50.9, 31.1, 2)]
    [InlineData(30, 8, 31, 52, 4.5)]
    [InlineData(50, 50, 12, 20, 1)]
    public void ALineCoversItsLengthTimesItsWidthAndRoundEnds(double x0, double y0, double x1, double y1, double width)
    {
        Raster raster = new(64, 64, 1);
        raster.Polyline([(x0, y0), (x1, y1)], width, Ink.White);
        double length = Math.Sqrt(Math.Pow(x1 - x0, 2) + Math.Pow(y1 - y0, 2));
        double area = length * width + Math.PI * width * width / 4;
        Assert.InRange(Cover(raster) / area, 0.97, 1.03);
    }

    [Fact]
    public void ASinglePointIsADisc()
    {
        Raster raster = new(32, 32, 1);
        raster.Polyline([(16.2, 15.7)], 12, Ink.White);
        Assert.InRange(Cover(raster) / (Math.PI * 36), 0.97, 1.03);
    }

    [Fact]
    public void JointsAreNotPaintedTwice()
    {
        Raster whole = new(64, 8, 1), pieces = new(64, 8, 1);
        whole.Polyline([(5, 4.3), (60, 4.3)], 3, Ink.FromRgb(0x808080));
        pieces.Polyline([(5, 4.3), (20, 4.3), (20, 4.3), (33.3, 4.3), (60, 4.3)], 3, Ink.FromRgb(0x808080));
        Assert.Equal(whole.Pixels, pieces.Pixels);
    }

    [Fact]
    public void WhatLiesOutsideIsCutOff()
    {
        Raster small = new(10, 10, 3), large = new(30, 30, 3);
        small.Polyline([(-8, -6), (18, 14)], 3, Ink.FromRgb(0x123456));
        large.Polyline([(2, 4), (28, 24)], 3, Ink.FromRgb(0x123456));
        small.Fill(8, 8, 5, 5, Ink.White);
        large.Fill(18, 18, 5, 5, Ink.White);
        small.Text(-3, 2, "Q", 1, Ink.White);
        large.Text(7, 12, "Q", 1, Ink.White);
        for (int y = 0; y < 10; y++) Assert.Equal(large.Row(10 + y).Slice(30, 30), small.Row(y));
        small.Polyline([(100, 100), (200, 100)], 3, Ink.White);
        small.Polyline([], 3, Ink.White);
    }

    [Fact]
    public void GreyPicturesTakeTheBrightness()
    {
        Raster raster = new(1, 1, 1);
        raster.Fill(0, 0, 1, 1, Ink.FromRgb(0x00FF00));
        Assert.Equal(150, raster.Pixels[0]);
    }
}
