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

    /// <summary>A weighting with a setting.</summary>
    sealed record Falling : Weighting
    {
        static readonly PartSetting<Weighting>[] s_settings =
            [PartSetting<Weighting>.Create<Falling>("gamma", "power", w => w.Gamma, (w, gamma) => w with { Gamma = gamma })];

        public override string Name => "falling";

        public double Gamma { get; init; } = 1;

        public override IReadOnlyList<PartSetting<Weighting>> Settings => s_settings;

        public override double At(double snr, Prediction prediction) => Math.Pow(1 + snr, -Gamma);
    }

    /// <summary>An objective that is known by its type.</summary>
    sealed class OfItsType(NoiseSchedule schedule, Weighting weighting) : Objective(schedule, Prediction.X0, weighting);

    TrainingRun Open(int steps, Objective? objective = null, long seed = 3, ImageSet? images = null, Catalog? catalog = null) =>
        TrainingRun.OpenOrCreate(folder.File($"own-{seed}"), new OneConvolution(), images ?? s_images,
            objective ?? new(NoiseSchedule.Cosine(steps: 20), Prediction.V, Weighting.P2(gamma: 0.5)),
            new() { Steps = steps, Seed = seed, Batch = 16, SampleEvery = 0, FrameEvery = 0, Threads = 1 }, catalog);

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

    /// <summary>Whether the catalog has the weighting, with another value, or not: a run says what it was trained with.</summary>
    [Fact]
    public void SettingsOfAWeightingOfOnesOwnAreRecordedAndKept()
    {
        Catalog bringing = Catalog.Default with { Weightings = [.. Catalog.Default.Weightings, new Falling { Gamma = 3 }] };
        using (TrainingRun run = OpenWith(gamma: 1, steps: 1))
        {
            Assert.Single(run.Steps());
            Assert.Equal(("falling", 1.0), (run.Config.Diffusion.Weighting, run.Config.Diffusion.OfWeighting["gamma"]));
        }

        foreach (Catalog? catalog in (Catalog?[])[null, bringing])
            Assert.Contains("was begun with diffusion.gamma 1, now it is 3",
                Assert.Throws<InputException>(() => OpenWith(gamma: 3, steps: 2, catalog)).Message);
        using (TrainingRun same = OpenWith(gamma: 1, steps: 2, bringing)) Assert.Equal(2, Assert.Single(same.Steps()).Number);
        // Of the library's what is usual is left out.
        using TrainingRun other = Open(steps: 1, new(NoiseSchedule.Cosine(steps: 20), Prediction.V, Weighting.P2(k: 2)), seed: 4);
        Assert.Null(other.Config.Diffusion.OfWeighting["gamma"]);
        Assert.Equal(2.0, other.Config.Diffusion.OfWeighting["k"]);

        TrainingRun OpenWith(double gamma, int steps, Catalog? catalog = null) => Open(steps,
            new(NoiseSchedule.Cosine(steps: 20), Prediction.V, new Falling { Gamma = gamma }), catalog: catalog);
    }

    /// <summary>They did not record how a weighting of one's own was set.</summary>
    [Fact]
    public void RunsOfEarlierVersionsWithAWeightingOfOnesOwnGoOn()
    {
        Objective objective = new(NoiseSchedule.Cosine(steps: 20), Prediction.V, new Falling { Gamma = 2 });
        string path;
        using (TrainingRun run = Open(steps: 1, objective))
        {
            Assert.Single(run.Steps());
            path = run.Folder.Path;
        }

        foreach ((string file, string recorded, string before) in ((string, string, string)[])
            [("config.yaml", "gamma: 2", "gamma: null"), ("manifest.json", "\"diffusion.gamma\": \"2\"", "\"diffusion.gamma\": \"null\"")])
        {
            string text = File.ReadAllText(Path.Combine(path, file));
            Assert.Contains(recorded, text);
            File.WriteAllText(Path.Combine(path, file), text.Replace(recorded, before));
        }

        using TrainingRun again = Open(steps: 2, objective);
        Assert.Equal(2, Assert.Single(again.Steps()).Number);
        Assert.Equal(objective.Weighting, again.Folder.Experiment.Catalog.Weightings["falling"]);
    }

    /// <summary>The program's, and that of the run: what is given is meant, and not its namesakes.</summary>
    [Fact]
    public void CatalogsThatHaveThePartsAlreadyAreTaken()
    {
        Catalog catalog = Catalog.Default with
        {
            Networks = [.. Catalog.Default.Networks, NamedNetwork.Create(nameof(OneConvolution), new OneConvolution())],
            Objectives = [.. Catalog.Default.Objectives,
                new(nameof(OfItsType), (schedule, _, weighting) => new OfItsType(schedule, weighting))],
            Weightings = [.. Catalog.Default.Weightings, Weighting.Create("mine", _ => 2)],
            // Always of another length, which is no match and no refusal.
            Schedules = [.. Catalog.Default.Schedules, new("fixed", _ => NoiseSchedule.Linear(7))],
        };
        OfItsType objective = new(new(0.1, 0.2, 0.3), Weighting.Create("mine", snr => snr));
        for (int steps = 1; steps <= 3; steps++)
        {
            using TrainingRun run = Open(steps, objective, catalog: catalog);
            Assert.Equal(steps, Assert.Single(run.Steps()).Number);
            Catalog known = run.Folder.Experiment.Catalog;
            Assert.Equal(catalog.Networks.Count, known.Networks.Count);
            Assert.Same(objective, run.Config.Diffusion.ToObjective(known));
            Assert.Same(objective.Weighting, known.Weightings["mine"]);
            catalog = known;
        }
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
