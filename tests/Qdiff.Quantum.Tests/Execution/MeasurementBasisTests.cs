using Qdiff.Quantum;

/// <summary>What a device measures for read-outs, and what its counts say of them.</summary>
public class MeasurementBasisTests
{
    [Fact]
    public void TheCircuitsOfAllBasesTogetherGiveTheReadOuts()
    {
        for (int seed = 0; seed < 20; seed++)
        {
            var random = new Random(seed);
            Circuit circuit = RandomCircuits.Next(random, maxQubits: 4);
            if (circuit.Start != CircuitStart.Zero) continue;
            double[] x = RandomCircuits.Numbers(random, circuit.Inputs), w = RandomCircuits.Numbers(random, circuit.Weights);
            Observable[] readOuts = [.. circuit.StandardReadOuts, .. RandomCircuits.ReadOuts(random, circuit.Qubits)];
            double[] expected = LiteralSimulator.Expectations(circuit, readOuts, x, w);
            (double[] means, double[] variances) = (new double[readOuts.Length], new double[readOuts.Length]);
            foreach (MeasurementBasis basis in MeasurementBasis.Of(readOuts))
            {
                Circuit written = Qasm.Read(basis.Write(circuit, x, w));
                Assert.Equal((circuit.Qubits, 0, 0), (written.Qubits, written.Inputs, written.Weights));
                basis.Add(CircuitShots.Draw(written, null, [], [], 4000, new Random(seed)).Counts!, means, variances);
            }

            // What is as rare as one shot may not be seen at all.
            for (int r = 0; r < means.Length; r++)
                Assert.InRange(Math.Abs(means[r] - expected[r]), 0, 5 * Math.Sqrt(variances[r]) + 0.005);
        }
    }

    [Fact]
    public void MeansAndErrorsAreThoseOfTheShots()
    {
        Circuit circuit = new(2, [Gate.RX(0, Angle.Fixed(0.7)), Gate.CNOT(0, 1), Gate.RY(1, Angle.Fixed(0.4))]);
        Observable[] readOuts = [Observable.Z(0), new((0.5, PauliString.Z(1)), (2, PauliString.Parse("ZZ")))];
        CircuitShots shots = CircuitShots.Draw(circuit, readOuts, [], [], 300, new Random(1));
        (double[] means, double[] variances) = (new double[2], new double[2]);
        Assert.Single(MeasurementBasis.Of(readOuts))!.Add(shots.Counts!, means, variances);
        Assert.Equal(shots.Means, means);
        for (int r = 0; r < 2; r++) Assert.Equal(shots.StandardErrors[r], Math.Sqrt(variances[r]), 1e-12);
        double[] ofOneShot = new double[2];
        MeasurementBasis.Of(readOuts)[0].Add(new Dictionary<string, int> { ["01"] = 1 }, means, ofOneShot);
        Assert.Equal([double.NaN, double.NaN], ofOneShot);
        Assert.Equal(["Z"], MeasurementBasis.Of(readOuts).Select(basis => basis.Name));
        Assert.EndsWith("bit[2] c;\nc = measure q;\n", MeasurementBasis.Of(readOuts)[0].Write(circuit, [], []));
        Assert.Contains("the outcome 1 has no digit of a wire", Assert.Throws<ArgumentException>(() =>
            MeasurementBasis.Of(readOuts)[0].Add(new Dictionary<string, int> { ["1"] = 1 }, means, ofOneShot)).Message);
    }

    [Theory]
    [InlineData("ZX", "ZI", "IX")]
    [InlineData("XXXXXXXXXXXX", "XIIIIIIIIIII", "IXIIIIIIIIII", "IIXXXXXXXXXX")]
    [InlineData("XXY Z", "XXI", "ZZI", "IIY", "IZI")]
    // Z of wire 1 agrees with both, and the first has it: what is added there next has to agree with it.
    [InlineData("XZ ZX", "XI", "ZI", "IZ", "IX")]
    [InlineData("X", "I", "X")]
    [InlineData("Z", "I", "I")]
    [InlineData("Z")]
    public void StringsThatAgreeOnEveryWireAreMeasuredTogether(string expected, params string[] strings) =>
        Assert.Equal(expected.Split(' '), MeasurementBasis.Of([.. strings.Select(letters =>
            (Observable)PauliString.Parse(letters))]).Select(basis => basis.Name));

    /// <summary>Values of 2 and −2 in every second shot of 100, and of 0 in all.</summary>
    [Fact]
    public void TermsOfOneShotDependOnEachOther()
    {
        Observable[] readOuts = [new((1, PauliString.X(0)), (1, PauliString.Y(1))), new((1, PauliString.X(0)),
            (-1, PauliString.Y(1)))];
        (double[] means, double[] variances) = (new double[2], new double[2]);
        Assert.Single(MeasurementBasis.Of(readOuts))!.Add(new Dictionary<string, int> { ["00"] = 50, ["11"] = 50 }, means,
            variances);
        Assert.Equal([0.0, 0.0], means);
        Assert.Equal([4 / 99.0, 0.0], variances);
    }

    [Theory]
    [InlineData("the outcome '0 1' is not a 0 or 1 for each wire", "0 1", 100)]
    [InlineData("has no digit of a wire that is read", "0", 100)]
    [InlineData("counts are 0 or more, and not all of them 0", "00", -3)]
    [InlineData("counts are 0 or more, and not all of them 0", "00", 0)]
    public void WhatIsNoCountIsRefused(string reason, string outcome, int times) =>
        Assert.Contains(reason, Assert.Throws<ArgumentException>(() => MeasurementBasis.Of([Observable.Z(0), Observable.Z(1)])[0]
            .Add(new Dictionary<string, int> { [outcome] = times }, new double[2], new double[2])).Message);
}
