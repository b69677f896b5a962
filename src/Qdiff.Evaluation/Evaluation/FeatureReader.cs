namespace Qdiff.Evaluation;

/// <summary>One feature network as an evaluation uses it: which layers are read, and what they say of each set of
/// images.</summary>
sealed class FeatureReader
{
    readonly FeatureNetwork network;
    readonly EvaluationOptions options;
    readonly bool readsLogits, keepsImages;
    readonly Dictionary<string, ImageFeatures> known = new(StringComparer.Ordinal);

    /// <param name="layer">The layer for distances; null for the last one before the logits.</param>
    public FeatureReader(FeatureNetwork network, EvaluationOptions options, string? layer, bool needsLogits)
    {
        (this.network, this.options) = (network, options);
        Layer = layer is not null ? network.Layer(layer) : network.LayerForDistances;
        Logits = network.Layers.Any(l => l.IsLogits) ? network.Layers.Last(l => l.IsLogits) : null;
        readsLogits = needsLogits && Logits is not null;
        keepsImages = options.Preset.Metrics.Any(metric => metric.Needs.HasFlag(MetricNeeds.Images));
    }

    /// <summary>The layer of the features.</summary>
    public FeatureLayer Layer { get; }

    /// <summary>The layer of the logits, if the network has one.</summary>
    public FeatureLayer? Logits { get; }

    public FeatureNetwork Network => network;

    /// <summary>What the network says of these images; asked twice, it is computed once.</summary>
    public ImageFeatures Read(ImageSet images, string what, CancellationToken cancellationToken)
    {
        if (known.TryGetValue(images.Hash, out ImageFeatures? there)) return there;
        string[] layers = readsLogits ? [Layer.Name, Logits!.Value.Name] : [Layer.Name];
        IReadOnlyList<FeatureSet> sets = options.Cache.Get(network, images, layers,
            progress: part => options.Progress?.Invoke(
                Invariant($"{network.Name} features of {images.Count:N0} {what} images"), part),
            cancellationToken: cancellationToken);
        return known[images.Hash] = new(sets[0], readsLogits ? sets[1] : null, images.Labels.ToArray(), Short(images.Hash))
        { Images = keepsImages ? images : null };
    }

    /// <summary>Computes and keeps, with the other processes, what <see cref="Read"/> will be asked for.</summary>
    public void Prepare(ImageSet images, string what, CancellationToken cancellationToken) =>
        options.Cache.Complete(network, images, readsLogits ? [Layer.Name, Logits!.Value.Name] : [Layer.Name], options.Processes,
            part => options.Progress?.Invoke(Invariant($"{network.Name} features of {images.Count:N0} {what} images"), part),
            cancellationToken);

    public static string Short(string hash) =>
        "sha256:" + (hash.StartsWith("sha256:", StringComparison.Ordinal) ? hash["sha256:".Length..] : hash)[..8];
}
