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

    /// <summary>Class labels that the network takes, only for <c>unet</c>; null as published (none).</summary>
    public int? Classes { get; init; }

    /// <summary>Groups of every group normalisation, only for <c>unet</c>; null as published.</summary>
    public int? Groups { get; init; }

    /// <summary>Attention heads, only for <c>unet</c>; null as published.</summary>
    public int? Heads { get; init; }

    /// <summary>Features of a head, only for <c>unet</c>; null as published.</summary>
    public int? HeadFeatures { get; init; }

    /// <summary>What stands in the place of the model's circuits.</summary>
    public Control Control { get; init; }

    /// <summary>Builds the network for images of shape [channels, height, width].</summary>
    /// <param name="catalog">The parts that its names mean.</param>
    /// <param name="nullLabel">Whether a conditional network has a label for "no class".</param>
    /// <exception cref="ArgumentException">The sizes do not fit each other or the image, or the image is not square.</exception>
    public Network Build(Shape image, Catalog catalog, bool nullLabel = false)
    {
        PublishedModel model = PublishedModels.Named(Name);
        INetworkDesign design = model.Design(Wiring, image);
        bool asPublished = !nullLabel && model.IsPublishedAs(Wiring, image, Control);
        if (Dimension is not null || Multipliers is not null || Groups is not null || Heads is not null
            || HeadFeatures is not null || Classes is not null)
        {
            if (Name != Adjustable)
                throw new InputException($"Only the sizes of the model '{Adjustable}' can be changed, not those of '{Name}'.");
            asPublished = false;
            var sizes = (UNet)design;
            design = sizes with
            {
                Dimension = Dimension ?? sizes.Dimension,
                Multipliers = Multipliers ?? sizes.Multipliers,
                Groups = Groups ?? sizes.Groups,
                Heads = Heads ?? sizes.Heads,
                HeadFeatures = HeadFeatures ?? sizes.HeadFeatures,
                Classes = Classes ?? sizes.Classes,
            };
        }

        if (nullLabel)
        {
            if (design is not UNet { Classes: > 0 } conditional)
                throw new ArgumentException($"The model '{Name}' takes no class labels, so none can be dropped; set "
                    + $"training.labelDropout to 0.");
            design = conditional with { NullLabel = true };
        }

        Network network = design.Build(Control);
        network.IsPublished = asPublished;
        return network;
    }
}
