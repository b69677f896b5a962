using System.Numerics;
using Qdiff.Quantum;

/// <summary>On which wires and after which gates channels act, and where they cannot be followed. Values are by hand.</summary>
public sealed class NoiseModelTests
{
    static readonly Gate s_x0 = new(GateKind.X, 0), s_x1 = new(GateKind.X, 1);

    /// <summary>Each wire decays at its own rate: wire 0 is still 1 with 0.7, wire 1 after two gates with 0.9².</summary>
    [Fact]
    public void AChannelForOneWireActsOnTheNamedWiresOfAGateOnTwo() => Near([-0.4, -0.62, 1], new()
    {
        TwoQubit = [new(NoiseChannel.AmplitudeDamping(0.3), [0]), new(NoiseChannel.AmplitudeDamping(0.1), [1])],
    }, [s_x0, s_x1, Gate.CZ(0, 1), Gate.CZ(1, 2)]);

    /// <summary>Its first wire is the gate's control, whatever the order of the named wires.</summary>
    [Fact]
    public void AChannelForTwoWiresActsInTheOrderOfTheGate()
    {
        NoiseChannel first = NoiseChannel.Pauli([new("XI", 0.2)]);
        Near([1, 0.6, 1], new() { TwoQubit = [first] }, [Gate.CNOT(1, 0)]);
        foreach (int[] wires in (int[][])[[0, 1], [1, 0], [0, 2, 1]])
            Near([1, 0.6, 1], new() { TwoQubit = [new(first, wires)] }, [Gate.CNOT(1, 0)]);
        Near([1, 1, 1], new() { TwoQubit = [new(first, [0, 2])] }, [Gate.CNOT(1, 0)]);
    }

    [Fact]
    public void WhatCouldNeverActIsRefused()
    {
        Refused("two or more must be named", () => new GateNoise(NoiseChannel.Depolarizing2(0.1), [0]));
        Refused("two or more must be named", () => new GateNoise(NoiseChannel.Depolarizing2(0.1), [1, 1]));
        Refused("CNOT is no gate on one wire", () => new NoiseModel
        {
            OneQubit = [new(NoiseChannel.BitFlip(0.1), Gates: [GateKind.CNOT])],
        });
        Refused("RX is no gate on two wires", () => new NoiseModel
        {
            TwoQubit = [new(NoiseChannel.BitFlip(0.1), Gates: [GateKind.RX])],
        });
        Refused("cannot act on a wire that waits", () => new NoiseModel { Idle = [NoiseChannel.Depolarizing2(0.1)] });
        Refused("cannot act on a wire that waits", () => new NoiseModel
        {
            Idle = [new(NoiseChannel.BitFlip(0.1), Gates: [GateKind.RX])],
        });

        static void Refused(string reason, Func<object> create) =>
            Assert.Contains(reason, Assert.Throws<ArgumentException>(create).Message);
    }

    /// <summary>Where a controlled rotation is made of two gates of a device, its noise is there twice.</summary>
    [Fact]
    public void AChannelCanFollowSomeKindsOfGates()
    {
        NoiseModel noise = new()
        {
            OneQubit = [new(NoiseChannel.BitFlip(0.2), Gates: [GateKind.RX, GateKind.H])],
            TwoQubit = [NoiseChannel.BitFlip(0.1), new(NoiseChannel.BitFlip(0.1), Gates: [GateKind.CRX, GateKind.CRZ])],
        };
        Near([0.8, 0.8, 1], noise, [Gate.CNOT(0, 1)]);
        Near([0.64, 0.64, 1], noise, [Gate.CRZ(0, 1, Angle.Fixed(0.3))]);
        Near([1, 0.6, 1], noise, [Gate.RZ(0, Angle.Fixed(0.3)), Gate.RX(1, Angle.Fixed(0)), new(GateKind.T, 2)]);
    }

