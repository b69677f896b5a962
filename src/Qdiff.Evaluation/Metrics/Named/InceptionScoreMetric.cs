namespace Qdiff.Evaluation;

/// <summary>The <see cref="InceptionScore"/> of the feature network's logits.</summary>
public sealed record InceptionScoreMetric : Metric
{
    /// <inheritdoc/>
    public override string Name => "is";

    /// <summary>Parts of the samples that it is the mean over.</summary>
    public int Splits { get; init; } = 10;

    /// <summary>Parts of equal size are what they were in version 1; others were of ⌈N/splits⌉ samples and a last one of what
    /// was left.</summary>
    internal override int VersionFor(int samples) => samples % Math.Max(1, Splits) == 0 ? 1 : 2;

    /// <inheritdoc/>
    public override MetricDirection Direction => MetricDirection.HigherIsBetter;

    /// <inheritdoc/>
    public override MetricNeeds Needs => MetricNeeds.Logits;

    /// <inheritdoc/>
    public override double? Lowest => 1;

    /// <inheritdoc/>
    public override MetricEstimate Measure(MetricInput input)
    {
        MeanAndDeviation score = InceptionScore.Of(input.Generated.Logits!, Splits, input.Seed);
        if (Splits < 2) return new(score.Mean, null, score.Deviation);
        Interval around = Interval.OfMean(score.Mean, score.Deviation, Splits, input.Level);
        // TorchMetrics, whose scores papers print, divides by the number of splits less one too (and of KID by that of subsets).
        return new(score.Mean, around with { Low = Math.Max(1, around.Low) }, score.Deviation);
    }

    /// <inheritdoc/>
    protected override Protocol Describe(Protocol protocol) => protocol with { Splits = Splits };

    /// <inheritdoc/>
    protected override void Check(Protocol protocol)
    {
        if (protocol.GeneratedCount < Splits)
            throw new InputException($"An inception score over {Splits} splits needs at least as many samples, got "
                + $"{protocol.GeneratedCount}.");
    }
}
