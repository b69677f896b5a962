namespace Qdiff.Evaluation;

/// <summary>What a metric is computed from besides the features of the samples.</summary>
[Flags]
public enum MetricNeeds
{
    /// <summary>The features of the samples alone.</summary>
    None = 0,

    /// <summary>The real images that samples are compared with: <see cref="MetricInput.Reference"/>.</summary>
    Reference = 1,

    /// <summary>The feature network's answers as a classifier: <see cref="ImageFeatures.Logits"/>.</summary>
    Logits = 2,

    /// <summary>The classes that were asked for: <see cref="ImageFeatures.Labels"/> of the samples.</summary>
    Labels = 4,

    /// <summary>The classifier of the data set as feature network, whatever other metrics are measured in.</summary>
    Classifier = 8,

    /// <summary>
    /// What the model learned from, and real images that it did not: <see cref="MetricInput.Training"/> and
    /// <see cref="MetricInput.HeldOut"/>.
    /// </summary>
    Training = 16,

    /// <summary>The images themselves: <see cref="ImageFeatures.Images"/>.</summary>
    Images = 32,
}
