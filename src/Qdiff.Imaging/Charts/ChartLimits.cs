namespace Qdiff.Imaging;

/// <summary>
/// What the values of a chart cannot lie beyond, such as a distance below 0. Intervals may be wider, as those by Student's t of
/// few values are: they are drawn to the limit and without an end there.
/// </summary>
/// <param name="Lowest">The least value; null for none.</param>
/// <param name="Highest">The greatest value; null for none.</param>
public sealed record ChartLimits(double? Lowest = null, double? Highest = null)
{
    /// <summary>The value, or the limit that it lies beyond.</summary>
    internal double Cut(double value) => Math.Min(Math.Max(value, Lowest ?? value), Highest ?? Math.Max(value, Lowest ?? value));

    /// <summary>Both ends of an interval, cut.</summary>
    internal (double Low, double High) Cut((double Low, double High) span) => (Cut(span.Low), Cut(span.High));
}
