using Qdiff.Tensors;

namespace Qdiff.Papers;

/// <summary>
/// The networks of the published systems as data: what each paper says and, where that differs, what its code does. The first
/// wiring is the text, the second the code; <c>docs/networks.md</c> has the same lines in YAML.
/// </summary>
public static class PublishedModels
{
    static readonly string[] s_wirings = [.. Enum.GetValues<Wiring>().Select(NameOf)];

    static readonly NamedCircuit s_hqconv = PaperCircuits.Named("hqconv"), s_fqconv = PaperCircuits.Named("fqconv"),
        s_basic = NamedCircuits.All[0], s_attention = PaperCircuits.Named("attention");

    /// <summary>Every model, in the order in which the papers introduce them.</summary>
    public static IReadOnlyList<NamedNetwork> All { get; } =
    [
        Published("unet", "classical U-Net, arXiv 2402.16147", _ => new()),
        Published("qvunet-1hq", "one HQConv group in the vertex", wiring => new() { Vertex = Groups(s_hqconv, 1, wiring) }),
        Published("qvunet-1fq", "one FQConv group in the vertex", wiring => new() { Vertex = Groups(s_fqconv, 1, wiring) }),
        Published("qvunet-7hq", "seven HQConv groups in the vertex", wiring => new() { Vertex = Groups(s_hqconv, 7, wiring) }),
        Published("qvunet-7fq", "seven FQConv groups in the vertex", wiring => new() { Vertex = Groups(s_fqconv, 7, wiring) }),
        Published("qvunet-fullhq", "the whole vertex through HQConv", wiring => new() { Vertex = Whole(s_hqconv, wiring) }),
        Published("qvunet-fullfq", "the whole vertex through FQConv", wiring => new() { Vertex = Whole(s_fqconv, wiring) }),
        Published("quanvunet", "HQConv on 2×2 patches at the second level and one group in the vertex", wiring => new()
        {
            Vertex = Groups(s_hqconv, 1, wiring),
            Quanvolution = wiring == Wiring.Paper
                ? Block(s_hqconv, wiring) with { Layers = 1, Shared = true, Convolution = ConvolutionInput.All }
                : Block(s_hqconv, wiring) with { Second = SecondStage.Input },
        }),
        Attention("attention-light", "quantum attention at the bottleneck, arXiv 2504.00034", AttentionDepth.Light),
        Attention("attention-light-plain", "the same without a gate", AttentionDepth.Light, circuit: false),
        Attention("attention-light-matched", "the same with a classical gate of as many numbers", AttentionDepth.Light,
            circuit: false, matched: true),
        Attention("attention-full", "quantum attention in the larger U-Net", AttentionDepth.Full),
        Attention("attention-full-plain", "the same without a gate", AttentionDepth.Full, circuit: false),
        Attention("attention-full-matched", "the same with a classical gate of as many numbers", AttentionDepth.Full,
            circuit: false, matched: true),
        Earth("qcunet", "class-conditional U-Net for 64×64 colour images with circuits at 4×4 and in the vertex, arXiv "
            + "2512.20448",
            wiring => new()
            {
                Vertex = Groups(s_hqconv, 1, wiring),
                Quanvolution = Block(s_hqconv, wiring) with
                { Level = 4, Second = wiring == Wiring.Released ? SecondStage.Input : SecondStage.Hidden },
            }),
        // The released code gives the timestep to none of these (divergence C-01).
        Earth("qcunet-classical", "the same without circuits", wiring => new() { Timestep = wiring != Wiring.Released }),
        Earth("qcunet-vertex", "the same with circuits in the vertex only", wiring => new()
        { Timestep = wiring != Wiring.Released, Vertex = Groups(s_hqconv, 1, wiring) }),
        Earth("qcunet-fullvertex", "the same with the whole vertex through circuits", wiring => new()
        { Timestep = wiring != Wiring.Released, Vertex = Block(s_hqconv, wiring) with { Groups = 20 } }),
    ];

