namespace Qdiff;

/// <summary>A way of evaluating under a name: what it needs of samples, features, subsets and splits. Data only.</summary>
public sealed record EvaluationPreset
{
    /// <summary>The name, for configs.</summary>
    public required string Name { get; init; }

    /// <summary>What it is for and where it departs from what was published.</summary>
    public required string Note { get; init; }

    /// <summary>The metrics, in the order of a table's columns.</summary>
    public required IReadOnlyList<string> Metrics { get; init; }

    /// <summary>
    /// The features: an Inception layer (inception-768, inception-2048) or "domain", the data set's own classifier.
    /// </summary>
    public required string Features { get; init; }

    /// <summary>Resize before the feature network.</summary>
    public string Resize { get; init; } = "none";

    /// <summary>Samples to generate; of each class when <see cref="PerClass"/>.</summary>
    public required int GeneratedCount { get; init; }

    /// <summary>Real samples to compare with; of each class when <see cref="PerClass"/>. 0 means all of the split.</summary>
    public required int ReferenceCount { get; init; }

    /// <summary>The split that real samples come from.</summary>
    public required string ReferenceSplit { get; init; }

    /// <summary>Whether each class is compared by itself with the real samples of that class.</summary>
    public bool PerClass { get; init; }

    /// <summary>Subsets of the kernel distance.</summary>
    public int Subsets { get; init; } = 100;

    /// <summary>Samples in a subset of the kernel distance.</summary>
    public int SubsetSize { get; init; } = 100;

    /// <summary>Splits of the inception score.</summary>
    public int Splits { get; init; } = 10;

    /// <summary>k of precision and recall.</summary>
    public int PrecisionNeighbours { get; init; } = 3;

    /// <summary>k of density and coverage.</summary>
    public int DensityNeighbours { get; init; } = 5;
}
