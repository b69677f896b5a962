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
                    foreach (IReadOnlyList<(double X, double Y)> stroke in Strokes(path))
                        raster.Polyline([.. stroke.Select(p => (p.X * Scale, p.Y * Scale))], path.Thickness * Scale, ink,
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

    /// <summary>The pieces of a line that are drawn: all of it, or its dashes.</summary>
    internal static IEnumerable<IReadOnlyList<(double X, double Y)>> Strokes(ChartPath path)
    {
        if (path.Dash.Count == 0 || path.Points.Count == 1)
        {
            yield return path.Points;
            yield break;
        }

        List<(double X, double Y)> stroke = [path.Points[0]];
        int part = 0;
        double left = path.Dash[0];
        for (int i = 1; i < path.Points.Count; i++)
        {
            ((double x, double y), (double toX, double toY)) = (path.Points[i - 1], path.Points[i]);
            double length = Math.Sqrt((toX - x) * (toX - x) + (toY - y) * (toY - y));
            for (double done = 0; done < length;)
            {
                double step = Math.Min(left, length - done);
                (done, left) = (done + step, left - step);
                if (part % 2 == 0) stroke.Add((x + (toX - x) * done / length, y + (toY - y) * done / length));
                if (left > 0) continue;
                if (part % 2 == 0) yield return stroke;
                stroke = [(x + (toX - x) * done / length, y + (toY - y) * done / length)];
                left = path.Dash[++part % path.Dash.Count];
            }
        }

        if (part % 2 == 0) yield return stroke;
    }
}
