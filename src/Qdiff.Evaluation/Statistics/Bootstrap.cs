using Qdiff.Tensors;

namespace Qdiff.Evaluation;

/// <summary>
/// Intervals by resampling the samples themselves, with replacement. Resample r depends on the seed and r alone.
/// </summary>
/// <remarks>Efron and Tibshirani 1993, "An Introduction to the Bootstrap", chapter 13 (percentile intervals).</remarks>
public static class Bootstrap
{
    /// <summary>The percentile interval of a statistic of one set of <paramref name="count"/> samples.</summary>
    /// <param name="statistic">
    /// The statistic when sample i counts as often as the array says; called from several threads.
    /// </param>
    public static Interval Percentile(int count, Func<int[], double> statistic, int resamples = 1000, double level = 0.95,
        long seed = 0) =>
        Percentile(Distribution(count, statistic, resamples, seed), level);

    /// <summary>The interval between the (1 − level)/2 and (1 + level)/2 quantiles of <paramref name="distribution"/>.</summary>
    public static Interval Percentile(ReadOnlySpan<double> distribution, double level = 0.95)
    {
        Qdiff.Evaluation.Interval.RequireLevel(level);
        double[] sorted = distribution.ToArray();
        Array.Sort(sorted);
        return new(Quantile(sorted, (1 - level) / 2), Quantile(sorted, (1 + level) / 2), level);
    }

    /// <summary>A statistic of one set, resampled.</summary>
    public static double[] Distribution(int count, Func<int[], double> statistic, int resamples = 1000, long seed = 0) =>
        Distribution(count, 0, (first, _) => statistic(first), resamples, seed);

    /// <summary>A statistic of two sets, each resampled by itself.</summary>
    public static double[] Distribution(int countA, int countB, Func<int[], int[], double> statistic, int resamples = 1000,
        long seed = 0)
    {
        if (countA < 2) throw new InputException($"Resampling needs at least 2 samples, got {countA}.");
        if (resamples < 2)
            throw new InputException($"A bootstrap interval needs at least 2 resamples, better 100 or more; got {resamples}.");
        var values = new double[resamples];
        Parallel.For(0, resamples, r =>
        {
            var random = new RandomStream(seed, "bootstrap", r);
            values[r] = statistic(Resample(random, countA), Resample(random, countB));
        });
        return values;
    }

    /// <summary>The quantile of sorted values at <paramref name="share"/>, between neighbours in proportion.</summary>
    /// <remarks>Hyndman and Fan 1996, type 7, which is numpy's default.</remarks>
    internal static double Quantile(ReadOnlySpan<double> sorted, double share)
    {
        double position = share * (sorted.Length - 1);
        int below = Math.Min((int)position, sorted.Length - 1), above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
    }

    static int[] Resample(RandomStream random, int count)
    {
        // A resample in which one sample fills all places has no covariance; at sizes that mean anything it never comes up.
        for (var times = new int[count]; ; Array.Clear(times))
        {
            for (int i = 0; i < count; i++) times[random.Next(count)]++;
            if (count < 2 || times.Count(t => t > 0) > 1) return times;
        }
    }
}
