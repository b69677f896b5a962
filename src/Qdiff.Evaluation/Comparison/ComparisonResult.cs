namespace Qdiff.Evaluation;

/// <summary>What a comparison found; the content of <c>comparison.json</c>. It holds no times, so that equal runs give equal
/// bytes.</summary>
public sealed record ComparisonResult
{
    /// <summary>The layout that this version writes and reads.</summary>
    internal const int CurrentSchema = 2;

    /// <summary>Version of the layout.</summary>
    public int Schema { get; init; } = CurrentSchema;

    /// <summary>The comparison's name.</summary>
    public required string Name { get; init; }

    /// <summary>The preset that metrics were measured with.</summary>
    public required string Preset { get; init; }

    /// <summary>The arm that the others are compared with.</summary>
    public required string Baseline { get; init; }

    /// <summary>The seeds of every arm.</summary>
    public required IReadOnlyList<long> Seeds { get; init; }

    /// <summary>The arms in the order given.</summary>
    public required IReadOnlyList<ComparedArm> Arms { get; init; }

    /// <summary>Every metric at every step; the end of the training last.</summary>
    public required IReadOnlyList<MetricComparison> Metrics { get; init; }

    /// <summary>The same metrics of each class by itself, where they were measured class by class; without differences, which are
    /// taken of the means over classes alone.</summary>
    public IReadOnlyList<MetricComparison> Classes { get; init; } = [];

    /// <summary>How many differences there are, over all arms, metrics and steps, which each was corrected for.</summary>
    public int Family { get; init; }

    /// <summary>What could not be measured, and why.</summary>
    public required IReadOnlyList<string> Missing { get; init; }

    /// <summary>What a reader should know of the evaluation.</summary>
    public required IReadOnlyList<string> Notes { get; init; }
}

/// <summary>An arm and its network.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Model">The model, its wiring and what stands in place of its circuits.</param>
/// <param name="Parameters">Trainable parameters.</param>
/// <param name="Live">How many of them can change the output and are trained.</param>
/// <param name="CircuitsPerImage">Circuits run for one image.</param>
/// <param name="Steps">Steps of training, a transfer's source included.</param>
/// <param name="Networks">How many networks it is: one, or one a class, of which the counts before are those of the
/// first.</param>
public sealed record ComparedArm(string Name, string Model, int Parameters, int Live, int CircuitsPerImage, int Steps,
    int Networks = 1);

/// <summary>One metric at one step over all arms.</summary>
/// <param name="Step">Steps trained, a transfer's source included.</param>
/// <param name="Metric">Metric, features and version.</param>
/// <param name="Protocol">How all these values were measured.</param>
/// <param name="Floor">Mean value of real images in place of samples; null if there is none.</param>
/// <param name="Rows">One an arm.</param>
/// <param name="Verdict">In plain words, which arms differ from the baseline and which cannot be told apart.</param>
public sealed record MetricComparison(int Step, string Metric, string Protocol, double? Floor, IReadOnlyList<ArmResult> Rows,
    string Verdict)
{
    /// <summary>The passes over the data that were asked for; null at the end, or where steps were asked for.</summary>
    public double? Epoch { get; init; }
}

/// <summary>An arm's values of one metric over seeds.</summary>
/// <param name="Arm">The arm.</param>
/// <param name="Values">The value of each seed that has one.</param>
/// <param name="Mean">Their mean.</param>
/// <param name="Interval">Its interval by Student's t; null of a single seed.</param>
/// <param name="Difference">Seed by seed from the baseline; null for the baseline itself and of a single seed.</param>
public sealed record ArmResult(string Arm, IReadOnlyList<SeedValue> Values, double Mean, Interval? Interval,
    PairedDifference? Difference);

/// <summary>A value of one seed.</summary>
public sealed record SeedValue(long Seed, double Value);
