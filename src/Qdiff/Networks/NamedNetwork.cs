using Qdiff.Tensors;

namespace Qdiff;

/// <summary>A network of the <see cref="Catalog"/>: its settings by name, and how a design is made of them.</summary>
public sealed record NamedNetwork : IPart
{
    readonly Func<ModelConfig, Shape, Catalog, INetworkDesign> design;

    NamedNetwork(string name, Func<ModelConfig, Shape, Catalog, INetworkDesign> design) => (Name, this.design) = (name, design);

    static string IPart.Kind => "model";

    /// <summary>What configurations and commands call it.</summary>
    public string Name { get; }

    /// <summary>One line on what it is.</summary>
    public string Summary { get; init; } = "";

    /// <summary>Shapes of the images that it was published with; the first is the usual one.</summary>
    public IReadOnlyList<Shape> Images { get; init; } = [[1, 28, 28]];

    /// <summary>Its readings, such as what a paper says and what its code does.</summary>
    public IReadOnlyList<string> Wirings { get; init; } = [ModelConfig.UsualWiring];

    /// <summary>The reading in which it is what published code builds; null for none.</summary>
    public string? Released { get; init; }

    /// <summary>What the documentation of that code calls a defect which an audit finds in it; null for nothing.</summary>
    public Func<Defect, string?> Divergences { get; init; } = _ => null;

    /// <summary>The settings that it takes besides name, wiring and control, without <c>model.</c>: a setting or a group of
    /// them.</summary>
    public IReadOnlyList<string> Settings { get; init; } = [];

    /// <summary>What the settings are in a reading, where nobody says otherwise.</summary>
    public Func<string, ModelConfig> Usual { get; init; } = _ => new();

    /// <summary>
    /// A network of one's own: <paramref name="design"/> makes it of the settings that are among <see cref="Settings"/> and the
    /// shape of the images.
    /// </summary>
    public static NamedNetwork Create(string name, Func<ModelConfig, Shape, INetworkDesign> design) =>
        new(name, (model, image, _) => design(model, image));

    /// <summary>The same for a design that looks circuits up in the catalog.</summary>
    public static NamedNetwork Create(string name, Func<ModelConfig, Shape, Catalog, INetworkDesign> design) => new(name, design);

    /// <summary>A network that is built already and takes no settings.</summary>
    public static NamedNetwork Create(string name, Network network) =>
        new(name, (_, _, _) => new Built(network)) { Images = [network.Image] };

    /// <summary>A U-Net by these settings, in one reading or, each with its own, in several.</summary>
    public static NamedNetwork UNet(string name, string summary, Func<string, ModelConfig> usual) =>
        new(name, (model, image, catalog) => model.ToUNet(image, catalog))
        {
            Summary = summary,
            Usual = usual,
            Settings = ["classes", "dimension", "multipliers", "groups", "heads", "headFeatures", "timestep", "vertex",
                "quanvolution", "gate"],
        };

    /// <summary>The design for these settings; what they leave open is as usual.</summary>
    /// <param name="image">Channels, height and width of the images; null for the usual.</param>
    /// <exception cref="ArgumentException">The settings do not fit each other.</exception>
    /// <exception cref="InputException">There is no such reading.</exception>
    public INetworkDesign Design(ModelConfig model, Catalog catalog, Shape? image = null) =>
        design(Settled(model), image ?? Images[0], catalog);

    /// <summary>The settings with what they leave open as usual.</summary>
    /// <exception cref="InputException">There is no such reading.</exception>
    public ModelConfig Settled(ModelConfig model)
    {
        string wiring = Wirings[KnownNames.IndexOf($"wiring of the model {Name} that is called", model.Wiring, Wirings)];
        return model.Over(Usual(wiring));
    }

    /// <summary>Builds the network as it is published.</summary>
    /// <param name="wiring">The reading.</param>
    /// <param name="image">Channels, height and width of the images; null for the usual.</param>
    /// <param name="control">What stands in the place of its circuits; null for themselves.</param>
    /// <exception cref="ArgumentException">It cannot be built for such images.</exception>
    public Network Build(string wiring = ModelConfig.UsualWiring, Shape? image = null, Control? control = null) =>
        Build(new() { Name = Name, Wiring = wiring, Control = control ?? Control.None }, image ?? Images[0], Catalog.Default,
            nullLabel: false);

    internal Network Build(ModelConfig model, Shape image, Catalog catalog, bool nullLabel)
    {
        INetworkDesign made = Design(model, catalog, image);
        Network network = (nullLabel ? made.WithNullLabel() : made).Build(model.Control);
        ModelConfig asPublished = new() { Name = model.Name, Wiring = model.Wiring };
        if (model == asPublished && model.Wiring == Released && !nullLabel && Images.Contains(image))
            network.Divergences = Divergences;
        return network;
    }

    /// <summary>Whether it takes this setting, a path without <c>model.</c>.</summary>
    internal bool Takes(string setting) => Settings.Any(taken =>
        setting == taken || setting.StartsWith(taken + ".", StringComparison.Ordinal));

    sealed record Built(Network Network) : INetworkDesign
    {
        public Network Build(Control? control) => control is null || control == Control.None ? Network
            : throw new ArgumentException("The network is built already, so nothing can be put in the place of its circuits.");

        public INetworkDesign WithNullLabel() => Network.NullLabel is not null ? this
            : throw new ArgumentException("The network is built already, without a null label; build it with one.");
    }
}
