using System.Numerics;
using Qdiff.Quantum;

/// <summary>What channels do to single states, and which numbers make no channel.</summary>
public sealed class NoiseChannelTests
{
    /// <summary>Expectations of X, Y and Z after one gate and the channel.</summary>
    static double[] Bloch(NoiseChannel channel, params Gate[] gates) => NoisyExpectations.Of(new(1, gates),
        new() { OneQubit = [channel] }, [PauliString.X(0), PauliString.Y(0), PauliString.Z(0)], [], [], 1, new()).Values;

    [Fact]
    public void EachChannelDoesWhatItsNameSays()
    {
        Gate flip = new(GateKind.X, 0), plus = Gate.H(0), circular = Gate.RX(0, Angle.Fixed(-Math.PI / 2));
        Near([0, 0, -1 + 2 * 0.2], Bloch(NoiseChannel.BitFlip(0.2), flip));
        Near([1 - 2 * 0.2, 0, 0], Bloch(NoiseChannel.PhaseFlip(0.2), plus));
        Near([1, 0, 0], Bloch(NoiseChannel.BitFlip(0.2), plus));
        Near([0, 1, 0], Bloch(NoiseChannel.BitPhaseFlip(0.2), circular));
        Near([1 - 4 * 0.2 / 3, 0, 0], Bloch(NoiseChannel.Depolarizing(0.2), plus));
        Near([0, 0, -1 + 2 * 0.3], Bloch(NoiseChannel.AmplitudeDamping(0.3), flip));
        Near([Math.Sqrt(0.7), 0, 0.3], Bloch(NoiseChannel.AmplitudeDamping(0.3), plus));
        Near([Math.Sqrt(0.7), 0, 0], Bloch(NoiseChannel.PhaseDamping(0.3), plus));
        Near([0, 0, -1], Bloch(NoiseChannel.PhaseDamping(0.3), flip));
        Near([0, 0, 1 - 2 * Math.Exp(-0.4)], Bloch(NoiseChannel.ThermalRelaxation(10, 15, 4), flip));
        Near([Math.Exp(-4 / 15.0), 0, 1 - Math.Exp(-0.4)], Bloch(NoiseChannel.ThermalRelaxation(10, 15, 4), plus));
        Near([0.94, 0, 0], Bloch(NoiseChannel.Pauli([new("Z", 0.02), new("Y", 0.01), new("X", 0.3)]), plus));
        // Twice the time is the channel twice, at the longest T2 there is.
        Near(Bloch(NoiseChannel.ThermalRelaxation(10, 20, 8), plus),
            Bloch(NoiseChannel.ThermalRelaxation(10, 20, 4), plus, new(GateKind.I, 0)));
    }

    /// <summary>In equilibrium 1 has the probability 0.2, so ⟨Z⟩ = 0.6. The first values are those of the master equation with
    /// the rates 0.8/T1 down, 0.2/T1 up and the dephasing that T2 leaves, by numpy.</summary>
    [Fact]
    public void RelaxationMayEndInAPopulationOf1()
    {
        Gate flip = new(GateKind.X, 0), plus = Gate.H(0), wait = new(GateKind.I, 0);
        Near([0, 0, -0.47251207365702], Bloch(NoiseChannel.ThermalRelaxation(10, 15, 4, excited: 0.2), flip));
        Near([0.76592833836465, 0, 0.19780797237862], Bloch(NoiseChannel.ThermalRelaxation(10, 15, 4, excited: 0.2), plus));
        Near([0, 0, 0.6], Bloch(NoiseChannel.ThermalRelaxation(1, 1, 100, excited: 0.2), plus));
        Near([0, 0, -1], Bloch(NoiseChannel.ThermalRelaxation(10, 20, 4, excited: 1), flip));
        Near([0, 0, 0.3 * 0.6 - 0.7], Bloch(NoiseChannel.AmplitudeDamping(0.3, excited: 0.2), flip));
        Near([Math.Sqrt(0.7), 0, 0.3 * 0.6], Bloch(NoiseChannel.AmplitudeDamping(0.3, excited: 0.2), plus));
        // Twice the time is the channel twice, at the longest T2 there is.
        Near(Bloch(NoiseChannel.ThermalRelaxation(10, 20, 8, excited: 0.3), plus),
            Bloch(NoiseChannel.ThermalRelaxation(10, 20, 4, excited: 0.3), plus, wait));
    }

