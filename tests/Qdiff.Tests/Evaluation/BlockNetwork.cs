using Qdiff;
using Qdiff.Evaluation;

/// <summary>
/// A feature network that needs no training: eight means over parts of the image, perturbed by <paramref name="weight"/>, and ten
/// "logits" that favour the class whose number the brightness tells.
/// </summary>
sealed class BlockNetwork(float weight = 1, float? poison = null, int? width = null) : FeatureNetwork
{
    public int Calls { get; private set; }

    public override string Name => "blocks";

    public override string WeightsHash => "sha256:" + ((int)(weight * 1000)).ToString("x64");

    public override string Resize => "none";

    public override IReadOnlyList<FeatureLayer> Layers => [new("blocks", 8), new("blocks-logits", 10, IsLogits: true)];

    public override IReadOnlyList<FeatureSet> Extract(ImageSet images, IReadOnlyList<string> layers, int threads = 0,
        Action<double>? progress = null,
        CancellationToken cancellationToken = default)
    {
        Calls++;
        return [.. layers.Select(layer => layer == "blocks" ? Means(images, width ?? 8) : Logits(images))];
    }

    FeatureSet Means(ImageSet images, int count)
    {
        var values = new float[images.Count * count];
        for (int i = 0; i < images.Count; i++)
        {
            ReadOnlySpan<byte> pixels = images.Image(i);
            for (int e = 0; e < pixels.Length; e++)
                values[i * count + e * count / pixels.Length] += weight * pixels[e] / pixels.Length;
        }

        if (poison is { } value) values[3] = value;
        return new("blocks", images.Count, count, values);
    }

    FeatureSet Logits(ImageSet images)
    {
        var values = new float[images.Count * 10];
        for (int i = 0; i < images.Count; i++)
        {
            float mean = 0;
            foreach (byte pixel in images.Image(i)) mean += pixel / (25.6f * images.Shape.Count);
            for (int c = 0; c < 10; c++) values[i * 10 + c] = -(c + 0.5f - mean) * (c + 0.5f - mean);
        }

        return new("blocks-logits", images.Count, 10, values);
    }
}
