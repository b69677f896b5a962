namespace Qdiff.Imaging;

/// <summary>Turns a chart into shapes: where the plot lies, the grid with its numbers, the lines, the names.</summary>
static class ChartLayout
{
    /// <summary>Points a letter is wide, about, in the text of both outputs.</summary>
    const double Letter = 6.3;

    const double Line = 17;

    /// <summary>Points between neighbouring series where there are bars, and half the width of a bar's ends.</summary>
    const double Apart = 7, Cap = 2.5;

    /// <summary>Of the first series, the second, …: strokes and gaps, beside round ends.</summary>
    static readonly double[][] s_dashes = [[], [7, 4], [1, 4], [9, 4, 1, 4]];

    /// <summary>All shapes, those behind first.</summary>
    public static IReadOnlyList<ChartShape> Arrange(LineChart chart)
    {
        foreach (ChartSeries series in chart.Series)
            if (series.X.Count != series.Y.Count || (series.Bars ?? series.Band) is { } spans && spans.Count != series.X.Count)
                throw new ArgumentException($"The series {series.Name} has {series.X.Count} x values but {series.Y.Count} y "
                    + $"values and {(series.Bars ?? series.Band)?.Count ?? 0} bars.", nameof(chart));
        if (chart.Width < 200 || chart.Height < 120)
            throw new ArgumentException($"A chart has at least 200×120 points, got {chart.Width}×{chart.Height}.", nameof(chart));

        var shapes = new List<ChartShape>();
        bool names = chart.Series.Count > 1 || chart.Series.Any(series => series.Name != "");
        double wanted = names ? 26 + Letter * chart.Series.Max(series => series.Name.Length) : 0;
        // Beside the plot if they leave it room, else in rows above it.
        bool aside = wanted <= chart.Width / 3.0 && chart.Width >= 600;
        double header = 14 + (chart.Title == "" ? 0 : Line + 4);
        IReadOnlyList<(double X, double Y, string Text)> above = names && !aside ? Rows(chart, header) : [];
        double top = header + (above.Count > 0 ? above[^1].Y + Line + 2 : 0)
            + (chart.YLabel == "" ? 0 : Line);
        double bottom = chart.Height - 26 - (chart.XLabel == "" ? 0 : Line);
        var y = ChartAxis.For([.. Points(chart).Select(p => p.Y), .. BarEnds(chart), .. BandEnds(chart)], chart.LogY,
            (int)((bottom - top) / 40), whole: true, chart.Limits);
        double left = 16 + Letter * y.Ticks.Select(tick => tick.Text.Length).DefaultIfEmpty(1).Max();
        double right = chart.Width - 16 - (aside ? wanted : 0);
        var x = ChartAxis.For(Points(chart).Select(p => p.X), chart.LogX, (int)((right - left) / 90), whole: false);
        // Room at both ends for the bars that stand aside.
        double room = BarEnds(chart).Any() ? Apart * chart.Series.Count / 2.0 : 0;
        // A number stands out by half of its width: where that leads out of the chart the plot is narrower.
        foreach ((double value, string text) in x.Ticks)
        {
            (double part, double half) = (x.Place(value), Letter * text.Length / 2);
            double shift = room * (1 - 2 * part);
            if (part < 0.5) left = Math.Max(left, (half - part * right - shift) / (1 - part));
            else right = Math.Min(right, (chart.Width - half - (1 - part) * left - shift) / part);
        }

        (double X, double Y) Place(double valueX, double valueY) =>
            (left + room + x.Place(valueX) * (right - left - 2 * room), bottom - y.Place(valueY) * (bottom - top));

        AddAxes(shapes, chart, x, y, Place, (left, right, top, bottom));
        for (int k = chart.Series.Count - 1; k >= 0; k--) AddBand(shapes, chart, chart.Series[k], Colour(k), x, y, Place);
        // Each lies on those before it and has gaps of its own, so that one that runs along another is seen, and colours need not
        // be. What stays in the background lies behind all.
        foreach (int k in Enumerable.Range(0, chart.Series.Count).OrderByDescending(k => chart.Series[k].IsFaint))
        {
            double moved = room > 0 ? (k - (chart.Series.Count - 1) / 2.0) * Apart : 0;
            (double X, double Y) Aside(double valueX, double valueY)
            {
                (double atX, double atY) = Place(valueX, valueY);
                return (atX + moved, atY);
            }

            AddBars(shapes, chart, chart.Series[k], Colour(k), x, y, Aside);
            AddLine(shapes, chart.Series[k], Colour(k), Dash(k), x, y, Aside);
        }

        IReadOnlyList<(double X, double Y, string Text)> named = !names ? [] : aside ? Column(chart, right + 12, top + 6, bottom)
            : [.. above.Select(place => (place.X, header + 4 + place.Y, place.Text))];
        for (int k = 0; k < named.Count; k++)
            if (k == named.Count - 1 && k < chart.Series.Count - 1)
                shapes.Add(new ChartText(named[k].X, named[k].Y, named[k].Text, -1, ChartInk.Text));
            else AddName(shapes, named[k].X, named[k].Y, named[k].Text, chart.Series[k], Colour(k), Dash(k));
        return shapes;

        int Colour(int k) => chart.Series[k].Colour ?? k;

        IReadOnlyList<double> Dash(int k) => chart.Series[k].IsFaint ? []
            : s_dashes[chart.Series.Take(k).Count(before => !before.IsFaint) % s_dashes.Length];
    }

