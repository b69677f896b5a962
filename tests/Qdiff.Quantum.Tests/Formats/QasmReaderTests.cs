using System.Numerics;
using System.Text.Json;
using Qdiff.Quantum;

/// <summary>OpenQASM as people and other tools write it.</summary>
public class QasmReaderTests
{
    const string Two = "OPENQASM 2.0; include \"qelib1.inc\"; qreg q[3]; ",
        Three = "OPENQASM 3.0; include \"stdgates.inc\"; qubit[3] q; ";

    static readonly Dictionary<string, Recorded> s_recorded = JsonSerializer.Deserialize<Dictionary<string, Recorded>>(
        File.ReadAllText(Fixture("expected.json")), JsonSerializerOptions.Web)!;

    public static TheoryData<string> RecordedNames => [.. s_recorded.Keys];

    /// <summary>Values and derivatives that another program found, and the dead parameters.</summary>
    [Theory]
    [MemberData(nameof(RecordedNames))]
    public void AgreesWithRecordedValues(string name)
    {
        Recorded expected = s_recorded[name];
        Circuit circuit = Circuit.Read(Fixture(name + ".qasm"));
        CircuitJacobian found = CircuitJacobian.Compute(circuit, null, expected.Inputs, expected.Weights);
        Near(expected.Expectations, found.Expectations, 1e-9);
        for (int i = 0; i < expected.InputJacobian?.Length; i++) Near(expected.InputJacobian[i], found.ByInput[i], 1e-9);
        for (int i = 0; i < expected.WeightJacobian?.Length; i++) Near(expected.WeightJacobian[i], found.ByWeight[i], 1e-9);
        if (expected.Dead is null) return;
        CircuitDiagnosis diagnosis = new(circuit);
        Assert.Equal(expected.Dead, diagnosis.DeadWeights.Select(dead => dead.Index));
        Assert.Equal(expected.DeadInputs, diagnosis.DeadInputs.Select(dead => dead.Index));
    }

    /// <summary>Products, sums and functions of parameters on the tile, against the literal simulator.</summary>
    [Theory]
    [InlineData("reupload3.qasm")]
    [InlineData("exported8.qasm")]
    [InlineData("squlearn_chebyshev_pqc.qasm")]
    [InlineData("squlearn_yz_cx.qasm")]
    [InlineData("quasar_quixer_2tokens.qasm")]
    public void TilesAgreeWithTheLiteralSimulator(string file)
    {
        Circuit circuit = Circuit.Read(Fixture(file));
        TileCheck.AgreesWithLiteral(circuit, circuit.StandardReadOuts, new(3), samples: 5);
    }

    [Fact]
    public void FunctionsOfParametersHaveTheirDerivatives()
    {
        Circuit circuit = Qasm.Read(
            "OPENQASM 3; input float x0; input float[64] x_1; input angle[32] a; input float b; qubit[2] q;"
            + "rx(2*(pi - x0)*(pi - x_1)) q[0]; ry(sin(a)*x0 + exp(-b)/2) q[1]; cx q[0], q[1]; rz(sqrt(x0*x0 + 1)) q[1];"
            + "rx(arccos(x_1/9)**2 - tan(b/4)) q[1]; ry(a/(b + 5) + log(7 + a)) q[0]; rx(arctan(a) + b^2) q[0];"
            .Replace('^', '*').Replace("b*2", "b**2", StringComparison.Ordinal));
        double[] inputs = [0.6, -0.4], weights = [0.3, -0.7];
        CircuitJacobian at = CircuitJacobian.Compute(circuit, null, inputs, weights);
        const double Step = 1e-5;
        for (int i = 0; i < 4; i++)
        {
            double[] Values(double step) =>
                CircuitJacobian.Compute(circuit, null, Moved(inputs, i, step), Moved(weights, i - 2, step),
                derivatives: false).Expectations;
            double[] slope = [.. Values(Step).Zip(Values(-Step), (above, below) => (above - below) / (2 * Step))];
            Near(slope, i < 2 ? at.ByInput[i] : at.ByWeight[i - 2], 1e-8);
        }

        TileCheck.AgreesWithLiteral(circuit, circuit.StandardReadOuts, new(11), samples: 3);

        static double[] Moved(double[] numbers, int index, double step) =>
            [.. numbers.Select((number, k) => k == index ? number + step : number)];
    }

