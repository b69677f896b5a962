using Qdiff;
using Qdiff.Tensors;

/// <summary>A network of the program's own, which no catalog has, as a run like any other.</summary>
public sealed class OwnRunTests : IDisposable
{
    static readonly ImageSet s_images = FashionMnist.LoadBuiltIn().Take(perClass: 4);
    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    /// <summary>One convolution.</summary>
    sealed class OneConvolution : Network
    {
        readonly ConvolutionLayer layer;

        public OneConvolution() => layer = new(Parameters, "only", Image[0], Image[0], 3, padding: 1);

        public override Shape Image => [1, 28, 28];

        public override Tensor Predict(Tensor xt, ReadOnlySpan<int> timesteps, ReadOnlySpan<int> labels = default) =>
            layer.Apply(xt);
    }

    TrainingRun Open(int steps, Objective? objective = null, long seed = 3, ImageSet? images = null) =>
        TrainingRun.OpenOrCreate(folder.File($"own-{seed}"), new OneConvolution(), images ?? s_images,
            objective ?? new(NoiseSchedule.Cosine(steps: 20), Prediction.V, Weighting.P2(gamma: 0.5)),
            new() { Steps = steps, Seed = seed, Batch = 16, SampleEvery = 0, FrameEvery = 0, Threads = 1 });

    [Fact]
    public void ItIsResumedAuditedAndSampledLikeAnyOther()
    {
        using (TrainingRun run = Open(steps: 6))
        {
            Assert.Equal([1, 2], run.Steps().Take(2).Select(step => step.Number));
            run.Save();
        }

        using TrainingRun again = Open(steps: 6);
        Assert.Equal([3, 4, 5, 6], again.Steps().Select(step => step.Number));
        Assert.Equal(10, again.Audited().Live);
        Assert.Equal("OneConvolution", again.Config.Model.Name);
        Assert.Equal(("cosine", "p2", 0.5), (again.Config.Diffusion.Schedule, again.Config.Diffusion.Weighting,
            again.Config.Diffusion.OfWeighting["gamma"]));

        TrainedSampler sampler = again.Sampler("dpm++2m");
        float[] whole = sampler.Generate(seed: 7, count: 3);
        Assert.Equal(whole[(2 * 784)..], sampler.Generate(seed: 7, count: 1, first: 2));
        TrainedRun trained = TrainedRun.Open(RunFolder.Open(again.Folder.Path, again.Folder.Experiment.Catalog));
        Assert.Equal(whole, trained.Sampler("dpm++2m").Generate(seed: 7, count: 3));

        // A program without the part is told so.
        Assert.Contains("model.name is OneConvolution", Assert.Throws<InputException>(() =>
            RunFolder.Open(again.Folder.Path,
                Catalog.Default with { DataSets = again.Folder.Experiment.Catalog.DataSets })).Message);
    }

    [Fact]
    public void AnotherLengthGoesOnAndOtherPartsAreRefused()
    {
        NoiseSchedule own = new(0.1, 0.2, 0.3);
        Objective objective = new(own, Prediction.X0, Weighting.Create("mine", snr => snr));
        using (TrainingRun run = Open(steps: 2, objective)) Assert.Equal(2, run.Steps().Count());
        using (TrainingRun longer = Open(steps: 3, objective)) Assert.Equal(3, Assert.Single(longer.Steps()).Number);
        Assert.Contains("was begun with other parts than those that are given now",
            Assert.Throws<InputException>(() => Open(steps: 3)).Message);
        Assert.Contains("was begun with", Assert.Throws<InputException>(() => Open(steps: 3,
            new(new(0.1, 0.2, 0.31), Prediction.X0, objective.Weighting))).Message);
        // The data are known by their content.
        Assert.Contains("was started with other images", Assert.Throws<InputException>(() =>
            Open(steps: 3, objective, images: s_images.First(16))).Message);
    }

    [Fact]
    public void ALengthInEpochsNeedsNoSteps()
    {
        TrainingRun InEpochs(double epochs) => TrainingRun.OpenOrCreate(folder.File("epochs-3"), new OneConvolution(), s_images,
            new(NoiseSchedule.Cosine(steps: 20), Prediction.V, Weighting.P2()),
            new() { Epochs = epochs, Seed = 3, Batch = 8, SampleEvery = 0, FrameEvery = 0, Threads = 1 });
        using (TrainingRun run = InEpochs(0.4)) Assert.Equal(2, run.Steps().Count());
        using (TrainingRun same = InEpochs(0.4)) Assert.Empty(same.Steps());
        using TrainingRun longer = InEpochs(0.6);
        Assert.Equal((3L, 0.6), (Assert.Single(longer.Steps()).Number, longer.Config.Training.Epochs));
    }

    /// <summary>It changes no weight, so what is asked for now counts.</summary>
    [Fact]
    public void WhatIsKeptMayBecomeAnother()
    {
        TrainingRun Keeping(int every, int most, int[] steps) => TrainingRun.OpenOrCreate(folder.File("kept-3"),
            new OneConvolution(), s_images, new(NoiseSchedule.Cosine(steps: 20), Prediction.V, Weighting.P2()),
            new()
            {
                Steps = 6,
                Seed = 3,
                Batch = 16,
                CheckpointEvery = every,
                KeepCheckpoints = most,
                KeepSteps = steps,
                SampleEvery = 0,
                FrameEvery = 0,
                Threads = 1,
            });
        using (TrainingRun run = Keeping(every: 100, most: 1, steps: []))
        {
            Assert.Single(run.Steps().Take(1));
            run.Save();
        }

        using TrainingRun again = Keeping(every: 2, most: 2, steps: [3]);
        TrainingConfig now = again.Config.Training;
        Assert.Equal((2, 2), (now.CheckpointEvery, now.KeepCheckpoints));
        Assert.Equal([3], now.KeepSteps);
        Assert.Equal(5, again.Steps().Count());
        Assert.Superset(new HashSet<long> { 3, 4, 6 }, new HashSet<long>(again.Folder.Checkpoints.List().Select(c => c.Step)));
    }

    [Fact]
    public void AScheduleWithoutSuchNoiseHasNoMeanError()
    {
        using TrainingRun run = Open(steps: 1);
        Assert.NotNull(Of(NoiseSchedule.Cosine(steps: 20)));
        Assert.Null(Of(new(0.1, 0.2, 0.3)));

        MeanShift? Of(NoiseSchedule schedule) =>
            MeanShift.Measure(run.State, new(schedule, Prediction.V, Weighting.P2()), run.Images, new(1), default);
    }

    [Fact]
    public async Task SeveralRequestsShareASampler()
    {
        using TrainingRun run = Open(steps: 1, seed: 5);
        run.Steps().Count();
        TrainedSampler sampler = run.Sampler("ddim");
        float[][] images = await Task.WhenAll(Enumerable.Range(0, 4).Select(i => sampler.GenerateAsync(seed: i % 2, count: 2)));
        Assert.Equal(images[0], images[2]);
        Assert.Equal(images[1], images[3]);
        Assert.NotEqual(images[0], images[1]);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            sampler.GenerateAsync(seed: 1, count: 2, cancellationToken: new(canceled: true)));
    }
}
