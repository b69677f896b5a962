namespace Qdiff.Evaluation;

/// <summary>
/// A way of evaluating under a name, an entry of <see cref="EvaluationCatalog.Presets"/>: metrics with their settings, features,
/// and what they need of samples and real images. Data only. What a name means never changes; a changed evaluation gets a new
/// name.
/// </summary>
public sealed record EvaluationPreset : IPart
{
    static string IPart.Kind => "evaluation preset";

    /// <summary>The features of the data set's own classifier, whichever that is.</summary>
    public const string DomainFeatures = "domain";

    /// <summary>The preset used when none is named.</summary>
    public static EvaluationPreset Domain { get; } = new()
    {
        Name = "domain",
        Note = "The data set's own classifier as feature network, held-out reference. Inception was made for photographs; "
            + "for digits, clothes, tissue and land cover its distances rank models by what it happens to see. Compares "
            + "only within one classifier.",
        Metrics =
        [
            new FidMetric(), new KidMetric { SubsetSize = 1000 }, new PrecisionMetric(), new RecallMetric(), new DensityMetric(),
            new CoverageMetric(), new InceptionScoreMetric(), new ConfidenceMetric(), new MemorisationMetric(),
            new AccuracyMetric(),
        ],
        Features = DomainFeatures,
        GeneratedCount = 5000,
        ReferenceCount = 5000,
        ReferenceSplit = Split.Test,
    };

    /// <summary>The name, for configs.</summary>
    public required string Name { get; init; }

    /// <summary>What it is for and where it departs from what was published.</summary>
    public required string Note { get; init; }

    /// <summary>The metrics with their settings, in the order of a table's rows.</summary>
    public required Parts<Metric> Metrics { get; init; }

    /// <summary>
    /// The features: <see cref="DomainFeatures"/>, an Inception layer (inception-768, inception-2048), or a feature network of
    /// <see cref="EvaluationCatalog.FeatureNetworks"/> or a layer of one.
    /// </summary>
    public required string Features { get; init; }

    /// <summary>Samples to generate; of each class when <see cref="PerClass"/>.</summary>
    public required int GeneratedCount { get; init; }

    /// <summary>Real samples to compare with; of each class when <see cref="PerClass"/>. 0 means all of the split.</summary>
    public required int ReferenceCount { get; init; }

    /// <summary>The split that real samples come from.</summary>
    public required Split ReferenceSplit { get; init; }

    /// <summary>Whether each class is compared by itself with the real samples of that class.</summary>
    public bool PerClass { get; init; }

    /// <summary>The preset with these metrics: with its own settings where it has them.</summary>
    public EvaluationPreset Measuring(IEnumerable<Metric> metrics) =>
        this with { Metrics = [.. metrics.Select(metric => Metrics.Find(metric.Name) ?? metric)] };

    /// <summary>The preset without what is measured on the network itself.</summary>
    internal EvaluationPreset OfSamples => this with { Metrics = [.. Metrics.Where(metric => !metric.IsOfNetwork)] };

    /// <summary>Whether all that it measures is of the network itself, so that nobody need draw samples.</summary>
    internal bool NeedsNoSamples => Metrics.Count > 0 && Metrics.All(metric => metric.IsOfNetwork);

    /// <summary>The preset with other settings of one of its metrics.</summary>
    public EvaluationPreset With(Metric metric) =>
        this with { Metrics = [.. Metrics.Select(other => other.Name == metric.Name ? metric : other)] };
}