    /// <summary>Whatever the exporter writes with parameters comes back as the same circuit.</summary>
    [Fact]
    public void ExportWithParametersReadsBackToTheSameCircuit()
    {
        var random = new Random(5);
        Circuit[] circuits = [.. Enumerable.Range(0, 40).Select(_ => RandomCircuits.Next(random)),
            .. Directory.GetFiles(Path.GetDirectoryName(Fixture(""))!, "*.qasm").Order().Select(Circuit.Read),
            Qasm.Read(Two + "h q; creg c[1]; measure q[0] -> c[0]; h q[0]; if (c == 1) x q[1]; u2(0.1, 0.2) q[0];"),
            Qasm.Read("input float a; input float x; qubit[2] q; rx(sin(a)**2/3 - x/(a + 2)) q[0]; ryy(a*x) q[0], q[1];")];
        foreach (Circuit circuit in circuits)
        {
            QasmProgram back = QasmProgram.Read(Qasm.Write(circuit));
            Assert.Equal((circuit.Qubits, circuit.Ancillas, circuit.Inputs, circuit.Weights),
                (back.Circuit.Qubits, back.Circuit.Ancillas, back.Circuit.Inputs, back.Circuit.Weights));
            Assert.Equal(circuit.Gates.Select(Sorted), back.Circuit.Gates);
        }

        // The product of two features is written in their order.
        static Gate Sorted(Gate gate) => gate.WithAngles([.. gate.Angles.Select(angle =>
            angle.Source == AngleSource.InputProduct && angle.Index > angle.SecondIndex
                ? Angle.InputProduct(angle.SecondIndex, angle.Index, angle.Scale)
                : angle)]);
    }

