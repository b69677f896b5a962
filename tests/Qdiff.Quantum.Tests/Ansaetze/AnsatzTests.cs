using Qdiff.Papers;
using Qdiff.Quantum;

public class AnsatzTests
{
    [Fact]
    public void HQConvHasThePaperOrder()
    {
        Gate[] gates = [.. PaperAnsatz.HQConv(12, 1)];
        Assert.Equal(28, gates.Length);
        string[] expected = ["CRZ 0→1", "CRX 0→1", "CRZ 1→2", "CRX 1→2", "CRZ 2→3", "CRX 2→3", "CRZ 3→0", "CRX 3→0", "CRZ 4→5"];
        Assert.Equal(expected, gates.Take(9).Select(Names));
        Assert.Equal(["CRZ 0→4", "CRX 0→4", "CRZ 4→8", "CRX 4→8"], gates[24..].Select(Names));
        Assert.Equal(Enumerable.Range(0, 28), gates.Select(gate => gate.Angle.Index));
    }

    [Fact]
    public void FQConvHasThePaperOrder()
    {
        Gate[] gates = [.. PaperAnsatz.FQConv(12, 1)];
        Assert.Equal(24, gates.Length);
        Assert.Equal(["CRZ 0→4", "CRZ 1→5", "CRZ 2→6", "CRZ 3→7", "CRX 0→4"], gates.Take(5).Select(Names));
        Assert.Equal(["CRX 8→0", "CRX 9→1", "CRX 10→2", "CRX 11→3"], gates[20..].Select(Names));
        Assert.Equal(Enumerable.Range(0, 24), gates.Select(gate => gate.Angle.Index));
    }

    [Fact]
    public void StronglyEntanglingReachesFurtherFromLayerToLayer() =>
        Assert.Equal(["0→1", "1→2", "2→0", "0→2", "1→0", "2→1", "0→1", "1→2", "2→0"],
            Ansatz.StronglyEntangling(3, 3).Where(gate => gate.Kind == GateKind.CNOT)
                .Select(gate => $"{gate.Control}→{gate.Target}"));

