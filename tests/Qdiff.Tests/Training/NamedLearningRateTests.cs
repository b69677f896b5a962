using Qdiff;

/// <summary>What the names of learning rate schedules mean; the schedules themselves are tested with the tensors.</summary>
public class NamedLearningRateTests
{
    /// <summary>Shares of the rate at four of 100 steps. A warm-up takes its steps off the schedule's length, and its first
    /// step's share is 1/26.</summary>
    [Theory]
    [InlineData("constant", 0, 1, 1, 1, 1)]
    [InlineData("constant", 25, 1.0 / 26, 1, 1, 1)]
    [InlineData("linear", 0, 1, 0.75, 0.5, 0)]
    [InlineData("linear", 25, 1.0 / 26, 1, 2.0 / 3, 0)]
    [InlineData("cosine", 0, 1, 0.8535533905932737, 0.5, 0)]
    [InlineData("cosine", 25, 1.0 / 26, 1, 0.75, 0)]
    [InlineData("step", 0, 1, 1, 0.1, 0.01)]
    [InlineData("step", 25, 1.0 / 26, 1, 0.1, 0.001)]
    public void ANameIsAScheduleOverTheWholeTraining(string name, int warmUp, double at0, double at25, double at50, double at100)
    {
        Func<long, double> rate = Catalog.Default.LearningRates[name].Over(steps: 100, rate: 0.2, warmUp);
        foreach ((long step, double share) in ((long, double)[])[(0, at0), (25, at25), (50, at50), (100, at100)])
            Assert.Equal(0.2 * share, rate(step), 1e-12);
    }

    /// <summary>Of 100 steps the parts have 34, 34 and 32.</summary>
    [Fact]
    public void AStepScheduleHasThreeParts()
    {
        Func<long, double> rate = Catalog.Default.LearningRates["step"].Over(steps: 100, rate: 1);
        foreach ((long step, double expected) in ((long, double)[])[(33, 1), (34, 0.1), (67, 0.1), (68, 0.01), (99, 0.01)])
            Assert.Equal(expected, rate(step), 1e-12);
    }
}