    /// <summary>Where the names stand that are written under each other. Of more than there is room for the last says how many
    /// more there are.</summary>
    static IReadOnlyList<(double X, double Y, string Text)> Column(LineChart chart, double x, double top, double bottom)
    {
        int room = Math.Max(1, (int)((bottom - top) / Line) + 1), count = chart.Series.Count;
        return [.. chart.Series.Take(room).Select((series, k) => (x, top + k * Line,
            k == room - 1 && count > room ? Rest(count - k) : series.Name))];
    }

    static string Rest(int count) => FormattableString.Invariant($"… and {count} more");

    /// <summary>Where the names stand that are written in rows, from the left of the first row. They take half of the chart at
    /// most: of more the last says how many more there are.</summary>
    static List<(double X, double Y, string Text)> Rows(LineChart chart, double header)
    {
        double lowest = Math.Max(0, chart.Height / 2.0 - header - Line);
        List<(double X, double Y, string Text)> places = [];
        int most = (int)((chart.Width - 60) / Letter);
        (double x, double y) = (16, 0);
        foreach (string name in chart.Series.Select(series => series.Name))
        {
            string text = name.Length <= most ? name : name[..(most - 1)] + "…";
            double width = 34 + Letter * text.Length;
            if (x > 16 && x + width > chart.Width)
            {
                if (y + Line > lowest)
                {
                    // In the place of the last, or of more where they are short.
                    while (places.Count > 1 && places[^1].X + Letter * Rest(chart.Series.Count).Length > chart.Width)
                        places.RemoveAt(places.Count - 1);
                    places[^1] = places[^1] with { Text = Rest(chart.Series.Count - places.Count + 1) };
                    return places;
                }

                (x, y) = (16, y + Line);
            }

            places.Add((x, y, text));
            x += width;
        }

        return places;
    }

    static IEnumerable<(double X, double Y)> Points(LineChart chart) => chart.Series.SelectMany(series => series.X.Zip(series.Y))
        .Where(point => ChartAxis.Shows(point.First, chart.LogX) && ChartAxis.Shows(point.Second, chart.LogY));

    static IEnumerable<double> BarEnds(LineChart chart) => chart.Series.Where(series => series.Bars is not null)
        .SelectMany(series => series.Bars!).SelectMany(bar => Ends(chart, bar));

    static IEnumerable<double> BandEnds(LineChart chart) => chart.Series.SelectMany(series => series.Band ?? [])
        .SelectMany(span => Ends(chart, span));

    /// <summary>The ends of an interval as far as it is drawn.</summary>
    static IEnumerable<double> Ends(LineChart chart, (double Low, double High)? span) =>
        span is not { } s ? [] : Cut(chart, s) is var (low, high) ? [low, high] : [];

    static (double Low, double High) Cut(LineChart chart, (double Low, double High) span) => chart.Limits?.Cut(span) ?? span;

    static void AddBand(List<ChartShape> shapes, LineChart chart, ChartSeries series, int ink, ChartAxis x, ChartAxis y,
        Func<double, double, (double X, double Y)> place)
    {
        List<(double X, double Low, double High)> run = [];
        for (int i = 0; i <= (series.Band?.Count ?? -1); i++)
            if (i < series.Band!.Count && series.Band[i] is { } whole && Cut(chart, whole) is var span
                && ChartAxis.Shows(series.X[i], x.Log) && ChartAxis.Shows(span.High, y.Log)
                && Math.Abs(span.Low) <= double.MaxValue)
            {
                // On a logarithmic axis an interval that reaches below zero goes to the lower end.
                (double at, double low) = place(series.X[i], Math.Max(span.Low, y.Low));
                run.Add((at, low, place(series.X[i], span.High).Y));
            }
            else
            {
                if (run.Count > 1) shapes.Add(new ChartArea(run, ink));
                run = [];
            }
    }

