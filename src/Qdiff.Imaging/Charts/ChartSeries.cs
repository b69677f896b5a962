namespace Qdiff.Imaging;

/// <summary>One line of a chart: points in the order in which they are joined. A value that is no number leaves a gap.</summary>
public sealed record ChartSeries(string Name, IReadOnlyList<double> X, IReadOnlyList<double> Y)
{
    /// <summary>
    /// The interval of each point, drawn as an upright bar through it; null for a point that has none. A chart with bars moves
    /// its series a few points apart sideways, so that bars at one place can be seen side by side.
    /// </summary>
    public IReadOnlyList<(double Low, double High)?>? Bars { get; init; }

    /// <summary>The interval of each point, drawn as an area behind the line; null for a point that has none.</summary>
    public IReadOnlyList<(double Low, double High)?>? Band { get; init; }

    /// <summary>The number of its colour; by default its place among the series.</summary>
    public int? Colour { get; init; }

    /// <summary>Whether the line stays in the background, as single measurements do behind their average.</summary>
    public bool IsFaint { get; init; }
}
