using System.Text.Json;
using Qdiff.Papers;
using Qdiff.Quantum;

/// <summary>Noise in the Pauli basis and by trajectories against the density matrix, and on gates as they are written.</summary>
public sealed class NoisyExpectationsTests
{
    [Fact]
    public void RandomCircuitsAgreeWithTheDensityMatrix()
    {
        var random = new Random(1);
        for (int i = 0; i < 40; i++)
        {
            Circuit circuit = RandomCircuits.Next(random, maxQubits: 4);
            double[] inputs = RandomCircuits.Numbers(random, circuit.Inputs), weights = RandomCircuits.Numbers(random,
                circuit.Weights);
            NoiseModel noise = circuit.Qubits > 2 ? Channels.Random(random) : Channels.Everywhere(Channels.OnOneWire[i % 9]);
            Observable[] readOuts = [.. Observable.ZOfEachWire(circuit.Qubits),
                new((0.5, new PauliString(0, (1UL << circuit.Qubits) - 1)), (2, default), (-1, PauliString.Z(0)))];
            NoisyExpectations fast = NoisyExpectations.Of(circuit, noise, readOuts, inputs, weights, 1, random);
            double[] exact = DensityMatrix.Expectations(circuit, noise, readOuts, inputs, weights);
            Assert.Equal(0, fast.Trajectories);
            for (int r = 0; r < exact.Length; r++) Assert.Equal(exact[r], fast.Values[r], 12);
        }
    }

    [Fact]
    public void WithoutNoiseNothingChanges()
    {
        var random = new Random(2);
        for (int i = 0; i < 20; i++)
        {
            Circuit circuit = RandomCircuits.Next(random, maxQubits: 5);
            Observable[] readOuts = RandomCircuits.ReadOuts(random, circuit.Qubits);
            double[] inputs = RandomCircuits.Numbers(random, circuit.Inputs), weights = RandomCircuits.Numbers(random,
                circuit.Weights);
            double[] exact = LiteralSimulator.Expectations(circuit, readOuts, inputs, weights);
            double[] noisy = NoisyExpectations.Of(circuit, NoiseModel.None, readOuts, inputs, weights, 1, random).Values;
            for (int r = 0; r < exact.Length; r++) Assert.Equal(exact[r], noisy[r], 12);
        }
    }

    [Fact]
    public void AmplitudesMayBeTheStart()
    {
        Circuit circuit = new(3, [Gate.CNOT(0, 2), Gate.RY(1, Angle.Weight(0)), new(GateKind.Y, 2)],
            start: CircuitStart.Amplitudes);
        double[] inputs = [1, -2, 0.5, 3, 0, 1, -1, 2], weights = [0.4];
        NoiseModel noise = Channels.Random(new(3));
        double[] exact = DensityMatrix.Expectations(circuit, noise, circuit.StandardReadOuts, inputs, weights);
        double[] fast = NoisyExpectations.Of(circuit, noise, null, inputs, weights, 1, new()).Values;
        for (int r = 0; r < exact.Length; r++) Assert.Equal(exact[r], fast[r], 12);
        Assert.Equal(exact[1], CircuitShots.Draw(circuit, null, inputs, weights, 20_000, new Random(1), noise).Means[1], 1);
    }

    /// <summary>Values that another program computed: numpy, from the circuit as it is written.</summary>
    [Theory]
    [InlineData("ring4")]
    [InlineData("loops6")]
    [InlineData("reupload3")]
    public void RecordedCircuitsHaveTheirRecordedValues(string name)
    {
        string folder = Path.Combine(AppContext.BaseDirectory, "Fixtures", "Qasm");
        JsonElement recorded = JsonSerializer.Deserialize<JsonElement>(File.ReadAllText(Path.Combine(folder, "expected.json")))
            .GetProperty(name);
        Circuit circuit = Circuit.Read(Path.Combine(folder, name + ".qasm"));
        NoiseModel noise = new()
        {
            OneQubit = [NoiseChannel.Depolarizing(0.01), NoiseChannel.AmplitudeDamping(0.02)],
            TwoQubit = [NoiseChannel.Depolarizing2(0.03), NoiseChannel.PhaseDamping(0.01)],
            ReadOut = new(0.02, 0.05),
        };
        double[] values = NoisyExpectations.Of(circuit, noise, null, Numbers("inputs"), Numbers("weights"), 1, new()).Values;
        double[] expected = Numbers("noisyExpectations");
        Assert.Equal(expected.Length, values.Length);
        for (int r = 0; r < expected.Length; r++) Assert.Equal(expected[r], values[r], 12);

        double[] Numbers(string key) => [.. recorded.GetProperty(key).EnumerateArray().Select(number => number.GetDouble())];
    }

