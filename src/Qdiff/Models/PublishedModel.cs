using Qdiff.Quantum;
using Qdiff.Tensors;

namespace Qdiff;

/// <summary>One published network.</summary>
/// <param name="Name">What configurations and commands call it.</param>
/// <param name="Summary">One line on what it is.</param>
/// <param name="Design">Its sizes in a wiring (what the paper says, or what the released code does) for images of a shape, or of
/// the paper's.</param>
public sealed record PublishedModel(string Name, string Summary, Func<Wiring, Shape?, INetworkDesign> Design)
{
    /// <summary>Shapes of the images of the paper's experiments.</summary>
    public IReadOnlyList<Shape> Images { get; init; } = [[1, 28, 28]];

    /// <summary>Builds the network.</summary>
    /// <param name="image">Channels, height and width of the images; by default the paper's.</param>
    /// <param name="control">What stands in the place of its circuits.</param>
    public Network Build(Wiring wiring = Wiring.Paper, Shape? image = null, Control control = Control.None)
    {
        Network network = Design(wiring, image).Build(control);
        network.IsPublished = IsPublishedAs(wiring, network.Image, control);
        return network;
    }

    /// <summary>Whether a network of these is the published one, as the released code builds it.</summary>
    internal bool IsPublishedAs(Wiring wiring, Shape image, Control control) =>
        wiring == Wiring.Released && control == Control.None && Images.Contains(image);
}
