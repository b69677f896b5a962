using System.Numerics.Tensors;

namespace Qdiff.Evaluation;

/// <summary>
/// Mean μ (D) and covariance Σ (D × D, divided by n − 1) of a set of features: all that the Fréchet distance knows of it. In
/// double; the same on any number of threads.
/// </summary>
public sealed class FeatureStatistics
{
    readonly double[] mean;
    readonly Lazy<double[]> covariance;

    FeatureStatistics(string extractor, int count, double[] mean, double trace, double[] factor, int rank, double[]? covariance)
    {
        (Extractor, Count, this.mean, Trace, Factor, Rank) = (extractor, count, mean, trace, factor, rank);
        this.covariance = covariance is null ? new(() => CovarianceOf(factor, rank, mean.Length)) : new(covariance);
    }

    /// <summary>What made the features.</summary>
    public string Extractor { get; }

    /// <summary>n, the number of samples.</summary>
    public int Count { get; }

    /// <summary>D, the number of features of a sample.</summary>
    public int Width => mean.Length;

    /// <summary>μ, of length D.</summary>
    public ReadOnlySpan<double> Mean => mean;

    /// <summary>Σ, D × D, row-major.</summary>
    public ReadOnlySpan<double> Covariance => covariance.Value;

    /// <summary>tr Σ, the total variance.</summary>
    public double Trace { get; }

    /// <summary>F (rank × D) with Σ = FᵀF.</summary>
    internal double[] Factor { get; }

    /// <summary>Rows of <see cref="Factor"/>.</summary>
    internal int Rank { get; }

    /// <summary>
    /// The statistics of <paramref name="features"/>. With <paramref name="multiplicities"/> sample i counts that many times, as
    /// in a bootstrap resample.
    /// </summary>
    /// <exception cref="InputException">Fewer than two samples, by their multiplicities too, or all samples of the set
    /// identical.</exception>
    public static FeatureStatistics Of(FeatureSet features, ReadOnlySpan<int> multiplicities = default)
    {
        features.RequireSamples(2);
        int width = features.Width;
        (int[] rows, double[] weights) = Rows(features.Count, multiplicities);
        double count = TensorPrimitives.Sum<double>(weights);
        if (count < 2)
            throw new InputException($"Features '{features.Extractor}': the multiplicities leave fewer than two samples.");
        var mean = new double[width];
        var sample = new double[width];
        for (int i = 0; i < rows.Length; i++)
        {
            features.CopyTo(rows[i], 0, sample);
            TensorPrimitives.MultiplyAdd(sample, weights[i], mean, mean);
        }

        TensorPrimitives.Divide(mean, count, mean);
        return rows.Length <= width ? FromFewSamples() : FromManySamples();

        // The centred samples are a factor of the covariance as they stand, smaller than Σ and free of its rounding.
        FeatureStatistics FromFewSamples()
        {
            var factor = new double[rows.Length * width];
            for (int i = 0; i < rows.Length; i++)
            {
                Span<double> row = factor.AsSpan(i * width, width);
                features.CopyTo(rows[i], 0, row);
                TensorPrimitives.Subtract(row, mean, row);
                TensorPrimitives.Multiply(row, Math.Sqrt(weights[i] / (count - 1)), row);
            }

            return new(features.Extractor, (int)count, mean, TensorPrimitives.SumOfSquares<double>(factor), factor, rows.Length,
                null);
        }

        FeatureStatistics FromManySamples()
        {
            double[] one = [.. weights.Select(_ => 1.0)], shares = [.. weights.Select(weight => weight / (count - 1))];
            var sigma = new double[width * width];
            BlockedProduct.Run(width, width, rows.Length, features.AsCentredColumns(rows, mean, shares),
                features.AsCentredColumns(rows, mean, one), (i0, tall, j0, wide, tile, stride) =>
                {
                    for (int i = 0; i < tall; i++) tile.Slice(i * stride, wide).CopyTo(sigma.AsSpan((i0 + i) * width + j0));
                }, upper: true);
            Mirror(sigma, width);
            return FromCovariance(features.Extractor, (int)count, mean, sigma);
        }
    }