    /// <summary>How often a flip after gates on one wire and a phase on both after gates on two act tells how many there
    /// are.</summary>
    [Theory]
    [InlineData("x q[0];", 1, 0)]
    [InlineData("sx q[0];", 1, 0)]
    [InlineData("inv @ s q[0];", 1, 0)]
    [InlineData("pow(3) @ t q[0];", 1, 0)]
    [InlineData("ctrl @ gphase(0.3) q[0];", 1, 0)]
    [InlineData("cy q[0], q[1];", 0, 1)]
    [InlineData("ctrl @ h q[0], q[1];", 0, 1)]
    [InlineData("negctrl @ rx(0.3) q[0], q[1];", 0, 1)]
    [InlineData("ctrl @ swap q[0], q[1], q[2];", 0, 7)]
    [InlineData("cu(0.1, 0.2, 0.3, 0.4) q[0], q[1];", 0, 1)]
    [InlineData("h q;", 3, 0)]
    [InlineData("id q[0]; barrier q; gphase(0.2);", 1, 0)]
    [InlineData("gate pair a, b { h a; cx a, b; } pair q[0], q[1];", 1, 1)]
    [InlineData("gate pair a, b { h a; cx a, b; } inv @ pair q[0], q[1];", 1, 1)]
    [InlineData("gate pair a, b { h a; cx a, b; } pow(-2) @ pair q[0], q[1]; pow(0) @ pair q[0], q[1];", 2, 2)]
    [InlineData("gate pair a, b { cy a, b; } pow(2) @ pair q[0], q[1]; inv @ pow(2) @ pair q[0], q[1];", 0, 4)]
    [InlineData("gate pair a, b { cy a, b; } ctrl @ gphase(1) q[2]; inv @ inv @ pair q[0], q[1];", 1, 1)]
    [InlineData("gate three a, b, c { sx a; cx a, b; cx b, c; } inv @ three q[0], q[1], q[2];", 1, 2)]
    [InlineData("gate one a { h a; s a; } gate two a { one a; inv @ one a; } two q[0];", 4, 0)]
    [InlineData("x q[0]; ry(0.5) q[1]; gate cry(t) a, b { ry(t/2) b; cx a, b; ry(-t/2) b; cx a, b; } "
        + "gate turn(t) a, b { cry(t) a, b; } inv @ turn(0.3) q[0], q[1];", 4, 2)]
    [InlineData("gate rzz(t) a, b { cx a, b; rz(t) b; cx a, b; } rzz(0.3) q[0], q[1];", 1, 2)]
    [InlineData("gate rzz(t) a, b { cx a, b; rz(t) b; cx a, b; } inv @ rzz(0.3) q[0], q[1];", 0, 1)]
    [InlineData("bit c; h q[0]; c = measure q[0]; h q[0];", 2, 0)]
    [InlineData("ctrl @ id q[0], q[1]; pow(0) @ U(0.1, 0.2, 0.3) q[0];", 1, 1)]
    [InlineData("pow(0) @ u3(0.1, 0.2, 0.3) q[0]; gate ph a { gphase(0.3); } inv @ ph q[0];", 1, 0)]
    [InlineData("gate g a { pow(0) @ U(1, 2, 3) a; h a; } pow(0.5) @ g q[0]; pow(0) @ gphase(1);", 1, 0)]
    [InlineData("gate nothing a, b { } nothing q[0], q[1]; inv @ nothing q[0], q[1];", 0, 0)]
    public void ModifiersMakeOneGateAndDefinitionsAreExpanded(string text, int onOne, int onTwo)
    {
        Circuit circuit = Qasm.Read($"OPENQASM 3.0;\ninclude \"stdgates.inc\";\nqubit[3] q;\n{text}\n");
        NoiseModel noise = new() { OneQubit = [NoiseChannel.BitFlip(0.1)], TwoQubit = [NoiseChannel.Depolarizing2(0.1)] };
        NoisyCircuit written = NoisyCircuit.Of(circuit, noise);
        var channels = written.Steps.SelectMany(step => step.Channels).ToArray();
        int three = text.Contains("ctrl @ swap") ? channels.Length - onTwo : 0;
        Assert.Equal((onOne, onTwo), (channels.Count(c => c.Wires.Length == 1) - three, channels.Count(c =>
            c.Wires.Length == 2)));
        // The gates are the same, in whatever groups, and a circuit's inverse has as many.
        Assert.Equal(circuit.AsWritten().Gates.Count, written.Steps.Sum(step => step.Gates.Count));
        Assert.Equal(channels.Length, NoisyCircuit.Of(circuit.Inverse(), noise).Steps.Sum(step => step.Channels.Count));
        double[] a = LiteralSimulator.Expectations(circuit, circuit.StandardReadOuts, [], []);
        double[] b = NoisyExpectations.Of(circuit, NoiseModel.None, null, [], [], 1, new()).Values;
        for (int r = 0; r < a.Length; r++) Assert.Equal(a[r], b[r], 12);
    }

