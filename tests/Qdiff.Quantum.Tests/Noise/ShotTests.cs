using Qdiff.Quantum;

/// <summary>Shots: joint outcomes with the right statistics, of seeds alone, with and without noise.</summary>
public sealed class ShotTests
{
    /// <summary>Critical values of chi-squared with 7 degrees of freedom at 10, 5 and 1 %.</summary>
    static readonly (double Level, double Value)[] s_levels = [(0.1, 12.017), (0.05, 14.067), (0.01, 18.475)];

    static readonly Circuit s_three = new(3, [Gate.H(0), Gate.RY(1, Angle.Fixed(0.9)), Gate.CRX(0, 1, Angle.Fixed(1.2)),
        Gate.CNOT(1, 2), Gate.RX(2, Angle.Fixed(0.8))]);

    [Fact]
    public void OutcomesAreJoint()
    {
        Circuit bell = new(2, [Gate.H(0), Gate.CNOT(0, 1)]);
        CircuitShots shots = CircuitShots.Draw(bell, [Observable.Z(0), PauliString.Parse("ZZ")], [], [], 500, new Random(1));
        Assert.Equal(1, shots.Means[1]);
        Assert.Equal(["00", "11"], shots.Counts!.Keys);
        Assert.InRange(shots.Means[0], -0.2, 0.2);
    }

    /// <summary>X of both wires of a Bell pair is the same in every shot, so that their difference has no error and their sum
    /// that of a number of ±2.</summary>
    [Fact]
    public void ReadOutsOfXAreJointToo()
    {
        Circuit bell = new(2, [Gate.H(0), Gate.CNOT(0, 1)]);
        CircuitShots shots = CircuitShots.Draw(bell, [new((1, PauliString.X(0)), (-1, PauliString.X(1))),
            new((1, PauliString.X(0)), (1, PauliString.X(1))), PauliString.Parse("XX")], [], [], 400, new Random(1));
        Assert.Equal(["00", "11"], shots.Counts!.Keys);
        Assert.Equal((0.0, 0.0, 1.0), (shots.Means[0], shots.StandardErrors[0], shots.Means[2]));
        Assert.InRange(shots.Means[1], -0.4, 0.4);
        Assert.Equal(Math.Sqrt((4 - Math.Pow(shots.Means[1], 2)) / 399), shots.StandardErrors[1], 1e-12);
        CircuitShots several = CircuitShots.Draw(bell, [PauliString.X(0), Observable.Z(0), Observable.Z(1)], [], [], 10,
            new Random(1));
        Assert.Null(several.Counts);
        Assert.Equal(["XZ", "Z"], several.CountsByBasis.Select(one => one.Basis.Name));
        Assert.All(several.CountsByBasis, one => Assert.Equal(10, one.Counts.Values.Sum()));
    }

    [Fact]
    public void OutcomesFollowTheirProbabilities() => ChiSquared(seeds: 150, shots: 300);

    [Fact(Explicit = true)]
    public void OutcomesFollowTheirProbabilitiesOverAThousandSeeds() => ChiSquared(seeds: 1000, shots: 1000);

    /// <summary>At each level as many seeds are refused as the level says, within three standard errors.</summary>
    static void ChiSquared(int seeds, int shots)
    {
        foreach (NoiseModel noise in (NoiseModel[])[NoiseModel.None, Channels.Random(new(5))])
        {
            double[] expected = DensityMatrix.Probabilities(s_three, noise, [], []);
            var statistics = new double[seeds];
            for (int seed = 0; seed < seeds; seed++)
            {
                var counts = CircuitShots.Draw(s_three, null, [], [], shots, new Random(seed), noise).Counts!;
                for (int k = 0; k < expected.Length; k++)
                {
                    string outcome = Convert.ToString(k, 2).PadLeft(3, '0');
                    double wanted = shots * expected[k];
                    statistics[seed] += Math.Pow(counts.GetValueOrDefault(outcome) - wanted, 2) / wanted;
                }
            }

            foreach ((double level, double value) in s_levels)
            {
                double spread = Math.Sqrt(level * (1 - level) / seeds), refused = statistics.Count(s =>
                    s > value) / (double)seeds;
                Assert.InRange(refused, level - 3 * spread, level + 3 * spread);
            }
        }
    }

    /// <summary>A gate with a modifier is one on all its wires, and so is its noise, though nothing in it joins them.</summary>
    [Fact]
    public void AGateOnTwoWiresNeedNotJoinThem()
    {
        Circuit circuit = Qasm.Read("""
            OPENQASM 3.0;
            include "stdgates.inc";
            qubit[2] q;
            gate layer a, b { ry(2) a; }
            y q[1];
            pow(0.5) @ layer q[0], q[1];
            """);
        NoiseModel noise = new() { TwoQubit = [NoiseChannel.Depolarizing2(0.15)] };
        foreach (NoiseModel model in (NoiseModel[])[NoiseModel.None, noise])
        {
            double[] exact = DensityMatrix.Expectations(circuit, model, circuit.StandardReadOuts, [], []);
            double[] means = CircuitShots.Draw(circuit, null, [], [], 4000, new Random(1), model).Means;
            for (int r = 0; r < 2; r++) Assert.Equal(exact[r], means[r], 0.06);
        }
    }

    [Fact]
    public void ASingleShotHasNoStandardError() =>
        Assert.Equal(double.NaN, CircuitShots.Draw(s_three, null, [], [], 1, new Random(1)).StandardErrors[0]);

    /// <summary>Too many wires for a density matrix: errors that are drawn first, and Kraus operators that ask the
    /// state.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void ShotsOfManyWiresAreTrajectories(bool isMixture)
    {
        Circuit ring = new(9, Enumerable.Range(0, 9).Select(w => Gate.RY(w, Angle.Fixed(0.2 * w)))
            .Concat(Enumerable.Range(0, 9).Select(w => Gate.CNOT(w, (w + 1) % 9))));
        NoiseModel noise = Channels.Everywhere(isMixture ? NoiseChannel.Depolarizing(0.02) : NoiseChannel.AmplitudeDamping(0.05));
        double[] exact = NoisyExpectations.Of(ring, noise, null, [], [], 1, new()).Values;
        CircuitShots shots = CircuitShots.Draw(ring, null, [], [], 600, new Random(3), noise);
        for (int r = 0; r < exact.Length; r++) Assert.InRange((shots.Means[r] - exact[r]) / shots.StandardErrors[r], -4, 4);
        Assert.Equal(shots.Means, CircuitShots.Draw(ring, null, [], [], 600, new Random(3), noise).Means);
    }
}
