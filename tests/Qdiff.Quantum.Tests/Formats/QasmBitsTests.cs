using Qdiff.Quantum;

/// <summary>The classical bits of a file, read by their names.</summary>
public class QasmBitsTests
{
    const string Head = "OPENQASM 3.0; qubit[3] q; bit[2] c; ",
        Reset = "ry(0.9) q[0]; c[0] = measure q[0]; reset q[0]; ry(0.4) q[0]; c[1] = measure q[0];";

    /// <summary>What a bit keeps, whatever became of its qubit: ⟨Z⟩ where it was measured, 1 for the outcome 0.</summary>
    [Theory]
    [InlineData("ry(0.9) q[2]; c[0] = measure q[2];", "c[0]", 0.6216099682706644)]
    [InlineData(Reset, "c[0]", 0.6216099682706644)]
    [InlineData(Reset, "c[1]", 0.921060994002885)]
    [InlineData(Reset, "c[0]c[1]", 0.6216099682706644 * 0.921060994002885)]
    [InlineData("ry(0.9) q[0]; c[0] = measure q[0]; h q[0]; c[1] = measure q[0];", "c[0]", 0.6216099682706644)]
    [InlineData("ry(0.9) q[0]; c[0] = measure q[0]; h q[0]; c[1] = measure q[0];", "c[1]", 0)]
    [InlineData("ry(0.9) q[0]; c[0] = measure q[0]; c[1] = measure q[0];", "c[0]c[1]", 1)]
    [InlineData("ry(0.9) q[0]; c[0] = measure q[0]; if (c[0]) x q[1]; c[1] = measure q[1]; h q[0];", "c[0]c[1]", 1)]
    [InlineData("x q[0]; c = measure q[0:1];", "c[0]c[1]", -1)]
    [InlineData("c[0] = measure q[0]; x q[0]; c[1] = measure q[0];", "c[0]", 1)]
    [InlineData("c[0] = measure q[0]; x q[0]; c[1] = measure q[0];", "c[1]", -1)]
    [InlineData("bit d; x q[1]; d = measure q[1];", "d", -1)]
    [InlineData("def f(bit[2] c) { c[0] = 0; } x q[1]; c[0] = measure q[1]; f(c);", "c[0]", -1)]
    public void ABitIsTheOutcomeThatItKeeps(string body, string readOut, double expected)
    {
        QasmProgram program = QasmProgram.Read(Head + body);
        CircuitJacobian found = CircuitJacobian.Compute(program.Circuit, Parse(program, readOut), [], []);
        Assert.Equal(expected, found.Expectations[0], 1e-12);
    }

    /// <summary>A wire that nobody touched is read as it will be under noise; what was 0 before the wire went on is
    /// known.</summary>
    [Fact]
    public void BitsSayWhichWireKeepsThem()
    {
        IReadOnlyList<QasmRegister> registers = QasmProgram.Read(Head + "bit unused; for int i in [0:0] { bit inner; } "
            + "x q[0]; c[1] = measure q[0]; reset q[0]; c[0] = measure q[0]; creg e[2]; e[0] = measure q[2]; h q[2]; e[1] = 1;")
            .Registers;
        Assert.Equal(["c", "unused", "e"], registers.Select(register => register.Name));
        // The wire of the first q[0] comes behind those of the qubits.
        Assert.Equal([PauliString.Z(0), PauliString.Z(3)], registers[0].ReadOuts);
        Assert.Equal([null], registers[1].ReadOuts);
        Assert.Equal([new PauliString(), null], registers[2].ReadOuts);
    }

    [Fact]
    public void ShotsReadBitsToo()
    {
        QasmProgram program = QasmProgram.Read(Head + "x q[0]; c[0] = measure q[0]; reset q[0]; c[1] = measure q[0];");
        double[] means = CircuitShots.Draw(program.Circuit, Parse(program, "c[0]", "c[1]"), [], [], 10, new Random(1)).Means;
        Assert.Equal((-1.0, 1.0), (means[0], means[1]));
    }

    /// <summary>Letters with numbers of wires stay what they are.</summary>
    [Fact]
    public void WiresComeBeforeBits()
    {
        QasmProgram program = QasmProgram.Read("qubit[2] q; bit Z0; x q[1]; Z0 = measure q[1];");
        Assert.Equal(["Z", "IZ"], Parse(program, "Z0", "IZ").Select(readOut => readOut.ToString()));
    }

    [Theory]
    [InlineData("c[1]", "c[1]: c[1] keeps no outcome of a measurement")]
    [InlineData("c[0]c[1]", "c[1] keeps no outcome of a measurement")]
    [InlineData("d", "d: d keeps no outcome of a measurement")]
    [InlineData("c[2]", "'c[2]': c has bits c[0] to c[1]")]
    [InlineData("c", "'c': c has bits c[0] to c[1]")]
    [InlineData("c[-1]", "c has bits c[0] to c[1]")]
    [InlineData("c[0", "c has bits c[0] to c[1]")]
    [InlineData("c[0]Z1", "the file declares no bit 'Z1'")]
    [InlineData("q[0]", "the file declares no bit 'q'")]
    public void WhatIsNoOutcomeIsRefused(string readOut, string expected)
    {
        QasmProgram program = QasmProgram.Read(Head + "bit d; h q[1]; c[0] = measure q[1]; d = measure q[1]; d = 1;");
        Assert.Contains(expected, Assert.Throws<FormatException>(() => Parse(program, readOut)).Message);
    }

    static IReadOnlyList<Observable> Parse(QasmProgram program, params string[] readOuts) =>
        ReadOutText.Parse(readOuts, program.Circuit.Qubits - program.Circuit.Ancillas, program.Registers);
}