    /// <summary>It would have to act only where the gate does.</summary>
    [Theory]
    [InlineData("x q[1];")]
    [InlineData("id q[1];")]
    [InlineData("ccx q[0], q[1], q[2];")]
    [InlineData("pair q[1], q[2];")]
    public void NoiseAfterAGateThatDependsOnAMeasurementIsRefused(string gate)
    {
        Circuit circuit = Qasm.Read("OPENQASM 3.0; qubit[3] q; bit c; gate pair a, b { h a; cx a, b; } h q[0]; "
            + $"c = measure q[0]; if (c) {{ {gate} }}");
        foreach (Circuit one in (Circuit[])[circuit, circuit.Inverse(), ErrorMitigation.Folded(circuit, 3)])
            Assert.Contains("a gate depends on what was measured", Assert.Throws<ArgumentException>(() =>
                Values(one, Channels.Everywhere(NoiseChannel.BitFlip(0.1)))).Message);
        // Only what is read is noisy.
        Assert.Equal(0, Values(circuit, new() { ReadOut = new(0.1, 0.1) })[0], 12);
    }

    /// <summary>A control circuit keeps the gate, and so its condition.</summary>
    [Fact]
    public void TheEncodingAloneIsRefusedToo()
    {
        Circuit circuit = Qasm.Read("OPENQASM 3.0; input float x; qubit[2] q; bit c; h q[0]; c = measure q[0]; "
            + "if (c) ry(x) q[1];");
        Circuit encoding = ControlCircuits.EncodingOnly(circuit);
        Assert.Equal((1, 1), (circuit.Inputs, encoding.Gates.Count));
        foreach (Circuit one in (Circuit[])[circuit, encoding])
            Assert.Contains("a gate depends on what was measured", Assert.Throws<ArgumentException>(() =>
                NoisyExpectations.Of(one, Channels.Everywhere(NoiseChannel.BitFlip(0.1)), null, [0.1], [], 1, new())).Message);
    }

    /// <summary>A control that is 0 itself may be 1 by the noise of its gate.</summary>
    [Fact]
    public void AResetTakesBackTheNoiseOfAControl()
    {
        NoiseModel noise = new() { TwoQubit = [NoiseChannel.BitFlip(0.2)] };
        foreach (string gate in (string[])["cx q[0], q[1];", "gate one a, b { x b; } pow(0.5) @ one q[0], q[1];"])
            Assert.Equal(1, Values(Qasm.Read($"OPENQASM 3.0; qubit[2] q; {gate} reset q[0];"), noise)[0], 12);
    }

    /// <summary>Of a chain of twelve the first wires see few enough, though the last see them all.</summary>
    [Fact]
    public void ASmallLightConeIsExactBesideALargeOne()
    {
        Circuit chain = new(12, [.. Enumerable.Range(0, 12).Select(w => Gate.RY(w, Angle.Fixed(1))),
            .. Enumerable.Range(0, 11).Select(w => Gate.CNOT(w, w + 1))]);
        NoiseModel noise = Channels.Everywhere(NoiseChannel.Depolarizing(0.05));
        NoisyExpectations all = NoisyExpectations.Of(chain, noise, [.. chain.StandardReadOuts, default(PauliString)], [], [], 20,
            new(1));
        Assert.Equal(20, all.Trajectories);
        double[] few = Values(new(5, chain.Gates.Where(gate => gate.Wires.Max() < 5)), noise);
        for (int wire = 0; wire < 4; wire++) Assert.Equal(few[wire], all.Values[wire], 12);
        Assert.Equal(Enumerable.Range(0, 13).Select(r => r is >= 9 and < 12), all.StandardErrors.Select(error => error > 0));
        Assert.Equal(double.NaN, NoisyExpectations.Of(chain, noise, null, [], [], 1, new(1)).StandardErrors[11]);
    }

    static double[] Values(Circuit circuit, NoiseModel noise) =>
        NoisyExpectations.Of(circuit, noise, null, [], [], 1, new()).Values;

    /// <summary>What a read-out does not see costs nothing: of 40 wires each sees four.</summary>
    [Fact]
    public void ManyWiresAreExactInTheirLightCones()
    {
        NoiseModel noise = Channels.Everywhere(NoiseChannel.Depolarizing(0.02));
        NoisyExpectations all = NoisyExpectations.Of(Brick(40), noise, null, [], [], 1, new());
        Assert.Equal(0, all.Trajectories);
        double[] few = DensityMatrix.Expectations(Brick(8), noise, Observable.ZOfEachWire(6), [], []);
        for (int wire = 0; wire < 6; wire++) Assert.Equal(few[wire], all.Values[wire], 12);

        static Circuit Brick(int wires) => new(wires, Enumerable.Range(0, wires).Select(w => Gate.RX(w, Angle.Fixed(0.1 * w)))
            .Concat(Enumerable.Range(0, wires / 2).Select(w => Gate.CNOT(2 * w, 2 * w + 1)))
            .Concat(Enumerable.Range(0, wires / 2 - 1).Select(w => Gate.CNOT(2 * w + 1, 2 * w + 2))));
    }

