using Qdiff.Tensors;

namespace Qdiff;

/// <summary>
/// Which network: one of the catalog's, changed key by key. The image's size and channels follow the data. What is null is as the
/// network of that name has it.
/// </summary>
public sealed record ModelConfig
{
    /// <summary>The reading that every network has.</summary>
    public const string UsualWiring = "paper";

    /// <summary>A name of <see cref="Catalog.Networks"/>.</summary>
    public string Name { get; init; } = "unet";

    /// <summary>Which reading of the network, of <see cref="NamedNetwork.Wirings"/>.</summary>
    public string Wiring { get; init; } = UsualWiring;

    /// <summary>Channels at full resolution.</summary>
    public int? Dimension { get; init; }

    /// <summary>Level i is halved into Dimension·Multipliers[i] channels.</summary>
    public IReadOnlyList<int>? Multipliers { get; init; }

    /// <summary>Class labels that the network takes.</summary>
    public int? Classes { get; init; }

    /// <summary>Groups of every group normalisation.</summary>
    public int? Groups { get; init; }

    /// <summary>Attention heads.</summary>
    public int? Heads { get; init; }

    /// <summary>Features of a head.</summary>
    public int? HeadFeatures { get; init; }

    /// <summary>Whether the network is told the timestep.</summary>
    public bool? Timestep { get; init; }

    /// <summary>Circuits in the two residual blocks of the vertex.</summary>
    public BlockConfig Vertex { get; init; } = new();

    /// <summary>Circuits in the residual blocks of an encoder level.</summary>
    public BlockConfig Quanvolution { get; init; } = new();

    /// <summary>A circuit that weighs the channels at the bottleneck.</summary>
    public GateConfig Gate { get; init; } = new();

    /// <summary>What stands in the place of the model's circuits.</summary>
    public Control Control { get; init; } = Control.None;

    /// <summary>The settings of all its circuits.</summary>
    internal IEnumerable<CircuitConfig> Circuits =>
        [Vertex, Vertex.Remainder, Quanvolution, Quanvolution.Remainder, Gate];

    /// <summary>These settings, and what they leave open as <paramref name="published"/> has it.</summary>
    public ModelConfig Over(ModelConfig published) => this with
    {
        Dimension = Dimension ?? published.Dimension,
        Multipliers = Multipliers ?? published.Multipliers,
        Classes = Classes ?? published.Classes,
        Groups = Groups ?? published.Groups,
        Heads = Heads ?? published.Heads,
        HeadFeatures = HeadFeatures ?? published.HeadFeatures,
        Timestep = Timestep ?? published.Timestep,
        Vertex = Vertex.Over(published.Vertex),
        Quanvolution = Quanvolution.Over(published.Quanvolution),
        Gate = Gate.Over(published.Gate),
    };

    /// <summary>The settings of a U-Net as data, for images of shape [channels, height, width].</summary>
    /// <exception cref="ArgumentException">A circuit's settings do not fit it or each other.</exception>
    public UNet ToUNet(Shape image, Catalog catalog)
    {
        var usual = new UNet();
        return usual with
        {
            Image = image,
            Dimension = Dimension ?? usual.Dimension,
            Multipliers = Multipliers ?? usual.Multipliers,
            Classes = Classes ?? usual.Classes,
            Groups = Groups,
            Heads = Heads ?? usual.Heads,
            HeadFeatures = HeadFeatures ?? usual.HeadFeatures,
            WithoutTimestep = Timestep == false,
            Vertex = Vertex.ToBlock(catalog),
            Quanvolution = Quanvolution.ToBlock(catalog),
            QuanvolutionLevel = Quanvolution.Level ?? usual.QuanvolutionLevel,
            Gate = Gate.ToGate(catalog),
        };
    }

    /// <summary>Builds the network for images of shape [channels, height, width].</summary>
    /// <param name="nullLabel">Whether a conditional network has a label for "no class".</param>
    /// <exception cref="ArgumentException">The sizes do not fit each other or the image.</exception>
    /// <exception cref="InputException">The catalog has no such network, or it has no such reading.</exception>
    public Network Build(Shape image, Catalog catalog, bool nullLabel = false) =>
        catalog.Networks[Name].Build(this, image, catalog, nullLabel);
}
