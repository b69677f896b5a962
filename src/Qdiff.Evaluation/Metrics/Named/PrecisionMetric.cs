namespace Qdiff.Evaluation;

/// <summary>The share of samples that look real: see <see cref="PrecisionRecall"/>.</summary>
public sealed record PrecisionMetric : ManifoldMetric
{
    /// <summary>With the paper's neighbour, k = 3.</summary>
    public PrecisionMetric() => Neighbours = 3;

    /// <inheritdoc/>
    public override string Name => "precision";

    /// <inheritdoc/>
    public override double? Lowest => 0;

    /// <inheritdoc/>
    public override double? Highest => 1;

    /// <inheritdoc/>
    public override MetricEstimate Measure(MetricInput input) =>
        ShareInside(input, input.Generated.Features, input.Reference.Features);
}