    [Fact]
    public void KrausOperatorsOfEveryChannelSumToOne()
    {
        foreach (NoiseChannel channel in Channels.OnOneWire.Concat(Channels.OnTwoWires)
            .Append(NoiseChannel.ThermalRelaxation(50, 70, 6, excited: 0.3)))
        {
            int size = channel.Wires == 1 ? 2 : 4;
            for (int row = 0; row < size; row++)
                for (int column = 0; column < size; column++)
                {
                    Complex sum = channel.Operators.Aggregate(Complex.Zero, (total, k) => total + Enumerable.Range(0, size)
                        .Aggregate(Complex.Zero, (s, m) => s + Complex.Conjugate(k[m, row]) * k[m, column]));
                    Assert.True((sum - (row == column ? 1 : 0)).Magnitude < 1e-12, channel.Name);
                }
        }
    }

    [Fact]
    public void NumbersThatMakeNoChannelAreRefused()
    {
        Refused("from 0 to 1", () => NoiseChannel.BitFlip(1.5));
        Refused("from 0 to 1", () => NoiseChannel.Depolarizing2(-0.1));
        Refused("from 0 to 1", () => NoiseChannel.PhaseDamping(double.NaN));
        Refused("T2 = 3 is longer than 2·T1 = 2", () => NoiseChannel.ThermalRelaxation(1, 3, 1));
        Refused("T1 is 0", () => NoiseChannel.ThermalRelaxation(0, 3, 1));
        Refused("the excited population is 1.5", () => NoiseChannel.AmplitudeDamping(0.1, excited: 1.5));
        Refused("the time is -1", () => NoiseChannel.ThermalRelaxation(1, 1, -1));
        Refused("sum to 1.1", () => NoiseChannel.Pauli([new("X", 0.5), new("Z", 0.6)]));
        Refused("'Q'", () => NoiseChannel.Pauli([new("Q", 0.5)]));
        Refused("another length", () => NoiseChannel.Pauli([new("X", 0.5), new("XX", 0.1)]));
        Refused("do not sum to one", () => NoiseChannel.Kraus(new Complex[,] { { 1, 0 }, { 0, 0.9 } }));
        Refused("2×2 or all 4×4", () => NoiseChannel.Kraus(new Complex[,] { { 1 } }));
        Refused("p01 is 2", () => new ReadOutError(0, 2));
        Refused("cannot follow a gate on one", () => new NoiseModel { OneQubit = [NoiseChannel.Depolarizing2(0.1)] });
        Refused("noise on wire 5, but the circuit has wires 0 to 1", () => CircuitShots.Draw(new(2, [Gate.H(0)]), null, [], [],
            10,
            new(), new() { OneQubit = [new(NoiseChannel.BitFlip(0.1), [5])] }));
        Assert.Empty(NoiseModel.None.OneQubit.Concat(NoiseModel.None.TwoQubit));

        static void Refused(string reason, Func<object> create) =>
            Assert.Contains(reason, Assert.ThrowsAny<ArgumentException>(create).Message);
    }

    [Fact]
    public void OperatorsAreCopies()
    {
        Complex[,] none = { { Math.Sqrt(0.7), 0 }, { 0, Math.Sqrt(0.7) } }, flip = { { 0, Math.Sqrt(0.3) }, { Math.Sqrt(0.3), 0 } };
        NoiseChannel channel = NoiseChannel.Kraus(none, flip);
        none[0, 0] = channel.Operators[1][0, 1] = 9;
        Assert.Equal(Math.Sqrt(0.7), channel.Operators[0][0, 0]);
        Assert.Equal(Math.Sqrt(0.3), channel.Operators[1][0, 1]);
    }

    static void Near(double[] expected, double[] actual)
    {
        for (int i = 0; i < expected.Length; i++) Assert.Equal(expected[i], actual[i], 12);
    }
}
