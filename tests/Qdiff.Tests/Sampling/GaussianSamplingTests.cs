using Qdiff;

public class GaussianSamplingTests
{
    [Theory]
    [InlineData("ddpm", 0, 0)]
    [InlineData("ddim", 0, 1)]
    [InlineData("ddim", 200, 0.5)]
    [InlineData("ddim", 200, 0)]
    [InlineData("heun", 50, 0)]
    [InlineData("dpm++2m", 50, 0)]
    public void SamplesHaveTheMeanAndDeviationOfTheData(string method, int steps, double eta)
    {
        NoiseSchedule schedule = NoiseSchedule.Cosine();
        Denoiser denoiser = new GaussianData(schedule).Denoiser(Prediction.Epsilon);
        Sampler sampler = (eta > 0 ? new DdimSampler { Eta = eta } : Catalog.Default.Samplers[method]) with
        {
            Steps = steps,
            Clip = false
        };
        double sum = 0, squares = 0;
        int count = 0;
        var tile = new float[16 * 64];
        for (int k = 0; k < 8; k++)
        {
            sampler.Sample(denoiser, 1, [.. Enumerable.Range(16 * k, 16)], tile);
            foreach (double x in tile) (sum, squares, count) = (sum + x, squares + (x - 0.3) * (x - 0.3), count + 1);
        }

        // Four standard errors of 8,192 values, and a percent for the sampler's own error.
        Assert.Equal(0.3, sum / count, 4 * 0.25 / Math.Sqrt(count) + 0.001);
        Assert.Equal(0.25, Math.Sqrt(squares / count), 4 * 0.25 / Math.Sqrt(2.0 * count) + 0.0025);
    }

    [Theory]
    [InlineData("ddim", "cosine", 1)]
    [InlineData("ddim", "linear", 1)]
    [InlineData("heun", "cosine", 2)]
    [InlineData("heun", "linear", 2)]
    [InlineData("heun", "cosine-zero-snr", 2)]
    [InlineData("dpm++2m", "even in lambda", 2)]
    [InlineData("ddim", "even in lambda", 1)]
    public void TheErrorFallsWithTheOrderOfTheSampler(string method, string name, int order)
    {
        // Many timesteps, so that rounding to whole ones does not matter.
        NoiseSchedule schedule = name == "even in lambda" ? EvenInLambda() : Schedules.Named(name, 9766);
        double[] errors = [.. new[] { 16, 32, 64 }.Select(steps => Error(schedule, method, steps))];
        Assert.InRange(errors[0], 1e-4, 0.1);
        Assert.InRange(Math.Log2(errors[0] / errors[1]), order - 0.25, order + 0.4);
        Assert.InRange(Math.Log2(errors[1] / errors[2]), order - 0.15, order + 0.4);
    }

    /// <summary>The step from timestep 53 to 0 goes 4.35 times as far in λ as the one before: of second order, the error would be
    /// 0.05.</summary>
    [Fact]
    public void DpmSolverDoesNotLoseInItsLastStepWhatItGainedBefore() =>
        Assert.InRange(Error(NoiseSchedule.Cosine(), "dpm++2m", 20), 0, 0.02);

    /// <summary>The root mean square distance from the exact solution of the ODE that starts at the same noise.</summary>
    static double Error(NoiseSchedule schedule, string method, int steps)
    {
        var data = new GaussianData(schedule);
        Sampler sampler = Catalog.Default.Samplers[method] with { Clip = false };
        TimestepTable table = TimestepTable.Spaced(schedule.Steps, steps, TimestepSpacing.Uniform);
        SampledTile tile = sampler.Start(data.Denoiser(Prediction.V), 3, [.. Enumerable.Range(0, 16)], elements: 4, table);
        double[] exact = [.. tile.X.ToArray().Select(x => data.Solution(x, schedule.Steps - 1))];
        while (tile.Advance()) { }

        return Math.Sqrt(tile.X.ToArray().Zip(exact, (x, y) => (x - y) * (x - y)).Average());
    }

    /// <summary>
    /// DPM-Solver is of second order in its step of λ, which this schedule keeps even: λ = 7 … −5. The published ones have a λ
    /// that leaps at both ends.
    /// </summary>
    static NoiseSchedule EvenInLambda()
    {
        double[] alphaBar = [1, .. Enumerable.Range(0, 9766).Select(t => 1 / (1 + Math.Exp(-2 * (7 - 12 * t / 9765.0))))];
        return new([.. alphaBar.Zip(alphaBar.Skip(1), (previous, next) => 1 - next / previous)]);
    }
}
