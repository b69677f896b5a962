namespace Qdiff.Imaging;

/// <summary>Draws the shapes of a chart as an image of two pixels a point, on white.</summary>
static class ChartRaster
{
    const int Scale = 2;

    static readonly Ink s_text = Ink.FromRgb(0x333333), s_grid = Ink.FromRgb(0xDBDBDB);

    /// <summary>The image.</summary>
    public static Raster Draw(int width, int height, IReadOnlyList<ChartShape> shapes)
    {
        Raster raster = new(Scale * width, Scale * height, 3);
        raster.Pixels.AsSpan().Fill(255);
        foreach (ChartShape shape in shapes)
            switch (shape)
            {
                case ChartPath path:
                    Ink ink = path.Ink == ChartInk.Grid ? s_grid : Ink.FromRgb(ChartInk.Series[path.Ink % ChartInk.Series.Count]);
                    raster.Polyline([.. path.Points.Select(p => (p.X * Scale, p.Y * Scale))], path.Thickness * Scale, ink,
                        path.IsFaint ? ChartInk.Faint : 1);
                    break;
                case ChartArea area:
                    raster.Area([.. area.Points.Select(p => (p.X * Scale, p.Low * Scale, p.High * Scale))],
                        Ink.FromRgb(ChartInk.Series[area.Ink % ChartInk.Series.Count]), ChartInk.Area);
                    break;
                case ChartText text:
                    int letter = text.Heading ? Scale + 1 : Scale;
                    double start = text.X * Scale - BitmapFont.WidthOf(text.Text) * letter * (text.Anchor + 1) / 2.0;
                    double top = text.Y * Scale - BitmapFont.Capital * letter / 2.0;
                    raster.Text((int)Math.Round(start), (int)Math.Round(top), text.Text, letter, s_text);
                    break;
                default:
                    throw new ArgumentOutOfRangeException(nameof(shapes), shape, "No drawing for this shape.");
            }

        return raster;
    }
}
