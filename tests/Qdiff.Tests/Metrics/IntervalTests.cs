using Qdiff;
using Qdiff.Evaluation;

public class IntervalTests
{
    static readonly double[] s_values = [.. Reference.Uniform(13, 7).Select(value => 10 * value)];

    [Fact]
    public void OfMeanAgreesWithScipy()
    {
        Near(3.579611569045223, 8.920734363407583, Interval.OfMean(s_values));
        // One degree of freedom, where Student's t is Cauchy's.
        Near(-98.95673051341723, 112.25980086117337, Interval.OfMean(s_values.AsSpan(0, 2), level: 0.99));
    }

    [Fact]
    public void OfShareIsClopperAndPearsons()
    {
        Near(0.6856305887143497, 0.9142379218903363, Interval.OfShare(0.82, 50, 0.95));
        // Of ten coins none or all: 1 − 0.025^(1/10).
        Near(0, 0.30849710781876083, Interval.OfShare(0, 10, 0.95));
        Near(1 - 0.30849710781876083, 1, Interval.OfShare(1, 10, 0.95));
    }

    /// <summary>A share of all may hang on few balls: then it is worth fewer coins than there are samples.</summary>
    [Fact]
    public void OfNoneOrAllThatVaries()
    {
        SampledValue all = new(1, 0.01, double.PositiveInfinity), none = all with { Value = 0 };
        // Half of 50 coins off the end: 0.01 · 0.99 / 0.01 coins.
        Near(Math.Pow(0.025, 1 / 0.99), 1, all.OfShare(50, 0.95));
        Near(0, 1 - Math.Pow(0.025, 1 / 0.99), none.OfShare(50, 0.95));
        // Never more than all of them, and all where nothing varies.
        foreach (double variance in (double[])[0, 1e-9])
            Near(Math.Pow(0.025, 1 / 50.0), 1, (all with { Variance = variance }).OfShare(50, 0.95));
    }

    [Fact]
    public void BadInputIsRefused()
    {
        Assert.Contains("at least 2 runs, got 1", Assert.Throws<InputException>(() => Interval.OfMean([1.0])).Message);
        Assert.Contains("between 0 and 1", Assert.Throws<InputException>(() => Interval.OfMean(s_values, level: 95)).Message);
    }

    [Fact]
    public void QuantilesAgreeWithNumpy()
    {
        double[] sorted = [.. s_values.Order()];
        Assert.Equal(0.89653861, Quantile.Of(sorted, 0.025), 5e-9);
        Assert.Equal(6.69792837, Quantile.Of(sorted, 0.3), 5e-9);
        Assert.Equal(8.25057633, Quantile.Of(sorted, 0.975), 5e-9);
    }

    static void Near(double low, double high, Interval interval)
    {
        Reference.Near(low, interval.Low, 1e-6);
        Reference.Near(high, interval.High, 1e-6);
    }
}
