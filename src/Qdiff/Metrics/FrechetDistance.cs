using System.Numerics.Tensors;

namespace Qdiff;

/// <summary>
/// The Fréchet distance of two sets of features taken for Gaussians, FID when the features are Inception's:
/// ‖μ₁ − μ₂‖² + tr Σ₁ + tr Σ₂ − 2·tr (Σ₁^½ Σ₂ Σ₁^½)^½.
/// </summary>
/// <remarks>
/// Heusel et al. 2017, arXiv 1706.08500, equation 6, in the symmetric form, which is real and not negative by construction. With
/// any factors Σᵢ = FᵢᵀFᵢ the last trace is the sum of the singular values of F₁F₂ᵀ. Taking it so, rather than as square roots of
/// eigenvalues of a product, loses no digits where covariances are singular: an eigenvalue of 0 ± 10⁻¹⁶ would have the square
/// root 10⁻⁸.
/// </remarks>
public static class FrechetDistance
{
    /// <summary>The distance of two sets of features.</summary>
    /// <exception cref="InputException">Different extractors or widths, fewer than two samples, or identical samples.</exception>
    public static double Between(FeatureSet a, FeatureSet b)
    {
        FeatureSet.RequireComparable(a, b);
        return Between(FeatureStatistics.Of(a), FeatureStatistics.Of(b));
    }

    /// <summary>The distance of two sets known by their statistics.</summary>
    /// <exception cref="InputException">Different extractors or widths.</exception>
    public static double Between(FeatureStatistics a, FeatureStatistics b)
    {
        FeatureSet.RequireSameKind(a.Extractor, a.Width, b.Extractor, b.Width);
        double means = TensorPrimitives.Distance(a.Mean, b.Mean);
        double shared = TensorPrimitives.Sum<double>(SingularValues.Of(CrossFactor(a, b), a.Rank, b.Rank));
        // Not negative in exact arithmetic; rounding may leave −10⁻¹⁵ of the traces for equal sets.
        return Math.Max(0, means * means + a.Trace + b.Trace - 2 * shared);
    }

    /// <summary>
    /// The interval of the distance at these numbers of samples, by resampling both sets: the quantiles of the resampled
    /// distances, moved so that their mean lies on the distance itself.
    /// </summary>
    /// <remarks>
    /// A resample holds only 63% of the samples, and fewer samples give a larger distance: the raw quantiles would lie above the
    /// distance, often not even around it. What is kept is their spread. The bias of the distance itself stays in it; see
    /// <see cref="FidBiasCurve"/>.
    /// </remarks>
    public static Interval Interval(FeatureSet a, FeatureSet b, int resamples = 100, double level = 0.95, long seed = 0)
    {
        FeatureSet.RequireComparable(a, b);
        double distance = Between(a, b);
        double[] resampled = Bootstrap.Distribution(a.Count, b.Count,
            (countsA, countsB) => Between(FeatureStatistics.Of(a, countsA), FeatureStatistics.Of(b, countsB)), resamples, seed);
        double shift = distance - TensorPrimitives.Sum<double>(resampled) / resamples;
        Interval quantiles = Bootstrap.Percentile(resampled, level);
        return new(Math.Max(0, quantiles.Low + shift), quantiles.High + shift, level);
    }

    /// <summary>F₁·F₂ᵀ, rank₁ × rank₂.</summary>
    static double[] CrossFactor(FeatureStatistics a, FeatureStatistics b)
    {
        var cross = new double[a.Rank * b.Rank];
        BlockedProduct.Run(a.Rank, b.Rank, a.Width, BlockedProduct.Rows(a.Factor, a.Width),
            BlockedProduct.Rows(b.Factor, b.Width),
            (i0, tall, j0, wide, tile, stride) =>
            {
                for (int i = 0; i < tall; i++) tile.Slice(i * stride, wide).CopyTo(cross.AsSpan((i0 + i) * b.Rank + j0));
            });
        return cross;
    }
}
