using Qdiff.Imaging;

namespace Qdiff.Evaluation;

/// <summary>
/// A catalog that also has what samples are measured with. A metric, feature network, preset or table of one's own is one entry
/// more: <c>catalog with { Metrics = [.. catalog.Metrics, new Own()] }</c>.
/// </summary>
public record EvaluationCatalog : Catalog
{
    /// <summary>What comes with the library.</summary>
    public static new EvaluationCatalog Default { get; } = new();

    /// <summary>Metrics, each with its usual settings.</summary>
    public Parts<Metric> Metrics { get; init; } =
    [
        new FidMetric(), new KidMetric(), new PrecisionMetric(), new RecallMetric(), new DensityMetric(), new CoverageMetric(),
        new InceptionScoreMetric(), new ConfidenceMetric(), new MemorisationMetric(), new AccuracyMetric(),
        new DenoisingLossMetric(),
    ];

    /// <summary>
    /// Feature networks of the user's own. Beside them there are always the classifier of the data set and, if its weights are
    /// given, the Inception network.
    /// </summary>
    public Parts<FeatureNetwork> FeatureNetworks { get; init; } = [];

    /// <summary>Ways of evaluating: <c>evaluation.preset</c>. The default must be among them.</summary>
    public Parts<EvaluationPreset> Presets { get; init; } = [EvaluationPreset.Domain];

    /// <summary>Published tables that can be run again.</summary>
    public Parts<PublishedTable> Tables { get; init; } = [];

    /// <inheritdoc/>
    public override IReadOnlyList<string>? PresetNames => Presets.Names;

    /// <inheritdoc/>
    public override void RequireDistinctNames()
    {
        base.RequireDistinctNames();
        Metrics.RequireDistinctNames();
        FeatureNetworks.RequireDistinctNames();
        Presets.RequireDistinctNames();
        Tables.RequireDistinctNames();
        foreach (EvaluationPreset preset in Presets) preset.Metrics.RequireDistinctNames();
    }

    /// <summary>What the values of a metric cannot lie beyond; null for one that is not among these.</summary>
    /// <param name="name">As measurements have it: metric, features and version.</param>
    internal ChartLimits? LimitsOf(string name) =>
        Metrics.Find(name.Split('/')[0]) is { } metric ? new(metric.Lowest, metric.Highest) : null;

    /// <summary>The metrics with these names.</summary>
    /// <exception cref="InputException">There is none of a name, or it is named twice.</exception>
    public IReadOnlyList<Metric> MetricsNamed(IReadOnlyList<string> names)
    {
        if (names.GroupBy(name => name).FirstOrDefault(same => same.Count() > 1) is { Key: var twice })
            throw new InputException($"The metric '{twice}' is named twice.");
        return [.. names.Select(name => Metrics[name])];
    }

    /// <summary>The tables of a paper, or those of one data set.</summary>
    /// <param name="dataset">The name of a data set or a table; null for all.</param>
    /// <exception cref="InputException">There is no such paper or table; the message lists those there are.</exception>
    public IReadOnlyList<PublishedTable> TablesOf(string paper, string? dataset)
    {
        KnownNames.IndexOf("paper", paper, [.. Tables.Select(table => table.Paper).Distinct()]);
        PublishedTable[] all = [.. Tables.Where(table => table.Paper == paper)];
        PublishedTable[] chosen = [.. all.Where(table => dataset is null || table.Name == dataset
            || table.Name.StartsWith(dataset + "-", StringComparison.Ordinal))];
        return chosen.Length > 0 ? chosen
            : throw new InputException($"{paper} has no table of '{dataset}'. Known are "
                + $"{string.Join(", ", all.Select(table => table.Name))}.");
    }
}
