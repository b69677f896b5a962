using Qdiff.Tensors;

public class LearningRateTests
{
    [Fact]
    public void SchedulesMeetTheirPoints()
    {
        Assert.Equal(0.1, LearningRate.Constant(0.1)(1_000_000));
        Assert.Equal([0.1, 0.05, 0, 0], Values(LearningRate.Linear(0.1, 100), 0, 50, 100, 200));
        Assert.Equal([0.1, 0.055, 0.01, 0.01], Values(LearningRate.Cosine(0.1, 100, final: 0.01), 0, 50, 100, 200));
        Assert.Equal([1, 1, 0.5, 0.25], Values(LearningRate.StepDecay(1, every: 10, factor: 0.5), 0, 9, 10, 20));
        Assert.Equal([0.2, 0.4, 0.8, 1, 1], Values(LearningRate.WarmUp(4, LearningRate.Constant(1)), 0, 1, 3, 4, 9));
    }

    static double[] Values(Func<long, double> rate, params long[] steps) => [.. steps.Select(step => Math.Round(rate(step), 12))];
}
