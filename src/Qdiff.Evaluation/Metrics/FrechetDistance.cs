using System.Numerics.Tensors;

namespace Qdiff.Evaluation;

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

    /// <summary>The distance of two sets of images by a network's usual layer, the last one before its logits: FID if the network
    /// is an <see cref="InceptionNetwork"/>.</summary>
    /// <exception cref="InputException">Images that the network does not take, a network that has logits only, or what
    /// <see cref="Between(FeatureSet, FeatureSet)"/> refuses.</exception>
    public static double Between(ImageSet a, ImageSet b, FeatureNetwork network)
    {
        string[] layers = [network.LayerForDistances.Name];
        return Between(network.Extract(a, layers)[0], network.Extract(b, layers)[0]);
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
    /// The interval of the mean distance of repeated draws of both sets at these numbers of samples, by their distances in
    /// <paramref name="resamples"/> random splits into halves.
    /// </summary>
    /// <remarks>
    /// The bias of the distance stays in it, for it is that of all values of the same protocol; see <see cref="FidBiasCurve"/>.
    /// Halves, not resamples with repetition, which hold 63% of the samples and vary up to 2.6 times as much where there are few
    /// samples a feature. For equal distributions the interval errs to the wide side: what then remains of the distance falls as
    /// 1/n, which halves see at twice its size.
    /// </remarks>
    /// <exception cref="InputException">
    /// What <see cref="Between(FeatureSet, FeatureSet)"/> refuses, or fewer than four samples.
    /// </exception>
    public static Interval Interval(FeatureSet a, FeatureSet b, int resamples = 50, double level = 0.95, long seed = 0)
    {
        Qdiff.Evaluation.Interval.RequireLevel(level);
        Interval around = OfHalves(a, b, resamples, seed).Symmetric(level);
        return around with { Low = Math.Max(0, around.Low) };
    }

    /// <summary>The distance and its variance over draws of both sets.</summary>
    internal static SampledValue OfHalves(FeatureSet a, FeatureSet b, int splits, long seed)
    {
        FeatureSet.RequireComparable(a, b, fewest: 4);
        if (splits < 2)
            throw new InputException($"An interval needs at least 2 splits into halves, better 20 or more; got {splits}.");
        double[] first = new double[splits], second = new double[splits];
        Parallel.For(0, splits, split =>
        {
            (int[] firstOfA, int[] secondOfA) = Halves.Draw(a.Count, "first set", split, seed);
            (int[] firstOfB, int[] secondOfB) = Halves.Draw(b.Count, "second set", split, seed);
            first[split] = Between(Part(a, firstOfA), Part(b, firstOfB));
            second[split] = Between(Part(a, secondOfA), Part(b, secondOfB));
        });
        return new(Between(a, b), Halves.Variance(first, second), splits);

        // By multiplicities, because a half may happen to hold one image only, which a set may not.
        static FeatureStatistics Part(FeatureSet set, int[] rows)
        {
            var times = new int[set.Count];
            foreach (int row in rows) times[row] = 1;
            return FeatureStatistics.Of(set, times);
        }
    }

    /// <summary>F₁·F₂ᵀ, rank₁ × rank₂.</summary>
    static double[] CrossFactor(FeatureStatistics a, FeatureStatistics b)
    {
        var cross = new double[a.Rank * b.Rank];
        BlockedProduct.Run(a.Rank, b.Rank, a.Width, BlockedProduct.Rows(a.Factor, a.Width),
            BlockedProduct.Rows(b.Factor, b.Width), (i0, tall, j0, wide, tile, stride) =>
            {
                for (int i = 0; i < tall; i++) tile.Slice(i * stride, wide).CopyTo(cross.AsSpan((i0 + i) * b.Rank + j0));
            });
        return cross;
    }
}
