using MathNet.Numerics.LinearAlgebra;
using Qdiff;
using Qdiff.Evaluation;

public class SingularValuesTests
{
    /// <summary>Around the panel of 32, tall, wide and square; the last ones large enough for several threads.</summary>
    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 9)]
    [InlineData(7, 1)]
    [InlineData(2, 2)]
    [InlineData(31, 31)]
    [InlineData(32, 33)]
    [InlineData(65, 64)]
    [InlineData(300, 40)]
    [InlineData(129, 200)]
    [InlineData(320, 320)]
    public void AgreeWithMathNet(int rows, int columns)
    {
        double[] a = [.. Reference.Uniform(1, rows * columns).Select(value => value - 0.3)];
        double[] expected = [.. Matrix<double>.Build.DenseOfRowMajor(rows, columns, a).Svd(computeVectors: false).S];
        double[] actual = SingularValues.Of(a, rows, columns);
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++) Assert.Equal(expected[i], actual[i], 1e-12 * expected[0]);
    }

    [Theory]
    [InlineData(1e-200)]
    [InlineData(1)]
    [InlineData(1e200)]
    public void OfSingularMatricesAtAnyScale(double scale)
    {
        // A rank-2 matrix: two values, and zeros to the last digits.
        double[] u = Reference.Uniform(1, 80), v = Reference.Uniform(2, 80), a = new double[80 * 80];
        for (int i = 0; i < 80; i++)
            for (int j = 0; j < 80; j++) a[i * 80 + j] = scale * (u[i] * v[j] + (i == 3 && j == 5 ? 2 : 0));
        double[] values = SingularValues.Of(a, 80, 80);
        Assert.True(values[1] > 0.1 * scale);
        Assert.All(values.Skip(2), value => Assert.InRange(value / scale, 0, 1e-13));
        double squares = values.Sum(value => value / scale * (value / scale)), norm = 0;
        for (int i = 0; i < 80; i++)
            for (int j = 0; j < 80; j++) norm += Math.Pow(u[i] * v[j] + (i == 3 && j == 5 ? 2 : 0), 2);
        Reference.Near(norm, squares, 1e-12);
        Assert.All(SingularValues.Of(new double[12], 3, 4), value => Assert.Equal(0, value));
    }

    [Fact]
    public void OfADiagonalAreItsMagnitudes()
    {
        var a = new double[50 * 50];
        for (int i = 0; i < 50; i++) a[i * 50 + i] = i % 2 == 0 ? i : -i;
        double[] values = SingularValues.Of(a, 50, 50);
        for (int i = 0; i < 50; i++) Assert.Equal(49 - i, values[i], 1e-12);
    }

    [Fact]
    public void CholeskyFactorOfASingularMatrix()
    {
        // 30 samples' worth of rank in 120 variables, some of which are always 0, above the panel of 48.
        const int N = 120, Rank = 30;
        double[] f = [.. Reference.Uniform(5, Rank * N).Select((value, i) => i % N % 7 == 0 ? 0 : value - 0.5)];
        double[] Gram(double[] factor, int rank)
        {
            Matrix<double> rows = Matrix<double>.Build.DenseOfRowMajor(rank, N, factor.Take(rank * N));
            return rows.TransposeThisAndMultiply(rows).ToRowMajorArray();
        }

        double[] s = Gram(f, Rank);
        (double[] factor, int rank) = PivotedCholesky.Factor([.. s], N);
        Assert.Equal(Rank, rank);
        foreach ((double expected, double actual) in s.Zip(Gram(factor, rank))) Assert.Equal(expected, actual, 1e-13 * 10);
    }

    [Fact]
    public void CholeskyFactorOfAFullMatrix()
    {
        const int N = 150;
        FeatureStatistics statistics = FeatureStatistics.Of(Reference.Features(1, 400, N));
        Assert.Equal(N, statistics.Rank);
        Matrix<double> factor = Matrix<double>.Build.DenseOfRowMajor(N, N, statistics.Factor);
        double[] product = factor.TransposeThisAndMultiply(factor).ToRowMajorArray();
        for (int i = 0; i < product.Length; i++) Assert.Equal(statistics.Covariance[i], product[i], 1e-14);
        Assert.Equal(0, PivotedCholesky.Factor(new double[9], 3).Rank);
    }
}