    [Fact]
    public void TrajectoriesOfEveryChannelMeetTheDensityMatrix()
    {
        Circuit circuit = new(3, [Gate.H(0), Gate.RY(1, Angle.Fixed(0.7)), Gate.CNOT(0, 1), Gate.RX(2, Angle.Fixed(1.1)),
            Gate.CRX(1, 2, Angle.Fixed(0.9)), Gate.H(1)]);
        foreach (NoiseChannel channel in Channels.OnOneWire.Concat(Channels.OnTwoWires))
            Assert.True(Math.Abs(Deviation(circuit, channel, [], [], 300)) < 4, channel.Name);
    }

    [Fact(Explicit = true)]
    public void AThousandTrajectoriesOfEveryChannelAndEveryCircuitOfTheCatalogAreWithinThreeSigma()
    {
        var random = new Random(7);
        foreach (var named in Papers.Catalog.Circuits)
        {
            Circuit circuit = named.Build(qubits: named.Name.StartsWith("hqconv") || named.Name.StartsWith("fqconv") ? 8
                : named.Name.StartsWith("sim") ? 4 : 5);
            double[] inputs = RandomCircuits.Numbers(random, circuit.Inputs), weights = RandomCircuits.Numbers(random,
                circuit.Weights);
            foreach (NoiseChannel channel in Channels.OnOneWire.Concat(Channels.OnTwoWires))
            {
                double z = Deviation(circuit, channel, inputs, weights, 1000);
                Assert.True(Math.Abs(z) < 3, $"{named.Name}, {channel.Name}: {z:0.0} standard errors");
            }
        }
    }

    /// <summary>The mean Z over trajectories less the exact one, in standard errors; 0 where both are exact.</summary>
    static double Deviation(Circuit circuit, NoiseChannel channel, double[] inputs, double[] weights, int trajectories)
    {
        NoiseModel noise = Channels.Everywhere(channel);
        Observable sum = new(Enumerable.Range(0, circuit.Qubits).Select(w => ((double)(w + 1), PauliString.Z(w))));
        double exact = NoisyExpectations.Of(circuit, noise, [sum], inputs, weights, 1, new()).Values[0];
        NoisyCircuit bound = NoisyCircuit.Of(circuit, noise).Bind(inputs, weights);
        double total = 0, squares = 0;
        new TileProgram((1UL << circuit.Qubits) - 1, [bound.Steps], null).Run(trajectories, [new Random(11)],
            (_, alike, tile, lane) =>
            {
                double value = sum.Terms.Sum(term => term.Coefficient * tile.Expectation(lane, term.Pauli));
                (total, squares) = (total + alike.Count * value, squares + alike.Count * value * value);
            });

        double mean = total / trajectories, error = Math.Sqrt(Math.Max(0,
            squares / trajectories - mean * mean) / (trajectories - 1));
        return Math.Abs(mean - exact) < 1e-5 ? 0 : (mean - exact) / error;
    }

    /// <summary>A qubit goes on on another wire after a reset, where noise of its name would no longer find it.</summary>
    [Fact]
    public void NoiseOnNamedWiresOfAProgramThatResetsIsRefused()
    {
        Circuit circuit = Qasm.Read("OPENQASM 3.0; include \"stdgates.inc\"; qubit q; x q; reset q; x q;");
        NoiseModel named = new() { OneQubit = [new(NoiseChannel.AmplitudeDamping(0.3), [0])] }, wire1 = new()
        {
            ReadOuts = new Dictionary<int, ReadOutError> { [1] = new(0.1, 0.1) },
        };
        Assert.Contains("leave out wires", Message(named));
        Assert.Contains("wire 1", Message(wire1));

        string Message(NoiseModel noise) => Assert.Throws<ArgumentException>(() =>
            NoisyExpectations.Of(circuit, noise, null, [], [], 1, new())).Message;
    }

    [Fact]
    public void TooManyUnequalErrorsOfReadOutInOneProductAreRefused()
    {
        Circuit circuit = new(17, [.. Enumerable.Range(0, 17).Select(Gate.H)]);
        NoiseModel noise = new() { ReadOut = new(0.01, 0.02) };
        Observable product = new((1, new PauliString(0, (1UL << 17) - 1)));
        Assert.Contains("17 wires", Assert.Throws<ArgumentException>(() =>
            NoisyExpectations.Of(circuit, noise, [product], [], [], 1, new())).Message);
    }
}
