namespace Qdiff.Evaluation;

/// <summary>
/// <paramref name="Density"/>: how many balls of real samples a generated sample lies in, over k (1 for equal distributions, more
/// when the samples crowd where the real ones are dense). <paramref name="Coverage"/>: the share of real samples whose ball holds
/// a generated one.
/// </summary>
/// <remarks>
/// Naeem et al. 2020, arXiv 2002.09797, equations 3 and 4: balls around the real samples only, out to the k-th nearest other real
/// sample, border included. Unlike precision and recall they do not hang on single outliers.
/// </remarks>
public readonly record struct DensityCoverage(double Density, double Coverage)
{
    /// <summary>Of generated samples against real ones, with the k-th neighbour at <paramref name="neighbours"/>.</summary>
    /// <exception cref="InputException">
    /// Different extractors or widths, no more samples than neighbours, or identical samples.
    /// </exception>
    public static DensityCoverage Between(FeatureSet real, FeatureSet generated, int neighbours = 5)
    {
        NearestNeighbours.RequireNeighbours(real, generated, neighbours);
        double[] radii = NearestNeighbours.SquaredRadii(real, neighbours);
        var inside = new int[real.Count];
        NearestNeighbours.ForEach(real, generated, (row, _, squares) =>
        {
            foreach (double square in squares)
                if (square <= radii[row]) inside[row]++;
        });
        long hits = inside.Sum(count => (long)count);
        return new(hits / ((double)neighbours * generated.Count), inside.Count(count => count > 0) / (double)real.Count);
    }

    /// <summary>
    /// The intervals of the mean density and coverage of repeated draws of both sets, the balls with them.
    /// </summary>
    /// <exception cref="InputException">What <see cref="Between"/> refuses, or too few samples for halves of them.</exception>
    public static (Interval Density, Interval Coverage) Intervals(FeatureSet real, FeatureSet generated, int neighbours = 5,
        double level = 0.95, long seed = 0)
    {
        Qdiff.Evaluation.Interval.RequireLevel(level);
        NearestNeighbours.RequireNeighbours(real, generated, FewestForHalves(neighbours) - 1);
        return (DensityInterval(BallJackknife.Density(generated, real, neighbours), real, generated, neighbours, level),
            CoverageInterval(Between(real, generated, neighbours).Coverage, real, generated, neighbours, level, seed));
    }

    /// <summary>Samples of which each half has a k-th neighbour.</summary>
    internal static int FewestForHalves(int neighbours) => 2 * (neighbours + 1);

    /// <summary>Where no ball holds a sample, as far up as if each sample lay in k balls or in none.</summary>
    internal static Interval DensityInterval(SampledValue density, FeatureSet real, FeatureSet generated, int neighbours,
        double level)
    {
        Interval around = density.Value > 0 ? density.OfPositive(level)
            : density.OfShare(PrecisionRecall.Coins(real, generated), level);
        // No sample lies in more balls than there are.
        return around with { High = Math.Min(around.High, real.Count / (double)neighbours) };
    }

    internal static Interval CoverageInterval(double coverage, FeatureSet real, FeatureSet generated, int neighbours,
        double level, long seed)
    {
        (double variance, double mean) = BallHalves.Covered(real, generated, neighbours, seed);
        // As many coins as vary so much where the halves are, whose balls are a little wider and their share another.
        double coins = variance > 0 ? mean * (1 - mean) / variance : PrecisionRecall.Coins(real, generated);
        return Interval.OfShare(coverage, coins, level);
    }

    /// <summary>The coverage that equal distributions have at these counts, 1 when the numbers are large.</summary>
    /// <remarks>
    /// Naeem et al. 2020, section 3.3: 1 − ∏ᵢ (N − i)/(M + N − i) over i = 1 … k … for N real and M generated samples.
    /// </remarks>
    public static double ExpectedCoverage(int real, int generated, int neighbours)
    {
        // The chance that none of the M samples is among the k nearest of the N − 1 + M around a real sample.
        double none = 1;
        for (int i = 1; i <= neighbours; i++) none *= (real - i) / (double)(real + generated - i);
        return 1 - none;
    }
}
