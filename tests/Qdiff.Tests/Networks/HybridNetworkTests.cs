using Qdiff;
using Qdiff.Papers;
using Qdiff.Quantum;
using Qdiff.Tensors;

/// <summary>Networks as data: circuits of any size in any place, images that are not square.</summary>
public class HybridNetworkTests
{
    static readonly UNet s_small = new()
    {
        Image = [1, 8, 8],
        Dimension = 4,
        Groups = 2,
        Multipliers = [1, 3],
        Heads = 1,
        HeadFeatures = 4,
    };

    public static TheoryData<string> Designs => [.. s_designs.Keys];

    static readonly Dictionary<string, UNet> s_designs = new()
    {
        ["three qubits, patch 1"] = s_small with { Vertex = new() { Circuit = Ring(3), Groups = 4, Patch = 1 } },
        ["a pixel-major vertex with a remainder"] = s_small with
        {
            Vertex = new()
            {
                Circuit = Ring(4),
                Groups = 2,
                Order = WireOrder.PixelMajor,
                Remainder = new() { Circuit = Ring(8) },
            },
        },
        ["X of one wire and ZZ"] = s_small with
        {
            Vertex = new()
            {
                Circuit = Ring(4),
                Groups = 3,
                ReadOuts = [PauliString.X(0), PauliString.Z(1), PauliString.Parse("ZIZ"), PauliString.Y(3)],
            },
        },
        ["more inputs than read-outs"] = s_small with
        {
            Vertex = new() { Circuit = NamedEncoding.Amplitude.InFrontOf(new(2, Ansatz.StronglyEntangling(2, 1))), Patch = 1 },
        },
        ["fewer inputs than read-outs"] = s_small with
        {
            Vertex = new()
            {
                Circuit = new(4, [.. Embedding.Angles(2), .. Ansatz.HardwareEfficient(4, 1)]),
                Groups = 2,
                Patch = 1
            },
        },
        ["a gate of five qubits"] = s_small with { Gate = new() { Circuit = Ring(5) } },
        ["a gate of bundles"] = s_small with
        {
            Gate = new()
            {
                Circuit = Ring(3),
                Projected = false,
                ReadOuts = [PauliString.Z(0)]
            }
        },
        ["images that are not square"] = s_small with
        {
            Image = [3, 8, 12],
            Vertex = new() { Circuit = Ring(4), Second = SecondStage.Input },
            Quanvolution = new() { Circuit = Ring(4), Shared = true, Convolution = ConvolutionInput.All },
            QuanvolutionLevel = 0,
        },
    };

    static Circuit Ring(int qubits) => new(qubits, [.. Embedding.Angles(qubits), .. Ansatz.BasicEntangler(qubits, 2)]);

    /// <summary>The fast pass and the definition agree, so shapes, orders and gradients' places are right.</summary>
    [Theory]
    [MemberData(nameof(Designs))]
    public void FastEqualsTheDefinition(string name)
    {
        Network network = s_designs[name].Build();
        Assert.Equal(network.Parameters.Scalars, network.Layers.Sum(layer => layer.Count(network.Parameters)));
        Assert.NotEmpty(network.Circuits);
        NetworkCheck.FastEqualsReference(network);
        // The layers are the same in all; where gradients go differs in these.
        if (name is "a pixel-major vertex with a remainder" or "fewer inputs than read-outs" or "a gate of bundles")
            NetworkCheck.Gradients(network, name);
    }

    [Theory]
    [MemberData(nameof(Designs))]
    public void EveryControlStandsInTheirPlace(string name)
    {
        Network hybrid = s_designs[name].Build();
        foreach (Control control in Control.All)
        {
            Network network = s_designs[name].Build(control);
            Assert.Equal(hybrid.Image, network.Image);
            bool hasCircuits = control != Control.Classical && control != Control.Shrunk;
            Assert.Equal(hasCircuits, network.Circuits.Count > 0);
            Assert.Equal(control == Control.Frozen, network.Frozen.Count > 0);
        }
    }

