using Qdiff.Quantum;

namespace Qdiff;

/// <summary>The networks of the published systems by name: the one place where a model's name is resolved.</summary>
public static class PublishedModels
{
    /// <summary>Every model, in the order in which the papers introduce them.</summary>
    public static IReadOnlyList<PublishedModel> All { get; } =
    [
        new("unet", "classical U-Net, arXiv 2402.16147", _ => new UNet()),
        Vertex("qvunet-1hq", "one HQConv group in the vertex", QuantumAnsatz.HQConv, 1),
        Vertex("qvunet-1fq", "one FQConv group in the vertex", QuantumAnsatz.FQConv, 1),
        Vertex("qvunet-7hq", "seven HQConv groups in the vertex", QuantumAnsatz.HQConv, 7),
        Vertex("qvunet-7fq", "seven FQConv groups in the vertex", QuantumAnsatz.FQConv, 7),
        FullVertex("qvunet-fullhq", "the whole vertex through HQConv", QuantumAnsatz.HQConv),
        FullVertex("qvunet-fullfq", "the whole vertex through FQConv", QuantumAnsatz.FQConv),
        new("quanvunet", "HQConv on 2×2 patches at the second level and one group in the vertex", wiring => new UNet
        {
            Vertex = Groups(QuantumAnsatz.HQConv, 1, wiring),
            Quanvolution = wiring == Wiring.Paper
                ? new() { Layers = 1, Shared = true, ConvolutionSeesAll = true, Wiring = wiring }
                : new() { Second = SecondStage.Input, Wiring = wiring },
        }),
        new("qcunet-classical", "class-conditional U-Net for 64×64 colour images, arXiv 2512.20448",
            _ => new UNet { ImageChannels = 3, ImageSize = 64, Multipliers = [1, 2, 3, 4, 5, 6], Classes = 10 }),
    ];

    /// <summary>The model of this name.</summary>
    /// <exception cref="InputException">There is none; the message lists the names and the nearest one.</exception>
    public static PublishedModel Named(string name) => All[KnownNames.IndexOf("model", name, [.. All.Select(model => model.Name)])];

    static PublishedModel Vertex(string name, string summary, QuantumAnsatz ansatz, int groups) =>
        new(name, summary, wiring => new UNet { Vertex = Groups(ansatz, groups, wiring) });

    static PublishedModel FullVertex(string name, string summary, QuantumAnsatz ansatz) => new(name, summary, wiring => new UNet
    {
        Vertex = new()
        {
            Groups = 13, Remainder = true, Ansatz = ansatz, Wiring = wiring, RemainderShared = wiring == Wiring.Released,
        },
    });

    static QuantumBlock Groups(QuantumAnsatz ansatz, int groups, Wiring wiring) => new()
    {
        Groups = groups, Ansatz = ansatz, Wiring = wiring, Second = wiring == Wiring.Released ? SecondStage.Reused : SecondStage.Hidden,
    };
}

/// <summary>One published network.</summary>
/// <param name="Name">What configurations and commands call it.</param>
/// <param name="Summary">One line on what it is.</param>
/// <param name="Create">Its structure in a wiring: what the paper says, or what the released code does.</param>
public sealed record PublishedModel(string Name, string Summary, Func<Wiring, UNet> Create)
{
    /// <summary>Builds the network as published.</summary>
    public Network Build(Wiring wiring = Wiring.Paper) => Create(wiring).Build();
}