    /// <summary>Statistics computed elsewhere, for instance a reference set's published μ and Σ (D × D, row-major).</summary>
    /// <exception cref="InputException">Sizes do not fit, Σ is no covariance, or a number is not finite.</exception>
    public static FeatureStatistics FromMoments(string extractor, int count, ReadOnlySpan<double> mean,
        ReadOnlySpan<double> covariance)
    {
        int width = mean.Length;
        if (width == 0 || covariance.Length != (long)width * width)
            throw new InputException($"Statistics '{extractor}': a mean of {width} needs a covariance of {(long)width * width} "
                + $"numbers, but {covariance.Length} were given.");
        if (count < 2)
            throw new InputException($"Statistics '{extractor}' say that they come from {count} samples; at least 2 are needed.");
        foreach (double value in mean)
            if (!double.IsFinite(value))
                throw new InputException(Invariant($"Statistics '{extractor}': the mean holds {value}; the file is damaged."));
        double largest = Math.Abs(TensorPrimitives.MaxMagnitude(covariance));
        for (int i = 0; i < width; i++)
            for (int j = 0; j <= i; j++)
            {
                double value = covariance[i * width + j], mirrored = covariance[j * width + i];
                if (!(Math.Abs(value - mirrored) <= 1e-6 * largest))
                    throw new InputException(Invariant(
                        $"Statistics '{extractor}': the covariance is not symmetric, [{i},{j}] is {value} ")
                        + Invariant($"and [{j},{i}] is {mirrored}."));
            }

        FeatureStatistics statistics = FromCovariance(extractor, count, mean.ToArray(), covariance.ToArray());
        // What the factor leaves unexplained is rounding, unless some direction was given a negative variance.
        double explained = TensorPrimitives.SumOfSquares<double>(statistics.Factor);
        if (!(Math.Abs(statistics.Trace - explained) <= 1e-6 * explained))
            throw new InputException($"Statistics '{extractor}': the covariance is not one, it gives some direction a negative "
                + "variance; the file is damaged.");
        return statistics;
    }

    static FeatureStatistics FromCovariance(string extractor, int count, double[] mean, double[] sigma)
    {
        int width = mean.Length;
        double trace = 0;
        for (int i = 0; i < width; i++) trace += sigma[i * width + i];
        (double[] factor, int rank) = PivotedCholesky.Factor([.. sigma], width);
        return new(extractor, count, mean, trace, factor, rank, sigma);
    }

    static (int[] Rows, double[] Weights) Rows(int count, ReadOnlySpan<int> multiplicities)
    {
        if (multiplicities.IsEmpty) return ([.. Enumerable.Range(0, count)], [.. Enumerable.Repeat(1.0, count)]);
        if (multiplicities.Length != count)
            throw new ArgumentException($"{count} multiplicities expected, one a sample; got "
                + $"{multiplicities.Length}.", nameof(multiplicities));
        List<int> rows = [];
        List<double> weights = [];
        for (int i = 0; i < count; i++)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(multiplicities[i], nameof(multiplicities));
            if (multiplicities[i] == 0) continue;
            rows.Add(i);
            weights.Add(multiplicities[i]);
        }

        if (rows.Count == 0) throw new ArgumentException("The multiplicities are all 0.", nameof(multiplicities));
        return ([.. rows], [.. weights]);
    }

    static double[] CovarianceOf(double[] factor, int rank, int width)
    {
        var sigma = new double[width * width];
        BlockedProduct.Pack columns = BlockedProduct.Columns(factor, width);
        BlockedProduct.Run(width, width, rank, columns, columns, (i0, tall, j0, wide, tile, stride) =>
        {
            for (int i = 0; i < tall; i++) tile.Slice(i * stride, wide).CopyTo(sigma.AsSpan((i0 + i) * width + j0));
        }, upper: true);
        Mirror(sigma, width);
        return sigma;
    }

    static void Mirror(double[] square, int width)
    {
        for (int i = 0; i < width; i++)
            for (int j = 0; j < i; j++) square[i * width + j] = square[j * width + i];
    }
}
