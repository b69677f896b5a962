using System.Numerics.Tensors;
using Qdiff.Tensors;

namespace Qdiff.Evaluation;

/// <summary>
/// The squared maximum mean discrepancy with the cubic kernel k(x, y) = (x·y/D + 1)³, KID when the features are Inception's.
/// Unbiased: its mean is 0 for equal distributions at any number of samples, so single values may be negative.
/// </summary>
/// <remarks>
/// Bińkowski et al. 2018, arXiv 1801.01401, section 4; Gretton et al. 2012, equation 3: within a set the mean leaves out the
/// diagonal, across the sets it is over all pairs.
/// </remarks>
public static class KernelDistance
{
    /// <summary>Over all samples of both sets, which may differ in number.</summary>
    /// <exception cref="InputException">Different extractors or widths, fewer than two samples, or identical samples.</exception>
    public static double Between(FeatureSet a, FeatureSet b)
    {
        FeatureSet.RequireComparable(a, b);
        return Discrepancy(a, b);
    }

    /// <summary>
    /// Mean and deviation (divided by the number of subsets) over random subsets of <paramref name="size"/> samples of each set,
    /// drawn without replacement: the form that papers print as "KID ± deviation".
    /// </summary>
    /// <exception cref="InputException">
    /// A subset larger than a set, or what <see cref="Between(FeatureSet, FeatureSet)"/> refuses.
    /// </exception>
    public static MeanAndDeviation OverSubsets(FeatureSet a, FeatureSet b, int subsets = 100, int size = 1000, long seed = 0)
    {
        FeatureSet.RequireComparable(a, b);
        if (subsets < 1 || size < 2)
            throw new InputException($"Kernel distance over {subsets} subsets of {size} samples: at least 1 subset of 2 samples "
                + "is needed.");
        int fewest = Math.Min(a.Count, b.Count);
        if (size > fewest)
            throw new InputException($"Kernel distance over subsets of {size} needs that many samples in each set, but the sets "
                + $"have {a.Count} and {b.Count}. Choose a subset size of at most {fewest}, or generate more; the size is part "
                + "of the protocol.");
        var values = new double[subsets];
        Parallel.For(0, subsets, s =>
        {
            FeatureSet x = a.Take(new RandomStream(seed, "kernel distance, first set", s).Permutation(a.Count).AsSpan(0, size));
            FeatureSet y = b.Take(new RandomStream(seed, "kernel distance, second set", s).Permutation(b.Count).AsSpan(0, size));
            values[s] = Discrepancy(x, y);
        });
        return MeanAndDeviation.Of(values, freedomLost: 0);
    }

    /// <summary>
    /// The interval of the squared discrepancy of the two distributions around <see cref="Between(FeatureSet, FeatureSet)"/>, by
    /// the variance of that U-statistic over draws of both sets.
    /// </summary>
    /// <exception cref="InputException">
    /// Different extractors or widths, fewer than four samples, or identical samples.
    /// </exception>
    public static Interval Interval(FeatureSet a, FeatureSet b, double level = 0.95, long seed = 0)
    {
        Qdiff.Evaluation.Interval.RequireLevel(level);
        (SampledValue value, double ofSingles) = KernelVariance.Between(a, b, Between(a, b), seed);
        return value.OfSquare(ofSingles, level);
    }

    static double Discrepancy(FeatureSet x, FeatureSet y) =>
        Within(x) + Within(y) - 2 * Sum(x, y, upper: false) / ((double)x.Count * y.Count);

    static double Within(FeatureSet x) => 2 * Sum(x, x, upper: true) / ((double)x.Count * (x.Count - 1));

    /// <summary>Σ k(xᵢ, yⱼ) over all pairs, or over i &lt; j only.</summary>
    static double Sum(FeatureSet x, FeatureSet y, bool upper)
    {
        var rowSums = new double[x.Count];
        BlockedProduct.Run(x.Count, y.Count, x.Width, x.AsRows(), y.AsRows(), (i0, tall, j0, wide, tile, stride) =>
        {
            for (int i = 0; i < tall; i++)
            {
                int skip = upper ? Math.Clamp(i0 + i + 1 - j0, 0, wide) : 0;
                Span<double> row = tile.Slice(i * stride + skip, wide - skip);
                TensorPrimitives.Divide(row, x.Width, row);
                TensorPrimitives.Add(row, 1, row);
                foreach (double linear in row) rowSums[i0 + i] += linear * linear * linear;
            }
        }, upper);
        // Row by row and then over rows: the order of the sum is fixed.
        return TensorPrimitives.Sum<double>(rowSums);
    }
}