    [Fact]
    public void TheChainIsThatOfThePaper()
    {
        Assert.Equal(["RY(w0) 0", "RY(w1) 1", "RZ(w2) 0", "RZ(w3) 1", "CNOT 0→1", "RY(w4) 0"],
            PaperAnsatz.CnotChain(2, 2).Take(6).Select(gate => gate.ToString()));
        Assert.Equal(["RZ(w0) 0", "RZ(w1) 1", "CNOT 0→1", "RZ(w2) 0"],
            PaperAnsatz.CnotChain(2, 2, Wiring.Released).Take(4).Select(gate => gate.ToString()));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void EveryAnsatzAgreesWithTheLiteralSimulator(int qubits)
    {
        IEnumerable<Gate>[] ansaetze =
        [
            Ansatz.BasicEntangler(qubits, 2), Ansatz.StronglyEntangling(qubits, 2), Ansatz.HardwareEfficient(qubits, 2),
            Ansatz.CnotChain(qubits, 2), PaperAnsatz.CnotChain(qubits, 2, Wiring.Released),
        ];
        foreach (IEnumerable<Gate> gates in ansaetze)
        {
            foreach (RotationAxis axis in Enum.GetValues<RotationAxis>())
            {
                var circuit = new Circuit(qubits, [.. Embedding.Angles(qubits, axis), .. gates], qubits);
                TileCheck.AgreesWithLiteral(circuit, Observable.ZOfEachWire(qubits), new(3), samples: 2);
            }
        }
    }

    [Fact]
    public void IqpEncodingAgreesWithTheLiteralSimulator()
    {
        var circuit = new Circuit(4, Embedding.Iqp(4, repeats: 2));
        Assert.Equal(2 * (4 + 4 + 6), circuit.Gates.Count);
        TileCheck.AgreesWithLiteral(circuit, Observable.ZOfEachWire(4), new(8), samples: 3);
    }

    [Fact]
    public void ReuploadingRepeatsTheEncodingAndCountsWeightsOn()
    {
        var circuit = new Circuit(3, Embedding.Reuploading(3, Embedding.Angles(3), Ansatz.BasicEntangler(3, 1)));
        Assert.Equal((3, 9), (circuit.Inputs, circuit.Weights));
        Assert.Equal(9, circuit.Gates.Count(gate => gate.Angle.Source == AngleSource.Input));
        TileCheck.AgreesWithLiteral(circuit, Observable.ZOfEachWire(3), new(9), samples: 3);

        AngleExpression x = AngleExpression.Input(0);
        Circuit formulas = new(1, Embedding.Reuploading(3, [], [Gate.RX(0, Of(0, 1)), Gate.RY(0, Angle.Weight(0))]));
        Assert.Equal([Of(0, 1), Angle.Weight(0), Of(2, 3), Angle.Weight(2), Of(4, 5), Angle.Weight(4)],
            formulas.Gates.Select(gate => gate.Angle));

        Angle Of(int a, int b) => Angle.Expression(x * AngleExpression.Weight(a)
            + (AngleExpression.Weight(b) + x).Apply(AngleFunction.Sin));
    }

    [Fact]
    public void AmplitudesFollowWireZeroFirst()
    {
        var circuit = new Circuit(2, [], start: CircuitStart.Amplitudes);
        // Amplitude 2 is |10⟩: wire 0 is 1.
        double[] z = LiteralSimulator.Expectations(circuit, Observable.ZOfEachWire(2), [0, 0, 3, 0], []);
        Assert.Equal([-1, 1], z);
        float[] tile = TileCheck.Run(circuit, Observable.ZOfEachWire(2), [[0, 0, 3, 0]], [], [[0, 0]]).Expectations;
        Assert.Equal([-1, 1], TileCheck.Sample(tile, 0));
        // An idle sample, all zeros, is |00⟩.
        Assert.Equal([1, 1], TileCheck.Sample(tile, 5));
    }

    [Theory]
    [InlineData(6)]
    [InlineData(4)]
    [InlineData(13)]
    public void RegistersMustFit(int qubits)
    {
        Assert.Contains($"not {qubits}", Assert.Throws<ArgumentException>(() => PaperAnsatz.HQConv(qubits, 1).Count()).Message);
        Assert.Contains("needs 8, 12, 16", Assert.Throws<ArgumentException>(() => PaperAnsatz.FQConv(qubits, 1).Count()).Message);
    }

    [Fact]
    public void LayersMustBePositive() => Assert.Contains("at least 1 layer, not 0",
        Assert.Throws<ArgumentOutOfRangeException>(() => Ansatz.BasicEntangler(3, 0).Count()).Message);

    /// <summary>Without building them: a thousand million gates would take minutes and all memory.</summary>
    [Fact]
    public void AbsurdCircuitsAreRefusedAtOnce()
    {
        foreach (int layers in (int[])[5000, 100_000, 100_001, int.MaxValue])
            foreach (Func<Circuit> create in (Func<Circuit>[])[() => PublishedCircuits.HQConv(12, layers),
                () => PublishedCircuits.FQConv(12, layers), () => PublishedCircuits.Basic(60, layers),
                () => PublishedCircuits.QuantumAttention(16, layers), () => new(60, SimAnsatz.Gates(5, 60, layers))])
                Assert.Contains("at most 100", Assert.ThrowsAny<ArgumentException>(create).Message);
        Assert.Contains("1 to 63 qubits",
            Assert.ThrowsAny<ArgumentException>(() => PublishedCircuits.Basic(int.MaxValue, 1)).Message);
        Assert.Equal(100_000, new Circuit(1, Enumerable.Repeat(Gate.H(0), Circuit.MaxGates)).Gates.Count);
    }

    static string Names(Gate gate) => $"{gate.Kind} {gate.Control}→{gate.Target}";
}
