using Qdiff.Tensors;

namespace Qdiff.Evaluation;

/// <summary>
/// The paired permutation test: if two arms did not differ, each pair's difference might as well have the other sign; p is the
/// share of sign patterns whose mean difference is at least as far from 0 as the one seen.
/// </summary>
/// <param name="P">The two-sided p-value.</param>
/// <param name="Exact">Whether all sign patterns were counted, not a random choice of them.</param>
/// <param name="Patterns">How many patterns were counted.</param>
/// <param name="SmallestP">
/// The smallest p that so few pairs can give: with 5 seeds 0.0625, so that nothing can be "significant at 0.05". Of many pairs
/// that which so many patterns can show.
/// </param>
/// <remarks>
/// Fisher 1935, "The Design of Experiments", section 21; (hits + 1)/(patterns + 1) when drawn at random: Phipson and Smyth 2010.
/// </remarks>
public sealed record PermutationTest(double P, bool Exact, int Patterns, double SmallestP)
{
    const int MostExactPairs = 16;

    /// <summary>
    /// Tests paired differences: exactly up to 16 pairs, else by <paramref name="patterns"/> random sign patterns.
    /// </summary>
    public static PermutationTest OfDifferences(ReadOnlySpan<double> differences, int patterns = 100_000, long seed = 0)
    {
        int n = differences.Length;
        if (n < 2) throw new InputException($"A paired test needs at least 2 pairs, got {n}. Run both arms with more seeds.");
        if (patterns < 1) throw new InputException($"A random test needs sign patterns, better 10,000 or more; got {patterns}.");
        double seen = 0, size = 0;
        foreach (double difference in differences)
        {
            if (!double.IsFinite(difference))
                throw new InputException(Invariant($"A paired difference is {difference}; look at the runs it comes from."));
            seen += difference;
            size += Math.Abs(difference);
        }

        // Sums that are equal but for rounding are as extreme as the one seen.
        double bar = Math.Abs(seen) - 1e-12 * size;
        int hits = 0;
        if (n <= MostExactPairs)
        {
            for (int pattern = 0; pattern < 1 << n; pattern++)
                if (Math.Abs(Flipped(differences, (uint)pattern)) >= bar) hits++;
            return new(hits / (double)(1 << n), true, 1 << n, 2.0 / (1 << n));
        }

        var random = new RandomStream(seed, "permutation test");
        for (int i = 0; i < patterns; i++)
        {
            double sum = 0;
            for (int j = 0; j < n; j += 32) sum += Flipped(differences.Slice(j, Math.Min(32, n - j)), random.NextBits());
            if (Math.Abs(sum) >= bar) hits++;
        }

        // No pattern may have been hit that all patterns would have: the one seen and its mirror image.
        double smallest = Math.Max(Math.Pow(2, 1 - n), 1.0 / (patterns + 1.0));
        return new(Math.Max((hits + 1.0) / (patterns + 1.0), smallest), false, patterns, smallest);
    }

    static double Flipped(ReadOnlySpan<double> differences, uint signs)
    {
        double sum = 0;
        for (int i = 0; i < differences.Length; i++) sum += (signs >> i & 1) == 0 ? differences[i] : -differences[i];
        return sum;
    }
}
