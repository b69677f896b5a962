using Qdiff;

public class ExponentialAverageTests
{
    static readonly ExponentialAverage s_paper = new();

    [Theory]
    [InlineData(109, 0.768880)]
    [InlineData(119, 0.859558)]
    [InlineData(199, 0.953272)]
    [InlineData(499, 0.981549)]
    [InlineData(999, 0.989264)]
    [InlineData(2929, 0.995)]
    [InlineData(9999, 0.995)]
    public void TheWarmUpHasThePublishedValues(int step, double decay) => Assert.Equal(decay, s_paper.Decay(step), 6);

    [Fact]
    public void ItCopiesThenMovesEveryTenthStep()
    {
        for (int step = 0; step < 100; step++) Assert.Equal(0, s_paper.Decay(step));
        for (int step = 100; step < 400; step++) Assert.Equal(step % 10 != 9, s_paper.Decay(step) == 1);
        Assert.True(s_paper.Decay(2919) < 0.995);
        Assert.Equal(0.995, s_paper.Decay(2929));
    }

    [Theory]
    [InlineData(469, 0.179, 3)]
    [InlineData(4688, 0.0090, 4)]
    [InlineData(9375, 0.00086, 5)]
    public void TheWeightsOfStep100Fade(int steps, double share, int digits) =>
        Assert.Equal(share, s_paper.Remaining(100, steps), digits);

    [Theory]
    [InlineData(8906, 0.790)]    // 19 + 1 epochs of 468.75 steps: 47 updates
    [InlineData(8437, 0.624)]    // 18 + 2 epochs: 94 updates
    public void ALateHandOverWithoutAFreshStartLeavesMostOfTheRandomVertex(int handOver, double share)
    {
        Assert.Equal(share, s_paper.Remaining(handOver, 9375), 3);
        // Counting the steps from the hand-over on starts with copies.
        Assert.Equal(0, s_paper.Remaining(0, 9375 - handOver));
    }

    [Fact]
    public void ThePlainAverageDecaysFromTheFirstStep()
    {
        ExponentialAverage plain = ExponentialAverage.Plain();
        Assert.All(Enumerable.Range(0, 50), step => Assert.Equal(0.999, plain.Decay(step)));
        Assert.Equal(0.91, plain.Remaining(0, 93), 2);
        Assert.Equal(Math.Pow(0.999, 2550), plain.Remaining(0, 2550), 9);
    }

    [Fact]
    public void UpdateFollowsTheDecay()
    {
        var weights = new float[37];
        var average = new float[37];
        double expected = 0;
        for (int step = 0; step < 300; step++)
        {
            double weight = Math.Sin(step);
            Array.Fill(weights, (float)weight);
            s_paper.Update(average, weights, step);
            expected += (1 - s_paper.Decay(step)) * (weight - expected);
            Assert.All(average, a => Assert.Equal(expected, a, 2e-6));
            if (step < 100) Assert.Equal(weights, average);
        }
    }

    [Fact]
    public void ArgumentsAreChecked()
    {
        Assert.Contains("3 numbers but the network has 2",
            Assert.Throws<ArgumentException>(() => s_paper.Update(new float[3], new float[2], 0)).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => s_paper.Decay(-1));
        Assert.Throws<ArgumentOutOfRangeException>("Every", () => s_paper with { Every = 0 });
        Assert.Throws<ArgumentOutOfRangeException>("CopySteps", () => s_paper with { CopySteps = -1 });
        Assert.Throws<ArgumentOutOfRangeException>("WarmUpPower", () => s_paper with { WarmUpPower = double.NaN });
        Assert.Contains("from 0 to 1, got 1.5",
            Assert.Throws<ArgumentOutOfRangeException>("MaxDecay", () => ExponentialAverage.Plain(1.5)).Message);
    }
}
