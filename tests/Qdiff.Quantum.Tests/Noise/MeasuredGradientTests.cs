using System.Numerics;
using Qdiff.Papers;
using Qdiff.Quantum;
using Qdiff.Tensors;

/// <summary>Gradients of circuits from what can be measured: exact in the limit, without bias, and as dear as is said.</summary>
public class MeasuredGradientTests
{
    /// <summary>Two parts; rotations, controlled ones, a weight of two gates, an angle of an input and a weight.</summary>
    static readonly Circuit s_circuit = new(4, [Gate.RX(0, Angle.Input(0)), Gate.CRX(0, 1, Angle.Weight(0)), Gate.H(1),
        Gate.CRZ(1, 0, Angle.Weight(1, 2)), Gate.RY(0, Angle.Weight(0)), Gate.U3(2, Angle.Weight(2), Angle.Fixed(0.3),
        Angle.Expression(AngleExpression.Input(1) * AngleExpression.Weight(1))), Gate.H(2), Gate.RZZ(2, 3, Angle.Input(0, 0.5)),
        Gate.RY(3, Angle.Weight(2))]);

    static readonly NoiseModel s_noise = new()
    {
        OneQubit = [NoiseChannel.Depolarizing(0.05)],
        TwoQubit = [NoiseChannel.Depolarizing2(0.1)],
        ReadOut = new(0.02, 0.05),
    };

    static readonly double[] s_inputs = [0.4, 1.1], s_weights = [0.7, -0.6, 0.9], s_cotangent = [1, -0.5, 0.8, 0.3];

    /// <summary>The circuits of the papers as they are published, of fewer wires, and those that belong to none.</summary>
    public static TheoryData<string, int> Published { get; } = new()
    {
        { "hqconv", 8 }, { "hqconv-released", 8 }, { "hqconv-repaired", 8 }, { "fqconv", 8 }, { "fqconv-released", 8 },
        { "attention", 4 }, { "attention-released", 4 }, { "basic", 4 }, { "strongly-entangling", 4 },
        { "hardware-efficient", 4 },
    };

    [Theory]
    [MemberData(nameof(Published))]
    public void ParameterShiftOfExactExpectationsIsTheGradient(string name, int qubits)
    {
        Circuit circuit = Papers.Catalog.Circuits[name].Build(qubits, layers: 1);
        var random = new Random(1);
        double[] inputs = Draw(circuit.Inputs), weights = Draw(circuit.Weights), cotangent = Draw(qubits);
        (double[] byInput, double[] byWeight) =
            LiteralSimulator.Gradient(circuit, circuit.StandardReadOuts, inputs, weights, cotangent);
        (double[][] a, double[][] b) = new MeasuredCircuit(circuit, circuit.StandardReadOuts, NoiseModel.None, null)
            .Gradient(GradientRule.ParameterShift, [inputs], weights, [cotangent], [new Random(1)]);
        Close(byInput, a[0], 1e-10);
        Close(byWeight, b[0], 1e-10);

        double[] Draw(int count) => [.. Enumerable.Range(0, count).Select(_ => 2 * random.NextDouble() - 1)];
    }

    [Fact]
    public void ManyShotsAreTheGradientOfTheNoisyCircuit()
    {
        MeasuredCircuit exact = Measured(null), shots = Measured(100_000);
        (double[] Inputs, double[] Weights) limit = Gradient(exact, GradientRule.ParameterShift, 1), many = Gradient(shots,
            GradientRule.ParameterShift, 1);
        // A derivative is a sum over at most 12 circuits of means with a standard error of 1/√shots times the cotangents' norm.
        double error = 4 * Math.Sqrt(12) * 1.5 / Math.Sqrt(100_000);
        Close(limit.Inputs, many.Inputs, error);
        Close(limit.Weights, many.Weights, error);

        const double h = 1e-5;
        double[] byInput = [.. s_inputs.Select((_, i) => (At(exact, i, h) - At(exact, i, -h)) / (2 * h))];
        Close(byInput, limit.Inputs, 1e-8);

        static double At(MeasuredCircuit circuit, int input, double by)
        {
            double[] moved = [.. s_inputs];
            moved[input] += by;
            return circuit.Read([moved], s_weights, [new Random(1)])[0].Zip(s_cotangent, (mean, g) => mean * g).Sum();
        }
    }

    /// <summary>The mean over many seeds, within four standard errors of what it should be: by parameter shift the gradient, by
    /// simultaneous perturbation the mean over all signs of the moves.</summary>
    [Theory]
    [InlineData(GradientRule.ParameterShift)]
    [InlineData(GradientRule.Spsa)]
    public void FewShotsHaveNoBias(GradientRule rule)
    {
        const int seeds = 600;
        MeasuredCircuit few = Measured(3), exact = Measured(null);
        double[][] drawn = [.. Enumerable.Range(0, seeds).Select(seed => Both(Gradient(few, rule, seed)))];
        double[][] wanted = rule == GradientRule.ParameterShift ? [Both(Gradient(exact, rule, 0))]
            : [.. Enumerable.Range(0, 600).Select(seed => Both(Gradient(exact, rule, seed)))];
        for (int i = 0; i < drawn[0].Length; i++)
        {
            double error = Error(drawn, i) + Error(wanted, i);
            Assert.InRange(drawn.Average(one => one[i]) - wanted.Average(one => one[i]), -4 * error, 4 * error);
        }

        static double[] Both((double[] Inputs, double[] Weights) gradient) => [.. gradient.Inputs, .. gradient.Weights];

        static double Error(double[][] draws, int i)
        {
            double mean = draws.Average(one => one[i]);
            return Math.Sqrt(draws.Average(one => Math.Pow(one[i] - mean, 2)) / draws.Length);
        }
    }

