using Qdiff;
using Qdiff.Papers;
using Qdiff.Tensors;

/// <summary>The classical network handed over to a hybrid one, as the quantum-vertex paper does.</summary>
public sealed class TransferTests(TransferTests.Source source) : IClassFixture<TransferTests.Source>, IDisposable
{
    const string Hybrid = "model.name=qvunet-1fq";

    /// <summary>Where it only matters that steps are done: two images each, on a schedule without a timestep at which the mean
    /// error would be measured at the end.</summary>
    static readonly string[] s_small = ["training.batch=2", "diffusion.steps=4"];

    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    /// <summary>A classical run of a few steps, whose average has come to differ from its weights.</summary>
    public sealed class Source : IDisposable
    {
        public const int Steps = 4;
        readonly TemporaryFolder folder = new();

        public Source() => Path = TinyExperiment.Train(TransferTests.Start(folder.Path, $"training.steps={Steps}"));

        public string Path { get; }

        public void Dispose() => folder.Dispose();
    }

    [Fact]
    public void OnlyTheVertexesConvolutionsAndCircuitsAreNew()
    {
        using TrainingRun run = Start(folder.Path, Hybrid, $"transfer.from={source.Path}");
        WeightTransfer transfer = run.Transfer!;
        Assert.Equal(Source.Steps, transfer.SourceSteps);
        Assert.Empty(transfer.Frozen);
        Assert.Equal(
            [
                "mid.res0.circuit.0.angles", "mid.res0.circuit.1.angles", "mid.res0.conv0.bias",
                "mid.res0.conv0.weight", "mid.res0.conv1.bias", "mid.res0.conv1.weight",
                "mid.res1.circuit.0.angles", "mid.res1.circuit.1.angles", "mid.res1.conv0.bias",
                "mid.res1.conv0.weight", "mid.res1.conv1.bias", "mid.res1.conv1.weight",
            ],
            transfer.New.Select(p => p.Name).Order(StringComparer.Ordinal));
        Assert.Equal(run.State.Network.Parameters.Count(), transfer.Copied.Count + transfer.New.Count);

        // The numbers: copied ones are the source's as the optimiser left them, new ones those of a fresh network.
        TrainedRun raw = TrainedRun.Open(RunFolder.Open(source.Path, Papers.Catalog), raw: true);
        Weights fresh = new Weights(run.State.Network.Parameters).Initialise(run.Config.Training.Seed);
        foreach (Parameter p in transfer.Copied)
            Assert.Equal(raw.Weights[raw.Network.Parameters.Find(p.Name)!], run.State.Weights[p]);
        foreach (Parameter p in transfer.New) Assert.Equal(fresh[p], run.State.Weights[p]);
        Assert.Equal(run.State.Weights.Values, run.State.Average.Values);
        Assert.All(run.State.FirstMoment, moment => Assert.Equal(0, moment));
    }

    [Fact]
    public void ExceptedParametersStartAnewInTheControlToo()
    {
        using TrainingRun run = Start(folder.Path, $"transfer.from={source.Path}", "transfer.except=[mid]");
        Assert.All(run.Transfer!.New, p => Assert.StartsWith("mid.", p.Name));
        Assert.Equal(run.State.Network.Parameters.Count(p => p.Name.StartsWith("mid.")), run.Transfer.New.Count);
        Weights fresh = new Weights(run.State.Network.Parameters).Initialise(run.Config.Training.Seed);
        foreach (Parameter p in run.Transfer.New) Assert.Equal(fresh[p], run.State.Weights[p]);
    }

    [Fact]
    public void TheAverageOfTheSourceIsCopiedIfAskedFor()
    {
        using TrainingRun run = Start(folder.Path, Hybrid, $"transfer.from={source.Path}", "transfer.copyAverage=true");
        RunFolder from = RunFolder.Open(source.Path, Papers.Catalog);
        TrainedRun average = TrainedRun.Open(from), raw = TrainedRun.Open(from, raw: true);
        Parameter p = run.State.Network.Parameters.Find("init.weight")!, old = raw.Network.Parameters.Find("init.weight")!;
        Assert.Equal(average.Weights[average.Network.Parameters.Find("init.weight")!], run.State.Weights[p]);
        Assert.False(raw.Weights[old].SequenceEqual(run.State.Weights[p]));
    }

    [Fact]
    public void TheAverageStartsAnewAndFrozenParametersDoNotMove()
    {
        using TrainingRun run =
            Start(folder.Path, Hybrid, "training.steps=4", $"transfer.from={source.Path}",
                "transfer.freeze=[init., down., time.dense0]");
        float[] before = run.State.Weights.Values.ToArray();
        Assert.NotEmpty(run.Transfer!.Frozen);
        Assert.All(run.Transfer.Frozen, p => Assert.Matches(@"^(init\.|down\.|time\.dense0)", p.Name));

        TrainingStep[] steps = [.. run.Steps()];
        Assert.Equal(Enumerable.Range(0, 4).Select(step => run.Config.Training.Ema.Decay(step)),
            steps.Select(step => step.Decay));
        Assert.Equal(0, steps[0].Decay);
        HashSet<Parameter> frozen = [.. run.Transfer.Frozen];
        foreach (Parameter p in run.State.Network.Parameters)
        {
            ReadOnlySpan<float> old = before.AsSpan(p.Offset, p.Count);
            Assert.True(old.SequenceEqual(run.State.Weights[p]) == frozen.Contains(p), p.Name);
            if (!frozen.Contains(p)) continue;
            // Averaging equal numbers rounds.
            for (int i = 0; i < p.Count; i++) Assert.Equal(old[i], run.State.Average[p][i], 1e-6f);
        }
    }

