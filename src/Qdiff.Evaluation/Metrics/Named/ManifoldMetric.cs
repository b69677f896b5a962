namespace Qdiff.Evaluation;

/// <summary>A metric of balls around samples that reach to each one's k-th nearest neighbour; higher is better.</summary>
public abstract record ManifoldMetric : Metric
{
    /// <summary>k of the k-th nearest neighbour.</summary>
    public int Neighbours { get; init; }

    /// <inheritdoc/>
    public override MetricDirection Direction => MetricDirection.HigherIsBetter;

    /// <inheritdoc/>
    protected override Protocol Describe(Protocol protocol) => protocol with { Neighbours = Neighbours };

    /// <inheritdoc/>
    protected override void Check(Protocol protocol)
    {
        if (Neighbours >= Math.Min(protocol.RealCount, protocol.GeneratedCount))
            throw new InputException($"The neighbour number {Neighbours} needs more samples than that on both sides; there are "
                + $"{protocol.RealCount} real and {protocol.GeneratedCount} generated.");
    }

    /// <summary>The share of samples in balls around those of the other set: precision, or recall.</summary>
    private protected MetricEstimate ShareInside(MetricInput input, FeatureSet samples, FeatureSet balls)
    {
        NearestNeighbours.RequireNeighbours(samples, balls, Neighbours);
        if (!input.WantsInterval || !BallJackknife.Bears(samples, balls, Neighbours))
            return new(PrecisionRecall.ShareInside(samples, balls, Neighbours));
        SampledValue share = BallJackknife.Share(samples, balls, Neighbours);
        return new(share.Value, share.OfShare(PrecisionRecall.Coins(samples, balls), input.Level));
    }

    /// <summary>Density and coverage, and whether the samples bear an interval of them that is wanted.</summary>
    private protected (DensityCoverage Balls, bool WithInterval) Covered(MetricInput input)
    {
        FeatureSet real = input.Reference.Features, made = input.Generated.Features;
        return (DensityCoverage.Between(real, made, Neighbours),
            input.WantsInterval && Math.Min(real.Count, made.Count) >= DensityCoverage.FewestForHalves(Neighbours));
    }
}
