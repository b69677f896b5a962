using Qdiff.Quantum;

/// <summary>Derivatives from noisy and finite measurements, and what mitigation takes back.</summary>
public sealed class MitigationTests
{
    static readonly Circuit s_circuit = new(3, [Gate.RX(0, Angle.Input(0)), Gate.RY(1, Angle.Weight(0, 1.5)), Gate.CRX(0, 1,
        Angle.Weight(1)),
        Gate.RZZ(1, 2, Angle.Weight(0)), Gate.RX(2, Angle.Weight(2)), Gate.CNOT(1, 2)]);

    static readonly double[] s_inputs = [0.4], s_weights = [0.7, -1.1, 0.3];

    static readonly NoiseModel s_noise = new()
    {
        OneQubit = [NoiseChannel.Depolarizing(0.004), NoiseChannel.AmplitudeDamping(0.006)],
        TwoQubit = [NoiseChannel.Depolarizing2(0.01)],
        ReadOut = new(0.03, 0.06),
    };

    [Fact]
    public void ParameterShiftIsExactUnderNoise()
    {
        (double[][] byInput, double[][] byWeight) = ParameterShift.Jacobian(s_circuit, s_inputs, s_weights, 3, bound =>
            Noisy(bound, [], []));
        const double H = 1e-5;
        for (int i = 0; i < 3; i++)
        {
            double[] up = [.. s_weights], down = [.. s_weights];
            (up[i], down[i]) = (up[i] + H, down[i] - H);
            double[] above = Noisy(s_circuit, s_inputs, up), below = Noisy(s_circuit, s_inputs, down);
            for (int r = 0; r < 3; r++) Assert.Equal((above[r] - below[r]) / (2 * H), byWeight[i][r], 8);
        }

        Assert.NotEqual(0, byInput[0][0]);
        // Two for each of four angles, four for that of the controlled rotation.
        Assert.Equal(12, ParameterShift.Runs(s_circuit));

        static double[] Noisy(Circuit circuit, double[] inputs, double[] weights) =>
            NoisyExpectations.Of(circuit, s_noise, null, inputs, weights, 1, new()).Values;
    }

    [Fact]
    public void SimultaneousPerturbationIsTheGradientOnAverage()
    {
        CircuitJacobian exact = CircuitJacobian.Compute(s_circuit, null, s_inputs, s_weights);
        (double[][] byInput, double[][] byWeight) = SimultaneousPerturbation.Jacobian(s_circuit, s_inputs, s_weights, 3, 4000,
            bound => CircuitJacobian.Compute(bound, s_circuit.StandardReadOuts, [], [], derivatives: false).Expectations,
            new Random(1), 0.01);
        Assert.Equal(exact.ByInput[0][1], byInput[0][1], 0.03);
        for (int i = 0; i < 3; i++)
            for (int r = 0; r < 3; r++) Assert.Equal(exact.ByWeight[i][r], byWeight[i][r], 0.03);
    }

    /// <summary>A weight in turns is not moved by a tenth of a turn.</summary>
    [Fact]
    public void SimultaneousPerturbationMovesAngles()
    {
        Circuit circuit = new(1, [Gate.RX(0, Angle.Weight(0, 2 * Math.PI))], 0, 1);
        double derivative = SimultaneousPerturbation.Jacobian(circuit, [], [0.25], 1, 1,
            bound => LiteralSimulator.Expectations(bound, bound.StandardReadOuts, [], []), new Random(1)).ByWeight[0][0];
        Assert.Equal(-2 * Math.PI * Math.Sin(0.1) / 0.1, derivative, 1e-12);
    }

    /// <summary>The inverse confusion matrix: bias gone, variance larger by 1/Slope² of the part that the read-out
    /// makes.</summary>
    [Fact]
    public void ReadOutErrorsAreTakenBackAtThePriceOfVariance()
    {
        NoiseModel only = new() { ReadOut = new(0.1, 0.2) };
        double exact = CircuitJacobian.Compute(s_circuit, null, s_inputs, s_weights).Expectations[0];
        double biased = 0, mended = 0, error = 0, plain = 0;
        const int Seeds = 60;
        for (int seed = 0; seed < Seeds; seed++)
        {
            CircuitShots shots = CircuitShots.Draw(s_circuit, null, s_inputs, s_weights, 400, new Random(seed), only);
            (double[] means, double[] errors) = ErrorMitigation.InvertReadOut(shots.Counts!, s_circuit.StandardReadOuts, only);
            (biased, mended) = (biased + shots.Means[0] / Seeds, mended + means[0] / Seeds);
            (error, plain) = (error + errors[0] / Seeds, plain + shots.StandardErrors[0] / Seeds);
        }

        Assert.True(Math.Abs(biased - exact) > 0.05);
        Assert.InRange((mended - exact) / (error / Math.Sqrt(Seeds)), -3, 3);
        Assert.Equal(plain / 0.7, error, 1e-3);
        Assert.Equal(double.NaN, ErrorMitigation.InvertReadOut(new Dictionary<string, int> { ["010"] = 1 },
            s_circuit.StandardReadOuts, only).StandardErrors[0]);
    }

