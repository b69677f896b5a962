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
        Vertex("qvunet-1hq", "one HQConv group in the vertex", QuantumAnsatz.HQConv, 1),
        Vertex("qvunet-1fq", "one FQConv group in the vertex", QuantumAnsatz.FQConv, 1),
        Vertex("qvunet-7hq", "seven HQConv groups in the vertex", QuantumAnsatz.HQConv, 7),
        Vertex("qvunet-7fq", "seven FQConv groups in the vertex", QuantumAnsatz.FQConv, 7),
        FullVertex("qvunet-fullhq", "the whole vertex through HQConv", QuantumAnsatz.HQConv),
        FullVertex("qvunet-fullfq", "the whole vertex through FQConv", QuantumAnsatz.FQConv),
        new("quanvunet", "HQConv on 2×2 patches at the second level and one group in the vertex",
            (wiring, image) => Grey(image) with
        {
            Vertex = Groups(QuantumAnsatz.HQConv, 1, wiring),
            Quanvolution = wiring == Wiring.Paper
                ? new() { Layers = 1, Shared = true, ConvolutionSeesAll = true, Wiring = wiring }
                : new() { Second = SecondStage.Input, Wiring = wiring },
        }),
        Attention("attention-light", "quantum attention at the bottleneck, arXiv 2504.00034", AttentionDepth.Light,
            ChannelGate.Quantum),
        Attention("attention-light-plain", "the same without a gate", AttentionDepth.Light, ChannelGate.None),
        Attention("attention-light-matched", "the same with a classical gate of as many numbers", AttentionDepth.Light,
            ChannelGate.SqueezeExcite),
        Attention("attention-full", "quantum attention in the larger U-Net", AttentionDepth.Full, ChannelGate.Quantum),
        Attention("attention-full-plain", "the same without a gate", AttentionDepth.Full, ChannelGate.None),
        Attention("attention-full-matched", "the same with a classical gate of as many numbers", AttentionDepth.Full,
            ChannelGate.SqueezeExcite),
        new("qcunet", "class-conditional U-Net for 64×64 colour images with circuits at 4×4 and in the vertex, arXiv 2512.20448",
            (wiring, image) => Colour(image) with
            {
                Vertex = Groups(QuantumAnsatz.HQConv, 1, wiring),
                Quanvolution = new() { Wiring = wiring,
                    Second = wiring == Wiring.Released ? SecondStage.Input : SecondStage.Hidden },
                QuanvolutionLevel = 4,
            })
        { Images = s_eurosat },
        Conditional("qcunet-classical", "the same without circuits", _ => null),
        Conditional("qcunet-vertex", "the same with circuits in the vertex only",
            wiring => Groups(QuantumAnsatz.HQConv, 1, wiring)),
        Conditional("qcunet-fullvertex", "the same with the whole vertex through circuits",
            wiring => new() { Groups = 20, Wiring = wiring }),
    ];

    /// <summary>The model of this name.</summary>
    /// <exception cref="InputException">There is none; the message lists the names and the nearest one.</exception>
    public static PublishedModel Named(string name) =>
        All[KnownNames.IndexOf("model", name, [.. All.Select(model => model.Name)])];

    static PublishedModel Vertex(string name, string summary, QuantumAnsatz ansatz, int groups) =>
        new(name, summary, (wiring, image) => Grey(image) with { Vertex = Groups(ansatz, groups, wiring) });

    static PublishedModel FullVertex(string name, string summary, QuantumAnsatz ansatz) =>
        new(name, summary, (wiring, image) => Grey(image) with
        {
            Vertex = new()
            {
                Groups = 13,
                Remainder = true,
                Ansatz = ansatz,
                Wiring = wiring,
                RemainderShared = wiring == Wiring.Released,
            },
        });

    static QuantumBlock Groups(QuantumAnsatz ansatz, int groups, Wiring wiring) => new()
    {
        Groups = groups,
        Ansatz = ansatz,
        Wiring = wiring,
        Second = wiring == Wiring.Released ? SecondStage.Reused : SecondStage.Hidden,
    };

    static PublishedModel Attention(string name, string summary, AttentionDepth depth, ChannelGate gate) =>
        new(name, summary, (wiring, image) =>
        new AttentionUNet
        {
            Depth = depth,
            ImageChannels = image?[0] ?? 1,
            ImageSize = image?[1] ?? 28,
            Gate = gate == ChannelGate.Quantum && wiring == Wiring.Released ? ChannelGate.QuantumReleased : gate,
        })
        { Images = [[1, 28, 28], [3, 28, 28]] };

    /// <summary>The released code gives the timestep to none of these (divergence C-01).</summary>
    static PublishedModel Conditional(string name, string summary, Func<Wiring, QuantumBlock?> vertex) =>
        new(name, summary, (wiring, image) =>
        Colour(image) with { Vertex = vertex(wiring), WithoutTimestep = wiring == Wiring.Released })
        { Images = s_eurosat };

    static UNet Grey(Shape? image) => new() { ImageChannels = image?[0] ?? 1, ImageSize = image?[1] ?? 28 };

    static UNet Colour(Shape? image) =>
        new() { ImageChannels = image?[0] ?? 3, ImageSize = image?[1] ?? 64, Multipliers = [1, 2, 3, 4, 5, 6], Classes = 10 };
}