    /// <summary>Each pair of texts is the same operation, phases included where a control shows them.</summary>
    [Theory]
    [InlineData(Two + "h q;", Two + "h q[0]; h q[1]; h q[2];")]
    [InlineData(Two + "cx q[0], q[1];", "OPENQASM 2.0;\r\nqreg q[3];\r\nCX q[0],q[1];\r\n")]
    [InlineData(Two + "rx(+0.5e0) q[0]; barrier q; id q[2];", "/* a\n b */ qreg q[3]; rx(.5) q[0]; // c")]
    [InlineData(Two + "rx(sin(pi/4)) q[0]; rz(2^3) q[0]; ry(-2^2) q[0];", Two + "rx(sqrt(2)/2) q[0]; rz(8) q[0]; ry(-4) q[0];")]
    [InlineData(Two + "gate g(a, b) r, s { rx(a/b) s; cx s, r; } g(3, 4) q[2], q[0];", Two + "rx(3/4) q[0]; cx q[0], q[2];")]
    [InlineData(Two + "gate h a { U(0,0,0) a; } h q[0];", Two + "U(0,0,0) q[0];")]
    [InlineData(Two + "sx q[0]; sxdg q[1]; sdg q[2];", Three + "pow(1/2) @ x q[0]; pow(-0.5) @ x q[1]; inv @ s q[2];")]
    [InlineData(Two + "ccx q[0], q[1], q[2];", Three + "ctrl(2) @ x q[0], q[1], q[2];")]
    [InlineData(Two + "cswap q[2], q[0], q[1];", Three + "ctrl @ swap q[2], q[0], q[1];")]
    [InlineData(Two + "cu3(0.3, 0.4, 0.5) q[0], q[2];", Three + "cu(0.3, 0.4, 0.5, 0) q[0], q[2];")]
    [InlineData(Two + "u2(0.1, 0.2) q[1]; u0(1) q[1];", Three + "U(π/2, 0.1, 0.2) q[1]; delay[100ns] q[1];")]
    [InlineData(Three + "negctrl @ rz(0.4) q[2], q[0];", Three + "x q[2]; crz(0.4) q[2], q[0]; x q[2];")]
    [InlineData(Three + "ctrl @ gphase(0.4) q[1]; gphase(2);", Three + "p(0.4) q[1];")]
    [InlineData(Three + "ctrl @ ctrl @ gphase(tau/8) q[1], q[2];", Three + "cphase(pi/4) q[2], q[1];")]
    [InlineData(Three + "inv @ ctrl @ U(0.1, 0.2, 0.3) q[1], q[0];", Three + "ctrl @ U(-0.1, -0.3, -0.2) q[1], q[0];")]
    [InlineData(Three + "pow(3) @ U(0.1, 0.2, 0.3) q[1]; pow(-2) @ t q[0];",
        Three + "for int i in [1:3] { U(0.1, 0.2, 0.3) q[1]; } inv @ s q[0];")]
    [InlineData(Three + "ctrl @ pow(0.5) @ U(0.7, 0.2, 0.3) q[1], q[0]; ctrl @ pow(0.5) @ U(0.7, 0.2, 0.3) q[1], q[0];",
        Three + "ctrl @ U(0.7, 0.2, 0.3) q[1], q[0];")]
    [InlineData(Three + "pow(0.5) @ swap q[0], q[1]; pow(0.5) @ swap q[0], q[1]; pow(1/3) @ h q[2]; pow(2/3) @ h q[2];",
        Three + "swap q[0], q[1]; h q[2];")]
    [InlineData(Three + "qubit r; let a = q[0:2:2] ++ q[{1}]; rx(0.1) a[1]; ry(0.2) a[-1]; cx q[1:2], r;",
        "qubit[4] s; rx(0.1) s[2]; ry(0.2) s[1]; cx s[1], s[3]; cx s[2], s[3];")]
    [InlineData(Three + "const int n = 5/2; for uint i in {0, n} { h q[i]; } for int j in [2:-1:1] rx(j/4) q[j];",
        Three + "h q[0]; h q[2]; rx(0.5) q[2]; rx(0.25) q[1];")]
    [InlineData(Three + "int i = 0; while (i < 3) { if (i % 2 == 0) { h q[i]; } else x q[i]; i += 1; }",
        Three + "h q[0]; x q[1]; h q[2];")]
    [InlineData(Three + "array[float[64], 2] a = {0.1, 0x10}; rx(a[0]) q[0]; rx(a[1] + 0b11 + 1_0) q[0];",
        Three + "rx(0.1) q[0]; rx(29) q[0];")]
    [InlineData(Three + "def f(qubit[2] r, angle t) { rx(t) r[1]; } f(q[1:2], 0.3); #pragma x\n@note\nbox { h q[0]; }",
        Three + "rx(0.3) q[2]; h q[0];")]
    [InlineData("OPENQASM 3.0; rz(0.1) $1; cx $0, $2;", Three + "rz(0.1) q[1]; cx q[0], q[2];")]
    [InlineData(Three + "bit[3] c; h q[0]; c = measure q; bit d = measure q[0]; output float e;", Three + "h q[0];")]
    [InlineData(Three + "reset q; h q[0]; end; x q[1];", Three + "h q[0];")]
    [InlineData(Three + "gate rzz(t) a, b { cx a, b; rz(t) b; cx a, b; } ctrl @ rzz(0.3) q[0], q[1], q[2];",
        Three + "ccx q[0], q[1], q[2]; rz(0.15) q[2]; cx q[0], q[2]; rz(-0.15) q[2]; cx q[0], q[2]; ccx q[0], q[1], q[2];")]
    [InlineData(Three + "defcal x $0 { play(d0, y); } x q[0];", Three + "x q[0];")]
    [InlineData(Three + "bit[2] c; c = 1; c |= 2; if (c == 3) x q[0]; c ^= 1; if (c == 2) x q[1]; c <<= 1; if (c == 0) x q[2];",
        Three + "x q;")]
    [InlineData(Three + "bit[3] c = 5; if (~c == 2) x q[0]; if (c << 1 == 2) x q[1]; if (~c[1]) x q[2]; if (~true) h q[0];",
        Three + "x q;")]
    [InlineData(Three + "bit[3] c = 7; bit[3] d = 7; if (((c[0:1] & d) << 1) == 2) x q[0]; if (~c[1:2] == 0) x q[1]; "
        + "if ((c[{0, 2}] << 2) == 0) x q[2];", Three + "x q;")]
    [InlineData(Three + "uint[4] n = 5; if (~n == 10) x q[0]; if (n << 2 == 4) x q[1]; int m = 5; if (~m == -6) x q[2];",
        Three + "x q;")]
    [InlineData(Three + "for int i in [0:3] { if (i/2 == 1) x q[i % 3]; }", Three + "x q[2]; x q[0];")]
    [InlineData(Three + "float a = 1; if (a/2 == 0.5) x q[0]; for float b in {1, 3} { if (b/2 == 1.5) x q[1]; } a = 3; "
        + "array[float, 1] c = {1}; if (a/2 == c[0] + c[0]/2) x q[2];", Three + "x q;")]
    [InlineData(Three + "def f(int n, qubit a) { rx(n*pi) a; } f(3/2, q[0]);", Three + "rx(pi) q[0];")]
    [InlineData(Three + "def f(bool b, float x, qubit a) { if (b) rx(x) a; if (x/2 == 0.5) h a; } f(2, 1, q[0]);",
        Three + "rx(1) q[0]; h q[0];")]
    [InlineData(Three + "int n = 3; if (abs(-n)/2 == 1) x q[0]; "
        + "for int i in [9223372036854775806:9223372036854775807] { h q[1]; }",
        Three + "x q[0];")]
    [InlineData(Three + "array[float, 3] a = {1, 2, 3}; for float x in a[0:2:2] { rx(x) q[0]; }", Three + "rx(4) q[0];")]
    // Names that are a constant, a type or a statement in version 3 only.
    [InlineData(Two + "gate evolve(tau, euler) a { rx(tau) a; rz(euler) a; } evolve(0.5, pi) q[0];",
        Two + "rx(0.5) q[0]; rz(pi) q[0];")]
    [InlineData(Three + "gate evolve(tau) a { rx(tau) a; } evolve(0.5) q[0]; rx(euler) q[1];",
        Three + "rx(0.5) q[0]; rx(2.718281828459045) q[1];")]
    [InlineData("OPENQASM 2.0; qreg bit[2]; gate rot(angle) a { rx(angle) a; } rot(0.5) bit[0]; gate box a, b { cx a, b; } "
        + "box bit[0], bit[1]; gate delay let { x let; } gate for end { delay end; } for bit[1]; gate pow(true) else "
        + "{ rz(true) else; } pow(1) bit[1]; ", "qubit[2] q; rx(0.5) q[0]; cx q[0], q[1]; x q[1]; rz(1) q[1];")]
    [InlineData("// $20\nOPENQASM 3.0; rz(0.1) $1; /* $99 */ cx $0, $1;", "qubit[2] q; rz(0.1) q[1]; cx q[0], q[1];")]
    [InlineData("qubit q; rx(3 ^ 1) q;", "qubit q; rx(2) q;")]
    [InlineData("#pragma \"x\nqreg q[1]; gate qubit a { rx(3 ^ 2) a; } rx(3 ^ 2) q[0];", "qubit q; rx(9) q;")]
    [InlineData(Three + "int n = 3; for int i in [0:0] { const int n = 2; array[int, n] k; bit[n] c; uint[n] m = 5; k[1] = m; "
        + "if (sizeof(k) == 2) rx(k[1]) q[0]; rx(sizeof(c)) q[1]; }", Three + "rx(1) q[0]; rx(2) q[1];")]
    [InlineData(Three + "uint[2] i = 3; i += 2; rx(i) q[0]; uint[3] j = -1; rx(j) q[1]; array[uint[2], 1] k = {6}; k[0] += 3; "
        + "rx(k[0]) q[2];", Three + "rx(1) q[0]; rx(7) q[1]; rx(1) q[2];")]
    [InlineData(Three + "rx(uint[3](9)) q[0]; int[4] b = 15; rx(b + int[4](7)) q[1]; for int[2] i in {3} { rx(i) q[2]; }",
        Three + "rx(1) q[0]; rx(6) q[1]; rx(-1) q[2];")]
    [InlineData(Three + "int[4] b = 5; if (~b == -6) x q[0]; if (~uint[3](1) == 6) x q[1]; if (int[64](-3) == -3) x q[2];",
        Three + "x q;")]
    [InlineData(Three + "rx(-7 % 3) q[0]; rx(-7.5 % 3) q[1]; rx(mod(7, -3) + mod(7.5, -3)) q[2];",
        Three + "rx(-1) q[0]; rx(-1.5) q[1]; rx(2.5) q[2];")]
    [InlineData(Three + "ctrl @ U(0.8, 0.2, 0.3) q[0], q[1]; U(0.4, 0, 0) q[2]; cu3(0.1, 0, 0) q[0], q[2];",
        Three + "cu(0.8, 0.2, 0.3, 0.4) q[0], q[1]; U(0.4, 0, 0) q[2]; cu3(0.1, 0, 0) q[0], q[2];")]
    [InlineData(Three + "ctrl @ U(0.8, 0.2, 0.3) q[0], q[1];", Three + "p(0.4) q[0]; cu3(0.8, 0.2, 0.3) q[0], q[1];")]
    [InlineData("OPENQASM 3.1; qubit[3] q; gate h a { U(pi/2, 0, pi) a; gphase(-pi/4); } ctrl @ h q[0], q[1]; "
        + "pow(0.5) @ h q[2];", Three + "ch q[0], q[1]; pow(0.5) @ h q[2];")]
    [InlineData(Three + "def f(bit[2] c, bit d) { c = \"00\"; d = 0; } bit[2] b = \"11\"; f(b, b[0]); if (b == 3) x q[0]; "
        + "def g(bit[2] c, qubit a) { if (c[1] && !c[0]) x a; } g(\"10\", q[1]); g(2, q[2]);", Three + "x q;")]
    [InlineData(Three + "array[float, 2, 2] a; a[1, 0] = pi; a[1][-1] += 1; for int i in [0:1] rx(a[i][0] + a[i, 1]) q[0]; "
        + "array[int, 2] b = {1, 2}; b = {3, 4}; b[0] *= b[1]; rz(b[0]) q[1]; "
        + "def f(mutable array[int, 2] m) { m[1] = 7; } def g(readonly array[int, 2] m) { m[1] = 9; } f(b); g(b); rx(b[1]) q[2];",
        Three + "rx(pi + 1) q[0]; rz(12) q[1]; rx(7) q[2];")]
    [InlineData(Three + "const duration t = 100ns; delay[t] q[0]; bit[3] c = \"101\"; int i = 0; "
        + "for bit b in c { if (b) x q[i]; i += 1; }", Three + "x q[0]; x q[2];")]
    [InlineData(Three + "bit[64] b = \"1000000000000000000000000000000000000000000000000000000000000001\"; if (b[63]) x q[0]; "
        + "if (b[62]) x q[1]; if (b[0:1] == 1) x q[2];", Three + "x q[0]; x q[2];")]
    [InlineData(Three + "const float s = 2; gate rx(a) b { U(s*a, -pi/2, pi/2) b; } rx(0.5) q[0]; "
        + "gate phase(x) a { rz(sqrt(x - 1)) a; } phase(5) q[1];", Three + "rx(1) q[0]; rz(2) q[1];")]
    [InlineData(Three + "ctrl @ pow(0.5) @ rx(2*pi) q[0], q[1]; pow(0.5) @ crz(7 - 4*pi) q[1], q[2];",
        Three + "p(pi/2) q[0]; crz(3.5 - 2*pi) q[1], q[2];")]
    public void TwoWritingsAreOneCircuit(string one, string other)
    {
        Complex[,] a = Unitary(Qasm.Read(one)), b = Unitary(Qasm.Read(other));
        Assert.Equal(a.Length, b.Length);
        Complex overlap = 0;
        for (int row = 0; row < a.GetLength(0); row++)
            for (int column = 0; column < a.GetLength(0); column++) overlap += Complex.Conjugate(a[row, column]) * b[row, column];
        Assert.Equal(a.GetLength(0), overlap.Magnitude, 1e-9);
    }

