namespace Qdiff.Evaluation;

/// <summary>What a <see cref="Metric"/> came to.</summary>
/// <param name="Value">The value.</param>
/// <param name="Interval">
/// The interval of its mean over repeated draws of all samples at these numbers of them; null if none was wanted or could be had.
/// </param>
/// <param name="Deviation">The deviation over subsets or splits, for metrics that are printed with one.</param>
public readonly record struct MetricEstimate(double Value, Interval? Interval = null, double? Deviation = null)
{
    /// <summary>The numbers behind the value, for metrics that have some to show.</summary>
    public Memorisation? Memorisation { get; init; }
}
