using System.Globalization;
using Qdiff.Imaging;

public class ChartAxisTests
{
    [Theory]
    [InlineData(0, 1, 5)]
    [InlineData(-3.7, 12.2, 6)]
    [InlineData(1, 9375, 6)]
    [InlineData(0.00012, 0.00031, 5)]
    [InlineData(-2e9, 5e9, 7)]
    [InlineData(41.2, 41.2, 5)]
    [InlineData(0, 0, 5)]
    [InlineData(0.3, 0.30000000000000004, 5)]
    [InlineData(-5, -4, 3)]
    [InlineData(0.9997, 1.0001, 9)]
    [InlineData(0.5, 0.500037, 9)]
    [InlineData(1_000_001, 1_000_060, 4)]
    [InlineData(1e-5, 1.0001e-5, 5)]
    [InlineData(1, 2, 0)]
    public void LinearTicksAreRoundEvenAndEnough(double low, double high, int wanted)
    {
        foreach (bool whole in (bool[])[false, true])
        {
            ChartAxis axis = ChartAxis.For([high, low], log: false, wanted, whole);
            Assert.InRange(axis.Ticks.Count, whole ? 2 : 1, Math.Max(wanted, 1) + 2);
            Assert.True(axis.Low <= low && high <= axis.High && axis.Low < axis.High);
            Assert.All(axis.Ticks, tick => Assert.InRange(axis.Place(tick.Value), -1e-6, 1 + 1e-6));
            double[] steps = [.. axis.Ticks.Zip(axis.Ticks.Skip(1), (a, b) => b.Value - a.Value)];
            Assert.All(steps, step => Assert.Equal(steps[0], step, Math.Abs(steps[0]) * 1e-6));
            // The text says the value, to the precision that the distance of the ticks needs.
            double tolerance = steps.Append(high).Max() * 1e-2;
            foreach ((double value, string text) in axis.Ticks)
                Assert.Equal(value, double.Parse(text, CultureInfo.InvariantCulture), tolerance);
            Assert.Equal(axis.Ticks.Count, axis.Ticks.Select(tick => tick.Text).Distinct().Count());
            if (!whole) continue;
            Assert.Equal(0, axis.Place(axis.Ticks[0].Value), 1e-6);
            Assert.Equal(1, axis.Place(axis.Ticks[^1].Value), 1e-6);
        }
    }

    [Theory]
    [InlineData(1e-5, 1, new[] { "1e-5", "0.0001", "0.001", "0.01", "0.1", "1" })]
    [InlineData(0.6, 30, new[] { "0.5", "1", "2", "5", "10", "20", "50" })]
    [InlineData(7, 7, new[] { "2", "5", "10", "20" })]
    public void LogarithmicTicksAreDecadesAndTheirParts(double low, double high, string[] texts)
    {
        ChartAxis axis = ChartAxis.For([low, high], log: true, wanted: 8, whole: true);
        Assert.Equal(texts, axis.Ticks.Select(tick => tick.Text));
        Assert.Equal(0, axis.Place(axis.Low), 12);
        Assert.Equal(1, axis.Place(axis.High), 12);
        Assert.Equal(0.5, axis.Place(Math.Sqrt(axis.Low * axis.High)), 12);
    }

    [Fact]
    public void ManyDecadesAreThinnedOut() =>
        Assert.InRange(ChartAxis.For([1e-30, 1e30], log: true, wanted: 6, whole: true).Ticks.Count, 4, 8);

    [Fact]
    public void SixHundredDecadesAreAnAxisToo() =>
        Assert.Equal(0.5, ChartAxis.For([1e-300, 1e300], log: true, wanted: 6, whole: false).Place(1), 1e-9);

    [Fact]
    public void AShortLogarithmicRangeHasTicksToo() =>
        Assert.Equal(["3.2", "3.4", "3.6", "3.8", "4.0"],
            ChartAxis.For([3.1, 4], log: true, wanted: 5, whole: false).Ticks.Select(tick => tick.Text));

    [Fact]
    public void ValuesThatCannotBeShownDoNotCount()
    {
        ChartAxis linear = ChartAxis.For([double.NaN, 2, double.PositiveInfinity, 4], log: false, wanted: 5, whole: false);
        Assert.Equal((2.0, 4.0), (linear.Low, linear.High));
        ChartAxis log = ChartAxis.For([-1, 0, 2, 4], log: true, wanted: 5, whole: false);
        Assert.Equal((2.0, 4.0), (log.Low, log.High));
        Assert.NotEmpty(ChartAxis.For([], log: true, wanted: 5, whole: true).Ticks);
        Assert.NotEmpty(ChartAxis.For([double.NaN], log: false, wanted: 5, whole: true).Ticks);
    }

    [Fact]
    public void ExtremeNumbersDoNotHang()
    {
        foreach (double size in (double[])[double.Epsilon, 1e-301, 1e-300, 1e-299, 1e299, 1e300, double.MaxValue])
            foreach (bool log in (bool[])[false, true])
                Assert.InRange(ChartAxis.For([-size, size, 2 * size], log, wanted: 5, whole: true).Ticks.Count, 2, 10);
    }
}
