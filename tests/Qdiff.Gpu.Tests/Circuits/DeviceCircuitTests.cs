using Qdiff.Papers;
using Qdiff.Quantum;
using Qdiff.Tensors;

namespace Qdiff.Gpu.Tests;

/// <summary>Circuits on the emulator: result and both gradients against the processors.</summary>
public sealed class DeviceCircuitTests(EmulatorFixture emulator) : IClassFixture<EmulatorFixture>
{
    readonly GpuDevice device = emulator.Device;

    public static TheoryData<string> Published => ["hqconv", "fqconv", "attention", "attention-released", "basic", "amplitudes"];

    static Circuit Named(string name) => name switch
    {
        "hqconv" => PublishedCircuits.HQConv(8, 1),
        "fqconv" => PublishedCircuits.FQConv(8, 1),
        "attention" => PublishedCircuits.QuantumAttention(4, 1),
        "attention-released" => PublishedCircuits.QuantumAttention(4, 1, Wiring.Released),
        "basic" => PublishedCircuits.Basic(4, 1),
        _ => NamedEncoding.Amplitude.InFrontOf(new(3, Ansatz.StronglyEntangling(3, 1))),
    };

    [Theory]
    [MemberData(nameof(Published))]
    public void GivesWhatProcessorsGive(string name) =>
        new CircuitCheck(Named(name), patches: name == "basic" ? 2 : 1).Agrees(device);

    /// <summary>All parts of the lowering, with read-outs of several strings.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void RandomCircuitsAgree(int seed)
    {
        var random = new Random(seed);
        Circuit circuit = RandomCircuits.Next(random);
        new CircuitCheck(circuit, RandomCircuits.ReadOuts(random, circuit.Qubits), seed: seed).Agrees(device);
    }

    /// <summary>Formulas of weights, of inputs and of both, on single wires, in fused runs and on joined wires.</summary>
    [Fact]
    public void FormulasAgree()
    {
        AngleExpression x = AngleExpression.Input(0), y = AngleExpression.Input(1), v = AngleExpression.Weight(0),
            w = AngleExpression.Weight(1), one = AngleExpression.Constant(1);
        Angle[] angles = [.. new[]
        {
            x * v + w * 0.5, (x * x + one).ToThe(0.5) * w, x.Apply(AngleFunction.Sin) + y.Apply(AngleFunction.Cos) * v,
            (x * 0.2).Apply(AngleFunction.ArcSin) - (y * 0.2).Apply(AngleFunction.ArcCos), (y * 2).Apply(AngleFunction.ArcTan),
            (x * y + one * 5).Apply(AngleFunction.Ln) * (v * 0.3).Apply(AngleFunction.Exp), v * w,
            (v * 0.3).Apply(AngleFunction.Tan), v.ToThe(3) + w, (one * 3 - w).ToThe(-1.5), (x * x + one).ToThe(-2),
        }.Select(formula => formula.ToAngle())];
        Gate[] gates = [.. angles.SelectMany((angle, i) => (Gate[])[
            Gate.RX(i % 3, angle), Gate.RZ((i + 2) % 3, Angle.Weight(i % 2)),
            .. i % 3 == 0 ? (Gate[])[Gate.CRY(i % 2, 2, angle)] : []])];
        new CircuitCheck(new(3, gates)).Agrees(device, tolerance: 2e-5);
    }

    /// <summary>Idle samples are 0, and there a formula may have no value.</summary>
    [Fact]
    public void SamplesWithoutACotangentCountInNoGradient()
    {
        AngleExpression x = AngleExpression.Input(0), w = AngleExpression.Weight(1);
        Gate[] gates = [Gate.RY(0, Angle.Weight(0)), Gate.RX(0, (w * (x * x).Apply(AngleFunction.Ln)).ToAngle()),
            Gate.RZ(1, (w * x.ToThe(-1)).ToAngle()), Gate.CNOT(0, 1), Gate.RY(1, Angle.Weight(2)), Gate.RX(0, Angle.Input(0))];
        foreach (CircuitStart start in (CircuitStart[])[CircuitStart.Zero, CircuitStart.Amplitudes])
            new CircuitCheck(new(2, gates, start: start), sizes: [1, 0, 1, 1, 0]).Agrees(device, tolerance: 2e-5);
    }

    /// <summary>Amplitudes whose squares single precision cannot hold are normalised as others are.</summary>
    [Fact]
    public void SmallAndLargeAmplitudesAreTheStateThatTheyAre()
    {
        Circuit circuit = new(2, [Gate.RY(0, Angle.Weight(0)), Gate.CNOT(0, 1), Gate.RX(1, Angle.Weight(1))],
            start: CircuitStart.Amplitudes);
        new CircuitCheck(circuit, sizes: [1e-30, 1, 1e+30, 3e-38, 1e+38]).Agrees(device);
        // Slopes by the smallest numbers are too large to be written, and are numbers.
        (float[] y, float[] dx, _) = new CircuitCheck(circuit, sizes: [1e-40]).Run(device);
        Assert.DoesNotContain(y, value => !(Math.Abs(value) <= 1.001f));
        Assert.DoesNotContain(dx, float.IsNaN);
    }

