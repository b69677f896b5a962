namespace Qdiff.Evaluation;

/// <summary>What a preset asks of each metric.</summary>
public static class PresetProtocol
{
    /// <summary>
    /// The protocol of one of a preset's metrics for features of a known width: the numbers as asked, or as given by whoever
    /// had fewer.
    /// </summary>
    /// <param name="features">Name of the features where the preset says "domain".</param>
    /// <param name="fewSamples">Accept fewer samples than the metric bears; the protocol's text says so.</param>
    /// <exception cref="InputException">A metric that is not in the preset, or too few samples for it.</exception>
    public static Protocol ProtocolOf(this EvaluationPreset preset, string metric, int width, int? real = null,
        int? generated = null, string? features = null, string weights = "none", string reference = "none", long seed = 0, bool fewSamples = false)
    {
        if (!preset.Metrics.Contains(metric))
            throw new InputException($"Preset '{preset.Name}' has no metric '{metric}'; it has {string.Join(", ", preset.Metrics)}.");
        bool comparesSets = metric is not ("is" or "accuracy");
        Protocol protocol = new()
        {
            Metric = metric,
            Features = features ?? preset.Features,
            Resize = preset.Resize,
            Width = width,
            RealCount = comparesSets ? real ?? preset.ReferenceCount : 0,
            GeneratedCount = generated ?? preset.GeneratedCount,
            Split = comparesSets ? preset.ReferenceSplit : "none",
            Seed = seed,
            FewSamples = fewSamples,
            Weights = weights,
            Reference = comparesSets ? reference : "none",
            Subsets = metric == "kid" ? preset.Subsets : null,
            SubsetSize = metric == "kid" ? preset.SubsetSize : null,
            Splits = metric == "is" ? preset.Splits : null,
            Neighbours = metric switch
            {
                "precision" or "recall" => preset.PrecisionNeighbours,
                "density" or "coverage" => preset.DensityNeighbours,
                _ => null,
            },
        };
        protocol.Check();
        return protocol;
    }
}
