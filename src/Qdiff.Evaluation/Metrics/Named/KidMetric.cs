namespace Qdiff.Evaluation;

/// <summary>KID: the mean of the <see cref="KernelDistance"/> over random subsets of samples and real images.</summary>
public sealed record KidMetric : Metric
{
    /// <inheritdoc/>
    public override string Name => "kid";

    /// <summary>Random subsets.</summary>
    public int Subsets { get; init; } = 100;

    /// <summary>Samples in a subset; half of those there are where there are no more than that.</summary>
    public int SubsetSize { get; init; } = 100;

    /// <inheritdoc/>
    public override MetricEstimate Measure(MetricInput input)
    {
        FeatureSet real = input.Reference.Features, made = input.Generated.Features;
        MeanAndDeviation subsets = KernelDistance.OverSubsets(real, made, Subsets, input.Protocol.SubsetSize!.Value, input.Seed);
        return new(subsets.Mean, IntervalOf(input, real, made, subsets), subsets.Deviation);
    }

    /// <inheritdoc/>
    protected override Protocol Describe(Protocol protocol)
    {
        int fewest = Math.Min(protocol.RealCount, protocol.GeneratedCount);
        // With all samples in every subset the subsets would be one.
        return protocol with { Subsets = Subsets, SubsetSize = fewest > SubsetSize ? SubsetSize : Math.Max(2, fewest / 2) };
    }

    /// <inheritdoc/>
    protected override void Check(Protocol protocol)
    {
        int fewest = Math.Min(protocol.RealCount, protocol.GeneratedCount);
        if (protocol.SubsetSize > fewest)
            throw new InputException($"KID over subsets of {protocol.SubsetSize} samples needs as many on both sides; there are "
                + $"{protocol.RealCount} real and {protocol.GeneratedCount} generated. Choose a subset size of at most "
                + $"{fewest}.");
    }

    /// <summary>
    /// Of the mean over subsets: the variance of the distance between the whole sets, and that of its mean over so many random
    /// subsets around it.
    /// </summary>
    Interval? IntervalOf(MetricInput input, FeatureSet real, FeatureSet made, MeanAndDeviation subsets)
    {
        if (!input.WantsInterval || Math.Min(real.Count, made.Count) < Halves.Fewest) return null;
        (SampledValue whole, double ofSingles) = KernelVariance.Between(real, made, subsets.Mean, input.Seed);
        double ofSubsets = subsets.Deviation * subsets.Deviation / Subsets;
        return (whole with { Variance = whole.Variance + ofSubsets }).OfSquare(ofSingles, input.Level);
    }
}
