using Qdiff.Quantum;

/// <summary>What happens to wires that wait, by every engine.</summary>
public sealed class IdleNoiseTests
{
    static readonly Gate s_x0 = new(GateKind.X, 0), s_x1 = new(GateKind.X, 1);

    /// <summary>
    /// X on 0 and 1, a gate on 1, CNOT 0→1, a gate on 0: wire 0 waits in the second layer of four and wire 1 in the last, wire 2
    /// never. Decay by 0.2: first 10 with 0.8 and 01 with 0.2, then 01 with 0.16.
    /// </summary>
    static readonly Circuit s_four = new(3, [s_x0, s_x1, new(GateKind.I, 1), Gate.CNOT(0, 1), new(GateKind.I, 0)]);

    static readonly NoiseModel s_decay = new() { Idle = [NoiseChannel.AmplitudeDamping(0.2)] };

    static readonly Observable[] s_readOuts = [.. Observable.ZOfEachWire(3), PauliString.Parse("ZZ")];

    static readonly double[] s_values = [-0.6, 0.68, 1, -0.92];

    [Fact]
    public void AWireWaitsInLayersWithoutAGateOnIt()
    {
        double[] exact = NoisyExpectations.Of(s_four, s_decay, s_readOuts, [], [], 1, new()).Values;
        double[] oracle = DensityMatrix.Expectations(s_four, s_decay, s_readOuts, [], []);
        for (int r = 0; r < s_values.Length; r++)
        {
            Assert.Equal(s_values[r], exact[r], 12);
            Assert.Equal(s_values[r], oracle[r], 12);
        }
    }

    [Fact]
    public void TrajectoriesWaitToo()
    {
        const int count = 2000;
        NoisyCircuit bound = NoisyCircuit.Of(s_four, s_decay).Bind([], []);
        double[] tiles = new double[4], alone = new double[4];
        new TileProgram(0b111, [bound.Steps], null).Run(count, [new Random(1)], (_, alike, tile, lane) =>
        {
            for (int r = 0; r < 4; r++) tiles[r] += alike.Count * tile.Expectation(lane, s_readOuts[r].Terms[0].Pauli) / count;
        });
        CompiledStep[] steps = [.. CompiledStep.Of(bound.Steps)];
        var trajectory = new Trajectory(0b111);
        var random = new Random(2);
        for (int t = 0; t < count; t++)
        {
            trajectory.Run(steps, random);
            for (int r = 0; r < 4; r++)
                alone[r] += trajectory.State.Overlap(trajectory.State.Times(s_readOuts[r].Terms[0].Pauli)) / count;
        }

        double[] shots = CircuitShots.Draw(s_four, s_readOuts, [], [], count, new Random(3), s_decay).Means;
        foreach (double[] means in (double[][])[tiles, alone, shots])
            for (int r = 0; r < 4; r++)
                Assert.InRange((means[r] - s_values[r]) / Math.Sqrt((1 - s_values[r] * s_values[r] + 1e-6) / count), -4, 4);
    }

    /// <summary>Wire 0 waits for two layers, in which each of two channels acts, on named wires alone; wire 2 is not prepared
    /// before its first gate.</summary>
    [Fact]
    public void EveryLayerCountsAfterTheFirstGate()
    {
        Circuit circuit = new(3, [s_x0, s_x1, new(GateKind.I, 1), Gate.CZ(1, 2)]);
        NoiseModel noise = new() { Idle = [NoiseChannel.BitFlip(0.1), new(NoiseChannel.BitFlip(0.2), [0, 2])] };
        double[] values = NoisyExpectations.Of(circuit, noise, null, [], [], 1, new()).Values;
        double[] expected = [-0.8 * 0.8 * 0.6 * 0.6, -1, 1];
        for (int wire = 0; wire < 3; wire++) Assert.Equal(expected[wire], values[wire], 12);
    }

    /// <summary>A gate as it is written takes one layer, whatever it is made of.</summary>
    [Fact]
    public void AGateWithAModifierTakesOneLayer()
    {
        Circuit circuit = Qasm.Read("OPENQASM 3.0; include \"stdgates.inc\"; qubit[3] q; x q; negctrl @ rx(0) q[0], q[1];");
        Assert.Equal(-0.6, NoisyExpectations.Of(circuit, s_decay, null, [], [], 1, new()).Values[2], 12);
    }

    [Fact]
    public void RandomCircuitsAgreeWithTheDensityMatrix()
    {
        var random = new Random(4);
        for (int i = 0; i < 20; i++)
        {
            Circuit circuit = RandomCircuits.Next(random, maxQubits: 4);
            double[] inputs = RandomCircuits.Numbers(random, circuit.Inputs), weights = RandomCircuits.Numbers(random,
                circuit.Weights);
            NoiseModel noise = new()
            {
                TwoQubit = [NoiseChannel.AmplitudeDamping(0.1, excited: 0.2), new(NoiseChannel.PhaseFlip(0.1), [0])],
                Idle = [NoiseChannel.ThermalRelaxation(50, 70, 6, excited: 0.1), new(NoiseChannel.Depolarizing(0.05), [0])],
            };
            double[] fast = NoisyExpectations.Of(circuit, noise, null, inputs, weights, 1, random).Values;
            double[] exact = DensityMatrix.Expectations(circuit, noise, circuit.StandardReadOuts, inputs, weights);
            for (int r = 0; r < exact.Length; r++) Assert.Equal(exact[r], fast[r], 12);
        }
    }

    [Fact]
    public void ItIsRefusedWhereAQubitIsOnOneWireAfterAnother() => Assert.Contains("leave out idle",
        Assert.Throws<ArgumentException>(() => NoisyExpectations.Of(Qasm.Read("OPENQASM 3.0; qubit q; U(1, 2, 3) q; reset q;"),
            s_decay, null, [], [], 1, new())).Message);
}
