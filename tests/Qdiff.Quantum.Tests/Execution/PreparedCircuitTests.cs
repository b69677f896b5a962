using Qdiff.Papers;
using Qdiff.Quantum;

public class PreparedCircuitTests
{
    static readonly Circuit s_circuit = PublishedCircuits.HQConv(8, 2);
    readonly float[] inputs = Numbers(1, 16 * 8), weights = Numbers(2, s_circuit.Weights), cotangent = Numbers(3, 16 * 8);

    [Fact]
    public void ForwardAloneGivesTheSameExpectations()
    {
        PreparedCircuit prepared = new LoweredCircuit(s_circuit).Prepare(weights);
        var expectations = new float[16 * 8];
        prepared.Forward(inputs, expectations, new());
        Assert.Equal(Gradient(prepared, new()).Expectations, expectations);
    }

    [Fact]
    public void GradientsAreAddedToWhatIsThere()
    {
        PreparedCircuit prepared = new LoweredCircuit(s_circuit).Prepare(weights);
        (_, float[] inputGradient, float[] weightGradient) = Gradient(prepared, new());
        (float[] twiceInputs, float[] twiceWeights) = ([.. inputGradient], [.. weightGradient]);
        prepared.Gradient(inputs, cotangent, new float[16 * 8], twiceInputs, twiceWeights, new());
        Assert.Equal(inputGradient.Select(g => 2 * g), twiceInputs);
        Assert.Equal(weightGradient.Select(g => 2 * g), twiceWeights);
    }

    [Fact]
    public void SamplesDoNotSeeEachOther()
    {
        PreparedCircuit prepared = new LoweredCircuit(s_circuit).Prepare(weights);
        (float[] before, float[] gradientBefore, _) = Gradient(prepared, new());
        for (int i = 0; i < 8; i++) inputs[i * 16 + 5] += 1;
        (float[] after, float[] gradientAfter, _) = Gradient(prepared, new());
        for (int k = 0; k < before.Length; k++)
        {
            if (k % 16 == 5) Assert.NotEqual(before[k], after[k]);
            else Assert.Equal((before[k], gradientBefore[k]), (after[k], gradientAfter[k]));
        }
    }

    /// <summary>Idle samples are 0, and there a formula may have no value.</summary>
    [Theory]
    [InlineData("w[1]*log(x)")]
    [InlineData("w[1]/x")]
    public void SamplesWithoutACotangentCountInNoGradient(string angle)
    {
        Circuit read = Qasm.Read("input float x; input array[float, 3] w; qubit[2] q; ry(w[0]) q[0]; "
            + $"rx({angle}) q[0]; cx q[0], q[1]; ry(w[2]) q[1]; rx(x) q[0];");
        Circuit[] circuits = [read, new(2, read.Gates, start: CircuitStart.Amplitudes)];
        foreach (Circuit circuit in circuits)
        {
            Observable[] readOuts = Observable.ZOfEachWire(2);
            double[] w = [0.4, 0.9, -1.3], z = [.. new double[circuit.Inputs]];
            double[][] x = [[.. z.Select((_, i) => 0.3 + i)], z, [.. z.Select((_, i) => 1.7 - i)]];
            double[][] g = [[0.8, -0.5], [0, 0], [0.2, 1.1]];
            (double[] Inputs, double[] Weights)[] exact = [.. ((int[])[0, 2])
                .Select(s => LiteralSimulator.Gradient(circuit, readOuts, x[s], w, g[s]))];
            foreach (int width in (int[])[4, 8, 16])
            {
                (_, float[] byInput, float[] byWeight) = TileCheck.Run(circuit, readOuts, x, w, g, width);
                TileCheck.Near([.. w.Select((_, i) => exact[0].Weights[i] + exact[1].Weights[i])],
                    [.. byWeight.Select(value => (double)value)], 1e-4, "weight gradient", circuit);
                for (int s = 0; s < 16; s++)
                    TileCheck.Near(s == 0 ? exact[0].Inputs : s == 2 ? exact[1].Inputs : z, TileCheck.Sample(byInput, s), 1e-4,
                        "input gradient", circuit);
            }
        }
    }

