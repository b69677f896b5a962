namespace Qdiff.Evaluation;

/// <summary>Which values of a metric are better.</summary>
public enum MetricDirection
{
    /// <summary>A distance: lower values are better.</summary>
    LowerIsBetter,

    /// <summary>A score or share: higher values are better.</summary>
    HigherIsBetter,
}
