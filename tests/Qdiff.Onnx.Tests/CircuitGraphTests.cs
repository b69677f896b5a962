using Qdiff.Onnx;
using Qdiff.Papers;
using Qdiff.Quantum;

/// <summary>Circuits as graphs in the ONNX Runtime against the simulator that applies every gate as it is written.</summary>
public sealed class CircuitGraphTests
{
    [Fact]
    public void RandomCircuitsAgree()
    {
        for (int seed = 0; seed < 30; seed++)
        {
            var random = new Random(seed);
            Circuit circuit = RandomCircuits.Next(random);
            Agrees(circuit, RandomCircuits.ReadOuts(random, circuit.Qubits), random, $"seed {seed}");
        }
    }

    /// <summary>A circuit without inputs cannot be placed into a network.</summary>
    public static TheoryData<string> Names =>
        [.. Papers.Catalog.Circuits.Names.Where(name => Papers.Catalog.Circuits[name].Build().Inputs > 0)];

    [Theory, MemberData(nameof(Names))]
    public void NamedCircuitsAgree(string name) =>
        Agrees(Papers.Catalog.Circuits[name].Build(), null, new Random(3), name);

    [Fact]
    public void LargeCircuitsAreCutIntoBlocks()
    {
        // All wires in one cluster, features fed in three times: far too many products for one matrix.
        List<Gate> gates = [];
        for (int layer = 0; layer < 3; layer++)
            for (int wire = 0; wire < 9; wire++)
            {
                gates.Add(Gate.RY(wire, Angle.Input(wire)));
                gates.Add(Gate.CRX(wire, (wire + 1) % 9, Angle.Weight(9 * layer + wire)));
                if (wire % 3 == 0) gates.Add(Gate.CRZ(wire, (wire + 4) % 9, Angle.Input((wire + 2) % 9)));
            }

        Circuit circuit = new(9, gates);
        Agrees(circuit, null, new Random(4), "nine wires");
        Observable[] readOuts = [PauliString.Parse("ZXIYIIIZX"), PauliString.Parse("IYYIIIIII"), Observable.Z(8)];
        Agrees(circuit, readOuts, new Random(5), "other strings");
        Agrees(new(3, [Gate.RX(0, Angle.Input(0))]), null, new Random(6), "two wires that nothing touches");
    }

    [Fact]
    public void AmplitudesAndFormulasAgree()
    {
        AngleExpression x = AngleExpression.Input(0), y = AngleExpression.Input(1), w = AngleExpression.Weight(0);
        Circuit formulas = new(2,
        [
            Gate.RX(0, (x * y * w + w).ToAngle()), Gate.CRY(0, 1, (x * x * x - y.ToThe(2) * 0.3).ToAngle()),
            Gate.Phase(1, (x + y + AngleExpression.Constant(1)).ToThe(3).ToAngle()), Gate.H(1),
        ]);
        Agrees(formulas, null, new Random(1), "formulas");

        Circuit amplitudes = new(3, [Gate.RX(1, Angle.Weight(0)), Gate.CNOT(0, 2), Gate.RY(0, Angle.Input(1)),
            Gate.CRX(1, 0, Angle.Weight(1))], inputs: 6, start: CircuitStart.Amplitudes);
        Agrees(amplitudes, [Observable.Z(0), PauliString.X(1), PauliString.Y(2)], new Random(2), "amplitudes");
        Agrees(amplitudes, null, new Random(2), "amplitudes of nothing", scale: 0);
        Circuit alone = new(3, [Gate.RX(1, Angle.Weight(0)), Gate.CNOT(0, 2)], inputs: 6, start: CircuitStart.Amplitudes);
        Agrees(alone, null, new Random(2), "small amplitudes", scale: 1e-25);
        Agrees(alone, null, new Random(2), "large amplitudes", scale: 1e25);
    }

    static void Agrees(Circuit circuit, IReadOnlyList<Observable>? readOuts, Random random, string what, double scale = 1)
    {
        const int Rows = 3;
        double[] weights = RandomCircuits.Numbers(random, circuit.Weights);
        double[][] features = [.. Enumerable.Range(0, Rows).Select(_ =>
            Array.ConvertAll(RandomCircuits.Numbers(random, circuit.Inputs), value => scale * value))];
        LoweredCircuit lowered = new(circuit, readOuts);
        var graph = new OnnxGraph();
        graph.Input("features", OnnxElement.Single, circuit.Inputs);
        graph.Output("expectations", new CircuitGraph(graph, lowered, weights).Expectations("features"), lowered.ReadOuts.Count);
        using var run = new OnnxRun(OnnxFile.Bytes(graph, "circuit", new Dictionary<string, string>()));
        float[] result = run.Run("expectations",
            ("features", features.SelectMany(row => row).Select(value => (float)value).ToArray(), [Rows, circuit.Inputs]));

        double[] expected = [.. features.SelectMany(row =>
            LiteralSimulator.Expectations(circuit, lowered.ReadOuts, row, weights))];
        Assert.Equal(expected.Length, result.Length);
        for (int i = 0; i < expected.Length; i++)
            Assert.True(Math.Abs(expected[i] - result[i]) < 1e-5 * (1 + Math.Abs(expected[i])),
                $"{what}: read-out {i % lowered.ReadOuts.Count} is {expected[i]}, the graph's {result[i]}.");
    }
}
