namespace Qdiff.Imaging;

/// <summary>Turns a chart into shapes: where the plot lies, the grid with its numbers, the lines, the names.</summary>
static class ChartLayout
{
    /// <summary>Points a letter is wide, about, in the text of both outputs.</summary>
    const double Letter = 6.3;

    const double Line = 17;

    /// <summary>Points between neighbouring series where there are bars, and half the width of a bar's ends.</summary>
    const double Apart = 7, Cap = 2.5;

    /// <summary>All shapes, those behind first.</summary>
    public static IReadOnlyList<ChartShape> Arrange(LineChart chart)
    {
        foreach (ChartSeries series in chart.Series)
            if (series.X.Count != series.Y.Count || series.Bars is { } bars && bars.Count != series.X.Count)
                throw new ArgumentException($"The series {series.Name} has {series.X.Count} x values but {series.Y.Count} y "
                    + $"values and {series.Bars?.Count ?? 0} bars.", nameof(chart));
        if (chart.Width < 200 || chart.Height < 120)
            throw new ArgumentException($"A chart has at least 200×120 points, got {chart.Width}×{chart.Height}.", nameof(chart));

        var shapes = new List<ChartShape>();
        bool names = chart.Series.Count > 1 || chart.Series.Any(series => series.Name != "");
        double top = 14 + (chart.Title == "" ? 0 : Line + 4) + (chart.YLabel == "" ? 0 : Line);
        double bottom = chart.Height - 26 - (chart.XLabel == "" ? 0 : Line);
        var y = ChartAxis.For([.. Points(chart).Select(p => p.Y), .. BarEnds(chart)], chart.LogY, (int)((bottom - top) / 40),
            whole: true);
        double left = 16 + Letter * y.Ticks.Select(tick => tick.Text.Length).DefaultIfEmpty(1).Max();
        double nameWidth = names ? Math.Min(chart.Width / 3.0, 26 + Letter * chart.Series.Max(series => series.Name.Length)) : 0;
        double right = chart.Width - 16 - nameWidth;
        var x = ChartAxis.For(Points(chart).Select(p => p.X), chart.LogX, (int)((right - left) / 90), whole: false);
        // Room at both ends for the bars that stand aside.
        double room = BarEnds(chart).Any() ? Apart * chart.Series.Count / 2.0 : 0;
        (double X, double Y) Place(double valueX, double valueY) =>
            (left + room + x.Place(valueX) * (right - left - 2 * room), bottom - y.Place(valueY) * (bottom - top));

        AddAxes(shapes, chart, x, y, Place, (left, right, top, bottom));
        // The first series lies on top.
        for (int k = chart.Series.Count - 1; k >= 0; k--)
        {
            double aside = room > 0 ? (k - (chart.Series.Count - 1) / 2.0) * Apart : 0;
            (double X, double Y) Aside(double valueX, double valueY)
            {
                (double atX, double atY) = Place(valueX, valueY);
                return (atX + aside, atY);
            }

            AddBars(shapes, chart.Series[k], k, x, y, Aside);
            AddLine(shapes, chart.Series[k], k, x, y, Aside);
        }

        if (names) AddNames(shapes, chart, right, top);
        return shapes;
    }

    static IEnumerable<(double X, double Y)> Points(LineChart chart) => chart.Series.SelectMany(series => series.X.Zip(series.Y))
        .Where(point => ChartAxis.Shows(point.First, chart.LogX) && ChartAxis.Shows(point.Second, chart.LogY));

    static IEnumerable<double> BarEnds(LineChart chart) => chart.Series.Where(series => series.Bars is not null)
        .SelectMany(series => series.Bars!).SelectMany(bar => bar is { } b ? (double[])[b.Low, b.High] : []);

    static void AddBars(
        List<ChartShape> shapes, ChartSeries series, int ink, ChartAxis x, ChartAxis y,
        Func<double, double, (double X, double Y)> place)
    {
        for (int i = 0; i < (series.Bars?.Count ?? 0); i++)
            if (series.Bars![i] is { } bar && ChartAxis.Shows(series.X[i], x.Log)
                && ChartAxis.Shows(bar.Low, y.Log) && ChartAxis.Shows(bar.High, y.Log))
            {
                ((double at, double low), (_, double high)) = (place(series.X[i], bar.Low), place(series.X[i], bar.High));
                shapes.Add(new ChartPath([(at - Cap, low), (at + Cap, low), (at, low), (at, high), (at - Cap, high),
                    (at + Cap, high)], 1, ink));
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
        List<ChartShape> shapes, ChartSeries series, int ink, ChartAxis x, ChartAxis y,
        Func<double, double, (double X, double Y)> place)
    {
        var run = new List<(double X, double Y)>();
        for (int i = 0; i <= series.X.Count; i++)
            if (i < series.X.Count && ChartAxis.Shows(series.X[i], x.Log) && ChartAxis.Shows(series.Y[i], y.Log))
                run.Add(place(series.X[i], series.Y[i]));
            else if (run.Count > 0)
            {
                shapes.Add(new ChartPath(Thin(run), run.Count == 1 ? 6 : 1.8, ink));
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

    static void AddNames(List<ChartShape> shapes, LineChart chart, double right, double top)
    {
        for (int k = 0; k < chart.Series.Count; k++)
        {
            double at = top + 6 + k * Line;
            shapes.Add(new ChartPath([(right + 12, at), (right + 24, at)], 3, k));
            shapes.Add(new ChartText(right + 30, at, chart.Series[k].Name, -1, ChartInk.Text));
        }
    }
}
