using System.Security.Cryptography;
using System.Text;

namespace Qdiff.Evaluation;

/// <summary>A function of images as a feature network; made by <see cref="FeatureNetwork.Create"/>.</summary>
sealed class FunctionFeatures(string name, int width, string identity, Func<ImageSet, float[]> features) : FeatureNetwork
{
    public override string Name => name;

    public override string WeightsHash { get; } =
        "sha256:" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{name} {width} {identity}")));

    public override string Resize => "none";

    public override IReadOnlyList<FeatureLayer> Layers { get; } = [new(name, width)];

    public override IReadOnlyList<FeatureSet> Extract(ImageSet images, IReadOnlyList<string> layers, int threads = 0,
        Action<double>? progress = null, CancellationToken cancellationToken = default)
    {
        if (layers.Count == 0) return [];
        foreach (string layer in layers) Layer(layer);
        float[] values = features(images);
        if (values.Length != images.Count * width)
            throw new InputException($"The feature network {name} gave {values.Length} numbers for {images.Count} images; they "
                + $"should be {images.Count} × {width}.");
        progress?.Invoke(1);
        var set = new FeatureSet(Extractor(Layers[0]), images.Count, width, values);
        return [.. layers.Select(_ => set)];
    }
}
