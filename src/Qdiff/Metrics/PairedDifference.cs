namespace Qdiff;

/// <summary>Two arms run with the same seeds, compared seed by seed: first minus second.</summary>
/// <param name="Mean">Mean difference.</param>
/// <param name="Interval">Its interval by Student's t over the seeds.</param>
/// <param name="Test">The permutation test that there is no difference.</param>
/// <param name="FirstLower">Seeds for which the first arm's value is the lower.</param>
/// <param name="Pairs">Number of seeds.</param>
public sealed record PairedDifference(double Mean, Interval Interval, PermutationTest Test, int FirstLower, int Pairs)
{
    /// <summary>Compares values of which the i-th of each arm had the same seed.</summary>
    /// <exception cref="InputException">Unequal numbers of values, or fewer than two pairs.</exception>
    public static PairedDifference Of(ReadOnlySpan<double> first, ReadOnlySpan<double> second, double level = 0.95)
    {
        if (first.Length != second.Length)
            throw new InputException($"A paired comparison needs the same seeds in both arms; they have {first.Length} and "
                + $"{second.Length} runs. Run the missing seeds or leave the others out.");
        var differences = new double[first.Length];
        for (int i = 0; i < differences.Length; i++) differences[i] = first[i] - second[i];
        PermutationTest test = PermutationTest.OfDifferences(differences);
        return new(MeanAndDeviation.Of(differences, freedomLost: 1).Mean, Qdiff.Interval.OfMean(differences, level), test,
            differences.Count(difference => difference < 0), differences.Length);
    }

    /// <summary>Compares metric values seed by seed; all of them must have been measured in the same way.</summary>
    /// <exception cref="InputException">
    /// Different seeds in the two arms, different protocols, or fewer than two pairs.
    /// </exception>
    public static PairedDifference Of(IReadOnlyDictionary<long, MetricValue> first, IReadOnlyDictionary<long, MetricValue> second,
        double level = 0.95)
    {
        long[] lonely = [.. first.Keys.Except(second.Keys).Concat(second.Keys.Except(first.Keys)).Order()];
        if (lonely.Length > 0)
            throw new InputException($"Seed {lonely[0]} was run in one arm only; a paired comparison needs both. Run it in the "
                + "other arm or leave it out.");
        long[] seeds = [.. first.Keys.Order()];
        MetricValue.RequireOneProtocol([.. seeds.Select(seed => first[seed]), .. seeds.Select(seed => second[seed])]);
        return Of([.. seeds.Select(seed => first[seed].Value)], [.. seeds.Select(seed => second[seed].Value)], level);
    }
}