    /// <summary>
    /// From OpenQASM 3.0 on U has the phase θ/2. Of a control that was in |+⟩ and is read in X, ⟨0|U|0⟩ is left: 1/√2 of H, and
    /// cos(π/4)/√2 of U(π/2, 0, π).
    /// </summary>
    [Theory]
    [InlineData("OPENQASM 3; qubit[2] q;")]
    [InlineData("OPENQASM 3.0; qubit[2] q;")]
    [InlineData("OPENQASM 3.1; qubit[2] q;")]
    [InlineData("qubit[2] q;")]
    [InlineData("qreg q[2];")]
    public void ControlsSeeThePhaseOfU(string head)
    {
        string defined = head + "gate h a { U(π/2, 0, π) a; gphase(-π/4); } ";
        Assert.Equal(Gate.H(0), Assert.Single(Qasm.Read(defined + "h q[0];").Gates));
        Near([Math.Sqrt(0.5), 0.5], Values(defined + "h q[0]; ctrl @ h q[0], q[1]; h q[0];"), 1e-12);
        Near([0.5, 0.5], Values(head + "h q[0]; ctrl @ U(π/2, 0, π) q[0], q[1]; h q[0];"), 1e-12);

        static double[] Values(string text) => CircuitJacobian.Compute(Qasm.Read(text), null, [], []).Expectations;
    }

