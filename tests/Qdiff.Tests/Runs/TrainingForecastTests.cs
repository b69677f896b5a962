using Qdiff;

public class TrainingForecastTests
{
    [Fact]
    public void TheRestIsCountedWithItsPicturesAndCheckpointsAndFallsWithoutJumps()
    {
        ExperimentConfig config = TinyExperiment.Resolve("training.steps=100", "training.sampleEvery=25",
            "training.frameEvery=10", "training.checkpointEvery=30", "training.keepSteps=[7, 30]", "sampling.count=8",
            "diffusion.steps=20", "training.ema.copySteps=40").Config;
        var plan = new SamplePlan(config, images: 200);
        var forecast = new TrainingForecast(config.Training, plan, 100);
        Assert.Null(forecast.After(0));

        // What each thing takes on this imagined machine: a pass a hundredth of a step of 20 × 3 passes, as is presumed.
        const double step = 0.6, pass = 0.01, checkpoint = 1.28;
        bool Saved(int number) => number == 100 || number % 30 == 0 || number == 7;
        double rest = 0;
        double[] truth = new double[101];
        for (int number = 100; number >= 1; number--)
        {
            truth[number] = rest;
            rest += step + (plan.PassesAfter(number - 1) - plan.PassesAfter(number)) * pass + (Saved(number) ? checkpoint : 0);
        }

        for (int number = 1; number <= 100; number++)
        {
            // The first steps compile and say little.
            forecast.Step(number <= 2 ? 5 : step);
            long passes = plan.PassesAfter(number - 1) - plan.PassesAfter(number);
            forecast.Samples(passes, passes * pass);
            if (Saved(number)) forecast.Checkpoint(checkpoint);
            if (number > 2) Assert.Equal(truth[number], forecast.After(number)!.Value.TotalSeconds, 6);
        }
    }
}
