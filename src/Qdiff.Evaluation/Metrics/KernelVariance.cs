using System.Numerics.Tensors;
using Qdiff.Tensors;

namespace Qdiff.Evaluation;

/// <summary>
/// The variance of the kernel distance over draws of both sets: 4ζ₁/n + 4ζ₂/m, of what single samples contribute, and
/// 2σ₁₁/n² + 2σ₂₂/m² + 4σ₁₂/nm, of pairs, which is all there is for equal distributions.
/// </summary>
/// <remarks>
/// Hoeffding 1948's decomposition, as in Sutherland et al. 2017, arXiv 1611.04488, appendix A, here for sets of different sizes.
/// Neither part depends on the number of samples, so that of large sets a random part will do.
/// </remarks>
static class KernelVariance
{
    const int Most = 3000;

    /// <summary>
    /// Of a distance <paramref name="value"/>. The cube of a product has long tails, so that few samples carry the variance: its
    /// degrees of freedom say how few (Satterthwaite 1946); a quarter of those that the samples' fourth moment shows, for a
    /// sample sees too little of long tails. How much, the simulations of docs/intervals.md say.
    /// </summary>
    public static (SampledValue Value, double OfSingles) Between(FeatureSet a, FeatureSet b, double value, long seed)
    {
        FeatureSet.RequireComparable(a, b, fewest: 4);
        FeatureSet x = Part(a, "first"), y = Part(b, "second");
        double n = x.Count, m = y.Count;
        Kernels xx = Kernels.Between(x, x), yy = Kernels.Between(y, y), xy = Kernels.Between(x, y), yx = Kernels.Between(y, x);
        double pairsX = xx.OfPairs(xx), pairsY = yy.OfPairs(yy), pairsXy = xy.OfPairs(yx);
        // The means over a sample's pairs waver with the other samples, which its own contribution does not.
        double[] ofX = Difference(xx.Means, xy.Means), ofY = Difference(yy.Means, yx.Means);
        double singleX = Math.Max(0, Variance(ofX) - pairsX / n - pairsXy / m),
            singleY = Math.Max(0, Variance(ofY) - pairsY / m - pairsXy / n);
        (n, m) = (a.Count, b.Count);
        (double fromX, double fromY) = (4 * singleX / n, 4 * singleY / m);
        double variance = fromX + fromY + 2 * (pairsX / (n * n) + pairsY / (m * m)) + 4 * pairsXy / (n * m);
        double uncertain = fromX * fromX / SampledValue.FreedomOf(ofX) + fromY * fromY / SampledValue.FreedomOf(ofY);
        double freedom = uncertain > 0 ? variance * variance / uncertain / 4 : double.PositiveInfinity;
        return (new(value, variance, freedom), fromX + fromY);

        FeatureSet Part(FeatureSet set, string which) => set.Count <= Most ? set
            : set.Take(new RandomStream(seed, "kernel variance, " + which, 0).Permutation(set.Count).AsSpan(0, Most));
    }

    static double[] Difference(double[] a, double[] b) => [.. a.Zip(b, (p, q) => p - q)];

    static double Variance(double[] values)
    {
        double deviation = MeanAndDeviation.Of(values, freedomLost: 1).Deviation;
        return deviation * deviation;
    }

    /// <summary>Kernels between two sets, or within one without its diagonal: the mean of rows, and that of squares.</summary>
    sealed record Kernels(double[] Means, double MeanSquare)
    {
        /// <summary>What is left of the kernel's variance without that of its rows' means and of its columns'.</summary>
        public double OfPairs(Kernels transposed)
        {
            double mean = Means.Average();
            return Math.Max(0, MeanSquare - mean * mean - Variance(Means) - Variance(transposed.Means));
        }

        public static Kernels Between(FeatureSet x, FeatureSet y)
        {
            double[] sums = new double[x.Count], squares = new double[x.Count];
            bool within = x == y;
            BlockedProduct.Run(x.Count, y.Count, x.Width, x.AsRows(), y.AsRows(), (i0, tall, j0, wide, tile, stride) =>
            {
                for (int i = 0; i < tall; i++)
                    for (int j = 0; j < wide; j++)
                    {
                        if (within && i0 + i == j0 + j) continue;
                        double linear = tile[i * stride + j] / x.Width + 1, kernel = linear * linear * linear;
                        sums[i0 + i] += kernel;
                        squares[i0 + i] += kernel * kernel;
                    }
            });
            double others = y.Count - (within ? 1 : 0);
            TensorPrimitives.Divide(sums, others, sums);
            return new(sums, TensorPrimitives.Sum<double>(squares) / (others * x.Count));
        }
    }
}
