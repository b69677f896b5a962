using MathNet.Numerics.LinearAlgebra;
using Qdiff;
using Qdiff.Evaluation;

public class FrechetDistanceTests
{
    /// <summary>From reference/make_reference.py; n &gt; D, n &lt; D on both sides, and one of each.</summary>
    [Theory]
    [InlineData(300, 260, 40, 0.6307123400268484)]
    [InlineData(30, 25, 64, 6.563521050311204)]
    [InlineData(50, 400, 96, 6.89975196397492)]
    public void AgreesWithTheSymmetricFormInNumpy(int n, int m, int d, double expected)
    {
        FeatureSet a = Reference.Features(1, n, d), b = Reference.Features(2, m, d, 0.1);
        Reference.Near(expected, FrechetDistance.Between(a, b), 1e-6);
        Reference.Near(expected, FrechetDistance.Between(b, a), 1e-6);
    }

    [Fact]
    public void AgreesForFloatFeaturesThatAreAlwaysZero()
    {
        // As behind a rectifier: a quarter of the features never fire, and the covariance is singular at any n.
        static FeatureSet Make(uint salt, int n, double shift) => new("test", n, 20,
            Reference.Values(salt, n, 20, shift).Select((value, i) => i % 20 % 4 == 0 ? 0f : (float)value).ToArray());
        Reference.Near(0.3017073361711624, FrechetDistance.Between(Make(1, 100, 0), Make(2, 90, 0.1)), 1e-6);
    }

    [Theory]
    [InlineData(200, 30)]
    [InlineData(40, 60)]
    public void AgreesWithMathNetOnTheLiteralFormula(int n, int d)
    {
        FeatureStatistics a = FeatureStatistics.Of(Reference.Features(3, n, d)),
            b = FeatureStatistics.Of(Reference.Features(4, n + 7, d, -0.2));
        Matrix<double> s1 = Square(a), s2 = Square(b), root = Root(s1);
        double means = 0;
        for (int i = 0; i < d; i++) means += Math.Pow(a.Mean[i] - b.Mean[i], 2);
        double expected = means + s1.Trace() + s2.Trace() - 2 * Root(root * s2 * root).Trace();
        Reference.Near(expected, FrechetDistance.Between(a, b), 1e-6);

        Matrix<double> Square(FeatureStatistics statistics) =>
            Matrix<double>.Build.DenseOfRowMajor(d, d, statistics.Covariance.ToArray());
        static Matrix<double> Root(Matrix<double> s)
        {
            var eigen = ((s + s.Transpose()) / 2).Evd(Symmetricity.Symmetric);
            Matrix<double> roots = Matrix<double>.Build.DiagonalOfDiagonalVector(
                eigen.EigenValues.Map(value => Math.Sqrt(Math.Max(0, value.Real))));
            return eigen.EigenVectors * roots * eigen.EigenVectors.Transpose();
        }
    }

    [Fact]
    public void OfImagesItIsThatOfTheirFeaturesBeforeTheLogits()
    {
        ImageSet all = FashionMnist.LoadBuiltIn(), a = all.Select([.. Enumerable.Range(0, 80)], "a"),
            b = all.Select([.. Enumerable.Range(80, 60)], "b");
        var network = new BlockNetwork();
        Assert.Equal(FrechetDistance.Between(network.Extract(a, ["blocks"])[0], network.Extract(b, ["blocks"])[0]),
            FrechetDistance.Between(a, b, network));
    }

    [Fact]
    public void OfKnownGaussians()
    {
        // Diagonal covariances commute: ‖Δμ‖² + Σ(√λ₁ − √λ₂)². One direction has no variance in either, one in the second only.
        double[] zero = [0, 0, 0, 0], shift = [1, -2, 0, 0.5];
        FeatureStatistics a = FeatureStatistics.FromMoments("g", 1000, zero, Diagonal(4, 1, 0, 0)),
            b = FeatureStatistics.FromMoments("g", 1000, shift, Diagonal(9, 0.25, 0, 2));
        Reference.Near(1 + 4 + 0.25 + (1 + 0.25 + 0 + 2), FrechetDistance.Between(a, b), 1e-13);
        Assert.Equal(0, FrechetDistance.Between(a, a), 1e-14);

        static double[] Diagonal(params double[] variances)
        {
            var square = new double[16];
            for (int i = 0; i < 4; i++) square[i * 5] = variances[i];
            return square;
        }
    }