    /// <summary>The model of this name.</summary>
    /// <exception cref="InputException">There is none; the message lists the names and the nearest one.</exception>
    public static NamedNetwork Named(string name) => Papers.Catalog.Networks[name];

    /// <summary>Builds a published network in a wiring.</summary>
    /// <param name="image">Channels, height and width of the images; null for the paper's.</param>
    /// <param name="control">What stands in the place of its circuits.</param>
    public static Network Build(this NamedNetwork model, Wiring wiring, Shape? image = null, Control? control = null) =>
        model.Build(NameOf(wiring), image, control);

    /// <summary>What configurations call a wiring.</summary>
    public static string NameOf(Wiring wiring) => wiring.ToString().ToLowerInvariant();

    /// <summary>The circuits of a vertex of some groups; the released code never reads the second ones (divergence
    /// A-02).</summary>
    static BlockConfig Groups(NamedCircuit circuit, int groups, Wiring wiring) => Block(circuit, wiring) with
    {
        Groups = groups,
        Second = wiring == Wiring.Released ? SecondStage.Reused : SecondStage.Hidden,
    };

    /// <summary>The whole vertex: 13 groups and a circuit of four qubits for the 40th channel (divergences A-03 and
    /// A-04).</summary>
    static BlockConfig Whole(NamedCircuit circuit, Wiring wiring) => Block(circuit, wiring) with
    {
        Groups = 13,
        Remainder = new()
        { Circuit = s_basic.Name, Named = s_basic, Qubits = 4, Layers = 4, Initial = 1, SecondIdle = wiring == Wiring.Released },
    };

    /// <summary>Three layers; the released code counts wires the other way round (divergence A-10).</summary>
    static BlockConfig Block(NamedCircuit circuit, Wiring wiring)
    {
        NamedCircuit read = PaperCircuits.As(wiring, circuit);
        return new()
        {
            Circuit = read.Name,
            Named = read,
            Qubits = 12,
            Layers = 3,
            Order = wiring == Wiring.Paper ? WireOrder.ChannelMajor : WireOrder.PixelMajor,
        };
    }

    /// <summary>The released circuit is fed without a gradient (divergences B-01 and B-02); repaired, it is the
    /// paper's.</summary>
    static NamedNetwork Attention(string name, string summary, AttentionDepth depth, bool circuit = true, bool matched = false)
    {
        return NamedNetwork.Create(name, (model, image, catalog) => new AttentionUNet
        {
            Depth = depth,
            Image = image,
            Gate = model.Gate.ToGate(catalog),
            Matched = matched && !model.Gate.IsPresent,
        }) with
        {
            Summary = summary,
            Images = [[1, 28, 28], [3, 28, 28]],
            Settings = ["gate"],
            Wirings = s_wirings,
            Released = NameOf(Wiring.Released),
            Divergences = PublishedDivergences.Of,
            Usual = wiring => circuit ? new() { Gate = Gate(wiring == NameOf(Wiring.Released)) } : new(),
        };

        GateConfig Gate(bool released)
        {
            NamedCircuit read = PaperCircuits.As(released ? Wiring.Released : Wiring.Paper, s_attention);
            return new()
            {
                Circuit = read.Name,
                Named = read,
                Qubits = 16,
                Layers = 3,
                Projected = depth == AttentionDepth.Light,
                Detached = released,
            };
        }
    }

    static NamedNetwork Earth(string name, string summary, Func<Wiring, ModelConfig> usual) =>
        Published(name, summary, wiring => usual(wiring) with { Multipliers = [1, 2, 3, 4, 5, 6], Classes = 10 }) with
        { Images = [[3, 64, 64]] };

    static NamedNetwork Published(string name, string summary, Func<Wiring, ModelConfig> usual) =>
        NamedNetwork.UNet(name, summary, wiring => usual(Enum.GetValues<Wiring>().First(w => NameOf(w) == wiring))) with
        { Wirings = s_wirings, Released = NameOf(Wiring.Released), Divergences = PublishedDivergences.Of };
}
