using Qdiff.Quantum;
using Qdiff.Tensors;

namespace Qdiff;

/// <summary>The networks of the published systems by name: the one place where a model's name is resolved.</summary>
public static class PublishedModels
{
    // Declared before All, which uses it.
    static readonly Shape[] s_eurosat = [[3, 64, 64]];

    /// <summary>Every model, in the order in which the papers introduce them.</summary>
    public static IReadOnlyList<PublishedModel> All { get; } =
    [
        new("unet", "classical U-Net, arXiv 2402.16147", (_, image) => Grey(image)),
        Vertex("qvunet-1hq", "one HQConv group in the vertex", "hqconv", 1),
        Vertex("qvunet-1fq", "one FQConv group in the vertex", "fqconv", 1),
        Vertex("qvunet-7hq", "seven HQConv groups in the vertex", "hqconv", 7),
        Vertex("qvunet-7fq", "seven FQConv groups in the vertex", "fqconv", 7),
        FullVertex("qvunet-fullhq", "the whole vertex through HQConv", "hqconv"),
        FullVertex("qvunet-fullfq", "the whole vertex through FQConv", "fqconv"),
        new("quanvunet", "HQConv on 2×2 patches at the second level and one group in the vertex",
            (wiring, image) => Grey(image) with
            {
                Vertex = Groups("hqconv", 1, wiring),
                Quanvolution = wiring == Wiring.Paper
                    ? Block("hqconv", wiring, layers: 1) with { Shared = true, ConvolutionSeesAll = true }
                    : Block("hqconv", wiring) with { Second = SecondStage.Input },
            }),
        Attention("attention-light", "quantum attention at the bottleneck, arXiv 2504.00034", AttentionDepth.Light),
        Attention("attention-light-plain", "the same without a gate", AttentionDepth.Light, circuit: false),
        Attention("attention-light-matched", "the same with a classical gate of as many numbers", AttentionDepth.Light,
            circuit: false, matched: true),
        Attention("attention-full", "quantum attention in the larger U-Net", AttentionDepth.Full),
        Attention("attention-full-plain", "the same without a gate", AttentionDepth.Full, circuit: false),
        Attention("attention-full-matched", "the same with a classical gate of as many numbers", AttentionDepth.Full,
            circuit: false, matched: true),
        new("qcunet", "class-conditional U-Net for 64×64 colour images with circuits at 4×4 and in the vertex, arXiv 2512.20448",
            (wiring, image) => Colour(image) with
            {
                Vertex = Groups("hqconv", 1, wiring),
                Quanvolution = Block("hqconv", wiring) with
                { Second = wiring == Wiring.Released ? SecondStage.Input : SecondStage.Hidden },
                QuanvolutionLevel = 4,
            })
        { Images = s_eurosat },
        Conditional("qcunet-classical", "the same without circuits", _ => null),
        Conditional("qcunet-vertex", "the same with circuits in the vertex only", wiring => Groups("hqconv", 1, wiring)),
        Conditional("qcunet-fullvertex", "the same with the whole vertex through circuits",
            wiring => Block("hqconv", wiring) with { Groups = 20 }),
    ];

    /// <summary>The model of this name.</summary>
    /// <exception cref="InputException">There is none; the message lists the names and the nearest one.</exception>
    public static PublishedModel Named(string name) =>
        All[KnownNames.IndexOf("model", name, [.. All.Select(model => model.Name)])];

    static PublishedModel Vertex(string name, string summary, string circuit, int groups) =>
        new(name, summary, (wiring, image) => Grey(image) with { Vertex = Groups(circuit, groups, wiring) });

    static PublishedModel FullVertex(string name, string summary, string circuit) =>
        new(name, summary, (wiring, image) => Grey(image) with
        {
            Vertex = Block(circuit, wiring) with
            {
                Groups = 13,
                Remainder = new()
                { Circuit = PublishedCircuits.Basic(), Name = "basic", Initial = 1, SecondIdle = wiring == Wiring.Released },
            },
        });

    static HybridBlock Groups(string circuit, int groups, Wiring wiring) => Block(circuit, wiring) with
    {
        Groups = groups,
        Second = wiring == Wiring.Released ? SecondStage.Reused : SecondStage.Hidden,
    };

    static HybridBlock Block(string circuit, Wiring wiring, int layers = 3) => new()
    {
        Circuit = circuit == "hqconv" ? PublishedCircuits.HQConv(layers: layers, wiring: wiring)
            : PublishedCircuits.FQConv(layers: layers, wiring: wiring),
        Name = circuit,
        Order = wiring == Wiring.Paper ? WireOrder.ChannelMajor : WireOrder.PixelMajor,
    };

    static PublishedModel Attention(string name, string summary, AttentionDepth depth, bool circuit = true, bool matched = false) =>
        new(name, summary, (wiring, image) => new AttentionUNet
        {
            Depth = depth,
            Image = image ?? [1, 28, 28],
            Matched = matched,
            Gate = !circuit ? null : new()
            {
                Circuit = PublishedCircuits.QuantumAttention(
                    wiring: wiring == Wiring.Released ? Wiring.Released : Wiring.Paper),
                Name = "attention",
                Projected = depth == AttentionDepth.Light,
                Detached = wiring == Wiring.Released,
            },
        })
        { Images = [[1, 28, 28], [3, 28, 28]] };

    /// <summary>The released code gives the timestep to none of these (divergence C-01).</summary>
    static PublishedModel Conditional(string name, string summary, Func<Wiring, HybridBlock?> vertex) =>
        new(name, summary, (wiring, image) =>
        Colour(image) with { Vertex = vertex(wiring), WithoutTimestep = wiring == Wiring.Released })
        { Images = s_eurosat };

    static UNet Grey(Shape? image) => new() { Image = image ?? [1, 28, 28] };

    static UNet Colour(Shape? image) =>
        new() { Image = image ?? [3, 64, 64], Multipliers = [1, 2, 3, 4, 5, 6], Classes = 10 };
}
