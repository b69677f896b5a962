using Qdiff.Quantum;
using Qdiff.Tensors;

namespace Qdiff;

/// <summary>
/// Which network: a published one, or the classical U-Net in other sizes. The image's size and channels follow the data.
/// </summary>
public sealed record ModelConfig
{
    /// <summary>The model whose sizes may be changed.</summary>
    internal const string Adjustable = "unet";

    /// <summary>A name of <see cref="PublishedModels"/>.</summary>
    public string Name { get; init; } = Adjustable;

    /// <summary>What the paper says, or what the published code does.</summary>
    public Wiring Wiring { get; init; } = Wiring.Paper;

    /// <summary>Channels at full resolution, only for <c>unet</c>; null as published.</summary>
    public int? Dimension { get; init; }

    /// <summary>Level i is halved into Dimension·Multipliers[i] channels, only for <c>unet</c>; null as published.</summary>
    public IReadOnlyList<int>? Multipliers { get; init; }

    /// <summary>Groups of every group normalisation, only for <c>unet</c>; null as published.</summary>
    public int? Groups { get; init; }

    /// <summary>Attention heads, only for <c>unet</c>; null as published.</summary>
    public int? Heads { get; init; }

    /// <summary>Features of a head, only for <c>unet</c>; null as published.</summary>
    public int? HeadFeatures { get; init; }

    /// <summary>Builds the network for images of shape [channels, height, width].</summary>
    /// <exception cref="ArgumentException">The sizes do not fit each other or the image, or the image is not square.</exception>
    public Network Build(Shape image)
    {
        if (image[1] != image[2]) throw new ArgumentException($"Images must be square, these have {image[1]}×{image[2]} pixels; crop or scale them.");
        PublishedModel published = PublishedModels.Named(Name);
        if (Dimension is null && Multipliers is null && Groups is null && Heads is null && HeadFeatures is null)
            return published.Create(Wiring, image);
        if (Name != Adjustable)
            throw new InputException($"Only the sizes of the model '{Adjustable}' can be changed, not those of '{Name}'.");
        var sizes = new UNet { ImageChannels = image[0], ImageSize = image[1] };
        return (sizes with
        {
            Dimension = Dimension ?? sizes.Dimension,
            Multipliers = Multipliers ?? sizes.Multipliers,
            Groups = Groups ?? sizes.Groups,
            Heads = Heads ?? sizes.Heads,
            HeadFeatures = HeadFeatures ?? sizes.HeadFeatures,
        }).Build();
    }
}
