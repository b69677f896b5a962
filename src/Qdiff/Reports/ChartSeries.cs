namespace Qdiff;

/// <summary>One line of a chart: points in the order in which they are joined. A value that is no number leaves a gap.</summary>
public sealed record ChartSeries(string Name, IReadOnlyList<double> X, IReadOnlyList<double> Y);
