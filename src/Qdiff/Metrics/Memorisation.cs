using Qdiff.Tensors;

namespace Qdiff;

/// <summary>
/// Whether generated samples are copies of the training set: distances from each sample to its nearest training sample, judged by
/// the same distances of held-out real samples, which cannot have been copied.
/// </summary>
/// <param name="NearerToTraining">
/// Share of generated samples whose nearest training sample is nearer than their nearest held-out sample, the larger of the two
/// sets cut at random to the size of the smaller; ties count half. One half when nothing is memorised.
/// </param>
/// <param name="CloseShare">
/// Share of generated samples that are closer to the training set (its part of that size) than all but the closest
/// <paramref name="CloseQuantile"/> of the held-out samples are. Equals <paramref name="CloseQuantile"/> when nothing is
/// memorised and samples are as good as real ones.
/// </param>
/// <param name="CloseQuantile">The quantile that says what is close.</param>
/// <param name="CopyScore">
/// Z-score of the Mann–Whitney test that generated samples are further from the training set than held-out ones: far above 0
/// means samples that lie off the data; below −3 they lie nearer than unseen images do, be it that they are copies (then
/// <paramref name="NearerToTraining"/> is well above one half too) or only that they are less varied.
/// </param>
/// <param name="MedianToTraining">Median distance from a generated sample to its nearest training sample.</param>
/// <param name="MedianHeldOutToTraining">Median distance from a held-out sample to its nearest training sample.</param>
/// <param name="ExactCopies">Generated samples at distance 0 from a training sample.</param>
/// <remarks>
/// Meehan, Chaudhuri and Dasgupta 2020, arXiv 2004.05675, section 3.2 (Z_U over the whole space, without their cells) for
/// <paramref name="CopyScore"/>; the two shares are its plain-word companions. Distances are Euclidean in feature space.
/// </remarks>
public sealed record Memorisation(double NearerToTraining, double CloseShare, double CloseQuantile, double CopyScore,
    double MedianToTraining, double MedianHeldOutToTraining, int ExactCopies)
{
    /// <summary>Judges <paramref name="generated"/> by its training set and real samples that were not trained on.</summary>
    /// <exception cref="InputException">Different extractors or widths, fewer than two samples, or identical samples.</exception>
    public static Memorisation Of(FeatureSet generated, FeatureSet training, FeatureSet heldOut, double closeQuantile = 0.05,
        long seed = 0)
    {
        FeatureSet.RequireComparable(generated, training);
        FeatureSet.RequireComparable(generated, heldOut);
        Qdiff.Interval.RequireLevel(closeQuantile);

        // The nearest of many is nearer than the nearest of few: both references must have the same size.
        int exactCopies = NearestNeighbours.Distances(generated, training).Count(distance => distance == 0);
        int size = Math.Min(training.Count, heldOut.Count);
        FeatureSet trainingPart = Part(training, size, new(seed, "memorisation, training part"));
        FeatureSet heldOutPart = Part(heldOut, size, new(seed, "memorisation, held-out part"));
        double[] toTraining = NearestNeighbours.Distances(generated, trainingPart);
        double[] toHeldOut = NearestNeighbours.Distances(generated, heldOutPart);
        double[] heldOutToTraining = NearestNeighbours.Distances(heldOut, trainingPart);

        double nearer = toTraining.Zip(toHeldOut, (t, h) => t < h ? 1 : t == h ? 0.5 : 0).Average();
        double[] sortedReal = [.. heldOutToTraining.Order()], sortedGenerated = [.. toTraining.Order()];
        double close = Bootstrap.Quantile(sortedReal, closeQuantile);
        return new(nearer, toTraining.Count(distance => distance < close) / (double)generated.Count, closeQuantile,
            MannWhitney(sortedGenerated, sortedReal), Bootstrap.Quantile(sortedGenerated, 0.5),
            Bootstrap.Quantile(sortedReal, 0.5), exactCopies);
    }

    static FeatureSet Part(FeatureSet set, int size, RandomStream random) =>
        size == set.Count ? set : set.Take(random.Permutation(set.Count).AsSpan(0, size));

    /// <summary>
    /// (U − mean)/deviation, U the number of pairs with x above y, ties half; by the normal approximation, corrected for ties.
    /// </summary>
    /// <remarks>Mann and Whitney 1947.</remarks>
    internal static double MannWhitney(double[] x, double[] y)
    {
        (double Value, bool IsX)[] all =
            [.. x.Select(v => (v, true)).Concat(y.Select(v => (v, false))).OrderBy(entry => entry.Item1)];
        double rankSum = 0, ties = 0, n = x.Length, m = y.Length, total = n + m;
        for (int i = 0, j; i < all.Length; i = j)
        {
            for (j = i; j < all.Length && all[j].Value == all[i].Value; j++) ;
            double rank = (i + 1 + j) / 2.0, size = j - i;
            for (int p = i; p < j; p++)
                if (all[p].IsX) rankSum += rank;
            ties += size * size * size - size;
        }

        double u = rankSum - n * (n + 1) / 2;
        double variance = n * m / 12 * (total + 1 - ties / (total * (total - 1)));
        return variance > 0 ? (u - n * m / 2) / Math.Sqrt(variance) : 0;
    }
}
