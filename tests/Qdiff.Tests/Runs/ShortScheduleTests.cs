using Qdiff;
using Qdiff.Evaluation;
using Qdiff.Imaging;

/// <summary>Trainings with any number of timesteps, and images that cannot be drawn.</summary>
public sealed class ShortScheduleTests : IDisposable
{
    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    /// <summary>Sheets are drawn as the settings say, and an average that counts on from its source's steps grows up
    /// later.</summary>
    [Fact]
    public void SheetsAreDrawnAsTheSettingsSay()
    {
        ExperimentConfig config = TinyExperiment.Resolve("sampling.clip=false", "training.steps=10000",
            "training.ema.copySteps=100", "training.ema.maxDecay=0.999", "training.ema.every=1").Config;
        Assert.False(new SamplePlan(config, images: 100).Sampler.Clip);
        long Young(long offset) => Enumerable.Range(0, 10_000).Count(step =>
            new SamplePlan(config, images: 100, offset).AverageIsYoung(step));
        double share = 1;
        int expected = 0;
        while ((share *= config.Training.Ema.Decay(expected + 5000)) > 0.05) expected++;
        Assert.Equal(expected + 1, Young(5000));
        Assert.True(Young(0) < Young(5000));
    }

    [Theory]
    [InlineData(1, "ddpm")]
    [InlineData(2, "ddim")]
    [InlineData(3, "heun")]
    [InlineData(20, "ddpm")]
    [InlineData(49, "dpm++2m")]
    [InlineData(50, "ddim")]
    public void ATrainingHasPicturesAndSamplesOnAnySchedule(int timesteps, string sampler)
    {
        string[] settings = [$"diffusion.steps={timesteps}", $"sampling.sampler={sampler}", "sampling.count=2",
            "training.steps=2", "training.sampleEvery=1", "training.frameEvery=1"];
        string path = TinyExperiment.Train(TinyExperiment.Start(folder.Path, settings));
        Assert.Equal(["step-000001-raw.png", "step-000001.png", "step-000002-raw.png", "step-000002.png"],
            Directory.GetFiles(Path.Combine(path, "samples"), "*.png").Select(Path.GetFileName).Order(StringComparer.Ordinal));
        string picture = Path.Combine(path, "samples", "step-000002.png");
        Assert.Contains(Png.ReadTexts(File.ReadAllBytes(picture), picture),
            text => text.Value == $"seed 7, samples from 0, step 2, ddim {Math.Min(50, timesteps)}");
        Assert.True(File.Exists(Path.Combine(path, "samples", "progress.gif")));

        RunFolder run = RunFolder.Open(path, Catalog.Default);
        TrainedRun trained = TrainedRun.Open(run);
        foreach (string name in Catalog.Default.Samplers.Names)
        {
            Sampler usual = run.Experiment.Config.Sampling.With(name).ToSampler(Catalog.Default, trained.Schedule);
            float[] images = new SampleGenerator(trained.Network, trained.Schedule, trained.Prediction, usual, threads: 1)
                .Generate(trained.Weights, seed: 1, count: 1);
            Assert.All(images, value => Assert.InRange(value, -1, 1));
        }

        Assert.Equal(2, SampleStore.Open(run, trained, run.Experiment.Config.Sampling).Take(2).Count);
    }

    [Fact]
    public void AnEstimateIsMeasuredOnAnySchedule()
    {
        ResolvedExperiment config = TinyExperiment.Resolve("diffusion.steps=3", "sampling.sampler=ddim", "sampling.count=2");
        Assert.Equal(3, Estimate.Measure(config, images: null, count: 40, seconds: 0).NetworkPasses);
    }