    /// <summary>A gate that is not in the table is of the kinds of the gates that it is made of.</summary>
    [Theory]
    [InlineData("cy q[0], q[1];", GateKind.CNOT, 1)]
    [InlineData("ch q[0], q[1];", GateKind.CZ, 1)]
    [InlineData("cu1(0.3) q[0], q[1];", GateKind.CPhase, 1)]
    [InlineData("negctrl @ rx(0.3) q[0], q[1];", GateKind.CRX, 1)]
    [InlineData("ccx q[0], q[1], q[2];", GateKind.CNOT, 2)]
    [InlineData("gate pair a, b { h a; cx a, b; } pair q[0], q[1];", GateKind.CNOT, 1)]
    [InlineData("gate pair a, b { h a; cx a, b; } pair q[0], q[1];", GateKind.H, 1)]
    [InlineData("gate pair a, b { h a; cx a, b; } pair q[0], q[1];", GateKind.CZ, 0)]
    [InlineData("gate rzz(t) a, b { cx a, b; rz(t) b; cx a, b; } rzz(0.3) q[0], q[1];", GateKind.CNOT, 2)]
    [InlineData("gate rzz(t) a, b { cx a, b; rz(t) b; cx a, b; } rzz(0.3) q[0], q[1];", GateKind.RZZ, 0)]
    [InlineData("sx q[0];", GateKind.RX, 1)]
    [InlineData("sdg q[0]; inv @ t q[1];", GateKind.Phase, 2)]
    public void AGateIsOfTheKindsItIsMadeOf(string text, GateKind kind, int times)
    {
        GateNoise[] noise = [new(NoiseChannel.PhaseFlip(0.1), [0, 1, 2], [kind])];
        bool isOnOne = GateTable.Spec(kind).Wires == 1;
        Circuit circuit = Qasm.Read($"OPENQASM 3.0;\ninclude \"stdgates.inc\";\nqubit[3] q;\n{text}\n");
        NoiseModel model = isOnOne ? new NoiseModel { OneQubit = noise } : new NoiseModel { TwoQubit = noise };
        Assert.Equal(isOnOne ? times : 2 * times, NoisyCircuit.Of(circuit, model).Steps.Sum(step => step.Channels.Count));
    }

    /// <summary>
    /// Behind a measurement that is kept after the gate that follows it, a turn would act on coherences that are gone: ⟨Z⟩ would
    /// be 0 for −sin 0.2 cos 0.2. Decay to 0.3 and again to 0.3 + 0.7 · 0.3 acts on them apart.
    /// </summary>
    [Fact]
    public void NoiseThatTurnsIsRefusedWhereACircuitMeasuresInTheMiddle()
    {
        const string start = "OPENQASM 3.0; include \"stdgates.inc\"; qubit q; bit c; h q;";
        double c = Math.Cos(0.1), s = Math.Sin(0.1);
        NoiseModel turn = new() { OneQubit = [NoiseChannel.Kraus(new Complex[,] { { c, -s }, { s, c } })] };
        Circuit measured = Qasm.Read(start + " c = measure q; z q;");
        Assert.Contains("the channel kraus turns I or Z of a wire into X or Y",
            Assert.Throws<ArgumentException>(() => Values(measured, turn)).Message);
        Assert.Equal(0.51, Values(measured, new() { OneQubit = [NoiseChannel.AmplitudeDamping(0.3)] })[0], 12);
        Assert.Equal(0, Values(measured, new() { OneQubit = [NoiseChannel.Depolarizing(0.1)] })[0], 12);
        // Without a measurement that anything comes of, it acts.
        Assert.Equal(-Math.Sin(0.2), Values(Qasm.Read(start + " c = measure q;"), turn)[0], 12);
        Assert.Equal(-Math.Sin(0.2), Values(Qasm.Read(start + " reset q; h q;"), turn)[0], 12);
    }

    [Fact]
    public void OnlyChannelsThatKeepCoherencesApartCommuteWithAMeasurement()
    {
        Assert.All(Channels.OnOneWire, channel => Assert.True(channel.CommutesWithMeasurement, channel.Name));
        // The last exchanges wires and flips one if the other is 1.
        Assert.Equal([true, true, false], Channels.OnTwoWires.Select(channel => channel.CommutesWithMeasurement));
    }

    static void Near(double[] expected, NoiseModel noise, Gate[] gates)
    {
        double[] values = Values(new(3, gates), noise);
        for (int wire = 0; wire < 3; wire++) Assert.Equal(expected[wire], values[wire], 12);
    }

    static double[] Values(Circuit circuit, NoiseModel noise) =>
        NoisyExpectations.Of(circuit, noise, null, [], [], 1, new()).Values;
}