    /// <summary>Qiskit defines cx so where it includes nothing, and means its own U.</summary>
    [Fact]
    public void ADefinitionByAnotherUIsAWarning()
    {
        const string Pair = "qubit[2] q; h q[0]; cx q[0], q[1];";
        QasmProgram program = QasmProgram.Read("OPENQASM 3.0;\ngate cx c, t { ctrl @ U(pi, 0, pi) c, t; } " + Pair);
        Assert.StartsWith("Line 2, column 1: this is cx only if U is without the phase θ/2", Assert.Single(program.Warnings));
        // As it is written, the control turns by S besides: XX of |00⟩ + i|11⟩.
        Near([0], CircuitJacobian.Compute(program.Circuit, [PauliString.Parse("XX")], [], []).Expectations, 1e-12);
        Assert.Empty(QasmProgram.Read("OPENQASM 3.0;\ngate cx c, t { ctrl @ x c, t; } " + Pair).Warnings);
    }

    /// <summary>A phase beside a gate may turn an eigenvalue past half a turn: the root is that of their product.</summary>
    [Theory]
    [InlineData("u3(0, 0, 3*pi/2)", "rz(3*pi/2)")]
    [InlineData("u2(2, 2.5)", "U(pi/2, 2, 2.5)", -2.25)]
    [InlineData("g", "x", 2.5, 1.5)]
    [InlineData("g", "h", 2.5)]
    [InlineData("g", "t", 3.0)]
    [InlineData("g", "id", 2.0, 2.0)]
    [InlineData("g", "p(2.9)", 1.0)]
    [InlineData("g", "rx(2.9)", 2.5)]
    [InlineData("g", "U(1, 2, 3)", -2.5)]
    [InlineData("g", "rzz(2.9)", 2.5)]
    [InlineData("g", "swap", 2.5)]
    public void RootsAreThoseOfAGateAndItsPhase(string gate, string inner, params double[] phases)
    {
        string operands = inner is "swap" or ['r', 'z', 'z', ..] ? "a, b" : "a";
        string text = $"OPENQASM 3.0; qubit c; qubit a; qubit b; gate g {operands} {{ "
            + string.Concat(phases.Select(phase => FormattableString.Invariant($"gphase({phase}); ")))
            + $"{inner} {operands}; }} ";
        Complex[,] once = Matrix($"{gate} {operands};"), root = Matrix($"pow(0.5) @ {gate} {operands};");
        int size = once.GetLength(0);
        for (int row = 0; row < size; row++)
        {
            for (int column = 0; column < size; column++)
            {
                Complex square = 0;
                for (int k = 0; k < size; k++) square += root[row, k] * root[k, column];
                Assert.Equal(0, (square - once[row, column]).Magnitude, 1e-9);
            }
        }

        // The eigenvalues of a principal root lie in the right half plane, and so does what stands on its diagonal.
        for (int row = 0; row < size; row++) Assert.True(root[row, row].Real >= -1e-9);

        // Under a control the phase shows.
        Complex[,] Matrix(string call)
        {
            Complex[,] all = Unitary(Qasm.Read(text + "ctrl @ " + call.Replace(operands + ";", "c, " + operands + ";")));
            int half = all.GetLength(0) / 2;
            var lower = new Complex[half, half];
            for (int row = 0; row < half; row++)
                for (int column = 0; column < half; column++) lower[row, column] = all[half + row, half + column] / all[0, 0];
            return lower;
        }
    }

