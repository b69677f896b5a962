using Qdiff.Papers;
using Qdiff.Quantum;

public class LoweringTests
{
    [Fact]
    public void LightConesOfAShallowCircuitAreSimulatedApart()
    {
        // Two bricklayers on 20 qubits: each Z feels at most 4 wires, although all 20 are joined in a ring.
        List<Gate> gates = [.. Embedding.Angles(20)];
        for (int wire = 0; wire < 20; wire += 2) gates.Add(Gate.CRY(wire, wire + 1, Angle.Weight(wire)));
        for (int wire = 1; wire < 20; wire += 2) gates.Add(Gate.CRY((wire + 1) % 20, wire, Angle.Weight(wire)));
        for (int wire = 0; wire < 20; wire++) gates.Add(Gate.RX(wire, Angle.Weight(20 + wire)));
        var circuit = new Circuit(20, gates);
        var lowered = new LoweredCircuit(circuit);
        Assert.True(lowered.Report.Amplitudes <= 20 * 64, $"{lowered.Report.Amplitudes} amplitudes");
        Assert.All(new CircuitAnalysis(circuit).LightCones, cone => Assert.True(cone.Length <= 4));
    }

    [Fact]
    public void AShallowRingOfTenAgreesWithTheLiteralSimulator()
    {
        List<Gate> gates = [.. Embedding.Angles(10)];
        for (int wire = 0; wire < 10; wire += 2) gates.Add(Gate.CRY(wire, wire + 1, Angle.Weight(wire)));
        for (int wire = 1; wire < 10; wire += 2) gates.Add(Gate.CRY((wire + 1) % 10, wire, Angle.Weight(wire)));
        for (int wire = 0; wire < 10; wire++) gates.Add(Gate.RX(wire, Angle.Weight(10 + wire)));
        TileCheck.AgreesWithLiteral(new(10, gates), Observable.ZOfEachWire(10), new(2), samples: 2);
    }

    [Fact]
    public void FortyQubitsInAChainAreNoProblem()
    {
        var circuit = new Circuit(40, [.. Embedding.Angles(40, RotationAxis.Y), .. Ansatz.CnotChain(40, 2)]);
        var lowered = new LoweredCircuit(circuit, [Observable.Z(0), Observable.Z(39)]);
        Assert.True(lowered.Report.Amplitudes < 2000, $"{lowered.Report.Amplitudes} amplitudes");
        (float[] e, _, _) = TileCheck.Run(circuit, lowered.ReadOuts, [new double[40]], new double[circuit.Weights], [[0, 0]]);
        Assert.Equal([1, 1], TileCheck.Sample(e, 0).Select(value => Math.Round(value, 5)));
    }

    /// <summary>Each gate between clusters doubles both of them, so that many gates need more than all their wires together: then
    /// the wires are one.</summary>
    [Theory]
    [InlineData(1, 3)]
    [InlineData(28, 3)]
    [InlineData(40, 3)]
    [InlineData(20, 4)]
    [InlineData(200, 4)]
    public void DeepCircuitsOfFewWiresNeedNoMoreThanTheirWires(int layers, int wires)
    {
        List<Gate> gates = [.. Embedding.Angles(wires)];
        for (int layer = 0; layer < layers; layer++)
        {
            for (int wire = 0; wire < wires; wire++) gates.Add(Gate.RY(wire, Angle.Weight(layer * wires + wire)));
            for (int wire = 1; wire < wires; wire++) gates.Add(Gate.CNOT(wire - 1, wire));
        }

        var circuit = new Circuit(wires, gates);
        Assert.InRange(new LoweredCircuit(circuit).Report.Amplitudes, 1, 1 << (layers < 10 ? 6 : wires));
        TileCheck.AgreesWithLiteral(circuit, Observable.ZOfEachWire(wires), new(layers), samples: 1);
    }

    /// <summary>What two parts cannot hold, and all wires together neither, is refused before anything is laid out.</summary>
    [Fact]
    public void WhatNeedsTooManyAmplitudesIsRefused()
    {
        List<Gate> gates = [.. Embedding.Angles(30)];
        for (int layer = 0; layer < 30; layer++)
        {
            for (int wire = 0; wire < 30; wire++) gates.Add(Gate.RY(wire, Angle.Weight(wire)));
            for (int wire = 1; wire < 30; wire++) gates.Add(Gate.CNOT(wire - 1, wire));
        }

        ArgumentException refused = Assert.Throws<ArgumentException>(() => new LoweredCircuit(new(30, gates)));
        Assert.Contains("amplitudes at once", refused.Message);
        Assert.Contains("the limit is 2^26", refused.Message);
    }

