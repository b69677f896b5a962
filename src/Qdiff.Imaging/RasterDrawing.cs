namespace Qdiff.Imaging;

/// <summary>Drawing on images: areas, text of dots, and smooth lines. What lies outside of the image is cut off.</summary>
static class RasterDrawing
{
    /// <summary>Fills a rectangle of whole pixels.</summary>
    public static void Fill(this Raster raster, int x, int y, int width, int height, Ink ink)
    {
        for (int row = Math.Max(0, y); row < Math.Min(raster.Height, y + height); row++)
            for (int column = Math.Max(0, x); column < Math.Min(raster.Width, x + width); column++)
                Blend(raster, column, row, ink, 1);
    }

    /// <summary>
    /// Writes a line of text with its upper left corner at (x, y); a dot is <paramref name="scale"/> pixels wide.
    /// </summary>
    public static void Text(this Raster raster, int x, int y, string text, int scale, Ink ink) =>
        BitmapFont.ForEachDot(text, (column, row) => raster.Fill(x + column * scale, y + row * scale, scale, scale, ink));

    /// <summary>
    /// Draws a line through these points with round ends, <paramref name="width"/> pixels wide; a single point is a dot. Pixel
    /// (i, j) is the square around (i + ½, j + ½), and how far it is covered follows from its distance to the line.
    /// </summary>
    public static void Polyline(this Raster raster, IReadOnlyList<(double X, double Y)> points, double width, Ink ink,
        double opacity = 1)
    {
        if (points.Count == 0) return;
        double reach = width / 2 + 1;
        (int left, int right) = Range(points.Min(p => p.X) - reach, points.Max(p => p.X) + reach, 0, raster.Width);
        (int top, int bottom) = Range(points.Min(p => p.Y) - reach, points.Max(p => p.Y) + reach, 0, raster.Height);
        if (left >= right || top >= bottom) return;

        // The cover of all segments is collected first, so that the joints are not painted twice.
        var cover = new float[(right - left) * (bottom - top)];
        for (int i = 0; i < Math.Max(1, points.Count - 1); i++)
        {
            (double X, double Y) a = points[i], b = points[Math.Min(i + 1, points.Count - 1)];
            (int firstX, int endX) = Range(Math.Min(a.X, b.X) - reach, Math.Max(a.X, b.X) + reach, left, right);
            (int firstY, int endY) = Range(Math.Min(a.Y, b.Y) - reach, Math.Max(a.Y, b.Y) + reach, top, bottom);
            for (int y = firstY; y < endY; y++)
                for (int x = firstX; x < endX; x++)
                {
                    float share = (float)Math.Clamp(width / 2 + 0.5 - Distance(x + 0.5, y + 0.5, a, b), 0, 1);
                    ref float known = ref cover[(y - top) * (right - left) + x - left];
                    known = Math.Max(known, share);
                }
        }

        for (int y = top; y < bottom; y++)
            for (int x = left; x < right; x++)
                if (cover[(y - top) * (right - left) + x - left] is > 0 and float share)
                    Blend(raster, x, y, ink, share * (float)opacity);
    }

    /// <summary>Covers the area between two lines over the same places, which go from left to right, by a share of it.</summary>
    public static void Area(this Raster raster, IReadOnlyList<(double X, double Low, double High)> points, Ink ink,
        double opacity)
    {
        for (int i = 0; i + 1 < points.Count; i++)
        {
            ((double x0, double low0, double high0), (double x1, double low1, double high1)) = (points[i], points[i + 1]);
            for (int x = Math.Max(0, (int)Math.Ceiling(x0)); x < Math.Min(raster.Width, x1); x++)
            {
                double along = (x - x0) / (x1 - x0), top = high0 + along * (high1 - high0), bottom = low0 + along * (low1 - low0);
                (int first, int end) = Range(Math.Min(top, bottom), Math.Max(top, bottom), 0, raster.Height);
                for (int y = first; y < end; y++) Blend(raster, x, y, ink, (float)opacity);
            }
        }
    }

    /// <summary>The whole pixels, first and end, that touch low … high and lie in first … end.</summary>
    static (int First, int End) Range(double low, double high, int first, int end) =>
        (Math.Max(first, (int)Math.Floor(low)), Math.Min(end, (int)Math.Ceiling(high)));

    /// <summary>From (x, y) to the nearest point of the segment from a to b.</summary>
    static double Distance(double x, double y, (double X, double Y) a, (double X, double Y) b)
    {
        double dx = b.X - a.X, dy = b.Y - a.Y, square = dx * dx + dy * dy;
        double along = square == 0 ? 0 : Math.Clamp(((x - a.X) * dx + (y - a.Y) * dy) / square, 0, 1);
        return Math.Sqrt(Math.Pow(x - a.X - along * dx, 2) + Math.Pow(y - a.Y - along * dy, 2));
    }

    static void Blend(Raster raster, int x, int y, Ink ink, float share)
    {
        Span<byte> pixel = raster.Row(y).Slice(x * raster.Channels, raster.Channels);
        for (int c = 0; c < pixel.Length; c++) pixel[c] = (byte)MathF.Round(pixel[c] + (ink[c, pixel.Length] - pixel[c]) * share);
    }
}
