using FsCheck;
using FsCheck.Fluent;
using Qdiff.Quantum;

/// <summary>
/// Lowered, single precision, whole tile = literal, double precision, one sample; adjoint = parameter shift = finite differences.
/// </summary>
public class RandomCircuitTests
{
    [Fact]
    public void LoweredEqualsLiteralOnOneSample() => ForAllSeeds(250, random =>
    {
        Circuit circuit = RandomCircuits.Next(random);
        TileCheck.AgreesWithLiteral(circuit, RandomCircuits.ReadOuts(random, circuit.Qubits), random, samples: 1);
    });

    [Fact]
    public void LoweredEqualsLiteralOnAWholeTile() => ForAllSeeds(60, random =>
    {
        Circuit circuit = RandomCircuits.Next(random);
        TileCheck.AgreesWithLiteral(circuit, RandomCircuits.ReadOuts(random, circuit.Qubits), random, samples: 16);
    });

    [Fact]
    public void VectorsOfEveryWidthGiveTheSameBits() => ForAllSeeds(60, random =>
    {
        Circuit circuit = RandomCircuits.Next(random);
        TileCheck.IsTheSameForAllWidths(circuit, RandomCircuits.ReadOuts(random, circuit.Qubits), random);
    });

    /// <summary>However large an angle is, and however the runtime takes its sine.</summary>
    [Theory]
    [InlineData(3e6)]
    [InlineData(3e7)]
    [InlineData(1e20)]
    public void ALargeAngleLeavesTheNeighboursAlone(double angle)
    {
        var circuit = new Circuit(2, [Gate.RX(0, Angle.Input(0)), Gate.RY(1, Angle.Input(1)), Gate.CNOT(0, 1)]);
        Observable[] readOuts = Observable.ZOfEachWire(2);
        double[][] inputs = [.. Enumerable.Range(0, 16).Select(s => (double[])[0.3 * s, 0.1 + s])];
        double[][] cotangents = [.. Enumerable.Range(0, 16).Select(s => (double[])[1, -0.5])];
        foreach (int width in (int[])[4, 8, 16])
        {
            (float[] expected, float[] gradient, _) = TileCheck.Run(circuit, readOuts, inputs, [], cotangents, width);
            double[][] large = [.. inputs];
            large[5] = [(float)angle, inputs[5][1]];
            (float[] actual, float[] ofLarge, _) = TileCheck.Run(circuit, readOuts, large, [], cotangents, width);
            for (int i = 0; i < expected.Length; i++)
                if (i % 16 != 5) Assert.Equal((expected[i], gradient[i]), (actual[i], ofLarge[i]));
            TileCheck.Near(LiteralSimulator.Expectations(circuit, readOuts, large[5], []), TileCheck.Sample(actual, 5),
                TileCheck.ExpectationTolerance, "expectation", circuit);
        }
    }

    /// <summary>Those of which a full turn can be told.</summary>
    [Fact]
    public void FactorsAreThoseOfWeightsThatStandAlone()
    {
        AngleExpression x = AngleExpression.Input(0);
        AngleExpression[] w = [.. Enumerable.Range(0, 4).Select(AngleExpression.Weight)];
        Assert.Equal([-3, 5], Angle.Expression(w[0] * x + w[1] * -3 + w[2] + w[2].ToThe(2) + w[3] * 5 + x).WeightFactors.Order());
        Assert.Equal([2], Angle.Weight(1, 2).WeightFactors);
        Assert.Empty(Angle.Input(0, 2).WeightFactors);
    }

    [Fact]
    public void ExpectationsEqualLiteral() => ForAllSeeds(60, random =>
    {
        Circuit circuit = RandomCircuits.Next(random);
        Observable[] readOuts = RandomCircuits.ReadOuts(random, circuit.Qubits);
        (double[] inputs, double[] weights) =
            (RandomCircuits.Numbers(random, circuit.Inputs), RandomCircuits.Numbers(random, circuit.Weights));
        TileCheck.Near(LiteralSimulator.Expectations(circuit, readOuts, inputs, weights),
            circuit.Expectations(inputs, weights, readOuts), 1e-11, "expectation", circuit);
        TileCheck.Near(LiteralSimulator.Expectations(circuit, circuit.StandardReadOuts, inputs, weights),
            circuit.Expectations(inputs, weights), 1e-11, "expectation", circuit);
    });