    /// <summary>Every known gate under two controls is its matrix in the lower right corner.</summary>
    [Fact]
    public void ControlsAreExact()
    {
        foreach (string gate in (string[])["x", "y", "z", "h", "s", "tdg", "sx", "rx(0.3)", "ry(0.3)", "rz(0.3)", "p(0.3)",
            "U(0.3, 0.4, 0.5)", "u2(0.3, 0.4)", "cx", "cu(0.1, 0.2, 0.3, 0.4)", "swap", "rxx(0.3)", "ryy(0.3)", "rzz(0.3)"])
        {
            int wires = gate[0] is 'c' || gate == "swap" || gate[0] == 'r' && gate[1] == gate[2] ? 2 : 1;
            string targets = string.Join(", ", Enumerable.Range(2, wires).Select(k => $"q[{k}]"));
            Complex[,] controlled =
                Unitary(Qasm.Read($"OPENQASM 3; qubit[{2 + wires}] q; ctrl @ negctrl @ {gate} q[0], q[1], {targets};"));
            // With one control the phase shows too: built from a controlled gate of the table or of a definition.
            Complex[,] single = Unitary(Qasm.Read($"OPENQASM 3; qubit[{2 + wires}] q; ctrl @ {gate} q[0], {targets};"));
            int size = 1 << wires;
            Complex free = controlled[0, 0], freeSingle = single[0, 0];
            for (int row = 0; row < 4 * size; row++)
            {
                for (int column = 0; column < 4 * size; column++)
                {
                    bool inside = row / size == 2 && column / size == 2;
                    Complex expected = inside ? single[row, column] / freeSingle : row == column ? 1 : 0;
                    Assert.Equal(0, (controlled[row, column] / free - expected).Magnitude, 1e-9);
                }
            }
        }
    }