    [Fact]
    public void SimultaneousPerturbationIsTheGradientUpToItsMove()
    {
        MeasuredCircuit exact = Measured(null);
        (double[] Inputs, double[] Weights) gradient = Gradient(exact, GradientRule.ParameterShift, 0);
        var mean = new double[5];
        const int seeds = 1000;
        for (int seed = 0; seed < seeds; seed++)
        {
            (double[] x, double[] w) = Gradient(exact, GradientRule.Spsa, seed);
            for (int i = 0; i < 5; i++) mean[i] += (i < 2 ? x[i] : w[i - 2]) / seeds;
        }

        // Nine angles that are moved by 0.1 take up to 1 − cos(0.1)⁹ = 4 % away; the rest is the spread of the signs.
        Close([.. gradient.Inputs, .. gradient.Weights], mean, 0.15);
    }

    /// <summary>A sample's gradient is the same alone and beside others.</summary>
    [Theory]
    [InlineData(GradientRule.ParameterShift)]
    [InlineData(GradientRule.Spsa)]
    public void ASampleDoesNotDependOnOthers(GradientRule rule)
    {
        MeasuredCircuit circuit = Measured(7);
        double[][] inputs = [.. Enumerable.Range(0, 18).Select(s => new[] { 0.1 * s, 1 - 0.1 * s })];
        (double[][] x, double[][] w) = circuit.Gradient(rule, inputs, s_weights, [.. inputs.Select(_ => s_cotangent)],
            [.. inputs.Select((_, s) => new Random(s))]);
        (double[][] alone, double[][] weights) = circuit.Gradient(rule, [inputs[17]], s_weights, [s_cotangent], [new Random(17)]);
        Assert.Equal(alone[0], x[17]);
        Assert.Equal(weights[0], w[17]);
    }

    /// <summary>The circuit has six angles by the two-term rule and two by the four-term rule, in parts of which one is run for
    /// each; every run takes a number for each shot and part.</summary>
    [Fact]
    public void SoManyCircuitsAreRunAsIsSaid()
    {
        MeasuredCircuit circuit = new(s_circuit, s_circuit.StandardReadOuts, NoiseModel.None, 5);
        Assert.Equal((1, 20, 2), (circuit.Runs, circuit.RunsOf(GradientRule.ParameterShift), circuit.RunsOf(GradientRule.Spsa)));
        Assert.Equal(20 * 5, Numbers(circuit, GradientRule.ParameterShift));
        Observable[] strings = [PauliString.Parse("XIII"), PauliString.Parse("ZIII"), PauliString.Parse("IIYY")];
        MeasuredCircuit rotated = new(s_circuit, strings, NoiseModel.None, 5);
        Assert.Equal((2, 4), (rotated.Runs, rotated.RunsOf(GradientRule.Spsa)));
        // Twelve circuits of the first part in two bases, eight of the second in one.
        Assert.Equal(2 * 12 + 8, rotated.RunsOf(GradientRule.ParameterShift));
        Assert.Equal(32 * 5, Numbers(rotated, GradientRule.ParameterShift));

        static int Numbers(MeasuredCircuit circuit, GradientRule rule)
        {
            var counting = new Counting();
            circuit.Gradient(rule, [s_inputs], s_weights, [s_cotangent], [counting]);
            return counting.Numbers;
        }
    }

    /// <summary>No gate joins the wires, but noise after a gate on both carries the angle of one to the other.</summary>
    [Fact]
    public void NoiseJoinsTheWiresOfAGate()
    {
        Circuit circuit = Qasm.Read("OPENQASM 3.0; input float w; qubit[2] q; gate layer(t) a, b { ry(t) a; } y q[1]; "
            + "pow(0.5) @ layer(2*w) q[0], q[1];");
        NoiseModel noise = new()
        {
            TwoQubit = [NoiseChannel.Kraus(new Complex[,] { { 1, 0, 0, 0 }, { 0, 1, 0, 0 }, { 0, 0, 0, 1 }, { 0, 0, 1, 0 } })],
        };
        MeasuredCircuit measured = new(circuit, [Observable.Z(1)], noise, null);
        // After the gate wire 1 is 1, and the noise flips it where wire 0 is 1: −cos w.
        Assert.Equal(2, measured.RunsOf(GradientRule.ParameterShift));
        Close([Math.Sin(0.7)], measured.Gradient(GradientRule.ParameterShift, [[]], [0.7], [[1]], [new Random(1)]).Weights[0],
            1e-12);
    }

    [Fact]
    public void AmplitudesHaveNoSuchGradient()
    {
        Circuit circuit = new(1, [Gate.RX(0, Angle.Weight(0))], start: CircuitStart.Amplitudes);
        MeasuredCircuit measured = new(circuit, circuit.StandardReadOuts, NoiseModel.None, 5);
        Assert.Contains("amplitudes are not angles",
            Assert.Throws<ArgumentException>(() => measured.RunsOf(GradientRule.ParameterShift)).Message);
    }

    static MeasuredCircuit Measured(int? shots) => new(s_circuit, s_circuit.StandardReadOuts, s_noise, shots);

    static (double[] Inputs, double[] Weights) Gradient(MeasuredCircuit circuit, GradientRule rule, long seed)
    {
        (double[][] x, double[][] w) = circuit.Gradient(rule, [s_inputs], s_weights, [s_cotangent],
            [new RandomStream(seed, "gradient")]);
        return (x[0], w[0]);
    }

    static void Close(double[] expected, double[] actual, double error)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++) Assert.InRange(actual[i] - expected[i], -error, error);
    }

    sealed class Counting() : Random(1)
    {
        public int Numbers { get; private set; }

        public override double NextDouble()
        {
            Numbers++;
            return base.NextDouble();
        }
    }
}
