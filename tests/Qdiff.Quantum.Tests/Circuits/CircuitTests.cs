using Qdiff.Quantum;

public class CircuitTests
{
    [Fact]
    public void CountsFollowTheHighestIndexInUse()
    {
        var circuit = new Circuit(3,
            [Gate.RX(0, Angle.Input(4)), Gate.RZ(1, Angle.Weight(2)), Gate.RZZ(0, 2, Angle.InputProduct(1, 6))]);
        Assert.Equal((7, 3), (circuit.Inputs, circuit.Weights));
        Assert.Equal((9, 5), (new Circuit(3, circuit.Gates, 9, 5).Inputs, new Circuit(3, circuit.Gates, 9, 5).Weights));
    }

    [Fact]
    public void GatesThatAreAppendedTakeNoCountBack()
    {
        Circuit circuit = new(2, [Gate.RX(0, Angle.Weight(0))], 3, 5, CircuitStart.Amplitudes);
        Circuit longer = circuit.Then([Gate.H(1), Gate.RX(1, Angle.Weight(6))]);
        Assert.Equal((3, 7, CircuitStart.Amplitudes), (longer.Inputs, longer.Weights, longer.Start));
        Assert.Equal((7, 5), (new Circuit(2, [], 3, 5).Then([Gate.RX(0, Angle.Input(6))]).Inputs, circuit.Then([]).Weights));
    }

    public static TheoryData<string, Func<object>> Mistakes => new()
    {
        { "acts on wire 3, but the circuit has wires 0 to 2", () => new Circuit(3, [Gate.H(3)]) },
        { "acts on wire -1", () => new Circuit(3, [Gate.CNOT(-1, 2)]) },
        { "both are wire 1", () => new Circuit(3, [Gate.H(0), Gate.CNOT(1, 1)]) },
        { "names a second one, 2", () => new Circuit(3, [new(GateKind.X, 0, 2)]) },
        { "Gate 0 (H) is given more angles than it has, 0", () => new Circuit(1, [new(GateKind.H, 0, -1, Angle.Weight(3))]) },
        { "Gate 0 (RX) is given more angles than it has, 1", () =>
            new Circuit(1, [Gate.RX(0, Angle.Weight(0)) with { Phi = Angle.Weight(1) }]) },
        { "inputs ('-1') must be a non-negative value", () => new Circuit(1, [], inputs: -1) },
        { "weights ('-5') must be a non-negative value", () => new Circuit(1, [], weights: -5) },
        { "uses input 2, but the circuit has 2 inputs", () => new Circuit(3, [Gate.RX(0, Angle.Input(2))], inputs: 2) },
        { "uses weight 5, but the circuit has 4 weights", () => new Circuit(3, [Gate.RX(0, Angle.Weight(5))], weights: 4) },
        { "1 to 63 qubits, not 64", () => new Circuit(64, []) },
        { "1 to 63 qubits, not 0", () => new Circuit(0, []) },
        { "hold 1 to 4 amplitudes, not 5", () => new Circuit(2, [], inputs: 5, start: CircuitStart.Amplitudes) },
        { "finite number of radians, got NaN", () => Angle.Fixed(double.NaN) },
        { "finite number of radians, got Infinity", () => Angle.Weight(0, double.PositiveInfinity) },
        { "angle arcsin(x0) of gate 1 (RX) is NaN", () => CircuitJacobian.Compute(Root, null, [2], []) },
        { "angle arcsin(x0) of gate 1 (RX) is NaN", () => CircuitShots.Draw(Root, null, [2], [], 1, new()) },
        { "The circuit has 1 inputs, got 0", () => Root.Expectations([], []) },
        { "IZ acts on a wire beyond the circuit's 1 qubits", () => Root.Expectations([0], [], [Observable.Z(1)]) },
        { "counted from 0", () => Angle.Input(-1) },
        { "RX has 1 angles, got 2", () => Gate.RX(0, default).WithAngles(default, default) },
        { "Letter 2 of \"ZQ\" is 'Q'", () => PauliString.Parse("ZQ") },
        { "coefficient of X is NaN", () => new Observable((double.NaN, PauliString.X(0))) },
        { "Read-out 0 (IIIZ) acts on a wire beyond the circuit's 2 qubits", () =>
            new LoweredCircuit(new(2, []), [Observable.Z(3)]) },
        { "4 GiB", () => new LoweredCircuit(Dense(30)) },
        { "30 qubits take 16 GiB", () => LiteralSimulator.State(Dense(30), [], new double[270]) },
    };

    /// <summary>Says what, where and how to mend, before any memory is taken.</summary>
    [Theory]
    [MemberData(nameof(Mistakes), DisableDiscoveryEnumeration = true)]
    public void MistakesAreExplained(string expected, Func<object> make) =>
        Assert.Contains(expected, Assert.ThrowsAny<ArgumentException>(make).Message);

    [Fact]
    public void PauliStringsReadAndWriteWireZeroFirst()
    {
        PauliString pauli = PauliString.Parse("XIYZ");
        Assert.Equal("XIYZ", pauli.ToString());
        Assert.Equal((0b0101UL, 0b1100UL), (pauli.XBits, pauli.ZBits));
        Assert.Equal("0.5 ZZ + IX", new Observable((0.5, PauliString.Parse("ZZ")), (1, PauliString.X(1))).ToString());
    }

    [Fact]
    public void GatesSpell()
    {
        Assert.Equal("CRZ(2π·w1) 8→11", Gate.CRZ(8, 11, Angle.Weight(1, 2 * Math.PI)).ToString());
        Assert.Equal("RZZ(x0·x1) 0,1", Gate.RZZ(0, 1, Angle.InputProduct(0, 1)).ToString());
        Assert.Equal("H 2", Gate.H(2).ToString());
    }

    static Circuit Root => Qasm.Read("OPENQASM 3.0; input float x; qubit q; h q; rx(arcsin(x)) q;");

    static Circuit Dense(int qubits) => new(qubits, Ansatz.StronglyEntangling(qubits, 3));
}
