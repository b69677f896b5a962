namespace Qdiff.Evaluation;

/// <summary>A value with what real images get in its place.</summary>
/// <param name="Value">The value and its protocol.</param>
/// <param name="Floor">The same for real images scored as if generated; null if there is none.</param>
/// <param name="Class">The class that it is about; null for all together.</param>
public sealed record MeasuredMetric(MetricValue Value, MetricValue? Floor = null, int? Class = null)
{
    /// <summary>Metric, features and version, and the class if it is about one.</summary>
    public string Name => Value.Protocol.Name + (Class is { } number ? FormattableString.Invariant($" class {number}") : "");

    /// <summary>How it was measured, in full.</summary>
    public string Protocol => Value.Protocol.ToString();
}

/// <summary>A metric of the preset that has no value, and why.</summary>
/// <param name="Metric">The metric.</param>
/// <param name="Reason">Why not, and what to do.</param>
public sealed record MissingMetric(string Metric, string Reason);
