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
    public void OfShareAgreesWithWilson()
    {
        Near(0.6920394632569922, 0.9022980732976582, Interval.OfShare(41, 50));
        Assert.Equal(0, Interval.OfShare(0, 10).Low);
        Assert.Equal(1, Interval.OfShare(10, 10).High);
    }

    [Fact]
    public void BadInputIsRefused()
    {
        Assert.Contains("at least 2 runs, got 1", Assert.Throws<InputException>(() => Interval.OfMean([1.0])).Message);
        Assert.Contains("between 0 and 1", Assert.Throws<InputException>(() => Interval.OfMean(s_values, level: 95)).Message);
        Assert.Contains("11 in 10", Assert.Throws<InputException>(() => Interval.OfShare(11, 10)).Message);
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
