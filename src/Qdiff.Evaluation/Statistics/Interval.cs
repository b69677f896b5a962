using MathNet.Numerics.Distributions;

namespace Qdiff.Evaluation;

/// <summary>
/// An interval of confidence: from <paramref name="Low"/> to <paramref name="High"/> at <paramref name="Level"/>, for instance
/// 0.95.
/// </summary>
public readonly record struct Interval(double Low, double High, double Level)
{
    /// <summary>Whether the interval holds <paramref name="value"/>, ends included.</summary>
    public bool Contains(double value) => value >= Low && value <= High;

    /// <summary>
    /// The interval of the mean of <paramref name="values"/>, one a seed: mean ± t·s/√n, with Student's t of n − 1 degrees of
    /// freedom.
    /// </summary>
    /// <remarks>Student 1908, "The probable error of a mean".</remarks>
    /// <exception cref="InputException">Fewer than two values: one run says nothing of the spread between runs.</exception>
    public static Interval OfMean(ReadOnlySpan<double> values, double level = 0.95)
    {
        RequireLevel(level);
        if (values.Length < 2)
            throw new InputException($"An interval over seeds needs at least 2 runs, got {values.Length}. Repeat the run with "
                + "other seeds.");
        (double mean, double deviation) = MeanAndDeviation.Of(values, freedomLost: 1);
        return OfMean(mean, deviation, values.Length, level);
    }

    /// <summary>The same from the values' mean, their deviation (divided by n − 1) and number.</summary>
    internal static Interval OfMean(double mean, double deviation, int count, double level = 0.95)
    {
        double t = StudentQuantile.Of(count - 1, (1 + level) / 2);
        double half = t * deviation / Math.Sqrt(count);
        return new(mean - half, mean + half, level);
    }

    /// <summary>
    /// The exact interval of a share of <paramref name="count"/> coins, which need be no whole number; it holds at least as often
    /// as it says.
    /// </summary>
    /// <remarks>Clopper and Pearson 1934, by quantiles of the beta distribution.</remarks>
    internal static Interval OfShare(double share, double count, double level)
    {
        double hits = share * count, misses = count - hits, tail = (1 - level) / 2;
        // In closed form at the ends, where a search for the quantile of a thousandth of a coin would find nothing.
        if (share <= 0) return new(0, 1 - Math.Pow(tail, 1 / count), level);
        if (share >= 1) return new(Math.Pow(tail, 1 / count), 1, level);
        return new(Beta.InvCDF(hits, misses + 1, tail), Beta.InvCDF(hits + 1, misses, 1 - tail), level);
    }

    internal static void RequireLevel(double level)
    {
        if (!(level is > 0 and < 1))
            throw new InputException(Invariant($"A level of confidence lies between 0 and 1, for instance 0.95; got {level}."));
    }
}
