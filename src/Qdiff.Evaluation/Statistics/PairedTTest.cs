using MathNet.Numerics.Distributions;

namespace Qdiff.Evaluation;

/// <summary>Student's t-test of paired differences, its correction for many of them, and what it can find.</summary>
/// <remarks>
/// It takes the differences for Gaussian. Those of two arms that do not differ are symmetric whatever the law of the values, and
/// then it seldom errs; the <see cref="PermutationTest"/> beside it assumes nothing, but needs six pairs to get below 0.05.
/// </remarks>
public static class PairedTTest
{
    /// <summary>How often what is called detectable is found.</summary>
    public const double Power = 0.8;

    /// <summary>The two-sided p of a mean difference 0; the differences must not all be alike.</summary>
    /// <remarks>Student 1908, "The probable error of a mean".</remarks>
    public static double P(double mean, double deviation, int pairs) =>
        2 * StudentT.CDF(0, 1, pairs - 1, -Math.Abs(mean) * Math.Sqrt(pairs) / deviation);

    /// <summary>
    /// p-values corrected so that with any number of tests, however they hang together, one that finds what is not there comes up
    /// no more often than a single one would: the i-th smallest of m times m + 1 − i, no smaller than those before it.
    /// </summary>
    /// <remarks>Holm 1979, "A simple sequentially rejective multiple test procedure".</remarks>
    public static double[] Holm(IReadOnlyList<double> p)
    {
        var corrected = new double[p.Count];
        double least = 0;
        foreach ((int rank, int test) in Enumerable.Range(0, p.Count).OrderBy(i => p[i]).Index())
            corrected[test] = least = Math.Max(least, Math.Min(1, (p.Count - rank) * p[test]));
        return corrected;
    }

    /// <summary>
    /// The mean difference that is found at this <paramref name="level"/> in <see cref="Power"/> of all cases where differences
    /// deviate so much from pair to pair.
    /// </summary>
    /// <remarks>
    /// By the noncentral t: |Z + δ| above the bar times the root of χ²/ν, averaged over quantiles of χ² and solved for δ.
    /// </remarks>
    public static double Detectable(double deviation, int pairs, double level)
    {
        const int points = 400;
        int freedom = pairs - 1;
        double bar = StudentQuantile.Of(freedom, 1 - level / 2);
        double[] bars = [.. Enumerable.Range(0, points)
            .Select(i => bar * Math.Sqrt(ChiSquared.InvCDF(freedom, (i + 0.5) / points) / freedom))];
        double low = 0, high = 1;
        while (Found(high) < Power) high *= 2;
        for (int i = 0; i < 60; i++)
            if (Found((low + high) / 2) < Power) low = (low + high) / 2;
            else high = (low + high) / 2;
        return high * deviation / Math.Sqrt(pairs);

        double Found(double shift) => bars.Average(b => Normal.CDF(0, 1, shift - b) + Normal.CDF(0, 1, -shift - b));
    }
}
