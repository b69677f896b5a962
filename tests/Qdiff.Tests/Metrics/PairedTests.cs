using Qdiff;

public class PairedTests
{
    [Fact]
    public void ExactTestAgreesWithScipy()
    {
        PermutationTest test = PermutationTest.OfDifferences([.. Reference.Uniform(13, 7).Select(value => 10 * value - 4)]);
        Assert.Equal((0.09375, true, 128), (test.P, test.Exact, test.Patterns));
    }

    [Fact]
    public void SmallestPOfFiveSeeds()
    {
        PermutationTest test = PermutationTest.OfDifferences([1, 2, 3, 4, 5]);
        Assert.Equal((2 / 32.0, 2 / 32.0), (test.P, test.SmallestP));
        // No difference at all: every pattern is as extreme.
        Assert.Equal(1, PermutationTest.OfDifferences([0, 0, 0]).P);
        // Sums that differ only by rounding count as equal: 0.1 + 0.2 against 0.3.
        Assert.Equal(0.5, PermutationTest.OfDifferences([0.1, 0.2, 0.3]).P * 2);
    }

    [Fact]
    public void RandomTestApproachesTheExactOne()
    {
        // 40 pairs, mean 0.1, deviation about 0.29: the normal approximation of the permutation distribution is good to a
        // percent.
        double[] differences = [.. Reference.Uniform(4, 40).Select(value => value - 0.4)];
        PermutationTest test = PermutationTest.OfDifferences(differences, patterns: 20_000, seed: 1);
        double z = differences.Sum() / Math.Sqrt(differences.Sum(d => d * d));
        double normal = 2 * (1 - MathNet.Numerics.Distributions.Normal.CDF(0, 1, Math.Abs(z)));
        Assert.False(test.Exact);
        Assert.Equal(normal, test.P, 0.02);
        Assert.Equal(test, PermutationTest.OfDifferences(differences, 20_000, seed: 1));
        // No random pattern reaches 40 equal signs: p is not 0 but what the number of patterns can show.
        Assert.Equal(1 / 20_001.0, PermutationTest.OfDifferences([.. Enumerable.Repeat(1.0, 40)], 20_000).P);
    }

    [Fact]
    public void DifferenceOfArms()
    {
        PairedDifference difference = PairedDifference.Of([1, 2, 3, 4], [2, 4, 3.5, 3]);
        Reference.Near(-0.625, difference.Mean);
        Assert.Equal((3, 4), (difference.FirstLower, difference.Pairs));
        Assert.Equal(Interval.OfMean([-1, -2, -0.5, 1]), difference.Interval);
        Assert.Contains("2 and 1 runs", Assert.Throws<InputException>(() => PairedDifference.Of([1, 2], [1])).Message);
    }

    [Fact]
    public void ArmsArePairedBySeed()
    {
        Protocol protocol = new() { Metric = "kid", Features = "x", GeneratedCount = 10, RealCount = 10 };
        Dictionary<long, MetricValue> Arm(Protocol measured, params (long Seed, double Value)[] runs) =>
            runs.ToDictionary(run => run.Seed, run => new MetricValue(run.Value, measured));
        PairedDifference difference = PairedDifference.Of(Arm(protocol, (1, 10), (2, 20), (3, 30)),
            Arm(protocol, (3, 31), (1, 12), (2, 23)));
        Reference.Near(-2, difference.Mean);
        Assert.Contains("Seed 4", Assert.Throws<InputException>(
            () => PairedDifference.Of(Arm(protocol, (1, 1), (4, 1)), Arm(protocol, (1, 1)))).Message);
        Assert.Contains("do not compare", Assert.Throws<InputException>(
            () => PairedDifference.Of(Arm(protocol, (1, 1), (2, 1)), Arm(protocol with { Seed = 1 }, (1, 1), (2, 1)))).Message);
    }
}
