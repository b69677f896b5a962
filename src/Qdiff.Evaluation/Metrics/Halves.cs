using Qdiff.Tensors;

namespace Qdiff.Evaluation;

/// <summary>
/// Random halves of a set. A statistic of two disjoint halves is drawn twice independently; half the mean square of the
/// differences is its variance at half the samples, and half of that again its variance at all of them. Without repetition,
/// unlike resamples: no sample is its own neighbour.
/// </summary>
/// <remarks>
/// McCarthy 1969, "Pseudo-replication: half samples". Halves of split s depend on the seed, the set's name and s alone.
/// </remarks>
static class Halves
{
    /// <summary>With fewer samples in a set halves of it would say nothing.</summary>
    public const int Fewest = 4;

    /// <summary>The samples of the first half in this split, then those of the second.</summary>
    public static (int[] First, int[] Second) Draw(int count, string which, int split, long seed)
    {
        int[] order = new RandomStream(seed, "halves, " + which, split).Permutation(count);
        return (order[..(count / 2)], order[(count / 2)..]);
    }

    /// <summary>Splits 0 to 63 at once: bit s says whether a sample lies in the first half of split s.</summary>
    public static ulong[] Sides(int count, string which, long seed)
    {
        var sides = new ulong[count];
        for (int split = 0; split < 64; split++)
            foreach (int sample in Draw(count, which, split, seed).First) sides[sample] |= 1ul << split;
        return sides;
    }

    /// <summary>The statistic's variance at all samples, from its values in both halves of each split.</summary>
    public static double Variance(ReadOnlySpan<double> first, ReadOnlySpan<double> second)
    {
        double squares = 0;
        for (int s = 0; s < first.Length; s++) squares += (first[s] - second[s]) * (first[s] - second[s]);
        return squares / (4 * first.Length);
    }
}
