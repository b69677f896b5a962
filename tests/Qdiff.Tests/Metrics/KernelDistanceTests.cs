using Qdiff;
using Qdiff.Evaluation;

public class KernelDistanceTests
{
    [Theory]
    [InlineData(300, 260, 40, 0.11807236064094084)]
    [InlineData(30, 25, 64, 0.04439813424917993)]
    [InlineData(50, 400, 96, 0.11972988537169194)]
    public void AgreesWithNumpy(int n, int m, int d, double expected) =>
        Reference.Near(expected, KernelDistance.Between(Reference.Features(1, n, d), Reference.Features(2, m, d, 0.1)), 1e-9);

    [Fact]
    public void ByHand()
    {
        // D = 1, k = (xy + 1)³: within {0, 1} k = 1, within {1, 2} k = 27, across 1, 1, 8, 27 → 1 + 27 − 2·37/4.
        Reference.Near(1 + 27 - 18.5, KernelDistance.Between(Reference.Rows([0], [1]), Reference.Rows([1], [2])), 1e-15);
    }

    [Fact]
    public void SubsetsOfAllSamplesAreAllSamples()
    {
        FeatureSet a = Reference.Features(1, 60, 12), b = Reference.Features(2, 60, 12, 0.1);
        MeanAndDeviation subsets = KernelDistance.OverSubsets(a, b, subsets: 5, size: 60);
        Reference.Near(KernelDistance.Between(a, b), subsets.Mean, 1e-10);
        Assert.InRange(subsets.Deviation, 0, 1e-14);
    }

    [Fact]
    public void SubsetsAreUnbiasedAndSeeded()
    {
        FeatureSet a = Reference.Features(1, 400, 12), b = Reference.Features(2, 300, 12, 0.1);
        MeanAndDeviation kid = KernelDistance.OverSubsets(a, b, subsets: 200, size: 40, seed: 1);
        // The mean over random subsets estimates the value over all samples, as far as its own error.
        double all = KernelDistance.Between(a, b);
        Assert.True(kid.Deviation > 0);
        Assert.InRange(kid.Mean, all - 4 * kid.Deviation / Math.Sqrt(200), all + 4 * kid.Deviation / Math.Sqrt(200));
        Assert.Equal(kid, KernelDistance.OverSubsets(a, b, 200, 40, seed: 1));
        Assert.Equal(kid, Reference.OnOneThread(() => KernelDistance.OverSubsets(a, b, 200, 40, seed: 1)));
        Assert.NotEqual(kid, KernelDistance.OverSubsets(a, b, 200, 40, seed: 2));
    }

    [Fact]
    public void OfOneDistributionIsAboutZero()
    {
        // Both halves of one set: within four deviations of the estimate, of which the subsets tell the size.
        MeanAndDeviation kid = KernelDistance.OverSubsets(Reference.Features(1, 500, 8), Reference.Features(2, 500, 8), 100, 100);
        Assert.InRange(kid.Mean, -2 * kid.Deviation, 2 * kid.Deviation);
        Assert.InRange(Math.Abs(kid.Mean), 0, 0.005);
    }

    [Fact]
    public void ASubsetLargerThanASetIsRefused() => Assert.Contains("at most 25", Assert.Throws<InputException>(
        () => KernelDistance.OverSubsets(Reference.Features(1, 30, 4), Reference.Features(2, 25, 4))).Message);
}