    [Fact]
    public void GatesBehindTheReadOutsAndInFrontOfZerosAreDropped()
    {
        Gate[] gates =
        [
            // Nothing: control and target are |0⟩.
            Gate.CRX(0, 1, Angle.Weight(0)), Gate.RZ(1, Angle.Weight(1)),
            Gate.RX(0, Angle.Weight(2)),
            // Not seen by Z of wire 0.
            Gate.CRZ(0, 1, Angle.Weight(3)), Gate.RZ(0, Angle.Weight(4)), Gate.CNOT(0, 1), Gate.RX(2, Angle.Weight(5)),
        ];
        var circuit = new Circuit(3, gates);
        var lowered = new LoweredCircuit(circuit, [Observable.Z(0)]);
        Assert.Equal(1, lowered.Report.GatesKept);
        var analysis = new CircuitAnalysis(circuit, [Observable.Z(0)]);
        Assert.Equal([2], analysis.LiveWeights);
        Assert.Equal([1, 2], analysis.WiresOutsideLightCones);
        TileCheck.AgreesWithLiteral(circuit, [Observable.Z(0)], new(1), samples: 1);
    }

    [Fact]
    public void ControlledRotationsOfTheSamePairAreOneMatrix()
    {
        var circuit = new Circuit(2,
            [.. Embedding.Angles(2), Gate.CRZ(0, 1, Angle.Weight(0)), Gate.CRX(0, 1, Angle.Weight(1)), Gate.H(0)]);
        Assert.Equal(4, circuit.Gates.Count(gate => gate.Kind != GateKind.H));
        LoweringReport report = new LoweredCircuit(circuit, [(Observable)PauliString.Parse("ZZ")]).Report;
        Assert.True(report.Steps <= 3, $"{report.Steps} steps");
    }

    [Fact]
    public void NothingToReadIsNothingToDo()
    {
        var lowered = new LoweredCircuit(PublishedCircuits.Basic(), []);
        Assert.Equal(0, lowered.Report.GatesKept);
        (float[] e, float[] i, float[] w) = TileCheck.Run(lowered.Circuit, [], [[1, 2, 3, 4]], new double[16], [[]]);
        Assert.Empty(e);
        Assert.All(i.Concat(w), g => Assert.Equal(0, g));
    }

    [Fact]
    public void SumsAndConstantsAreReadOut()
    {
        var circuit = new Circuit(2, [Gate.RX(0, Angle.Input(0)), Gate.CNOT(0, 1), Gate.RY(1, Angle.Weight(0))]);
        Observable[] readOuts =
            [new((2, default), (0.5, PauliString.Parse("ZZ")), (-1, PauliString.Parse("XY"))), new(), new((3, default))];
        TileCheck.AgreesWithLiteral(circuit, readOuts, new(6), samples: 4);
    }

    /// <summary>
    /// Larger circuits, so that the cuts of all kinds and the big single cluster are met: chains, HQConv of other sizes.
    /// </summary>
    [Theory]
    [InlineData(8, 2)]
    [InlineData(8, 4)]
    public void HQConvOfOtherSizesAgrees(int qubits, int layers)
    {
        foreach (Wiring wiring in Enum.GetValues<Wiring>())
            TileCheck.AgreesWithLiteral(PublishedCircuits.HQConv(qubits, layers, wiring), Observable.ZOfEachWire(qubits),
                new(layers), samples: 1);
    }

    [Fact]
    public void ADeepDenseCircuitAgrees()
    {
        var circuit = new Circuit(9, [.. Embedding.Angles(9), .. Ansatz.StronglyEntangling(9, 4)]);
        TileCheck.AgreesWithLiteral(circuit, Observable.ZOfEachWire(9), new(7), samples: 2);
    }

    /// <summary>
    /// States beyond the cache are worked on in blocks; controls inside and outside the block, diagonal gates and branches among
    /// them.
    /// </summary>
    [Fact]
    public void ALargeStateIsWorkedOnInBlocks()
    {
        List<Gate> gates = [.. Embedding.Angles(17)];
        for (int wire = 0; wire < 17; wire++) gates.Add(Gate.CRX(wire, (wire + 1) % 17, Angle.Weight(wire % 5)));
        for (int wire = 0; wire < 17; wire += 3) gates.Add(Gate.RY(wire, Angle.Weight(5)));
        gates.AddRange([Gate.CRZ(0, 9, Angle.Weight(6)), Gate.CNOT(12, 3), Gate.RX(16, Angle.Input(2)),
            Gate.RX(3, Angle.Weight(0))]);
        var circuit = new Circuit(17, gates);
        var lowered = new LoweredCircuit(circuit, [Observable.Z(3), new((0.5, PauliString.X(0)), (1, PauliString.Z(16)))]);
        Assert.Contains(lowered.Layouts.SelectMany(layout => layout.Steps).SelectMany(steps => steps), entry =>
            entry.Pass is not null);
        TileCheck.AgreesWithLiteral(circuit, lowered.ReadOuts, new(1), samples: 1);
    }
}