    /// <summary>Measurements in the middle, resets and conditions: what repeated runs would give on average.</summary>
    [Theory]
    [InlineData("h q[0]; measure q[0] -> c[0]; h q[0];", 0, 1, 1)]
    [InlineData("x q[0]; measure q[0] -> c[0]; if (c == 1) x q[1];", -1, -1, 1)]
    [InlineData("ry(0.9) q[0]; measure q[0] -> c[0]; if (c == 1) x q[0];", 1, 1, 1)]
    [InlineData("ry(0.9) q[0]; reset q[0]; ry(0.4) q[0];", 0.921060994002885, 1, 1)]
    [InlineData("h q[0]; measure q[0] -> c[0]; reset q[0]; if (c == 0) ry(0.4) q[0]; if (c == 1) ry(0.8) q[1];",
        0.9605304970014426, 0.8483533546735827, 1)]
    [InlineData("ry(0.9) q[0]; h q[1]; cx q[1], q[2]; cx q[0], q[1]; h q[0]; measure q[0] -> c[0]; measure q[1] -> c[1]; "
        + "if (c == 1) z q[2]; if (c == 2) x q[2]; if (c == 3) y q[2];", 0, 0, 0.6216099682706644)]
    [InlineData("x q[0]; measure q[0] -> c[0]; def f(bit[2] b, qubit a) { if (b == 1) x a; b[0] = 0; } f(c, q[1]); "
        + "for bit b in c { if (b) x q[2]; } def g(bit b, int i, qubit a) { if (b) rx(i*pi) a; } "
        + "if (c == 1) g(c[0], c, q[0]);", 1, -1, -1)]
    public void MeasurementsInTheMiddleAreDeferred(string body, double z0, double z1, double z2)
    {
        Circuit circuit = Qasm.Read(Three + "creg c[2]; " + body);
        Near([z0, z1, z2], CircuitJacobian.Compute(circuit, null, [], []).Expectations, 1e-12);
        TileCheck.AgreesWithLiteral(circuit, circuit.StandardReadOuts, new(2), samples: 1);
    }

