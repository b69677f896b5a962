using Qdiff.Quantum;
using Qdiff.Tensors;

namespace Qdiff;

/// <summary>What stands in the place of a network's circuits, so that a comparison can tell which of their properties
/// matters.</summary>
public sealed record Control : IPart
{
    Control(string name, string summary) => (Name, Summary) = (name, summary);

    static string IPart.Kind => "control";

    /// <summary>The circuits themselves.</summary>
    public static Control None { get; } = new("none", "the circuits themselves");

    /// <summary>The circuits with their angles left at their initial values.</summary>
    public static Control Frozen { get; } = new("frozen", "the circuits, their angles never trained") { IsFrozen = true };

    /// <summary>The circuits without entanglement: every controlled rotation acts on its target alone.</summary>
    public static Control Unentangled { get; } = Create("unentangled", ControlCircuits.WithoutEntanglement) with
    { Summary = "the circuits without gates between wires" };

    /// <summary>The cosine of each input: what the encoding gives with no circuit behind it.</summary>
    public static Control Cosine { get; } = Create("cosine",
        ControlCircuits.EncodingOnly) with
    { Summary = "the encoding alone" };

    /// <summary>A classical layer with as many numbers as the circuit has live ones.</summary>
    public static Control Classical { get; } = new("classical", "tanh layers of as many weights as the circuits have live ones")
    {
        Layer = (table, name, placed) => ClassicalPatchLayer.Create(table, name, placed.Circuit.Inputs, placed.Outputs,
            new CircuitAnalysis(placed.Circuit, placed.ReadOuts).LiveWeights.Count),
    };

    /// <summary>A classical vertex, made narrower inside until the network has as many numbers as the hybrid one.</summary>
    public static Control Shrunk { get; } = new("shrunk", "a classical vertex of about as many parameters")
    { Network = unet => unet.Shrunk() };

    /// <summary>All that come with the library.</summary>
    public static IReadOnlyList<Control> All { get; } = [None, Frozen, Unentangled, Cosine, Classical, Shrunk];

    /// <summary>What configurations call it.</summary>
    public string Name { get; }

    /// <summary>One line on what it is.</summary>
    public string Summary { get; init; }

    /// <summary>What becomes of each circuit; null leaves them as they are. Inputs and read-outs keep their numbers.</summary>
    public Func<Circuit, Circuit>? Circuit { get; init; }

    /// <summary>Whether training leaves the circuits' weights at their initial values.</summary>
    public bool IsFrozen { get; init; }

    /// <summary>A layer in the place of each circuit, with parameters of the name that it is given; null for a circuit.</summary>
    public Func<ParameterTable, string, PlacedCircuit, IPatchLayer>? Layer { get; init; }

    /// <summary>Another U-Net in the place of a hybrid one; null for the same.</summary>
    public Func<UNet, UNet>? Network { get; init; }

    /// <summary>A control of one's own: what becomes of each circuit.</summary>
    public static Control Create(string name, Func<Circuit, Circuit> circuit) => new(name, "") { Circuit = circuit };

    /// <summary>The circuit as a layer, or what stands in its place.</summary>
    internal IPatchLayer InPlaceOf(PlacedCircuit placed, ParameterTable table, string name) => Layer is not null
        ? Layer(table, name, placed)
        : new QuantumLayer(table, name, Circuit is null ? placed.Circuit : Circuit(placed.Circuit), placed.Angles,
            placed.ReadOuts);

    /// <inheritdoc/>
    public override string ToString() => Name;
}
