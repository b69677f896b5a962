namespace Qdiff.Evaluation;

/// <summary>The share of real images that have a sample near them: see <see cref="DensityCoverage"/>.</summary>
public sealed record CoverageMetric : ManifoldMetric
{
    /// <summary>With the paper's neighbour, k = 5.</summary>
    public CoverageMetric() => Neighbours = 5;

    /// <inheritdoc/>
    public override string Name => "coverage";

    /// <inheritdoc/>
    public override double? Lowest => 0;

    /// <inheritdoc/>
    public override double? Highest => 1;

    /// <inheritdoc/>
    public override MetricEstimate Measure(MetricInput input)
    {
        FeatureSet real = input.Reference.Features, made = input.Generated.Features;
        (DensityCoverage balls, bool withInterval) = Covered(input);
        return new(balls.Coverage, !withInterval ? null
            : DensityCoverage.CoverageInterval(balls.Coverage, real, made, Neighbours, input.Level, input.Seed));
    }
}
