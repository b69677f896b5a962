namespace Qdiff.Imaging;

/// <summary>
/// Values with their intervals, a row each, over one axis, as SVG (follows the reader's light or dark theme) or as an image: what
/// lies clear of the reference line, and what does not, is seen at once.
/// </summary>
public sealed record IntervalChart
{
    const double Letter = 6.3, Row = 26, Cap = 4;

    /// <summary>What is shown.</summary>
    public string Title { get; init; } = "";

    /// <summary>What the axis counts.</summary>
    public string XLabel { get; init; } = "";

    /// <summary>Width in points (the image has two pixels a point); the height follows from the rows.</summary>
    public int Width { get; init; } = 720;

    /// <summary>What no value lies beyond; null for nothing.</summary>
    public ChartLimits? Limits { get; init; }

    /// <summary>Where an upright line stands; null for none.</summary>
    public double? Reference { get; init; }

    /// <summary>The rows from above.</summary>
    public IReadOnlyList<IntervalRow> Rows { get; init; } = [];

    /// <summary>Height in points.</summary>
    public int Height => (int)(Top + Row * Math.Max(1, Rows.Count) + 26 + (XLabel == "" ? 0 : 17));

    double Top => Title == "" ? 12 : 36;

    /// <summary>The chart as an SVG document.</summary>
    public string ToSvg() => ChartSvg.Write(Title, Width, Height, Arrange());

    /// <summary>The chart as an image on white.</summary>
    public Raster ToRaster() => ChartRaster.Draw(Width, Height, Arrange());

    List<ChartShape> Arrange()
    {
        int most = (int)(Width / 3 / Letter);
        string[] names = [.. Rows.Select(row => row.Name.Length <= most ? row.Name : row.Name[..(most - 1)] + "…")];
        double left = 24 + Letter * names.Select(name => name.Length).DefaultIfEmpty(0).Max(), right = Width - 20;
        double bottom = Top + Row * Math.Max(1, Rows.Count);
        var axis = ChartAxis.For([.. Rows.SelectMany(Values), .. Reference is { } at ? (double[])[at] : []], log: false,
            (int)((right - left) / 90), whole: true, Limits);
        double Place(double value) => left + axis.Place(value) * (right - left);

        List<ChartShape> shapes = [new ChartText(16, 18, Title, -1, ChartInk.Text, Heading: true)];
        foreach ((double value, string text) in axis.Ticks)
        {
            shapes.Add(new ChartPath([(Place(value), Top), (Place(value), bottom)], 1, ChartInk.Grid));
            shapes.Add(new ChartText(Place(value), bottom + 13, text, 0, ChartInk.Text));
        }

        // The reference is told from the grid by being drawn three times as dark.
        if (Reference is { } line)
            shapes.AddRange(Enumerable.Repeat(new ChartPath([(Place(line), Top), (Place(line), bottom)], 1, ChartInk.Grid), 3));
        shapes.Add(new ChartText((left + right) / 2, bottom + 30, XLabel, 0, ChartInk.Text));
        for (int i = 0; i < Rows.Count; i++)
        {
            (double y, int ink) = (Top + Row * (i + 0.5), Rows[i].Series ?? i);
            shapes.Add(new ChartText(16, y, names[i], -1, ChartInk.Text));
            if (!ChartAxis.Shows(Rows[i].Value, log: false)) continue;
            if (Span(Rows[i]) is { } span && ChartAxis.Shows(span.Low, false) && ChartAxis.Shows(span.High, false))
            {
                (double from, double to) = (Place(span.Low), Place(span.High));
                (double X, double Y)[] begin = span.Low > Rows[i].Low ? [] : [(from, y - Cap), (from, y + Cap)],
                    end = span.High < Rows[i].High ? [] : [(to, y - Cap), (to, y + Cap)];
                shapes.Add(new ChartPath([.. begin, (from, y), (to, y), .. end], 1.4, ink));
            }

            shapes.AddRange(Rows[i].Points.Where(value => ChartAxis.Shows(value, log: false))
                .Select(value => new ChartPath([(Place(value), y)], 3, ink, IsFaint: true)));
            shapes.Add(new ChartPath([(Place(Rows[i].Value), y)], 7, ink));
        }

        return shapes;
    }

    IEnumerable<double> Values(IntervalRow row) =>
        [row.Value, .. row.Points, .. Span(row) is { } span ? (double[])[span.Low, span.High] : []];

    /// <summary>The interval of a row as far as it is drawn.</summary>
    (double Low, double High)? Span(IntervalRow row) =>
        row is not { Low: { } low, High: { } high } ? null : Limits?.Cut((low, high)) ?? (low, high);
}

/// <summary>A row of an <see cref="IntervalChart"/>.</summary>
/// <param name="Name">What it is of.</param>
/// <param name="Value">The value; one that is no number leaves the row empty.</param>
/// <param name="Low">The lower end of its interval; null if it has none.</param>
/// <param name="High">The upper end.</param>
public sealed record IntervalRow(string Name, double Value, double? Low = null, double? High = null)
{
    /// <summary>The measurements behind the value.</summary>
    public IReadOnlyList<double> Points { get; init; } = [];

    /// <summary>The number of the colour; by default that of the row.</summary>
    public int? Series { get; init; }
}