    /// <summary>Amplitudes whose squares single precision cannot hold are normalised as others are.</summary>
    [Fact]
    public void SmallAndLargeAmplitudesAreTheStateThatTheyAre()
    {
        Circuit circuit = new(2, [Gate.RY(0, Angle.Weight(0)), Gate.CNOT(0, 1), Gate.RX(1, Angle.Weight(1))],
            start: CircuitStart.Amplitudes);
        Observable[] readOuts = Observable.ZOfEachWire(2);
        double[] w = [0.4, 0.9], sizes = [1e-30, 1, 1e+30, 3e-38, 1e+38, 1e-40];
        double[][] x = [.. sizes.Select(size => (double[])[0.3 * size, -1.1 * size, 0.7 * size, 2 * size])];
        double[][] g = [.. sizes.Select(_ => (double[])[0.8, -0.5])];
        (float[] expectations, float[] byInput, _) = TileCheck.Run(circuit, readOuts, x, w, g);
        for (int s = 0; s < sizes.Length; s++)
        {
            // The smallest numbers have fewer digits, and their slopes are too large to be written.
            double tolerance = sizes[s] < 1e-38 ? 1e-4 : TileCheck.ExpectationTolerance;
            TileCheck.Near(LiteralSimulator.Expectations(circuit, readOuts, x[s], w), TileCheck.Sample(expectations, s),
                tolerance, "expectation", circuit);
            double[] exact = LiteralSimulator.Gradient(circuit, readOuts, x[s], w, g[s]).Inputs;
            double[] found = TileCheck.Sample(byInput, s);
            Assert.DoesNotContain(found, double.IsNaN);
            if (sizes[s] >= 1e-30)
                TileCheck.Near([.. exact.Select(slope => slope * sizes[s])], [.. found.Select(slope => slope * sizes[s])],
                    TileCheck.GradientTolerance, "input gradient", circuit);
        }
    }

    [Fact]
    public void ManyThreadsShareOnePreparedCircuit()
    {
        PreparedCircuit prepared = new LoweredCircuit(s_circuit).Prepare(weights);
        (float[] expected, float[] expectedInputs, float[] expectedWeights) = Gradient(prepared, new());
        Parallel.For(0, 64, _ =>
        {
            (float[] e, float[] i, float[] w) = Gradient(prepared, new());
            Assert.Equal(expected, e);
            Assert.Equal(expectedInputs, i);
            Assert.Equal(expectedWeights, w);
        });
    }

    [Fact]
    public void AWorkspaceServesCircuitAfterCircuitAndAllocatesNothing()
    {
        var workspace = new CircuitWorkspace();
        PreparedCircuit other = new LoweredCircuit(PublishedCircuits.Basic()).Prepare(new float[16]);
        other.Forward(new float[64], new float[64], workspace);
        PreparedCircuit prepared = new LoweredCircuit(s_circuit).Prepare(weights);
        (float[] e, float[] i, float[] w) = Gradient(prepared, new());
        (float[] e2, float[] i2, float[] w2) = (new float[e.Length], new float[i.Length], new float[w.Length]);
        prepared.Gradient(inputs, cotangent, e2, i2, w2, workspace);
        Assert.Equal(e, e2);
        Assert.Equal(w, w2);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int k = 0; k < 10; k++) prepared.Gradient(inputs, cotangent, e2, i2, w2, workspace);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(prepared.Circuit.WorkspaceBytes, workspace.Bytes);
    }

    [Fact]
    public void PreparingAgainOverwrites()
    {
        var lowered = new LoweredCircuit(s_circuit);
        PreparedCircuit prepared = lowered.Prepare(new float[s_circuit.Weights]);
        Assert.Same(prepared, lowered.Prepare(weights, prepared));
        Assert.Equal(Gradient(lowered.Prepare(weights), new()).WeightGradient, Gradient(prepared, new()).WeightGradient);
    }

    [Fact]
    public void MistakesAreExplained()
    {
        var lowered = new LoweredCircuit(s_circuit);
        PreparedCircuit prepared = lowered.Prepare(weights);
        var (e, i, w) = (new float[128], new float[128], new float[weights.Length]);
        Explains("36 weights, got 3", () => lowered.Prepare(new float[3]));
        Explains("belongs to another circuit", () => new LoweredCircuit(s_circuit).Prepare(weights, prepared));
        Explains("8 inputs × 16 samples expected, got 7", () => prepared.Forward(new float[7], e, new()));
        Explains("8 read-outs × 16 samples expected, got 7", () => prepared.Forward(i, new float[7], new()));
        Explains("128 cotangents expected, got 3", () => prepared.Gradient(i, new float[3], e, i, w, new()));
        Explains("input gradient has 4 elements", () => prepared.Gradient(i, cotangent, e, new float[4], w, new()));
        Explains("36 weight gradients expected, got 4", () => prepared.Gradient(i, cotangent, e, i, new float[4], new()));
        weights[7] = float.NaN;
        Explains("Weight 7 is NaN", () => lowered.Prepare(weights));
        inputs[3 * 16 + 2] = float.PositiveInfinity;
        Explains("Input 3 of sample 2 is Infinity", () => prepared.Forward(inputs, e, new()));
    }

    (float[] Expectations, float[] InputGradient, float[] WeightGradient) Gradient(PreparedCircuit prepared,
        CircuitWorkspace workspace)
    {
        var (e, i, w) = (new float[16 * 8], new float[16 * 8], new float[weights.Length]);
        prepared.Gradient(inputs, cotangent, e, i, w, workspace);
        return (e, i, w);
    }

    static void Explains(string expected, Action action) =>
        Assert.Contains(expected, Assert.ThrowsAny<ArgumentException>(action).Message);

    static float[] Numbers(int seed, int count) => [.. RandomCircuits.Numbers(new(seed), count).Select(value => (float)value)];
}