    /// <summary>Whole turns are taken off without a rounding.</summary>
    [Fact]
    public void LargeAnglesHaveTheirSineAndCosine()
    {
        foreach (double size in (double[])[0.3, 1e3, 99_999, 123_456.7, 1e7, 3.4e9, 1e10, 1e12, 987_654_321_987_654])
            foreach (double angle in (double[])[size, -size, size * Math.PI])
            {
                if (Math.Abs(angle) > 1e15) continue;
                CircuitMath.SinCos(angle, out double sin, out double cos);
                Assert.Equal(Math.Sin(angle), sin, 1e-10);
                Assert.Equal(Math.Cos(angle), cos, 1e-10);
            }

        CircuitMath.SinCos(1e20, out double s, out double c);
        Assert.Equal((0.0, 1.0), (s, c));
        CircuitMath.SinCos(double.PositiveInfinity, out s, out c);
        Assert.True(double.IsNaN(s) && double.IsNaN(c));
    }

    [Theory(Explicit = true)]
    [InlineData("hqconv")]
    [InlineData("hqconv-released")]
    [InlineData("hqconv-repaired")]
    [InlineData("fqconv")]
    [InlineData("fqconv-released")]
    [InlineData("attention")]
    [InlineData("attention-released")]
    public void WholePublishedCircuitsAgree(string name) =>
        new CircuitCheck(PaperCircuits.All.First(circuit => circuit.Name == name).Build(), patches: 2).Agrees(device);

    [Theory(Explicit = true)]
    [MemberData(nameof(Seeds))]
    public void ManyRandomCircuitsAgree(int seed) => RandomCircuitsAgree(seed);

    public static TheoryData<int> Seeds => [.. Enumerable.Range(100, 200)];

    /// <summary>Groups of several warps and of few samples, as on devices: sums go over lanes and warps.</summary>
    [Theory]
    [InlineData(64, 3)]
    [InlineData(32, 0, Explicit = true)]
    public void HowWorkIsSpreadDoesNotMatter(int threads, int logSamples)
    {
        var check = new CircuitCheck(PublishedCircuits.Basic(4, 1));
        check.Agrees(device, CircuitPlan.Of(check.Operation.Circuit, logSamples, threads));
    }

    [Fact]
    public void LargeStatesAreInGlobalMemory()
    {
        var check = new CircuitCheck(NamedEncoding.RX.InFrontOf(new(8, Ansatz.StronglyEntangling(8, 2))));
        var plan = CircuitPlan.Of(check.Operation.Circuit, 4, 32);
        Assert.False(plan.FitsShared(device.Accelerator));
        check.Agrees(device, plan);
    }

    [Fact]
    public void TheSameBitsEveryTime()
    {
        var check = new CircuitCheck(PublishedCircuits.Basic(3, 1));
        (float[] y, float[] dx, float[] dweights) = check.Run(device);
        (float[] again, float[] dxAgain, float[] dweightsAgain) = check.Run(device);
        Assert.Equal(y, again);
        Assert.Equal(dx, dxAgain);
        Assert.Equal(dweights, dweightsAgain);
    }

    /// <summary>What the weights of a circuit determine is computed when a network is loaded, and holds for all
    /// predictions.</summary>
    [Fact]
    public void PredictionsOfACircuitAreThoseOfTheProcessors()
    {
        var network = new OneCircuit();
        Weights weights = new Weights(network.Parameters).Initialise(3);
        using DeviceNetwork there = device.Load(network, weights, 50);
        for (int seed = 0; seed < 2; seed++)
        {
            Tensor x = new Workspace(weights).Input(network.Image);
            new RandomStream(seed, "x").FillNormal(x.Values);
            int[] timesteps = new int[Tensor.Samples];
            var actual = new float[x.Values.Length];
            there.Predict(x.Values, timesteps, [], actual);
            float[] expected = network.Predict(x, timesteps).Values.ToArray();
            for (int i = 0; i < expected.Length; i++) Assert.Equal(expected[i], actual[i], 1e-5f);
        }
    }

    sealed class OneCircuit : Network
    {
        readonly QuantumLayer circuit;

        public OneCircuit() => circuit = new(Parameters, "circuit",
            new(2, [.. Embedding.Angles(2), .. Ansatz.StronglyEntangling(2, 1)]), Initialisers.Uniform(-2, 2));

        public override Shape Image => [2, 1, 1];

        public override Tensor Predict(Tensor xt, ReadOnlySpan<int> timesteps, ReadOnlySpan<int> labels = default) =>
            circuit.Apply(xt, [[0, 1]], Image, [[0, 1]]);
    }
}
