using System.Numerics.Tensors;

namespace Qdiff.Evaluation;

/// <summary>How often the data set's classifier sees the class that was asked for: see <see cref="ClassAccuracy"/>.</summary>
public sealed record AccuracyMetric : Metric
{
    /// <inheritdoc/>
    public override string Name => "accuracy";

    /// <inheritdoc/>
    public override MetricDirection Direction => MetricDirection.HigherIsBetter;

    /// <inheritdoc/>
    public override MetricNeeds Needs => MetricNeeds.Labels | MetricNeeds.Logits | MetricNeeds.Classifier;

    /// <inheritdoc/>
    public override double? Lowest => 0;

    /// <inheritdoc/>
    public override double? Highest => 1;

    /// <inheritdoc/>
    public override MetricEstimate Measure(MetricInput input)
    {
        FeatureSet logits = input.Generated.Logits!;
        ClassAccuracy accuracy = ClassAccuracy.Compute(input.Generated.Labels, Predicted(logits), logits.Width);
        return new(accuracy.Accuracy, accuracy.IntervalAt(input.Level));
    }

    static int[] Predicted(FeatureSet logits)
    {
        var predicted = new int[logits.Count];
        var row = new double[logits.Width];
        for (int i = 0; i < predicted.Length; i++)
        {
            logits.CopyTo(i, 0, row);
            predicted[i] = TensorPrimitives.IndexOfMax(row);
        }

        return predicted;
    }
}