    [Theory]
    [InlineData(50, 80)]
    [InlineData(300, 40)]
    public void OfEqualSetsIsZeroAndOfShiftedSetsTheShift(int n, int d)
    {
        FeatureSet a = Reference.Features(5, n, d), order = a.Take([.. Enumerable.Range(0, n).Reverse()]);
        Assert.InRange(FrechetDistance.Between(a, a), 0, 1e-11);
        Assert.InRange(FrechetDistance.Between(a, order), 0, 1e-11);
        Assert.Equal(d * 0.25, FrechetDistance.Between(a, new("test", n, d, Reference.Values(5, n, d, 0.5))), 1e-9);
    }

    [Theory]
    [InlineData(60, 20)]
    [InlineData(20, 60)]
    public void MultiplicitiesAreRepeatedSamples(int n, int d)
    {
        int[] times = [.. Enumerable.Range(0, n).Select(i => i * 7 % 4)];
        FeatureSet set = Reference.Features(6, n, d);
        FeatureStatistics weighted = FeatureStatistics.Of(set, times);
        FeatureStatistics repeated = FeatureStatistics.Of(
            set.Take([.. times.SelectMany((count, i) => Enumerable.Repeat(i, count))]));
        Assert.Equal(times.Sum(), weighted.Count);
        for (int i = 0; i < d; i++) Assert.Equal(repeated.Mean[i], weighted.Mean[i], 1e-13);
        for (int i = 0; i < d * d; i++) Assert.Equal(repeated.Covariance[i], weighted.Covariance[i], 1e-13);
        Assert.Equal(repeated.Trace, weighted.Trace, 1e-12);
    }

    [Fact]
    public void ThreadsDoNotChangeABit()
    {
        FeatureSet a = Reference.Features(1, 700, 300), b = Reference.Features(2, 250, 300, 0.1);
        Assert.Equal(Reference.OnOneThread(() => FrechetDistance.Between(a, b)), FrechetDistance.Between(a, b));
        Assert.Equal(Reference.OnOneThread(() => FeatureStatistics.Of(a).Covariance.ToArray()),
            FeatureStatistics.Of(a).Covariance.ToArray());
    }

    [Fact]
    public void IntervalHoldsTheDistanceAndNarrowsWithSamples()
    {
        FeatureSet a = Reference.Features(1, 400, 6), b = Reference.Features(2, 400, 6, 0.1);
        Interval many = FrechetDistance.Interval(a, b, resamples: 60, seed: 3),
            few = FrechetDistance.Interval(a.Take(0, 100), b.Take(0, 100), resamples: 60, seed: 3);
        Assert.True(many.Contains(FrechetDistance.Between(a, b)));
        Assert.True(few.Contains(FrechetDistance.Between(a.Take(0, 100), b.Take(0, 100))));
        // Half the width for four times the samples.
        Assert.InRange((many.High - many.Low) / (few.High - few.Low), 0.25, 0.8);
        Assert.Equal(many, FrechetDistance.Interval(a, b, resamples: 60, seed: 3));
        Assert.NotEqual(many, FrechetDistance.Interval(a, b, resamples: 60, seed: 4));
    }

    [Fact]
    public void MultiplicitiesLeaveTwoSamples()
    {
        FeatureSet set = Reference.Features(6, 3, 4);
        Assert.Contains("the multiplicities leave fewer than two samples",
            Assert.Throws<InputException>(() => FeatureStatistics.Of(set, [1, 0, 0])).Message);
        Assert.Equal(2, FeatureStatistics.Of(set, [1, 0, 1]).Count);
    }

    [Fact]
    public void DamagedMomentsAreRefused()
    {
        Assert.Contains("covariance of 4 numbers, but 3", Message([0, 0], [1, 0, 0]));
        Assert.Contains("not symmetric", Message([0, 0], [1, 0.5, 0, 1]));
        Assert.Contains("not symmetric", Message([0, 0], [1, double.NaN, double.NaN, 1]));
        Assert.Contains("negative variance", Message([0, 0], [1, 2, 2, 1]));
        Assert.Contains("negative variance", Message([0, 0], [1, 0, 0, -1]));
        Assert.Contains("the mean holds NaN", Message([0, double.NaN], [1, 0, 0, 1]));

        static string Message(double[] mean, double[] covariance) =>
            Assert.Throws<InputException>(() => FeatureStatistics.FromMoments("file", 10, mean, covariance)).Message;
    }
}