    [Fact]
    public void StepsThatWereAskedForAreNotCutInSilence()
    {
        NoiseSchedule schedule = NoiseSchedule.Cosine(20);
        Assert.Equal(20, new SamplingConfig { Sampler = "ddim" }.ToSampler(Catalog.Default, schedule).Steps);
        Assert.Equal(0, new SamplingConfig { Sampler = "ddim", Steps = 0 }.ToSampler(Catalog.Default, schedule).Steps);
        foreach (int asked in (int[])[21, -1])
            Assert.StartsWith($"{asked} sampling steps were asked for, but the schedule has 20 timesteps",
                Assert.Throws<InputException>(() =>
                    new SamplingConfig { Steps = asked }.ToSampler(Catalog.Default, schedule)).Message);
    }

    [Fact]
    public void AnImageThatCannotBeDrawnCostsNothingElse()
    {
        string[] settings = ["training.steps=4", "training.sampleEvery=1", "training.frameEvery=1", "sampling.count=2"];
        var warnings = new List<string>();
        string path = Path.Combine(folder.Path, RunFolder.NameOf(TinyExperiment.Resolve(settings).Config));
        using (TrainingRun run = TrainingRun.Start(TinyExperiment.Resolve(settings), folder.Path, ["test"], warn: warnings.Add))
        {
            // Where the folder of images should be there is a file.
            File.WriteAllText(Path.Combine(path, "samples"), "");
            Assert.Equal(4, run.Steps().Count());
        }

        Assert.Equal(4, warnings.Count);
        Assert.StartsWith("The samples of step 1 could not be drawn: ", warnings[0]);
        Assert.Contains(warnings[0], File.ReadAllText(Path.Combine(path, "log.txt")));
        Assert.Equal(4, RunFolder.Open(path, Catalog.Default).Checkpoints.ReadLatest()!.Step);

        // Once the cause is gone, the last images are made up for.
        File.Delete(Path.Combine(path, "samples"));
        using (TrainingRun again = TrainingRun.Resume(path, Catalog.Default)) Assert.Empty(again.Steps());
        string whole = TinyExperiment.Train(TinyExperiment.Start(folder.File("whole"), settings));
        foreach (string picture in (string[])["step-000004.png", "frames/step-000004.png"])
            Assert.Equal(File.ReadAllBytes(Path.Combine(whole, "samples", picture)),
                File.ReadAllBytes(Path.Combine(path, "samples", picture)));
    }

    [Fact]
    public void TheCheckpointIsThereBeforeThePicturesOfItsStep()
    {
        using TrainingRun run = TinyExperiment.Start(folder.Path, "training.steps=1", "training.sampleEvery=1",
            "sampling.count=2");
        Assert.Single(run.Steps());
        DateTime checkpoint = File.GetLastWriteTimeUtc(Path.Combine(run.Folder.Checkpoints.ReadLatest()!.Path,
            Checkpoint.IndexFile));
        Assert.True(checkpoint <= File.GetLastWriteTimeUtc(run.Folder.PathOf("samples/step-000001.png")));
    }

    [Fact]
    public void PicturesAreCountedAsTheyAreDrawn()
    {
        foreach (string[] settings in (string[][])
            [
                ["training.steps=40", "training.sampleEvery=7", "training.frameEvery=4"],
                ["training.steps=40", "training.sampleEvery=10", "training.frameEvery=0", "training.ema.copySteps=15"],
                ["training.steps=3", "training.sampleEvery=5", "training.frameEvery=5"],
            ])
        {
            ExperimentConfig config = TinyExperiment.Resolve([.. settings, "sampling.count=5", "diffusion.steps=20"]).Config;
            var plan = new SamplePlan(config, images: 200);
            long passes = 0;
            for (int step = config.Training.Steps; step >= 0; step--)
            {
                Assert.Equal(passes, plan.PassesAfter(step));
                bool young = step < config.Training.Ema.CopySteps
                    || config.Training.Ema.Remaining(Math.Min(config.Training.Ema.CopySteps, step), step) > 0.05;
                Assert.Equal(young, plan.AverageIsYoung(step));
                // Five samples take as long as a tile of sixteen.
                if (plan.HasSheet(step)) passes += 20 * 16 * (young ? 2 : 1);
                if (plan.HasFrame(step)) passes += 20 * SamplePlan.FrameSamples;
            }
        }
    }
}
