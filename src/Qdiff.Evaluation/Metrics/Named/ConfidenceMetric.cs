using System.Numerics.Tensors;

namespace Qdiff.Evaluation;

/// <summary>
/// The share of samples that the data set's classifier is sure of: that it gives one class a probability above
/// <see cref="Threshold"/>. It knows no reference set and asks neither for variety nor for a certain class; what real images
/// score stands beside it.
/// </summary>
/// <remarks>A classifier can be sure of what nobody can read (Hendrycks and Gimpel 2017, arXiv 1610.02136).</remarks>
public sealed record ConfidenceMetric : Metric
{
    /// <inheritdoc/>
    public override string Name => "confidence";

    /// <summary>The probability above which the classifier counts as sure.</summary>
    public double Threshold { get; init; } = 0.9;

    /// <inheritdoc/>
    public override MetricDirection Direction => MetricDirection.HigherIsBetter;

    /// <inheritdoc/>
    public override MetricNeeds Needs => MetricNeeds.Logits | MetricNeeds.Classifier;

    /// <inheritdoc/>
    public override double? Lowest => 0;

    /// <inheritdoc/>
    public override double? Highest => 1;

    /// <inheritdoc/>
    public override MetricEstimate Measure(MetricInput input)
    {
        FeatureSet logits = input.Generated.Logits!;
        var row = new double[logits.Width];
        int sure = 0;
        for (int i = 0; i < logits.Count; i++)
        {
            logits.CopyTo(i, 0, row);
            if (LargestProbability(row) > Threshold) sure++;
        }

        double share = sure / (double)logits.Count;
        return new(share, Interval.OfShare(share, logits.Count, input.Level));
    }

    /// <inheritdoc/>
    protected override Protocol Describe(Protocol protocol) => protocol.With("threshold", Threshold);

    /// <summary>The largest value of the logits' softmax: one over the sum of the others' ratios to it.</summary>
    static double LargestProbability(ReadOnlySpan<double> logits)
    {
        double largest = TensorPrimitives.Max(logits), sum = 0;
        foreach (double logit in logits) sum += Math.Exp(logit - largest);
        return 1 / sum;
    }
}
