using Qdiff.Papers;
using Qdiff.Quantum;

public class QasmTests
{
    [Theory]
    [InlineData(QasmVersion.V2)]
    [InlineData(QasmVersion.V3)]
    public void EveryRowOfTheTableComesBack(QasmVersion version)
    {
        Gate[] gates = [.. Enum.GetValues<GateKind>().SelectMany(kind => GateTableTests.Placements(kind, 3))];
        Circuit back = Qasm.Read(Qasm.Write(new(3, gates), version: version));
        Assert.Equal(3, back.Qubits);
        Assert.Equal(gates, back.Gates);
    }

    [Fact]
    public void WireZeroIsWrittenFirst()
    {
        string text = Qasm.Write(new(3, [Gate.RX(0, Angle.Input(0)), Gate.CRZ(2, 1, Angle.Weight(0, 2))]), [0.25], [0.125],
            QasmVersion.V3);
        Assert.Equal("OPENQASM 3.0;\ninclude \"stdgates.inc\";\nqubit[3] q;\nrx(0.25) q[0];\ncrz(0.25) q[2], q[1];\n", text);
    }

    /// <summary>A number with an exponent has a point in OpenQASM 2.</summary>
    [Fact]
    public void SmallAnglesAreReals()
    {
        Circuit circuit = new(1, [Gate.RX(0, Angle.Fixed(2E-05)), Gate.RX(0, Angle.Fixed(-1.5E-07)), Gate.RX(0, Angle.Fixed(3))]);
        Assert.EndsWith("rx(2.0E-05) q[0];\nrx(-1.5E-07) q[0];\nrx(3) q[0];\n", Qasm.Write(circuit, QasmVersion.V2));
    }

    [Fact]
    public void BoundCircuitsHaveTheSameExpectations()
    {
        Circuit circuit = PublishedCircuits.HQConv(8, 2);
        double[] inputs = RandomCircuits.Numbers(new(1), 8), weights = RandomCircuits.Numbers(new(2), circuit.Weights);
        Circuit back = Qasm.Read(Qasm.Write(circuit, inputs, weights, QasmVersion.V2));
        Assert.Equal(
            LiteralSimulator.Expectations(circuit, Observable.ZOfEachWire(8), inputs, weights),
            LiteralSimulator.Expectations(back, Observable.ZOfEachWire(8), [], []));
    }

    [Fact]
    public void ExpressionsCommentsAndOtherNamesAreRead()
    {
        Circuit circuit = Qasm.Read(
            "OPENQASM 2.0; // a comment\nqreg r[2];\nu1(-pi/2 + 2*(1-0.5e0)) r[1]; sdg r[0]; U(pi,0,1e-3) r[0];");
        Assert.Equal(1 - Math.PI / 2, circuit.Gates[0].Angle.Scale, 1e-15);
        Assert.Equal(GateKind.Phase, circuit.Gates[1].Kind);
        Assert.Equal(1e-3, circuit.Gates[2].Lambda.Scale);
    }

    [Fact]
    public void DeepNestingIsRefused() => Assert.Contains("nested more than 200 levels", Assert.Throws<FormatException>(
        () => Qasm.Read("OPENQASM 3.0; qubit[1] q; rx(" + new string('(', 100_000))).Message);

    [Fact]
    public void WhatCannotBeWrittenIsRefused()
    {
        Assert.Contains("cannot start from amplitudes",
            Assert.Throws<ArgumentException>(() => Qasm.Write(new(1, [], start: CircuitStart.Amplitudes), [1, 0], [])).Message);
        Assert.Contains("has 2 inputs, got 1",
            Assert.Throws<ArgumentException>(() => Qasm.Write(new(2, Embedding.Angles(2)), [1], [])).Message);
    }
}
