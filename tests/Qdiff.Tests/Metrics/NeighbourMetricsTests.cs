using Qdiff;
using Qdiff.Evaluation;

public class NeighbourMetricsTests
{
    static readonly FeatureSet s_real = Reference.Features(1, 150, 8), s_generated = Reference.Features(2, 130, 8, 0.1);

    [Fact]
    public void AgreeWithScipy()
    {
        PrecisionRecall manifold = PrecisionRecall.Between(s_real, s_generated);
        Reference.Near(0.8461538461538461, manifold.Precision);
        Reference.Near(0.92, manifold.Recall);
        DensityCoverage balls = DensityCoverage.Between(s_real, s_generated);
        Reference.Near(0.803076923076923, balls.Density);
        Reference.Near(0.8866666666666667, balls.Coverage);
    }

    [Fact]
    public void DistancesAreTheDefinitionAcrossTiles()
    {
        // More than a tile (256) of columns and several blocks of rows.
        FeatureSet a = Reference.Features(3, 140, 9), b = Reference.Features(4, 530, 9);
        double[] actual = NearestNeighbours.Distances(a, b), radii = NearestNeighbours.SquaredRadii(b, 4);
        double[][] x = Rows(a), y = Rows(b);
        for (int i = 0; i < x.Length; i++) Reference.Near(y.Min(row => Distance(x[i], row)), actual[i], 1e-12);
        for (int i = 0; i < y.Length; i++)
            Reference.Near(y.Where((_, j) => j != i).Select(row => Distance(y[i], row)).Order().ElementAt(3), Math.Sqrt(radii[i]),
                1e-12);

        static double Distance(double[] p, double[] q) => Math.Sqrt(p.Zip(q, (u, v) => (u - v) * (u - v)).Sum());
        static double[][] Rows(FeatureSet set) => [.. Enumerable.Range(0, set.Count).Select(i =>
        {
            var row = new double[set.Width];
            set.CopyTo(i, 0, row);
            return row;
        })];
    }

    [Fact]
    public void ExactCopiesAreAtDistanceZero()
    {
        // Large features far from 0, where ‖x‖² + ‖y‖² − 2xy would leave something if its sums ran in different orders.
        double[] values = [.. Reference.Values(5, 300, 300).Select(value => 1e3 + 100 * value)];
        FeatureSet set = new("test", 300, 300, values), copy = new("test", 300, 300, [.. values]);
        Assert.All(NearestNeighbours.Distances(copy, set), distance => Assert.Equal(0, distance));
    }

    [Fact]
    public void OfEqualSetsAreOne()
    {
        Assert.Equal(new PrecisionRecall(1, 1), PrecisionRecall.Between(s_real, s_real));
        Assert.Equal(1, DensityCoverage.Between(s_real, s_real).Coverage);
    }

    [Fact]
    public void OfDistantSetsAreZero()
    {
        FeatureSet far = Reference.Features(2, 130, 8, 50);
        Assert.Equal(new PrecisionRecall(0, 0), PrecisionRecall.Between(s_real, far));
        Assert.Equal(new DensityCoverage(0, 0), DensityCoverage.Between(s_real, far));
    }

    [Fact]
    public void CoverageOfOneDistributionIsItsExpectation()
    {
        double expected = DensityCoverage.ExpectedCoverage(400, 300, 3);
        Assert.InRange(DensityCoverage.Between(Reference.Features(1, 400, 5), Reference.Features(2, 300, 5), 3).Coverage,
            expected - 0.05, expected + 0.05);
        Reference.Near(1 - 2.0 / 4 * 1 / 3, DensityCoverage.ExpectedCoverage(3, 2, 2), 1e-15);
    }

    [Fact]
    public void NeedMoreSamplesThanNeighbours() => Assert.Contains("needs at least 6",
        Assert.Throws<InputException>(() => DensityCoverage.Between(s_real, Reference.Features(2, 5, 8))).Message);

    [Fact]
    public void ThreadsDoNotChangeABit() => Assert.Equal(DensityCoverage.Between(s_real, s_generated),
        Reference.OnOneThread(() => DensityCoverage.Between(s_real, s_generated)));
}
