using Qdiff.Evaluation;
using Qdiff.Imaging;

namespace Qdiff.Reports;

/// <summary>The curves of a training.</summary>
static class RunCurves
{
    const int Width = 460, Height = 300;

    /// <summary>Points of an average; more would not be told apart on a page.</summary>
    const int Points = 160;

    /// <summary>Lines of a chart; a damaged log may name any number of layers.</summary>
    const int MostLines = 64;

    /// <summary>A curve that spans more than this is drawn over a logarithmic axis.</summary>
    const double Wide = 20;

    /// <summary>Whether a chart of these values wants a logarithmic axis; those that are no number do not count.</summary>
    public static bool IsWide(IEnumerable<double> values)
    {
        double[] finite = [.. values.Where(double.IsFinite)];
        return finite.Length > 0 && finite.Min() > 0 && finite.Max() > Wide * finite.Min();
    }

    /// <summary>The loss of each step, its average, and the probe loss.</summary>
    public static LineChart Loss(IReadOnlyList<TrainingStep> steps, IReadOnlyDictionary<long, double> probe)
    {
        List<ChartSeries> series = [.. Smoothed("average of steps", 0, steps, step => step.Loss, "single steps")];
        if (probe.Count > 0)
            series.Insert(1, new("fixed batch (probe)", [.. probe.Keys.Select(step => (double)step)], [.. probe.Values])
            { Colour = 1 });
        return Chart("Loss", series);
    }

    /// <summary>The norm of the gradient before clipping: of circuits and of all else apart, where the log tells them
    /// apart.</summary>
    public static LineChart Gradients(IReadOnlyList<TrainingStep> steps)
    {
        TrainingStep[] apart = [.. steps.Where(step => step.CircuitGradientNorm is not null)];
        if (apart.Length == 0) return Chart("Gradient norm", Smoothed("all parameters", 0, steps, step => step.GradientNorm));
        ChartSeries[] all =
        [
            .. Smoothed("classical parameters", 0, apart, step => step.ClassicalGradientNorm!.Value),
            .. Smoothed("circuit angles", 1, apart, step => step.CircuitGradientNorm!.Value),
        ];
        // Single steps behind both averages.
        return Chart("Gradient norm", all.OrderBy(series => series.IsFaint));
    }

    /// <summary>What there is of the gradient by each layer of circuits, a line a layer; null where no step tells.</summary>
    static LineChart? CircuitLayers(string title, IReadOnlyList<TrainingStep> steps,
        Func<CircuitLayerGradient, double> value)
    {
        ChartSeries[] lines = [.. steps
            .SelectMany(step => (step.CircuitLayers ?? []).Select(layer => (step.Number, Layer: layer)))
            .GroupBy(point => point.Layer.ToString()).Take(MostLines)
            .Select((line, i) =>
            {
                (double[] x, double[] y) = Average([.. line.Select(point => (double)point.Number)],
                    [.. line.Select(point => value(point.Layer))]);
                return new ChartSeries(line.Key, x, y) { Colour = i };
            })];
        return lines.Length == 0 ? null : Chart(title, lines);
    }

    /// <summary>The norm of the gradient by each layer of circuits.</summary>
    public static LineChart? LayerNorms(IReadOnlyList<TrainingStep> steps) =>
        CircuitLayers("Gradient norm of circuit layers", steps, layer => layer.Norm);

    /// <summary>The variance of the gradient within each layer of circuits.</summary>
    public static LineChart? LayerVariances(IReadOnlyList<TrainingStep> steps) =>
        CircuitLayers("Gradient variance of circuit layers", steps, layer => layer.Variance);

    /// <summary>The learning rate.</summary>
    public static LineChart LearningRate(IReadOnlyList<TrainingStep> steps) => new()
    {
        Title = "Learning rate",
        XLabel = "steps",
        Width = Width,
        Height = Height,
        Series = [new("", Numbers(steps), [.. steps.Select(step => step.LearningRate)])],
    };

    /// <summary>The mean of each of so many parts; of few values the values themselves.</summary>
    public static (double[] X, double[] Y) Average(IReadOnlyList<double> x, IReadOnlyList<double> y, int points = Points)
    {
        int size = Math.Max(1, (int)Math.Ceiling(x.Count / (double)points));
        var parts = Enumerable.Range(0, (x.Count + size - 1) / size)
            .Select(i => (First: i * size, End: Math.Min(x.Count, (i + 1) * size)));
        return ([.. parts.Select(part => Mean(x, part))], [.. parts.Select(part => Mean(y, part))]);

        static double Mean(IReadOnlyList<double> values, (int First, int End) part) =>
            Enumerable.Range(part.First, part.End - part.First).Average(i => values[i]);
    }

    /// <summary>Of how many steps each part is, if the longest log has this last step and is to have so many parts.</summary>
    public static long WidthOf(long last, int points) => Math.Max(1, (last + points - 1) / points);

    /// <summary>The mean of each part of so many steps, at its middle: logs of any lengths, also with gaps, have theirs at the
    /// same places.</summary>
    public static Dictionary<double, double> Parts(IReadOnlyList<TrainingStep> steps, Func<TrainingStep, double> value,
        long width) => steps.GroupBy(step => (step.Number - 1) / width)
            .ToDictionary(part => part.Key * width + (width + 1) / 2.0, part => part.Average(value));

    /// <summary>The mean of curves and its 95 % interval, where all have a point: one that is not so far ends the line.</summary>
    public static ChartSeries Mean(string name, IReadOnlyList<Dictionary<double, double>> curves)
    {
        double[] x = [.. curves.Select(curve => (IEnumerable<double>)curve.Keys).Aggregate((a, b) => a.Intersect(b)).Order()];
        double[][] values = [.. x.Select(at => curves.Select(curve => curve[at]).ToArray())];
        return new(name, x, [.. values.Select(v => v.Average())])
        {
            Band = curves.Count < 2 ? null : [.. values.Select(Band)],
        };
    }

    static (double Low, double High)? Band(double[] values)
    {
        if (!values.All(double.IsFinite)) return null;
        Interval interval = Interval.OfMean(values);
        return (interval.Low, interval.High);
    }

    static double[] Numbers(IReadOnlyList<TrainingStep> steps) => [.. steps.Select(step => (double)step.Number)];

    /// <summary>The average in front and single steps behind it, in one colour.</summary>
    /// <param name="single">The name of single steps: lines of one name are shown and hidden together.</param>
    static IEnumerable<ChartSeries> Smoothed(string name, int colour, IReadOnlyList<TrainingStep> steps,
        Func<TrainingStep, double> value, string? single = null)
    {
        double[] x = Numbers(steps), y = [.. steps.Select(value)];
        (double[] meanX, double[] meanY) = Average(x, y);
        yield return new(name, meanX, meanY) { Colour = colour };
        if (x.Length > meanX.Length)
            yield return new(single ?? $"{name}, single steps", x, y) { Colour = colour, IsFaint = true };
    }

    static LineChart Chart(string title, IEnumerable<ChartSeries> series)
    {
        ChartSeries[] all = [.. series];
        return new()
        {
            Title = title,
            XLabel = "steps",
            Width = Width,
            Height = Height,
            LogY = IsWide(all.SelectMany(s => s.Y)),
            Series = all,
        };
    }
}
