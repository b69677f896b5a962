using Qdiff;
using Qdiff.Evaluation;
using Qdiff.Tensors;

/// <summary>What several threads share gives each the right result, or refuses the second at once and leaves the first
/// alone.</summary>
public sealed class SharingTests : IDisposable
{
    const int Callers = 4;

    static readonly NoiseSchedule s_schedule = NoiseSchedule.Cosine(steps: 6);
    static readonly Network s_network =
        new UNet { Dimension = 4, Groups = 2, Multipliers = [1, 2], Heads = 1, HeadFeatures = 4 }.Build();

    static readonly ImageSet s_images = FashionMnist.LoadBuiltIn().Select([.. Enumerable.Range(0, 40)], "forty");

    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    /// <summary>The obvious singleton of a service.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void AGeneratorServesManyCallers(int threads)
    {
        Weights weights = new Weights(s_network.Parameters).Initialise(3);
        float[][] expected = [.. Enumerable.Range(0, Callers).Select(caller => Draw(Generator(1), weights, caller))];
        SampleGenerator shared = Generator(threads);
        Together(caller =>
        {
            for (int round = 0; round < 5; round++) Assert.Equal(expected[caller], Draw(shared, weights, caller));
        });
        SampleGenerator alone = Generator(threads);
        Draw(alone, weights, 0);
        Assert.InRange(shared.Workers.MemoryBytes, 1, threads * alone.Workers.MemoryBytes);
    }

    [Fact]
    public void ADenoiserAndATrajectoryServeManyCallers()
    {
        Weights weights = new Weights(s_network.Parameters).Initialise(3);
        float[] expected = Trajectory(Generator(1));
        SampleGenerator shared = Generator(1);
        Together(_ => Assert.Equal(expected, Trajectory(shared)));

        float[] Trajectory(SampleGenerator generator) =>
            [.. generator.Trajectory(weights, seed: 1, count: 3, frames: 3, estimates: true).SelectMany(f => f.Images)];
    }

    /// <summary>A second caller comes in the middle of a step: it is refused, and the training is what it was.</summary>
    [Fact]
    public void ATrainerDoesOneStepAtATime()
    {
        float[] expected = Train(new(s_network, 1), _ => 0.01, 3);
        TrainingState state = new(s_network, 1);
        Trainer? trainer = null;
        int refused = 0;
        trainer = Trainer(state, _ =>
        {
            Refused("step for another caller", () => trainer!.Run().First());
            Refused("being changed", () => Draw(Generator(1), state.Weights, 0));
            Refused("being changed", () => Draw(Generator(1), state.Average, 0));
            Refused("being changed", () => Trainer(state, _ => 0.01).Run().First());
            refused++;
            return 0.01;
        });
        Assert.Equal(3, trainer.Run().Take(3).Last().Number);
        Assert.Equal(3, refused);
        Assert.Equal(expected, state.Weights.Values.ToArray());
    }

    /// <summary>A step comes in the middle of sampling: it is refused before it changes anything, and can be done
    /// later.</summary>
    [Fact]
    public void AStepWaitsForWhoeverReadsTheWeights()
    {
        float[] expected = Train(new(s_network, 1), _ => 0.01, 2), drawn;
        TrainingState state = new(s_network, 1);
        float[] images = Draw(Generator(1), state.Average.Copy(), 0);
        Trainer trainer = Trainer(state, _ => 0.01);
        drawn = Generator(1).Generate(state.Average, seed: 0, count: 20, progress: _ =>
            Refused("being read", () => trainer.Run().First()));
        Assert.Equal(images, drawn);
        Assert.Equal(0, state.Step);
        foreach (TrainingStep _ in trainer.Run().Take(2)) { }

        Assert.Equal(expected, state.Weights.Values.ToArray());
    }

    /// <summary>However often it is asked for its steps, they are the steps of one training.</summary>
    [Fact]
    public void ATrainersStepsGoOnInEveryLoop()
    {
        float[] expected = Train(new(s_network, 1), _ => 0.01, 3);
        TrainingState state = new(s_network, 1);
        Trainer trainer = Trainer(state, _ => 0.01);
        using (IEnumerator<TrainingStep> first = trainer.Run().GetEnumerator(), second = trainer.Run().GetEnumerator())
        {
            Assert.True(first.MoveNext() && second.MoveNext());
            Assert.Equal([1, 2], [first.Current.Number, second.Current.Number]);
        }

        Assert.Equal(3, trainer.Run().First().Number);
        Assert.Equal(expected, state.Weights.Values.ToArray());
    }

    [Fact]
    public void TrainingStopsBetweenTwoSteps()
    {
        using var stop = new CancellationTokenSource();
        TrainingState state = new(s_network, 1);
        Assert.Throws<OperationCanceledException>(() =>
        {
            foreach (TrainingStep step in Trainer(state, _ => 0.01).Run(stop.Token))
                if (step.Number == 2) stop.Cancel();
        });
        Assert.Equal(2, state.Step);
        Assert.Equal(Train(new(s_network, 1), _ => 0.01, 2), state.Weights.Values.ToArray());
        Assert.Throws<OperationCanceledException>(() => Audit.Run(s_network, cancellationToken: stop.Token));
    }

