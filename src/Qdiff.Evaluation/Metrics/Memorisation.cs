using Qdiff.Tensors;

namespace Qdiff.Evaluation;

/// <summary>
/// Whether generated samples are copies of the training set: distances from each sample to its nearest training sample, judged by
/// the same distances of held-out real samples, which cannot have been copied.
/// </summary>
/// <param name="NearerToTraining">
/// Share of generated samples whose nearest training sample is nearer than their nearest held-out sample, the larger of the two
/// sets cut at random to the size of the smaller; ties count half. One half when nothing is memorised and both sets are
/// draws of one law, however poor the samples are; where they are not, as MNIST's parts are not, what unseen real images get.
/// </param>
/// <param name="NearerDeviation">
/// Deviation of <paramref name="NearerToTraining"/> if none is copied: over all ways to share out the images of the two sets
/// between them. Where samples lie off the data, few images are the nearest of many samples, and it is large.
/// </param>
/// <param name="ExchangeScore">
/// How many such deviations more samples have a training image as the nearest of all images than the share of training images
/// among them; over the whole training set, which finds copies better than a part of it. Where both sets are draws of one law,
/// unseen real images get about 0, and <see cref="Beyond"/> above what they get says copies, whatever the quality of samples.
/// Where they get more or less than <see cref="Beyond"/>, as far less on MNIST, the sets are not, and no score says copies by
/// itself: samples of the training images' law are above unseen images without being copies.
/// </param>
/// <param name="CloseShare">
/// Share of generated samples that are closer to the training set (its part of that size) than all but the closest
/// <paramref name="CloseQuantile"/> of the held-out samples are. Equals <paramref name="CloseQuantile"/> when nothing is
/// memorised and samples are as good as real ones.
/// </param>
/// <param name="CloseQuantile">The quantile that says what is close.</param>
/// <param name="CopyScore">
/// Z-score of the Mann–Whitney test that generated samples are further from the training set than held-out ones: far above 0
/// means samples that lie off the data; below −3 they lie nearer than unseen images do, be it that they are copies (which
/// <paramref name="ExchangeScore"/> tells) or only that they are less varied.
/// </param>
/// <param name="MedianToTraining">Median distance from a generated sample to its nearest training sample.</param>
/// <param name="MedianHeldOutToTraining">Median distance from a held-out sample to its nearest training sample.</param>
/// <param name="ExactCopies">Generated samples at distance 0 from a training sample.</param>
/// <remarks>
/// Meehan, Chaudhuri and Dasgupta 2020, arXiv 2004.05675, section 3.2 (Z_U over the whole space, without their cells) for
/// <paramref name="CopyScore"/>; the two shares are its plain-word companions. Distances are Euclidean in feature space.
/// </remarks>
public sealed record Memorisation(double NearerToTraining, double CloseShare, double CloseQuantile, double CopyScore,
    double MedianToTraining, double MedianHeldOutToTraining, int ExactCopies, double NearerDeviation = 0,
    double ExchangeScore = 0)
{
    /// <summary>How far above that of unseen images an <see cref="ExchangeScore"/> says copies, and how far from 0 that of unseen
    /// images says that the two sets differ.</summary>
    internal const double Beyond = 3;

    /// <summary>
    /// The interval of the mean of <see cref="NearerToTraining"/> over repeated draws of all three sets; it holds one half as
    /// often as it says when nothing is copied, and errs to the wide side when much is.
    /// </summary>
    public Interval Interval(double level = 0.95)
    {
        Interval around = new SampledValue(NearerToTraining, NearerDeviation * NearerDeviation, double.PositiveInfinity)
            .Symmetric(level);
        return around with { Low = Math.Max(0, around.Low), High = Math.Min(1, around.High) };
    }

    /// <summary>Judges <paramref name="generated"/> by its training set and real samples that were not trained on.</summary>
    /// <exception cref="InputException">Different extractors or widths, fewer than two samples, or identical samples.</exception>
    public static Memorisation Compute(FeatureSet generated, FeatureSet training, FeatureSet heldOut, double closeQuantile = 0.05,
        long seed = 0)
    {
        FeatureSet.RequireComparable(generated, training);
        FeatureSet.RequireComparable(generated, heldOut);
        Qdiff.Evaluation.Interval.RequireLevel(closeQuantile);

        // The nearest of many is nearer than the nearest of few: both references must have the same size.
        (double[] Distances, int[] Which) nearestTraining = NearestNeighbours.Nearest(generated, training),
            nearestHeldOut = NearestNeighbours.Nearest(generated, heldOut);
        int exactCopies = nearestTraining.Distances.Count(distance => distance == 0);
        int size = Math.Min(training.Count, heldOut.Count);
        FeatureSet trainingPart = Part(training, size, new(seed, "memorisation, training part"));
        FeatureSet heldOutPart = Part(heldOut, size, new(seed, "memorisation, held-out part"));
        (double[] Distances, int[] Which) nearestPart = Nearest(trainingPart, training, nearestTraining),
            nearestOther = Nearest(heldOutPart, heldOut, nearestHeldOut);
        double[] toTraining = nearestPart.Distances;
        double[] heldOutToTraining = NearestNeighbours.Distances(heldOut, trainingPart);
        (double nearer, double deviation) = Exchange(nearestPart, size, nearestOther, size);
        (double nearerAll, double deviationAll) = Exchange(nearestTraining, training.Count, nearestHeldOut, heldOut.Count);
        double excess = nearerAll - training.Count / (double)(training.Count + heldOut.Count);
        double[] sortedReal = [.. heldOutToTraining.Order()], sortedGenerated = [.. toTraining.Order()];
        double close = Quantile.Of(sortedReal, closeQuantile);
        return new(nearer, toTraining.Count(distance => distance < close) / (double)generated.Count, closeQuantile,
            MannWhitney(sortedGenerated, sortedReal), Quantile.Of(sortedGenerated, 0.5),
            Quantile.Of(sortedReal, 0.5), exactCopies, deviation, deviationAll > 0 ? excess / deviationAll : 0);

        // Of the part that is the whole it is known.
        (double[], int[]) Nearest(FeatureSet part, FeatureSet whole, (double[], int[]) known) =>
            part == whole ? known : NearestNeighbours.Nearest(generated, part);
    }

    /// <summary>
    /// The share of samples whose nearest image of both sets is a training image, ties half, and its deviation over all exchanges
    /// of images between the sets: if none is copied, which of the images were learned from is as good as drawn by lot.
    /// </summary>
    /// <remarks>
    /// Σ cᵢLᵢ/m, cᵢ the number of samples that image i is the nearest of and L a random choice of n of N images, has the variance
    /// n(1 − n/N)·S²/m² with S² that of c: sampling without replacement, Cochran 1977, section 2.5.
    /// </remarks>
    internal static (double Share, double Deviation) Exchange((double[] Distances, int[] Which) training, int trainingCount,
        (double[] Distances, int[] Which) heldOut, int heldOutCount)
    {
        double samples = training.Distances.Length, nearer = 0, all = trainingCount + heldOutCount;
        var nearestOf = new double[trainingCount + heldOutCount];
        for (int i = 0; i < training.Distances.Length; i++)
        {
            double t = training.Distances[i], h = heldOut.Distances[i];
            nearer += t < h ? 1 : t == h ? 0.5 : 0;
            if (t < h) nearestOf[training.Which[i]]++;
            else if (h < t) nearestOf[trainingCount + heldOut.Which[i]]++;
        }

        double spread = MeanAndDeviation.Of(nearestOf, freedomLost: 1).Deviation;
        return (nearer / samples, Math.Sqrt(trainingCount * (1 - trainingCount / all)) * spread / samples);
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
