using Qdiff;
using Qdiff.Evaluation;
using Qdiff.Tensors;

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
        PairedDifference difference = PairedDifference.Between([1, 2, 3, 4], [2, 4, 3.5, 3]);
        Reference.Near(-0.625, difference.Mean);
        Assert.Equal((3, 4), (difference.FirstLower, difference.Pairs));
        Assert.Equal(Interval.OfMean([-1, -2, -0.5, 1]), difference.Interval);
        Assert.Contains("2 and 1 runs", Assert.Throws<InputException>(() => PairedDifference.Between([1, 2], [1])).Message);
    }

    [Fact]
    public void ArmsArePairedBySeed()
    {
        Protocol protocol = new() { Metric = "kid", Features = "x", GeneratedCount = 10, RealCount = 10 };
        Dictionary<long, MetricValue> Arm(Protocol measured, params (long Seed, double Value)[] runs) =>
            runs.ToDictionary(run => run.Seed, run => new MetricValue(run.Value, measured));
        PairedDifference difference = PairedDifference.Between(Arm(protocol, (1, 10), (2, 20), (3, 30)),
            Arm(protocol, (3, 31), (1, 12), (2, 23)));
        Reference.Near(-2, difference.Mean);
        Assert.Contains("Seed 4", Assert.Throws<InputException>(
            () => PairedDifference.Between(Arm(protocol, (1, 1), (4, 1)), Arm(protocol, (1, 1)))).Message);
        Assert.Contains("do not compare", Assert.Throws<InputException>(
            () => PairedDifference.Between(Arm(protocol, (1, 1), (2, 1)),
                Arm(protocol with { Seed = 1 }, (1, 1), (2, 1)))).Message);
    }

    [Fact]
    public void StudentsTestAgreesWithScipy()
    {
        // scipy.stats.ttest_rel([1, 2, 3, 4], [2, 4, 3.5, 3]): t = -1, of which three degrees of freedom make 2/3 − √3/(2π).
        PairedDifference difference = PairedDifference.Between([1, 2, 3, 4], [2, 4, 3.5, 3]);
        Reference.Near(1.25, difference.Deviation);
        Reference.Near(0.3910022189557706, difference.P);
        // Two degrees of freedom in closed form: P(|T| > t) = 1 − t/√(2 + t²).
        Reference.Near(1 - 3 / Math.Sqrt(11), PairedTTest.P(Math.Sqrt(3), 1, 3));
        // Differences all alike, as those of shares of few samples may be, have no spread to judge by: their signs are left.
        Assert.Equal(0.25, PairedDifference.Between([10, 20, 30.3], [9, 19, 29.3]).P);
        Assert.Equal(1, PairedDifference.Between([1, 2, 3], [1, 2, 3]).P);
        Assert.Equal(difference.P <= 0.05, difference.Interval.Low > 0 || difference.Interval.High < 0);
    }

    [Fact]
    public void HolmAgreesWithStatsmodels()
    {
        Assert.Equal([0.03, 0.06, 0.06, 0.02], PairedTTest.Holm([0.01, 0.04, 0.03, 0.005]).Select(p => Math.Round(p, 12)));
        Assert.Equal([1, 1], PairedTTest.Holm([0.9, 0.7]));
        Assert.Empty(PairedTTest.Holm([]));
    }

    [Theory]
    [InlineData(3, 0.05)]
    [InlineData(5, 0.01)]
    [InlineData(10, 0.05)]
    public void WhatIsDetectableIsFoundFourTimesInFive(int pairs, double level)
    {
        double shift = PairedTTest.Detectable(2, pairs, level);
        var random = new RandomStream(1, "detectable");
        int found = 0;
        for (int draw = 0; draw < 4000; draw++)
        {
            (double mean, double deviation) = MeanAndDeviation.Of(
                [.. Enumerable.Range(0, pairs).Select(_ => shift + 2 * random.NextNormal())], freedomLost: 1);
            if (PairedTTest.P(mean, deviation, pairs) <= level) found++;
        }

        Assert.InRange(found, 3120, 3280);
    }

    /// <summary>Where few pairs are held to the level of many tests, Student's t is far out.</summary>
    [Theory]
    [InlineData(1, 1e-3)]
    [InlineData(1, 1e-9)]
    [InlineData(2, 1e-8)]
    [InlineData(4, 1e-12)]
    public void QuantilesFarOut(double freedom, double tail)
    {
        double t = StudentQuantile.Of(freedom, 1 - tail), rounded = 1 - (1 - tail);
        // One degree of freedom is the Cauchy distribution; two have a closed form.
        if (freedom == 1) Assert.Equal(1 / Math.Tan(Math.PI * rounded), t, 1e-6 * t);
        if (freedom == 2) Assert.Equal((1 - 2 * rounded) / Math.Sqrt(2 * rounded * (1 - rounded)), t, 1e-6 * t);
        Assert.Equal(rounded, MathNet.Numerics.Distributions.StudentT.CDF(0, 1, freedom, -t), 1e-6 * rounded);
        Assert.True(double.IsFinite(PairedTTest.Detectable(1, 2, tail)));
        Assert.True(double.IsFinite(Interval.OfMean([1, 2], 1 - tail).High));
    }

    /// <summary>One image of many in every seed is no spread, however many there are.</summary>
    [Theory]
    [InlineData(100)]
    [InlineData(50_000)]
    public void SharesThatDifferByOneImageAreAlike(int count)
    {
        double[] shares = [.. Enumerable.Range(1, 5).Select(i => i * count / 7 / (double)count)];
        PairedDifference difference = PairedDifference.Between([.. shares.Select(share => share + 1.0 / count)], shares);
        Assert.Equal(2.0 / 32, difference.P, 12);
    }

    [Fact]
    public void MeansAndDifferencesOverSeedsHold()
    {
        var random = new RandomStream(1, "seeds");
        int means = 0, differences = 0, skewed = 0;
        for (int draw = 0; draw < 2000; draw++)
        {
            double[] a = [random.NextNormal(), random.NextNormal(), random.NextNormal()];
            double[] b = [.. a.Select(value => value + random.NextNormal())];
            if (Interval.OfMean(a).Contains(0)) means++;
            if (PairedDifference.Between(a, b).Interval.Contains(0)) differences++;
            // Values of a skewed law in both arms: their differences are symmetric.
            if (PairedDifference.Between([.. Skewed()], [.. Skewed()]).Interval.Contains(0)) skewed++;
        }

        Assert.InRange(means, 1860, 1940);
        Assert.InRange(differences, 1860, 1940);
        Assert.InRange(skewed, 1860, 2000);

        IEnumerable<double> Skewed() => Enumerable.Range(0, 3).Select(_ => Math.Exp(random.NextNormal()));
    }
}
