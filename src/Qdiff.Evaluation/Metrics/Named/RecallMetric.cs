namespace Qdiff.Evaluation;

/// <summary>The share of real images that the model could have made: see <see cref="PrecisionRecall"/>.</summary>
public sealed record RecallMetric : ManifoldMetric
{
    /// <summary>With the paper's neighbour, k = 3.</summary>
    public RecallMetric() => Neighbours = 3;

    /// <inheritdoc/>
    public override string Name => "recall";

    /// <inheritdoc/>
    public override double? Lowest => 0;

    /// <inheritdoc/>
    public override double? Highest => 1;

    /// <inheritdoc/>
    public override MetricEstimate Measure(MetricInput input) =>
        ShareInside(input, input.Reference.Features, input.Generated.Features);
}