    /// <summary>What is not trained does not shorten the gradient of what is.</summary>
    [Fact]
    public void TheNormThatClipsIsOfWhatIsTrained()
    {
        using TrainingRun free = Start(folder.File("free"), $"transfer.from={source.Path}");
        using TrainingRun frozen = Start(folder.File("frozen"), $"transfer.from={source.Path}", "transfer.freeze=[init., down.]");
        double all = free.Steps().First().GradientNorm, some = frozen.Steps().First().GradientNorm;
        Assert.InRange(some, 1e-3 * all, 0.99 * all);
    }

    [Fact]
    public void TheReleasedCodesAverageCountsOnFromTheSource()
    {
        using TrainingRun run = Start(folder.Path, Hybrid, "training.steps=4", $"transfer.from={source.Path}",
            "transfer.keepAverageCount=true");
        double[] decays = [.. run.Steps().Select(step => step.Decay)];
        Assert.Equal(Enumerable.Range(Source.Steps, 4).Select(step => run.Config.Training.Ema.Decay(step)), decays);
        // Not one of them copies, so the new circuits' random beginnings stay in the average.
        Assert.DoesNotContain(0, decays);
    }

    /// <summary>Of the same network, the first step is the one that the source would have done next; by default it is on the
    /// images, timesteps and noise of the source's first.</summary>
    [Fact]
    public void TheDrawsGoOnFromTheSourceIfAskedFor()
    {
        using TrainingRun longer = Start(folder.File("longer"));
        double next = longer.Steps().ElementAt(Source.Steps).Loss;
        Assert.Equal(next, FirstLoss("on", "transfer.continueDraws=true"));
        Assert.NotEqual(next, FirstLoss("anew"));

        double FirstLoss(string name, params string[] settings)
        {
            using TrainingRun run = Start(folder.File(name), [$"transfer.from={source.Path}", .. settings]);
            return run.Steps().First().Loss;
        }
    }

    [Fact]
    public void AnInterruptedTransferGoesOnToTheSameBytes()
    {
        string[] settings =
            [Hybrid, .. s_small, "training.steps=3", $"transfer.from={source.Path}", "transfer.keepAverageCount=true",
                "transfer.continueDraws=true", "transfer.freeze=[init.]"];
        string whole = TinyExperiment.Train(Start(folder.File("whole"), settings));
        string parted = TinyExperiment.Train(Start(folder.File("parted"), [.. settings, "training.threads=1"]), steps: 1);
        TinyExperiment.Train(TrainingRun.Resume(parted, Papers.Catalog), steps: 1);
        TinyExperiment.Train(TrainingRun.Resume(parted, Papers.Catalog));
        TinyExperiment.AssertEqual(TinyExperiment.Content(whole, 3), TinyExperiment.Content(parted, 3));
        Assert.Equal([1, 2, 3], StepLog.Read(Path.Combine(parted, "steps.jsonl")).Select(step => (int)step.Number));
    }

    /// <summary>Killed before its own first checkpoint, while the source is trained on.</summary>
    [Fact]
    public void ATransferKeepsWhatItBeganWith()
    {
        string from = TinyExperiment.Train(Start(folder.Path, [.. s_small, "name=from", "training.steps=2"]));
        string path;
        float[] begun;
        using (TrainingRun run = Start(folder.Path, [.. s_small, Hybrid, $"transfer.from={from}"]))
            (path, begun) = (run.Folder.Path, run.State.Weights.Values.ToArray());
        TinyExperiment.Train(TrainingRun.Resume(from, Papers.Catalog, changes: ["training.steps=3"]));
        using TrainingRun again = TrainingRun.Resume(path, Papers.Catalog);
        Assert.Equal(begun, again.State.Weights.Values.ToArray());
    }

    /// <summary>Done again, because nothing of it was sound, it is kept like the first.</summary>
    [Fact]
    public void ATransferThatIsDoneAgainIsKeptToo()
    {
        string path;
        using (TrainingRun run = Start(folder.Path, [.. s_small, Hybrid, $"transfer.from={source.Path}"])) path = run.Folder.Path;
        Directory.Delete(Path.Combine(path, "checkpoints"), recursive: true);
        using TrainingRun again = TrainingRun.Resume(path, Papers.Catalog);
        Assert.NotNull(again.Transfer);
        Assert.Equal(Source.Steps, CheckpointContent.StateOf(again.Folder.Checkpoints.Read(0)).SourceSteps);
    }

    [Theory]
    [InlineData("no parameter's name starts with 'nothing'", Hybrid, "transfer.freeze=[nothing]")]
    [InlineData("transfer.except: no parameter's name starts with 'middle'", Hybrid, "transfer.except=[middle]")]
    [InlineData("option transfer.except: transfer.except is null", Hybrid, "transfer.except=null")]
    [InlineData("shares no parameter", "model.name=attention-light")]
    public void WhatCannotBeTransferredIsRefused(string expected, params string[] settings) => Assert.Contains(expected,
        Assert.Throws<InputException>(() => Start(folder.Path, [.. settings, $"transfer.from={source.Path}"])).Message);

    static TrainingRun Start(string root, params string[] settings) => TrainingRun.Start(ResolvedExperiment.Parse("""
        name: transfer
        data:
          dataset: fashion-mnist-test
          perClass: 2
        training:
          batch: 8
          sampleEvery: 0
          frameEvery: 0
          ema:
            copySteps: 1
            every: 1
        """, "transfer.yaml", Papers.Catalog, settings), root, ["test"]);
}
