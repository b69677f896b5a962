using Qdiff;
using Qdiff.Evaluation;

public class FeatureSetTests
{
    [Fact]
    public void CopiesRowsOfEitherNumberType()
    {
        float[] values = [1, 2, 3, 4, 5, 6];
        var singles = new FeatureSet("x", 2, 3, values);
        var doubles = new FeatureSet("x", 2, 3, values.Select(value => (double)value).ToArray());
        var part = new double[2];
        singles.CopyTo(1, 1, part);
        Assert.Equal([5, 6], part);
        doubles.CopyTo(0, 0, part);
        Assert.Equal([1, 2], part);
        singles.Take([1, 0, 1]).CopyTo(2, 0, part);
        Assert.Equal([4, 5], part);
        Assert.Throws<ArgumentOutOfRangeException>(() => singles.CopyTo(0, 2, new double[2]));
    }

    [Fact]
    public void EmptyOrMiscountedSetsAreRefused()
    {
        Refused("0 × 3: empty", () => new FeatureSet("x", 0, 3, Array.Empty<float>()));
        Refused("2 × 3 = 6 numbers, but 5", () => new FeatureSet("x", 2, 3, new double[5]));
        // A product that overflows 32 bits to the length given.
        Refused("but 0 were given", () => new FeatureSet("x", 65536, 65536, Array.Empty<float>()));
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void ValuesThatAreNotFiniteAreNamed(double bad)
    {
        Refused("sample 1, feature 2", () => new FeatureSet("x", 2, 3, [0, 0, 0, 0, 0, bad]));
        Refused("sample 1, feature 2", () => new FeatureSet("x", 2, 3, [0f, 0, 0, 0, 0, (float)bad]));
    }

    [Fact]
    public void EveryDistanceRefusesSetsThatDoNotCompare()
    {
        FeatureSet good = Reference.Features(1, 20, 4), wide = Reference.Features(1, 20, 5), one = Reference.Features(1, 1, 4);
        var other = new FeatureSet("other", 20, 4, Reference.Values(1, 20, 4));
        var same = new FeatureSet("test", 20, 4, Enumerable.Repeat(0.5, 80).ToArray());
        Action<FeatureSet>[] metrics =
        [
            set => FrechetDistance.Between(good, set),
            set => FrechetDistance.Interval(good, set),
            set => KernelDistance.Between(good, set),
            set => KernelDistance.OverSubsets(good, set, 2, 5),
            set => PrecisionRecall.Between(good, set),
            set => DensityCoverage.Between(good, set),
            set => Memorisation.Compute(set, good, good),
            set => FidBiasCurve.Between(good, set),
        ];
        foreach (Action<FeatureSet> metric in metrics)
        {
            Refused("4 features ('test') and 5 features", () => metric(wide), "5 features ('test') and 4 features");
            Refused("different extractors, 'test' and 'other'", () => metric(other), "different extractors, 'other' and 'test'");
            Refused("hold 1 sample; this metric needs at least", () => metric(one));
            Refused("All 20 samples of 'test' have identical features", () => metric(same));
        }
    }

    static void Refused(string words, Action action, string? orWords = null)
    {
        string message = Assert.Throws<InputException>(action).Message;
        Assert.True(message.Contains(words) || orWords is not null && message.Contains(orWords), message);
    }
}
