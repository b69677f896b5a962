namespace Qdiff.Evaluation;

/// <summary>FID: the <see cref="FrechetDistance"/> of samples and real images.</summary>
public sealed record FidMetric : Metric
{
    /// <inheritdoc/>
    public override string Name => "fid";

    /// <inheritdoc/>
    public override double? Lowest => 0;

    /// <inheritdoc/>
    public override MetricEstimate Measure(MetricInput input)
    {
        FeatureSet real = input.Reference.Features, made = input.Generated.Features;
        int splits = !input.WantsInterval || Math.Min(real.Count, made.Count) < Halves.Fewest ? 0
            : input.Resamples ?? UsualSplits(real.Width);
        return new(FrechetDistance.Between(real, made),
            splits == 0 ? null : FrechetDistance.Interval(real, made, splits, input.Level, input.Seed));
    }

    /// <inheritdoc/>
    protected override void Check(Protocol protocol)
    {
        if (Math.Min(protocol.RealCount, protocol.GeneratedCount) <= protocol.Width && !protocol.FewSamples)
            throw new InputException($"FID with {protocol.RealCount} real and {protocol.GeneratedCount} generated samples in "
                + $"{protocol.Width} features: with no more samples than features the covariance is singular and the value "
                + $"mostly bias. Use at least {protocol.Width + 1} samples on both sides, better {10 * protocol.Width}, or KID, "
                + "which is unbiased at any number.");
    }

    /// <summary>Splits into halves where none are asked for: those of wide features take seconds.</summary>
    static int UsualSplits(int width) => width <= 256 ? 50 : width <= 1024 ? 20 : 0;
}