    [Fact]
    public void LiteralGradientEqualsParameterShift() => ForAllSeeds(60, random =>
    {
        Circuit circuit = RandomCircuits.Next(random, maxQubits: 4);
        Observable[] readOuts = RandomCircuits.ReadOuts(random, circuit.Qubits);
        (double[] inputs, double[] weights, double[] cotangent) = (RandomCircuits.Numbers(random, circuit.Inputs),
            RandomCircuits.Numbers(random, circuit.Weights), RandomCircuits.Numbers(random, readOuts.Length));
        (double[] a, double[] b) = LiteralSimulator.Gradient(circuit, readOuts, inputs, weights, cotangent);
        (double[] c, double[] d) = ParameterShift.Gradient(circuit, readOuts, inputs, weights, cotangent);
        TileCheck.Near(c, a, 1e-10, "input gradient", circuit);
        TileCheck.Near(d, b, 1e-10, "weight gradient", circuit);
    });

    [Fact]
    public void LiteralGradientEqualsFiniteDifferences() => ForAllSeeds(40, random =>
    {
        Circuit circuit = RandomCircuits.Next(random, maxQubits: 4);
        Observable[] readOuts = RandomCircuits.ReadOuts(random, circuit.Qubits);
        (double[] inputs, double[] weights, double[] cotangent) = (RandomCircuits.Numbers(random, circuit.Inputs),
            RandomCircuits.Numbers(random, circuit.Weights), RandomCircuits.Numbers(random, readOuts.Length));
        (double[] inputGradient, double[] weightGradient) =
            LiteralSimulator.Gradient(circuit, readOuts, inputs, weights, cotangent);
        TileCheck.Near(Differences(inputs), inputGradient, 1e-7, "input gradient", circuit);
        TileCheck.Near(Differences(weights), weightGradient, 1e-7, "weight gradient", circuit);

        double[] Differences(double[] values) => [.. values.Select((value, i) =>
        {
            const double Step = 1e-5;
            values[i] = value + Step;
            double above = Value();
            values[i] = value - Step;
            double below = Value();
            values[i] = value;
            return (above - below) / (2 * Step);
        })];

        double Value() => LiteralSimulator.Expectations(circuit, readOuts, inputs, weights).Zip(cotangent, (e, g) => e * g).Sum();
    });

    [Fact]
    public void InverseUndoes() => ForAllSeeds(60, random =>
    {
        Circuit circuit = RandomCircuits.Next(random, fixedAnglesOnly: true);
        Circuit there = circuit.Then(circuit.Inverse().Gates);
        Assert.Equal(1, LiteralSimulator.State(there, new double[there.Inputs], new double[there.Weights])
            .First().Magnitude, 1e-12);
    });

    [Fact]
    public void AmplitudeStartsEqualLiteral() => ForAllSeeds(40, random =>
    {
        Circuit circuit = RandomCircuits.Next(random, maxQubits: 5);
        int inputs = random.Next(Math.Min(4, 1 << circuit.Qubits), (1 << circuit.Qubits) + 1);
        IEnumerable<Gate> gates =
            circuit.Gates.Where(gate => gate.Angles.All(angle => angle.Index < inputs && angle.SecondIndex < inputs));
        circuit = new(circuit.Qubits, gates, inputs, circuit.Weights, CircuitStart.Amplitudes);
        TileCheck.AgreesWithLiteral(circuit, RandomCircuits.ReadOuts(random, circuit.Qubits), random, samples: 3);
        TileCheck.IsTheSameForAllWidths(circuit, RandomCircuits.ReadOuts(random, circuit.Qubits), random);
    });

    static void ForAllSeeds(int count, Action<Random> property) => Prop
        .ForAll(Gen.Choose(0, int.MaxValue - 1).ToArbitrary(), seed => property(new(seed)))
        .Check(Config.QuickThrowOnFailure.WithMaxTest(count).WithReplay(20240226, 16147));
}
