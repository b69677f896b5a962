using System.Text.Json.Serialization;

namespace Qdiff.Evaluation;

/// <summary>Two arms run with the same seeds, compared seed by seed: first minus second.</summary>
/// <param name="Mean">Mean difference.</param>
/// <param name="Interval">Its interval by Student's t over the seeds.</param>
/// <param name="Test">The permutation test that there is no difference.</param>
/// <param name="FirstLower">Seeds for which the first arm's value is the lower.</param>
/// <param name="Pairs">Number of seeds.</param>
public sealed record PairedDifference(double Mean, Interval Interval, PermutationTest Test, int FirstLower, int Pairs)
{
    /// <summary>Deviation of the differences from pair to pair.</summary>
    public double Deviation { get; init; }

    /// <summary>Whether all pairs differ alike, but for rounding: then there is no spread to judge by.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsAlike { get; init; }

    /// <summary>
    /// The two-sided p of the paired t-test, for this difference alone; that of <see cref="Test"/> where all pairs differ alike.
    /// </summary>
    public double P { get; init; }

    /// <summary>The same corrected for all differences that were tested together, of however few; null outside a comparison,
    /// where nobody says which those are.</summary>
    public double? CorrectedP { get; init; }

    /// <summary>
    /// The difference that would have been found four times in five, at the level of the first of all that were tested together;
    /// null where nothing says how differences spread.
    /// </summary>
    public double? Detectable { get; init; }

    /// <summary>The level that tests are held to, all together.</summary>
    public const double Significance = 0.05;

    /// <summary>Whether the arms are told apart.</summary>
    public bool IsFound => (CorrectedP ?? P) <= Significance;

    /// <summary>Compares values of which the i-th of each arm had the same seed.</summary>
    /// <exception cref="InputException">Unequal numbers of values, or fewer than two pairs.</exception>
    public static PairedDifference Between(ReadOnlySpan<double> first, ReadOnlySpan<double> second, double level = 0.95)
    {
        if (first.Length != second.Length)
            throw new InputException($"A paired comparison needs the same seeds in both arms; they have {first.Length} and "
                + $"{second.Length} runs. Run the missing seeds or leave the others out.");
        var differences = new double[first.Length];
        double largest = 0;
        for (int i = 0; i < differences.Length; i++)
        {
            differences[i] = first[i] - second[i];
            largest = Math.Max(largest, Math.Max(Math.Abs(first[i]), Math.Abs(second[i])));
        }

        PermutationTest test = PermutationTest.OfDifferences(differences);
        (double mean, double deviation) = MeanAndDeviation.Of(differences, freedomLost: 1);
        // As those of shares may be.
        bool alike = deviation <= 1e-12 * largest;
        return new(mean, Qdiff.Evaluation.Interval.OfMean(differences, level), test,
            differences.Count(difference => difference < 0),
            differences.Length)
        {
            Deviation = deviation,
            IsAlike = alike,
            P = alike ? test.P : PairedTTest.P(mean, deviation, differences.Length),
        };
    }

    /// <summary>Compares metric values seed by seed; all of them must have been measured in the same way.</summary>
    /// <exception cref="InputException">
    /// Different seeds in the two arms, different protocols, or fewer than two pairs.
    /// </exception>
    public static PairedDifference Between(IReadOnlyDictionary<long, MetricValue> first,
        IReadOnlyDictionary<long, MetricValue> second, double level = 0.95)
    {
        long[] lonely = [.. first.Keys.Except(second.Keys).Concat(second.Keys.Except(first.Keys)).Order()];
        if (lonely.Length > 0)
            throw new InputException($"Seed {lonely[0]} was run in one arm only; a paired comparison needs both. Run it in the "
                + "other arm or leave it out.");
        long[] seeds = [.. first.Keys.Order()];
        MetricValue.RequireOneProtocol([.. seeds.Select(seed => first[seed]), .. seeds.Select(seed => second[seed])]);
        return Between([.. seeds.Select(seed => first[seed].Value)], [.. seeds.Select(seed => second[seed].Value)], level);
    }
}