    [Fact]
    public void OutputsGoWhereTheirInputsCameFrom()
    {
        // With an encoding alone, read-out i is cos of input i: the channels that circuits take keep their places.
        Shape image = [8, 4, 4];
        foreach (WireOrder order in Enum.GetValues<WireOrder>())
        {
            int[][] two = Patches.Elements(image, 3, 2, 2, order);
            Assert.Equal(4, two.Length);
            Assert.Equal(Enumerable.Range(3 * 16, 2 * 16), two.SelectMany(patch => patch).Order());
        }

        Assert.Equal([48, 49, 52, 53, 64, 65, 68, 69], Patches.Elements(image, 3, 2, 2, WireOrder.ChannelMajor)[0]);
        Assert.Equal([48, 64, 49, 65, 52, 68, 53, 69], Patches.Elements(image, 3, 2, 2, WireOrder.PixelMajor)[0]);
        Assert.Equal(Enumerable.Range(0, 16), Patches.Elements([1, 4, 4], 0, 1, 4, WireOrder.ChannelMajor)[0]);
    }

    [Fact]
    public void WeightsBeginWithinAFullTurn()
    {
        Assert.InRange(Largest(new() { Circuit = Ring(4) }), 6, 2 * Math.PI);
        Assert.InRange(Largest(new() { Circuit = PublishedCircuits.HQConv() }), 0.95, 1);
        Assert.InRange(Largest(new() { Circuit = Ring(4), Initial = 0.01 }), 0.005, 0.01);
        Assert.InRange(Largest(new() { Circuit = Turned((w, x) => w * Math.Tau + x) }), 0.8, 1);
        Assert.InRange(Largest(new() { Circuit = Turned((w, x) => w * x) }), 4, Math.Tau);
        Assert.InRange(Largest(new() { Circuit = Turned((w, _) => w * 1e-310) }), 4, Math.Tau);

        static Circuit Turned(Func<AngleExpression, AngleExpression, AngleExpression> angle) => new(4, [.. Embedding.Angles(4),
            .. Enumerable.Range(0, 4).Select(q =>
                Gate.RY(q, angle(AngleExpression.Weight(q), AngleExpression.Input(q)).ToAngle()))]);

        static float Largest(HybridBlock block)
        {
            Network network = (s_small with { Multipliers = [1, 12], Vertex = block with { Groups = 4 } }).Build();
            Weights weights = new Weights(network.Parameters).Initialise(3);
            return network.Circuits.Max(circuit => weights[circuit.Angles!].ToArray().Max());
        }
    }

    [Theory]
    [InlineData(5, 1, 2, "has 5 inputs, which are no whole channels of 2×2 pixels: 4, 8, 12, … fit")]
    [InlineData(4, 4, 2, "Block mid.res0 has 12 channels, but 13 quantum groups need 13. Use at most 12 groups.", 13)]
    [InlineData(16, 1, 1, "has 12 channels, but 1 quantum groups need 16. One circuit of 16 inputs is too large")]
    [InlineData(9, 1, 3, "Patches of 3×3 do not tile an image of 4×4")]
    [InlineData(4, 1, 2, "has 0 quantum groups", 0)]
    [InlineData(4, 1, 0, "has patches of 0 pixels")]
    public void WhatDoesNotFitIsNamed(int qubits, int layers, int patch, string expected, int groups = 1)
    {
        UNet design = s_small with
        {
            Vertex = new()
            {
                Circuit = new(qubits, [.. Embedding.Angles(qubits), .. Ansatz.BasicEntangler(qubits, layers)]),
                Patch = patch,
                Groups = groups,
            },
        };
        Assert.Contains(expected, Assert.Throws<ArgumentException>(() => design.Build()).Message);
    }

    [Fact]
    public void CircuitsThatCannotBeFedOrReadAreNamed()
    {
        Refused("has no inputs", new() { Circuit = new(4, Ansatz.BasicEntangler(4, 1)) });
        Refused("reads a wire that the circuit circuit does not have; its wires are 0 to 3",
            new() { Circuit = Ring(4), ReadOuts = [PauliString.Z(9)] });
        Refused("has 3 read-outs, which are no whole channels",
            new() { Circuit = Ring(4), ReadOuts = [.. Observable.ZOfEachWire(3)] });
        Refused("has 28 qubits; in a network it may have up to 26", new() { Circuit = Ring(28) });
        Refused("no channel is left for the convolution", new()
        { Circuit = new(4, [.. Embedding.Angles(4)]), Groups = 12, Patch = 1, ReadOuts = [PauliString.Z(0)] }, 48);
        Refused("its circuits give 16", new()
        { Circuit = new(8, [.. Embedding.Angles(4), .. Ansatz.BasicEntangler(8, 1)]), Groups = 2, Patch = 1 });

        static void Refused(string expected, HybridBlock block, int channels = 12)
        {
            UNet design = s_small with { Multipliers = [1, channels / 4], Vertex = block };
            Assert.Contains(expected, Assert.Throws<ArgumentException>(() => design.Build()).Message);
        }
    }
}