    /// <summary>A read-out of X or Y disturbs what was measured, as a gate would; nothing comes of a last measurement.</summary>
    [Theory]
    [InlineData("h q[0]; measure q[0] -> c[0]; if (c == 1) x q[1];", "XXI", 0)]
    [InlineData("h q[0]; measure q[0] -> c[0]; cx q[0], q[1];", "YYI", 0)]
    [InlineData("h q[0]; measure q[0] -> c[0]; rz(0.3) q[0];", "XII", 0)]
    [InlineData("h q[0]; measure q[0] -> c[0]; if (c == 1) x q[1]; measure q[0] -> c[1];", "ZZI", 1)]
    [InlineData("h q[0]; measure q[0] -> c[0]; if (c == 1) x q[1]; reset q[0]; h q[0];", "XII", 1)]
    [InlineData("h q[0]; cx q[0], q[1]; measure q[0] -> c[0];", "XXI", 1)]
    public void ReadOutsSeeWhatWasMeasured(string body, string readOut, double expected) =>
        Near([expected], CircuitJacobian.Compute(Qasm.Read(Two + "creg c[2]; " + body), [PauliString.Parse(readOut)], [], [])
            .Expectations, 1e-12);

    [Fact]
    public void FeaturesAreSortedByNumberAndWeightsByDeclaration()
    {
        const string Text = "OPENQASM 3; input float b; input float x_10; input float _x_2_; input angle a;"
            + "input array[float[64], 2, 2] w; input float x1; input float y0; qubit q; rx(a + b + w[1, 0] + x1 + x_10 + _x_2_) "
            + "q;";
        QasmProgram program = QasmProgram.Read(Text);
        Assert.Equal(["x1", "_x_2_", "x_10"], program.InputNames);
        Assert.Equal(["b", "a", "w[0][0]", "w[0][1]", "w[1][0]", "w[1][1]", "y0"], program.WeightNames);
        Assert.Equal([$"Line 1, column {1 + Text.IndexOf("input array")}: w[0][0], w[0][1], w[1][1] are in no gate's angle.",
            $"Line 1, column {1 + Text.IndexOf("input float y0")}: y0 is in no gate's angle."], program.Warnings);
    }

    /// <summary>Some public files end with measurements of registers that they never declare.</summary>
    [Fact]
    public void MeasurementsOfWhatIsNotDeclaredAreAWarning()
    {
        QasmProgram program =
            QasmProgram.Read("OPENQASM 2.0; qreg reg[1]; x reg[0]; measure q[0] -> c[0]; measure reg[0] -> c[0];");
        Assert.Single(program.Circuit.Gates);
        Assert.Equal(2, program.Warnings.Count(warning => warning.Contains("\"c\" is not declared")));
    }

    static Complex[,] Unitary(Circuit circuit)
    {
        int size = 1 << circuit.Qubits;
        var matrix = new Complex[size, size];
        for (int column = 0; column < size; column++)
        {
            Gate[] start = [.. Enumerable.Range(0, circuit.Qubits)
                .Where(wire => (column >> (circuit.Qubits - 1 - wire) & 1) != 0).Select(wire => new Gate(GateKind.X, wire))];
            Complex[] state = LiteralSimulator.State(new(circuit.Qubits, [.. start, .. circuit.Gates]), [], []);
            for (int row = 0; row < size; row++) matrix[row, column] = state[row];
        }

        return matrix;
    }

    static void Near(double[] expected, double[] found, double tolerance)
    {
        Assert.Equal(expected.Length, found.Length);
        for (int i = 0; i < expected.Length; i++) Assert.Equal(expected[i], found[i], tolerance);
    }

    static string Fixture(string name) => Path.Combine(AppContext.BaseDirectory, "Fixtures", "Qasm", name);

    sealed record Recorded(double[] Inputs, double[] Weights, double[] Expectations, double[][]? InputJacobian,
        double[][]? WeightJacobian, int[]? Dead, int[]? DeadInputs);
}