    [Fact]
    public void WeightsOfAnotherNetworkAreRefused()
    {
        Network other = new UNet { Dimension = 8, Groups = 2, Multipliers = [1, 2], Heads = 1, HeadFeatures = 4 }.Build();
        var weights = new Weights(other.Parameters).Initialise(3);
        Assert.Contains("another network", Assert.Throws<ArgumentException>(() => Draw(Generator(1), weights, 0)).Message);
    }

    [Fact]
    public void AFinishedRunIsDisposedOf()
    {
        TrainingRun run = TinyExperiment.Start(folder.Path);
        using (IEnumerator<TrainingStep> steps = run.Steps().GetEnumerator())
        {
            Assert.True(steps.MoveNext());
            run.Save();
            run.Dispose();
            run.Dispose();
            Assert.Throws<ObjectDisposedException>(() => steps.MoveNext());
        }

        Assert.Throws<ObjectDisposedException>(run.Save);
        Assert.Throws<ObjectDisposedException>(() => run.Steps().First());
        Assert.Equal(1, run.Folder.Checkpoints.List()[^1].Step);
    }

    [Fact]
    public void FeatureNetworksServeManyCallers()
    {
        DomainClassifier digits = DomainClassifier.Named("digits");
        var random = new RandomStream(1, "pixels");
        var pixels = new byte[40 * 784];
        random.NextBytes(pixels);
        var images = new ImageSet("noise", [1, 28, 28], pixels);
        int[] expected = digits.Classify(images, threads: 1);
        var cache = new FeatureCache(folder.Path);
        string layer = digits.Layers[0].Name;
        double[] features = Numbers(digits.Extract(images, [layer], threads: 1)[0]);
        Together(_ =>
        {
            Assert.Equal(expected, digits.Classify(images));
            Assert.Equal(features, Numbers(cache.Get(digits, images, [layer])[0]));
        });
        Assert.InRange(cache.Computed, 1, Callers);

        static double[] Numbers(FeatureSet set)
        {
            var all = new double[set.Count * set.Width];
            for (int i = 0; i < set.Count; i++) set.CopyTo(i, 0, all.AsSpan(i * set.Width, set.Width));
            return all;
        }
    }

    /// <summary>Lines and records of several threads do not tear each other.</summary>
    [Fact]
    public void LogsTakeWholeEntries()
    {
        string path = folder.File("steps.jsonl");
        using (StepLog log = StepLog.GoOn(path, 0))
            Together(caller =>
            {
                for (int i = 0; i < 100; i++) log.Append(new(caller * 100 + i, 0.5, 1, 0.001, 0, 0.1));
            });
        Assert.Equal(Enumerable.Range(0, Callers * 100).Select(i => (long)i), StepLog.Read(path).Select(s => s.Number).Order());

        CheckpointFolder checkpoints = new(folder.File("checkpoints"));
        Together(caller => checkpoints.Write(7, [("numbers", stream => stream.Write(new byte[1000]))], new { caller }));
        Assert.Single(checkpoints.List()).Verify();
    }

    [Fact]
    public void ATileIsAdvancedByOneCallerAtATime()
    {
        SampledTile? tile = null;
        int refused = 0;
        var denoiser = new Denoiser((xt, _, output) =>
        {
            Refused("another caller", () => tile!.Advance());
            refused++;
            xt.CopyTo(output);
        }, s_schedule, Prediction.Epsilon);
        tile = (new DdimSampler { Steps = 3 }).Start(denoiser, 1, [0, 1], 4);
        while (tile.Advance()) { }

        Assert.Equal(3, refused);
    }

    static SampleGenerator Generator(int threads) =>
        new(s_network, s_schedule, Prediction.Epsilon, new DdimSampler { Steps = 3 }, threads);

    static float[] Draw(SampleGenerator generator, Weights weights, int caller) =>
        generator.Generate(weights, seed: caller, count: 20);

    static Trainer Trainer(TrainingState state, Func<long, double> rate) =>
        new(state, new Objective(s_schedule, Prediction.Epsilon, Weighting.P2()), s_images,
            new TrainerOptions { Batch = 20, LearningRate = rate, Workers = new(1) });

    static float[] Train(TrainingState state, Func<long, double> rate, int steps)
    {
        foreach (TrainingStep _ in Trainer(state, rate).Run().Take(steps)) { }

        return state.Weights.Values.ToArray();
    }

    static void Together(Action<int> call)
    {
        Task[] all = [.. Enumerable.Range(0, Callers).Select(caller =>
            Task.Factory.StartNew(() => call(caller), TaskCreationOptions.LongRunning))];
        foreach (Task task in all) task.GetAwaiter().GetResult();
    }

    static void Refused(string because, Action action) =>
        Assert.Contains(because, Assert.Throws<InvalidOperationException>(() =>
            Task.Factory.StartNew(action, TaskCreationOptions.LongRunning).GetAwaiter().GetResult()).Message);
}
