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

    /// <summary>The definitions that the export adds for gates outside the standard includes are right.</summary>
    [Fact]
    public void DefinitionsOfMissingGatesAreTheGates()
    {
        string text = Qasm.Write(new(2, [new(GateKind.RXX, 0, 1), new(GateKind.RYY, 0, 1), new(GateKind.RZZ, 0, 1)]));
        foreach (string line in text.Split('\n').Where(line => line.StartsWith("gate ", StringComparison.Ordinal)))
        {
            string body = line[(line.IndexOf('{') + 1)..line.IndexOf('}')].Replace("theta", "0.7").Replace(" a", " q[0]")
                .Replace(" b", " q[1]");
            GateKind kind = line.Contains("rxx") ? GateKind.RXX : line.Contains("ryy") ? GateKind.RYY : GateKind.RZZ;
            Circuit defined = Qasm.Read("OPENQASM 3.0; qubit[2] q; u3(1,2,3) q[0]; u3(0.5,1.5,0.3) q[1];" + body);
            Circuit ours = Qasm.Read("OPENQASM 3.0; qubit[2] q; u3(1,2,3) q[0]; u3(0.5,1.5,0.3) q[1];"
                + $"{GateTable.Of(kind).Qasm}(0.7) q[0], q[1];");
            Observable[] all = [.. Enumerable.Range(1, 15).Select(k => (Observable)new PauliString((ulong)k & 3, (ulong)k >> 2))];
            TileCheck.Near(LiteralSimulator.Expectations(ours, all, [], []), LiteralSimulator.Expectations(defined, all, [], []),
                1e-12, line, ours);
        }
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

    [Theory]
    [InlineData("qubit[2] q;", "Line 1, column 1: \"OPENQASM\" is expected")]
    [InlineData("OPENQASM 4.0;", "Line 1, column 10: OpenQASM 4.0 is not supported")]
    [InlineData("OPENQASM 3.0;\nqubit[2] q;\nccx q[0], q[1];", "Line 3, column 1: \"ccx\" is neither")]
    [InlineData("OPENQASM 3.0;\nqubit[2] q;\n  rx(0.5 q[0];", "Line 3, column 10: \")\" is expected, not \"q\"")]
    [InlineData("OPENQASM 3.0;\nqubit[2] q;\nh q[2];", "Qubit 2 is outside the register q[2]")]
    [InlineData("OPENQASM 3.0;\nqubit[2] q;\ncx q[1], q[1];", "Line 3, column 1: cx acts on qubit 1 twice")]
    [InlineData("OPENQASM 3.0;\nqubit[2] q;\ncx q[1];", "cx acts on 2 qubits, got 1")]
    [InlineData("OPENQASM 3.0;\nqubit[2] q;\nrx q[1];", "rx takes 1 angles, got 0")]
    [InlineData("OPENQASM 3.0;\nqubit[2] q;\nrx(1/0) q[1];", "Division by zero")]
    [InlineData("OPENQASM 3.0;\nqubit[2] q;\nrx(x) q[1];", "Line 3, column 4: A number or pi is expected, not \"x\"")]
    [InlineData("OPENQASM 3.0;\nqubit[2] q;\nh q[0]", "is expected, not the end of the text")]
    [InlineData("OPENQASM 3.0;\nqubit[99] q;", "1 to 63 qubits, not 99")]
    [InlineData("OPENQASM 3.0;\nqubit[2] q; qubit[2] r;", "A second register, r")]
    [InlineData("OPENQASM 3.0;\nh q[0];", "used before a register is declared")]
    [InlineData("OPENQASM 3.0;\ngate mine a { h a; }", "Gate mine is not in the gate table")]
    [InlineData("OPENQASM 3.0;\ngate rxx(t) a, b { h a;", "ends inside a gate definition")]
    [InlineData("OPENQASM 3.0;\ninclude \"stdgates.inc", "A name in quotes does not end")]
    [InlineData("OPENQASM 3.0;", "The text ends without a register")]
    public void ErrorsSayWhere(string text, string expected) =>
        Assert.Contains(expected, Assert.Throws<FormatException>(() => Qasm.Read(text)).Message);

    [Fact]
    public void DeepNestingIsRefused() => Assert.Contains("nested more than 200", Assert.Throws<FormatException>(
        () => Qasm.Read("OPENQASM 3.0; qubit[1] q; rx(" + new string('(', 100_000))).Message);

    [Fact]
    public void WhatCannotBeWrittenIsRefused()
    {
        Assert.Contains("cannot start from amplitudes",
            Assert.Throws<ArgumentException>(() => Qasm.Write(new(1, [], start: CircuitStart.Amplitudes), [1, 0])).Message);
        Assert.Contains("has 2 inputs, got 1",
            Assert.Throws<ArgumentException>(() => Qasm.Write(new(2, Embedding.Angles(2)), [1])).Message);
    }
}
