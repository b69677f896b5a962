namespace Qdiff.Evaluation;

/// <summary>How densely samples lie where real images do: see <see cref="DensityCoverage"/>.</summary>
public sealed record DensityMetric : ManifoldMetric
{
    /// <summary>With the paper's neighbour, k = 5.</summary>
    public DensityMetric() => Neighbours = 5;

    /// <inheritdoc/>
    public override string Name => "density";

    /// <inheritdoc/>
    public override double? Lowest => 0;

    /// <inheritdoc/>
    public override MetricEstimate Measure(MetricInput input)
    {
        FeatureSet real = input.Reference.Features, made = input.Generated.Features;
        (DensityCoverage balls, bool withInterval) = Covered(input);
        return new(balls.Density, !withInterval ? null
            : DensityCoverage.DensityInterval(BallJackknife.Density(made, real, Neighbours), real, made, Neighbours,
                input.Level));
    }
}
