using Qdiff;

public class NoiseScheduleTests
{
    public static TheoryData<string, int> All()
    {
        var data = new TheoryData<string, int>();
        foreach (string name in Schedules.Names)
            foreach (int steps in (int[])[2, 3, 10, 37, 1000, 4000]) data.Add(name, steps);
        return data;
    }

    [Fact]
    public void CosineHasThePublishedValues()
    {
        NoiseSchedule cosine = NoiseSchedule.Cosine();
        Assert.Equal(1000, cosine.Steps);
        Same(4.12842e-5, cosine.Beta[0]);
        Same(4.61418e-5, cosine.Beta[1]);
        Same(3.14589e-3, cosine.Beta[499]);
        Same(0.749999, cosine.Beta[998]);
        Same(0.999, cosine.Beta[999]);
        Same(0.9999587, cosine.AlphaBar[0], 1e-7);
        Same(0.4938436, cosine.AlphaBar[499], 1e-7);
        Same(2.42877e-6, cosine.AlphaBar[998]);
        Same(2.42877e-9, cosine.AlphaBar[999]);
        Assert.Equal(0.504422, Enumerable.Range(0, 1000).Average(t => 1 - cosine.AlphaBarAt(t)), 6);
    }

    [Fact]
    public void TheFlooredCosineRaisesThirteenBetas()
    {
        NoiseSchedule floored = Schedules.Named("cosine-floored"), cosine = NoiseSchedule.Cosine();
        Assert.Equal(Enumerable.Range(0, 13), Enumerable.Range(0, 1000).Where(t => floored.Beta[t] != cosine.Beta[t]));
        Assert.Equal(1e-4, floored.Beta[12]);
        Same(2.42783e-9, floored.AlphaBar[999]);
    }

    [Fact]
    public void LinearGoesFromFirstToLast()
    {
        NoiseSchedule linear = NoiseSchedule.Linear();
        Assert.Equal(1e-4, linear.Beta[0], 12);
        Assert.Equal(0.02, linear.Beta[999], 12);
        Assert.Equal((1e-4 + 0.02) / 2, (linear.Beta[499] + linear.Beta[500]) / 2, 12);
        // ln ᾱ = Σ ln(1 − β), summed independently; the same signal is left with a tenth of the steps.
        double expected = Enumerable.Range(0, 1000).Sum(t => Math.Log(1 - (1e-4 + 0.0199 * t / 999)));
        Assert.Equal(expected, Math.Log(linear.AlphaBar[999]), 9);
        Assert.InRange(Math.Log(NoiseSchedule.Linear(100).AlphaBar[99]), -11.5, -9.5);
    }