    static void AddBars(
        List<ChartShape> shapes, LineChart chart, ChartSeries series, int ink, ChartAxis x, ChartAxis y,
        Func<double, double, (double X, double Y)> place)
    {
        for (int i = 0; i < (series.Bars?.Count ?? 0); i++)
            if (series.Bars![i] is { } whole && Cut(chart, whole) is var bar && ChartAxis.Shows(series.X[i], x.Log)
                && ChartAxis.Shows(bar.Low, y.Log) && ChartAxis.Shows(bar.High, y.Log))
            {
                ((double at, double low), (_, double high)) = (place(series.X[i], bar.Low), place(series.X[i], bar.High));
                (double X, double Y)[] bottom = whole.Low < bar.Low ? [] : [(at - Cap, low), (at + Cap, low)],
                    top = whole.High > bar.High ? [] : [(at - Cap, high), (at + Cap, high)];
                shapes.Add(new ChartPath([.. bottom, (at, low), (at, high), .. top], 1, ink));
            }
    }

    static void AddAxes(
        List<ChartShape> shapes, LineChart chart, ChartAxis x, ChartAxis y, Func<double, double, (double X, double Y)> place,
        (double Left, double Right, double Top, double Bottom) plot)
    {
        foreach ((double value, string text) in y.Ticks)
        {
            double at = place(x.Low, value).Y;
            shapes.Add(new ChartPath([(plot.Left, at), (plot.Right, at)], 1, ChartInk.Grid));
            shapes.Add(new ChartText(plot.Left - 8, at, text, 1, ChartInk.Text));
        }

        foreach ((double value, string text) in x.Ticks)
        {
            double at = place(value, y.Low).X;
            shapes.Add(new ChartPath([(at, plot.Bottom), (at, plot.Bottom + 4)], 1, ChartInk.Grid));
            shapes.Add(new ChartText(at, plot.Bottom + 13, text, 0, ChartInk.Text));
        }

        shapes.Add(new ChartText(16, 18, chart.Title, -1, ChartInk.Text, Heading: true));
        shapes.Add(new ChartText(16, plot.Top - 15, chart.YLabel, -1, ChartInk.Text));
        double middle = (plot.Left + plot.Right) / 2;
        shapes.Add(new ChartText(middle, plot.Bottom + 13 + Line, chart.XLabel, 0, ChartInk.Text));
        if (!Points(chart).Any())
            shapes.Add(new ChartText(middle, (plot.Top + plot.Bottom) / 2, "nothing to show", 0, ChartInk.Text));
    }

    static void AddLine(
        List<ChartShape> shapes, ChartSeries series, int ink, IReadOnlyList<double> dash, ChartAxis x, ChartAxis y,
        Func<double, double, (double X, double Y)> place)
    {
        var run = new List<(double X, double Y)>();
        for (int i = 0; i <= series.X.Count; i++)
            if (i < series.X.Count && ChartAxis.Shows(series.X[i], x.Log) && ChartAxis.Shows(series.Y[i], y.Log))
                run.Add(place(series.X[i], series.Y[i]));
            else if (run.Count > 0)
            {
                shapes.Add(new ChartPath(Thin(run), run.Count == 1 ? 6 : series.IsFaint ? 1 : 1.8, ink, series.IsFaint)
                { Dash = run.Count == 1 ? [] : dash });
                run = [];
            }
    }

    /// <summary>
    /// Of the points of a line that share a point of width, only the first, the lowest, the highest and the last are kept.
    /// </summary>
    internal static IReadOnlyList<(double X, double Y)> Thin(List<(double X, double Y)> points)
    {
        var kept = new List<(double X, double Y)>();
        for (int start = 0, end; start < points.Count; start = end)
        {
            (int lowest, int highest) = (start, start);
            for (end = start; end < points.Count && Math.Floor(points[end].X) == Math.Floor(points[start].X); end++)
            {
                if (points[end].Y > points[lowest].Y) lowest = end;
                if (points[end].Y < points[highest].Y) highest = end;
            }

            kept.AddRange(new SortedSet<int> { start, lowest, highest, end - 1 }.Select(i => points[i]));
        }

        return kept;
    }

    static void AddName(List<ChartShape> shapes, double x, double y, string name, ChartSeries series, int ink,
        IReadOnlyList<double> dash)
    {
        shapes.Add(new ChartPath([(x, y), (x + 12, y)], dash.Count > 0 ? 2 : 3, ink, series.IsFaint) { Dash = dash });
        shapes.Add(new ChartText(x + 18, y, name, -1, ChartInk.Text));
    }
}