    /// <summary>⟨X⟩ of wire 0 is sin 0.9 and ⟨Z⟩ cos 0.9, ⟨Y⟩ of wire 1 sin 0.5; X and Z take two bases. The standard errors are
    /// of the numbers (±1 − Offset)/Slope and of products of two of them.</summary>
    [Fact]
    public void ReadOutErrorsAreTakenBackInEveryBasis()
    {
        Circuit circuit = new(2, [Gate.RY(0, Angle.Fixed(0.9)), Gate.RX(1, Angle.Fixed(-0.5))]);
        Observable[] readOuts = [PauliString.X(0), PauliString.Parse("XY"), new((0.5, PauliString.Z(0)), (2, PauliString.Y(1)))];
        double x = Math.Sin(0.9), y = Math.Sin(0.5);
        double[] exact = [x, x * y, 0.5 * Math.Cos(0.9) + 2 * y], spread = [0.0024321, 0.0031543, 0.0045766];
        NoiseModel only = new()
        {
            ReadOut = new(0.1, 0.2),
            ReadOuts = new Dictionary<int, ReadOutError> { [1] = new(0.05, 0.02) },
        };
        CircuitShots shots = CircuitShots.Draw(circuit, readOuts, [], [], 200_000, new Random(1), only);
        (double[] means, double[] errors) = ErrorMitigation.InvertReadOut(shots, only);
        for (int r = 0; r < 3; r++)
        {
            Assert.InRange((means[r] - exact[r]) / errors[r], -4, 4);
            Assert.Equal(spread[r], errors[r], 3e-5);
            Assert.True(Math.Abs(shots.Means[r] - exact[r]) > 20 * shots.StandardErrors[r]);
        }

        Dictionary<string, int> counts = new() { ["0"] = 7, ["1"] = 3 };
        (means, errors) = ErrorMitigation.InvertReadOut(counts, [PauliString.X(0)], only);
        Assert.Equal(3 / 7.0, means[0], 1e-12);
        Assert.Equal(Math.Sqrt(0.84 / 9) / 0.7, errors[0], 1e-12);
        Assert.Contains("not measured in one basis", Assert.Throws<ArgumentException>(() =>
            ErrorMitigation.InvertReadOut(counts, [PauliString.X(0), PauliString.Z(0)], only)).Message);
    }

    /// <summary>What undoes S and T is a phase, but each of its runs has the noise of S and T, and none of a phase.</summary>
    [Theory]
    [InlineData(GateKind.S)]
    [InlineData(GateKind.T)]
    public void WhatUndoesAGateHasTheNoiseOfTheGate(GateKind kind)
    {
        Circuit circuit = new(1, [Gate.H(0), new(kind, 0)]);
        Observable[] readOuts = [PauliString.X(0), PauliString.Y(0)];
        double[] ideal = LiteralSimulator.Expectations(circuit, readOuts, [], []);
        foreach (int scale in (int[])[1, 3, 5])
            foreach ((GateKind noisy, double left) in ((GateKind, double)[])[(kind, Math.Pow(0.8, scale)), (GateKind.Phase, 1)])
            {
                NoiseModel noise = new() { OneQubit = [new(NoiseChannel.PhaseFlip(0.1), Gates: [noisy])] };
                double[] values = NoisyExpectations.Of(ErrorMitigation.Folded(circuit, scale), noise, readOuts, [], [], 1,
                    new()).Values;
                for (int r = 0; r < 2; r++) Assert.Equal(left * ideal[r], values[r], 12);
            }
    }

    [Fact]
    public void FoldingKeepsTheCircuitAndMultipliesItsNoise()
    {
        Circuit folded = ErrorMitigation.Folded(s_circuit, 3);
        Assert.Equal(3 * s_circuit.Gates.Count, folded.Gates.Count);
        double[] ideal = LiteralSimulator.Expectations(s_circuit, s_circuit.StandardReadOuts, s_inputs, s_weights);
        double[] same = LiteralSimulator.Expectations(folded, s_circuit.StandardReadOuts, s_inputs, s_weights);
        for (int r = 0; r < 3; r++) Assert.Equal(ideal[r], same[r], 12);
        NoiseModel gates = new() { OneQubit = s_noise.OneQubit, TwoQubit = s_noise.TwoQubit };
        (double[] values, _) = ErrorMitigation.ExtrapolateToZero([1, 3, 5], scale => (NoisyExpectations.Of(
            ErrorMitigation.Folded(s_circuit, scale), gates, null, s_inputs, s_weights, 1, new()).Values, new double[3]));
        double[] noisy = NoisyExpectations.Of(s_circuit, gates, null, s_inputs, s_weights, 1, new()).Values;
        for (int r = 0; r < 3; r++) Assert.True(Math.Abs(values[r] - ideal[r]) < 0.1 * Math.Abs(noisy[r] - ideal[r]));
        // The price: the factors of the three values are 15/8, −5/4 and 3/8.
        (_, double[] errors) = ErrorMitigation.ExtrapolateToZero([1, 3, 5], _ => ([0], [1]));
        Assert.Equal(Math.Sqrt(Math.Pow(15 / 8.0, 2) + Math.Pow(5 / 4.0, 2) + Math.Pow(3 / 8.0, 2)), errors[0], 12);
        Circuit controlled = Qasm.Read("OPENQASM 3.0; include \"stdgates.inc\"; qubit[2] q; ctrl @ h q[0], q[1]; inv @ s q[0];");
        Assert.Equal(6, NoisyCircuit.Of(ErrorMitigation.Folded(controlled, 3), gates).Steps.Count);
    }
}
