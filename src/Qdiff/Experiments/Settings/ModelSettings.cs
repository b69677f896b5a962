using static Qdiff.SettingType;

namespace Qdiff;

/// <summary>The settings of the network: <c>model.*</c>.</summary>
static class ModelSettings
{
    /// <summary>How the names of all of them begin.</summary>
    public const string Prefix = "model.";

    const string Vertex = "model.vertex.", Quanvolution = "model.quanvolution.", Gate = "model.gate.";

    /// <summary>The settings that name circuits.</summary>
    public static IReadOnlyList<string> Circuits { get; } =
        [.. new[] { Vertex, Vertex + "remainder.", Quanvolution, Quanvolution + "remainder.", Gate }.Select(group => group
            + "circuit")];

    /// <summary>Whether a setting is one of the model's circuits.</summary>
    public static bool IsOfCircuits(string path) => new[] { Vertex, Quanvolution, Gate }
        .Any(group => path.StartsWith(group, StringComparison.Ordinal));

    public static IEnumerable<Setting> Table(Catalog catalog)
    {
        SettingGroup<ModelConfig> model = new("model.", c => c.Model, (c, model) => c with { Model = model });
        return
        [
            model.Add("name", "a name of the catalog", Choice(catalog.Networks.Names), c => c.Name,
                (c, v) => c with { Name = v }),
            model.Add("wiring", "what the paper says, or what its code does",
                Choice([.. catalog.Networks.SelectMany(network => network.Wirings).Distinct()]), c => c.Wiring,
                (c, v) => c with { Wiring = v }),
            model.Add("control", "what stands in the place of its circuits", Part(catalog.Controls), c => c.Control,
                (c, v) => c with { Control = v }),
            model.Add("classes", "class labels it takes", Optional(Integer(2, 1000)), c => c.Classes,
                (c, v) => c with { Classes = v }),
            model.Add("dimension", "channels at full resolution", Optional(Integer(4, 1024)), c => c.Dimension,
                (c, v) => c with { Dimension = v }),
            model.Add("multipliers", "of the channels, one a level", OptionalReference(Integers(1)), c => c.Multipliers,
                (c, v) => c with { Multipliers = v }),
            model.Add("groups", "of every group normalisation", Optional(Integer(1, 1024)), c => c.Groups,
                (c, v) => c with { Groups = v }),
            model.Add("heads", "of every attention", Optional(Integer(1, 64)), c => c.Heads, (c, v) => c with { Heads = v }),
            model.Add("headFeatures", "features of a head", Optional(Integer(1, 1024)), c => c.HeadFeatures,
                (c, v) => c with { HeadFeatures = v }),
            model.Add("timestep", "whether the network is told the timestep", Optional(Flag), c => c.Timestep,
                (c, v) => c with { Timestep = v }),
            .. Block(catalog, Vertex, "the vertex", new(Vertex, c => c.Model.Vertex,
                (c, v) => c with { Model = c.Model with { Vertex = v } })),
            .. Level(),
            .. Block(catalog, Quanvolution, "the blocks of an encoder level", new(Quanvolution, c => c.Model.Quanvolution,
                (c, v) => c with { Model = c.Model with { Quanvolution = v } })),
            .. GateSettings(catalog),
        ];
    }

    static IEnumerable<Setting> Level() =>
    [
        Detail(new SettingGroup<BlockConfig>(Quanvolution, c => c.Model.Quanvolution,
            (c, v) => c with { Model = c.Model with { Quanvolution = v } })
            .Add("level", "encoder level of the quanvolution; 0 is full resolution", Optional(Integer(0, 30)), c => c.Level,
                (c, v) => c with { Level = v })),
    ];

    static IEnumerable<Setting> Block(Catalog catalog, string prefix, string place, SettingGroup<BlockConfig> block)
    {
        SettingGroup<RemainderConfig> remainder = new(prefix + "remainder.", c => block.Get(c).Remainder,
            (c, v) => block.Set(c, block.Get(c) with { Remainder = v }));
        Setting[] settings =
        [
            .. Circuit(catalog, place, block),
            block.Add("groups", "circuits a stage; each takes the next channels", Optional(Integer(1, 1024)), c => c.Groups,
                (c, v) => c with { Groups = v }),
            block.Add("patch", "pixels a side; channels a circuit = inputs / patch²", Optional(Integer(1, 64)), c => c.Patch,
                (c, v) => c with { Patch = v }),
            block.Add("order", "in which order a patch goes to the inputs", Optional(Enumeration<WireOrder>()), c => c.Order,
                (c, v) => c with { Order = v }),
            block.Add("second", "what feeds the second stage", Optional(Enumeration<SecondStage>()), c => c.Second,
                (c, v) => c with { Second = v }),
            block.Add("shared", "one circuit for both stages", Optional(Flag), c => c.Shared, (c, v) => c with { Shared = v }),
            block.Add("convolution", "what the convolution beside the circuits is given",
                Optional(Enumeration<ConvolutionInput>()), c => c.Convolution, (c, v) => c with { Convolution = v }),
            .. Circuit(catalog, "the channels after the groups", remainder),
            remainder.Add("secondIdle", "the second stage's circuit is declared but never run", Optional(Flag), c => c.SecondIdle,
                (c, v) => c with { SecondIdle = v }),
        ];
        return settings.Select(Detail);
    }

    static IEnumerable<Setting> GateSettings(Catalog catalog)
    {
        SettingGroup<GateConfig> gate = new(Gate, c => c.Model.Gate, (c, v) => c with { Model = c.Model with { Gate = v } });
        Setting[] settings =
        [
            .. Circuit(catalog, "the channel gate at the bottleneck", gate),
            gate.Add("projected", "a dense layer makes the inputs", Optional(Flag), c => c.Projected,
                (c, v) => c with { Projected = v }),
            gate.Add("detached", "no gradient goes back into the inputs", Optional(Flag), c => c.Detached,
                (c, v) => c with { Detached = v }),
        ];
        return settings.Select(Detail);
    }

    static IEnumerable<Setting> Circuit<T>(Catalog catalog, string place, SettingGroup<T> group) where T : CircuitConfig =>
    [
        group.AddCircuit("circuit", $"circuit of {place}: a name of the catalog, an OpenQASM file, or none", catalog,
            c => c, (c, name, file) => c with { Circuit = name, File = file, Named = null }),
        group.Add("qubits", "of a circuit by name", Optional(Integer(1, 63)), c => c.Qubits, (c, v) => c with { Qubits = v }),
        group.Add("layers", "of a circuit by name", Optional(Integer(1, 100_000)), c => c.Layers, (c, v) =>
            c with { Layers = v }),
        group.Add("encoding", "how inputs enter a circuit that has none", OptionalReference(Choice(catalog.Encodings.Names)),
            c => c.Encoding, (c, v) => c with { Encoding = v }),
        group.Add("readout", "what is read out, such as [Z0, X1Y2] or X; null for Z of every wire", OptionalReference(Texts()),
            c => c.ReadOut, (c, v) => c with { ReadOut = v }),
        group.Add("initial", "weights begin uniform in [0, this); null for a full turn", Optional(Number(above: 0)),
            c => c.Initial, (c, v) => c with { Initial = v }),
    ];

    static Setting Detail(Setting setting) => setting with { IsDetail = true };
}
