namespace Qdiff.Evaluation;

/// <summary>A trained network that turns images into features; inference only. Metrics are functions of what it gives.</summary>
public abstract class FeatureNetwork : IPart
{
    static string IPart.Kind => "feature network";

    /// <summary>A function of images as a feature network.</summary>
    /// <param name="name">What presets, options and protocols call it: a word.</param>
    /// <param name="width">D, features of an image.</param>
    /// <param name="identity">
    /// Which version of the function it is, such as a hash of its weights. It stands in protocols, and kept features are found
    /// by it: whoever changes the function changes it too.
    /// </param>
    /// <param name="features">
    /// The features of some images, N × D row by row; those of an image must not depend on the others. Evaluations call it with a
    /// few hundred images at a time, <see cref="Extract"/> with all that it is given.
    /// </param>
    public static FeatureNetwork Create(string name, int width, string identity, Func<ImageSet, float[]> features) =>
        new FunctionFeatures(name, width, identity, features);

    /// <summary>Which network: <c>inception-2015-12-05</c>, <c>domain-digits</c>.</summary>
    public abstract string Name { get; }

    /// <summary>Hash of the weights: <c>sha256:</c> and 64 hexadecimal digits.</summary>
    public abstract string WeightsHash { get; }

    /// <summary>How images come to the network's size, as protocols say it: <c>tf1bilinear</c>, or <c>none</c>.</summary>
    public abstract string Resize { get; }

    /// <summary>Where features can be read, in the order of the computation.</summary>
    public abstract IReadOnlyList<FeatureLayer> Layers { get; }

    /// <summary>What label k of the logits is called; empty if the network has none or nobody named them.</summary>
    public virtual IReadOnlyList<string> ClassNames => [];

    /// <summary>
    /// The features of all images, one set for each of <paramref name="layers"/>. Image i's do not depend on its neighbours or
    /// the number of threads.
    /// </summary>
    /// <param name="progress">Is told now and then how much of the whole is done, from 0 to 1; from any thread.</param>
    /// <param name="threads">0 for one a processor.</param>
    /// <exception cref="InputException">Images that the network does not take, or a layer that it does not have.</exception>
    public abstract IReadOnlyList<FeatureSet> Extract(ImageSet images, IReadOnlyList<string> layers, int threads = 0,
        Action<double>? progress = null, CancellationToken cancellationToken = default);

    /// <summary>The layer of this name.</summary>
    /// <exception cref="InputException">There is none; the message lists those there are.</exception>
    public FeatureLayer Layer(string name)
    {
        foreach (FeatureLayer layer in Layers)
            if (layer.Name == name) return layer;
        throw new InputException($"The feature network {Name} has no layer '{name}'. It has "
            + $"{string.Join(", ", Layers.Select(l => l.Name))}.");
    }

    /// <summary>The layer to measure distances in where none is named: the last one before the logits.</summary>
    /// <exception cref="InputException">The network has logits only.</exception>
    internal FeatureLayer LayerForDistances => Layers.Any(layer => !layer.IsLogits) ? Layers.Last(layer => !layer.IsLogits)
        : throw new InputException($"The feature network {Name} has logits only, no features to measure distances in.");

    /// <summary>What <see cref="FeatureSet.Extractor"/> says of this layer: sets compare only if layer, resize and weights are
    /// the same.</summary>
    public string Extractor(FeatureLayer layer) =>
        $"{layer.Name}{(Resize == "none" ? "" : "-" + Resize)}@{WeightsHash["sha256:".Length..][..8]}";
}
