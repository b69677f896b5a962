namespace Qdiff.Evaluation;

/// <summary>Which feature network an evaluation reads for what.</summary>
static class FeatureReaders
{
    /// <summary>What a preset's metrics are measured in.</summary>
    /// <exception cref="InputException">The network is missing, or has no such layer.</exception>
    public static FeatureReader Main(EvaluationOptions options)
    {
        EvaluationPreset preset = options.Preset;
        // Logits are read along only if they are for a metric.
        bool logits = preset.Metrics.Any(m => (m.Needs & (MetricNeeds.Logits | MetricNeeds.Classifier)) == MetricNeeds.Logits),
            ofClassifier = logits || preset.Metrics.Any(m => m.Needs.HasFlag(MetricNeeds.Logits));
        if (preset.Features == EvaluationPreset.DomainFeatures)
            return new(options.Classifier ?? throw NoClassifier(), options, null, ofClassifier);
        if (Own(options, preset.Features) is { } own) return new(own.Network, options, own.Layer, logits);
        FeatureNetwork inception = options.Inception ?? throw Missing(options, preset.Features,
            $"Preset {preset.Name} measures in the features of the Inception network.");
        if (inception.Layers.Any(l => l.Name == preset.Features)) return new(inception, options, preset.Features, logits);
        throw IsOfInception(preset.Features)
            ? new InputException($"Preset {preset.Name} measures in {preset.Features}, but the file of weights gives only "
                + $"{string.Join(", ", inception.Layers.Select(l => l.Name))}: load the whole network, or measure with preset "
                + $"{EvaluationPreset.Domain.Name} and in the layer {inception.Layers[^1].Name} besides.")
            : Unknown(options, preset.Features);
    }

    /// <summary>A further layer of the Inception network, or of a network of the user's own; null if none was asked for, or
    /// that in which everything is measured anyway.</summary>
    /// <exception cref="InputException">The network is missing, or has no such layer.</exception>
    public static FeatureReader? Extra(EvaluationOptions options, FeatureReader main)
    {
        if (options.ExtraLayer is not { } layer) return null;
        FeatureReader extra = Own(options, layer) is { } own ? new(own.Network, options, own.Layer, needsLogits: false)
            : new(options.Inception ?? throw Missing(options, layer, $"The layer {layer} belongs to the Inception network."),
                options, layer, needsLogits: false);
        return extra.Network.Extractor(extra.Layer) == main.Network.Extractor(main.Layer) ? null : extra;
    }

    /// <summary>The data set's classifier, for metrics that need one whatever the others are measured in.</summary>
    /// <exception cref="InputException">There is none.</exception>
    public static FeatureReader Classifier(EvaluationOptions options, FeatureReader main) =>
        options.Classifier is null ? throw NoClassifier()
            : options.Classifier == main.Network && main.Logits is not null ? main
            : new(options.Classifier, options, null, needsLogits: true);

    /// <summary>The network of this name, or that with a layer of this name.</summary>
    public static (FeatureNetwork Network, string? Layer)? Own(EvaluationOptions options, string name)
    {
        if (options.FeatureNetworks.Find(name) is { } network) return (network, null);
        return options.FeatureNetworks.FirstOrDefault(n => n.Layers.Any(l => l.Name == name)) is { } owner ? (owner, name) : null;
    }

    static InputException Missing(EvaluationOptions options, string name, string why) =>
        IsOfInception(name) ? new MissingNetworkException(why, true) : Unknown(options, name);

    static bool IsOfInception(string name) => InceptionGraph.LayerNames.Contains(name);

    static InputException Unknown(EvaluationOptions options, string name) => new(KnownNames.Refusal("feature network", name,
        [EvaluationPreset.DomainFeatures, .. InceptionGraph.LayerNames, .. options.FeatureNetworks.Names]));

    static MissingNetworkException NoClassifier() =>
        new("There is no classifier for this data set.", false);
}