    [Fact]
    public void SigmoidIsSymmetric()
    {
        NoiseSchedule sigmoid = NoiseSchedule.Sigmoid();
        for (int t = 0; t < 998; t++) Assert.Equal(1, sigmoid.AlphaBar[t] + sigmoid.AlphaBar[998 - t], 9);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void SignalFallsAndNoiseRises(string name, int steps)
    {
        NoiseSchedule schedule = Schedules.Named(name, steps);
        Assert.Equal(steps, schedule.Steps);
        Assert.Equal(double.PositiveInfinity, schedule.Lambda(NoiseSchedule.Clean));
        Assert.Equal(0, schedule.Phase(NoiseSchedule.Clean));
        for (int t = 0; t < steps; t++)
        {
            Assert.True(schedule.Snr(t) < schedule.Snr(t - 1));
            Assert.True(schedule.Lambda(t) < schedule.Lambda(t - 1));
            Assert.True(schedule.Sigma(t) > schedule.Sigma(t - 1));
            Assert.True(schedule.Phase(t) > schedule.Phase(t - 1) && schedule.Phase(t) <= Math.PI / 2);
            Assert.Equal(1, Math.Pow(schedule.SignalScale(t), 2) + Math.Pow(schedule.NoiseScale(t), 2), 12);
            Assert.Equal(schedule.Snr(t), Math.Exp(2 * schedule.Lambda(t)), schedule.Snr(t) * 1e-9);
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void ThePosteriorAgreesWithTheForwardProcess(string name, int steps)
    {
        // 1 − ᾱ has lost up to five of sixteen digits at small t.
        const double Rounding = 1e-10;
        // Averaged over x_t given x₀, the posterior of x_previous must be q(x_previous | x₀): mean √ᾱ'·x₀, variance 1 − ᾱ'.
        NoiseSchedule schedule = Schedules.Named(name, steps);
        for (int t = 0; t < steps; t++)
            foreach (int previous in (int[])[t - 1, t / 2 - 1, NoiseSchedule.Clean])
            {
                (double ofX0, double ofXt, double variance) = schedule.Posterior(t, previous);
                Assert.Equal(schedule.SignalScale(previous), ofX0 + ofXt * schedule.SignalScale(t), Rounding);
                Assert.Equal(1 - schedule.AlphaBarAt(previous), variance + Math.Pow(ofXt * schedule.NoiseScale(t), 2), Rounding);
                if (previous == NoiseSchedule.Clean) Assert.Equal((1, 0, 0), (ofX0, ofXt, variance));
            }
    }

    [Theory]
    [InlineData("cosine")]
    [InlineData("linear")]
    [InlineData("sigmoid")]
    public void RescalingLeavesTheStartAndNoSignalAtTheEnd(string name)
    {
        NoiseSchedule schedule = Schedules.Named(name), rescaled = schedule.RescaledToZeroTerminalSnr();
        Assert.Equal(schedule.AlphaBar[0], rescaled.AlphaBar[0]);
        Assert.Equal(0, rescaled.AlphaBar[999]);
        Assert.Equal(1, rescaled.Beta[999]);
        // Algorithm 1 shifts and scales √ᾱ: differences keep their ratios.
        double Ratio(NoiseSchedule s) => (s.SignalScale(200) - s.SignalScale(500)) / (s.SignalScale(0) - s.SignalScale(500));
        Assert.Equal(Ratio(schedule), Ratio(rescaled), 12);
        Assert.Equal(rescaled.Beta.ToArray(), Schedules.Named(name + "-zero-snr").Beta.ToArray());
        NoiseSchedule again = rescaled.RescaledToZeroTerminalSnr();
        for (int t = 0; t < 1000; t++) Assert.Equal(rescaled.AlphaBar[t], again.AlphaBar[t], 12);
    }

    [Fact]
    public void AnUnknownNameIsRefusedWithTheNearest()
    {
        InputException error = Assert.Throws<InputException>(() => Schedules.Named("cosin"));
        Assert.Contains("There is no noise schedule 'cosin'. Did you mean cosine?", error.Message);
        Assert.All(Catalog.Default.Schedules.Names, name => Assert.Contains(name, error.Message));
    }

    [Theory]
    [InlineData(0, "got 0 at timestep 1 of 3")]
    [InlineData(1, "got 1 at timestep 1 of 3")]
    [InlineData(-0.5, "got -0.5 at timestep 1 of 3")]
    [InlineData(double.NaN, "got NaN at timestep 1 of 3")]
    public void BetasAreChecked(double beta, string says) =>
        Assert.Contains(says, Assert.Throws<ArgumentException>(() => new NoiseSchedule(0.1, beta, 0.3)).Message);

    [Fact]
    public void ArgumentsAreChecked()
    {
        NoiseSchedule schedule = new(0.1, 0.2, 1);
        Assert.Equal(0, schedule.AlphaBar[2]);
        Assert.Contains("0 to 2, got 3", Assert.Throws<ArgumentOutOfRangeException>(() => schedule.AlphaBarAt(3)).Message);
        Assert.Contains("0 to 2, got -2", Assert.Throws<ArgumentOutOfRangeException>(() => schedule.Snr(-2)).Message);
        Assert.Contains("from timestep 1 it cannot go to 2",
            Assert.Throws<ArgumentException>(() => schedule.Posterior(1, 2)).Message);
        Assert.Throws<ArgumentException>(() => new NoiseSchedule());
        Assert.Throws<ArgumentOutOfRangeException>(() => NoiseSchedule.Cosine(0));
        Assert.Contains("-1 and 0.999", Assert.Throws<ArgumentException>(() => NoiseSchedule.Cosine(minBeta: -1)).Message);
        Assert.Throws<ArgumentException>(() => NoiseSchedule.Sigmoid(start: 3, end: -3));
        Assert.Throws<InvalidOperationException>(() => new NoiseSchedule(0.5).RescaledToZeroTerminalSnr());
    }

    // Equal to the digits that the specification gives.
    static void Same(double expected, double actual, double relative = 2e-6) =>
        Assert.Equal(expected, actual, expected * relative);
}
