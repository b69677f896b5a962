using System.Text.Json;
using Qdiff;
using Qdiff.Evaluation;
using Qdiff.Papers;
using Qdiff.Tensors;

/// <summary>A run that several processes train, sample and evaluate together, here threads: one writes, and its bytes are those
/// of a run that one process trained.</summary>
public sealed class SharedRunTests : IDisposable
{
    /// <summary>Four tiles, the last of them short; every kind of image.</summary>
    static readonly string[] s_settings =
        ["training.batch=52", "training.steps=4", "training.checkpointEvery=2", "training.frameEvery=2", "training.sampleEvery=4",
            "sampling.count=20", "diffusion.steps=10"];

    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void BegunByThreeAndGoneOnWithByTwoItLeavesTheBytesOfOne()
    {
        string one = TinyExperiment.Train(TinyExperiment.Start(folder.File("one"), s_settings)),
            run = folder.File("many/tiny-42");
        ThreadGroup.Run(3, processes => TinyExperiment.Train(Start(processes), steps: 3));
        ThreadGroup.Run(2, processes => TinyExperiment.Train(
            TrainingRun.Resume(run, Papers.Catalog, processes: processes)));
        // All but the checkpoint at which it was stopped.
        Assert.Equal(Files(one), Files(run).Where(file => !file.Key.Contains("step-000003")));
        Assert.Equal(StepLog.Read(one + "/steps.jsonl").Select(step => step with { Seconds = 0 }),
            StepLog.Read(run + "/steps.jsonl").Select(step => step with { Seconds = 0 }));
        // What happened is told once.
        Assert.Single(File.ReadLines(Path.Combine(run, "log.txt")), line => line.Contains("resume after step 3"));
    }

    [Fact]
    public void WhereOneIsAskedToStopAllStopAfterTheSameStepAndTheFirstSaves()
    {
        long[] steps = ThreadGroup.Run(3, processes =>
        {
            using TrainingRun run = Start(processes);
            using var stop = new CancellationTokenSource();
            Assert.Throws<OperationCanceledException>(() =>
            {
                foreach (TrainingStep step in run.Steps(stop.Token))
                    if (processes.Rank == 2 && step.Number == 3) stop.Cancel();
            });
            run.Save();
            return run.State.Step;
        });
        Assert.Equal([3, 3, 3], steps);
        Assert.Equal(3, RunFolder.Open(folder.File("many/tiny-42"), Papers.Catalog).Checkpoints.ReadLatest()!.Step);
    }

    [Fact]
    public void ARequestInTheFolderStopsAllAfterTheSameStep()
    {
        long[] steps = ThreadGroup.Run(3, processes =>
        {
            using TrainingRun run = Start(processes);
            Assert.Throws<OperationCanceledException>(() =>
            {
                foreach (TrainingStep step in run.Steps())
                    if (processes.Rank == 2 && step.Number == 2) Assert.True(StopRequest.Make(run.Folder.Path));
            });
            run.Save();
            Assert.Equal(processes.IsFirst, run.WasAskedToStop);
            return run.State.Step;
        });
        // After the second the first may have looked already.
        Assert.InRange(steps[0], 2, 3);
        Assert.All(steps, step => Assert.Equal(steps[0], step));
    }

    [Fact]
    public void WhereOneLeavesTheOthersKeepWhatWasDone()
    {
        (int Code, bool Speaks)[] ends = ThreadGroup.Run(3, processes =>
        {
            using TrainingRun run = Start(processes);
            try
            {
                foreach (TrainingStep step in run.Steps())
                    if (processes.Rank == 1 && step.Number == 3) throw new IOException("A broken disk.");
            }
            catch (IOException)
            {
                return processes.Leave(7, hasReason: true);
            }
            catch (ProcessFailedException e)
            {
                Assert.Equal((1, true), (e.Rank, e.HasLeft));
                run.SaveAlone();
            }

            return processes.Leave(1, hasReason: false);
        });
        Assert.Equal([(7, false), (7, true), (7, false)], ends);
        Assert.Equal(3, RunFolder.Open(folder.File("many/tiny-42"), Papers.Catalog).Checkpoints.ReadLatest()!.Step);
    }

    [Theory]
    [InlineData("training.learningRate=0.5",
        "The processes have different configurations: that of process 1 is not that of process 0.")]
    [InlineData("data.seed=5", "The processes have different configurations: that of process 1")]
    [InlineData("training.batch=1", "training.batch is 1, but 2 processes were started")]
    public void DifferencesAreRefusedByAllBeforeTheFirstStep(string setting, string message)
    {
        string[] messages = ThreadGroup.Run(2, processes => Assert.Throws<InputException>(() =>
            Start(processes, processes.Rank == 1 || setting.Contains("batch") ? [setting] : [])).Message);
        Assert.All(messages, said => Assert.StartsWith(message, said));
        Assert.False(Directory.Exists(folder.File("many")));
    }

    [Fact]
    public void OtherImagesAreRefused()
    {
        ImageSet all = FashionMnist.LoadBuiltIn();
        ImageSet[] images = [all.Select([0, 1, 2], "a"), all.Select([0, 1, 3], "a")];
        string[] messages = ThreadGroup.Run(2, processes => Assert.Throws<InputException>(() =>
            processes.RequireSame(TinyExperiment.Resolve(), images[processes.Rank])).Message);
        Assert.All(messages, said => Assert.StartsWith("The processes have different images", said));
    }

    [Fact]
    public void SamplesAndEvaluationAreThoseOfOne()
    {
        RunFolder run = RunFolder.Open(TinyExperiment.Train(TinyExperiment.Start(folder.File("runs"), [.. s_settings,
            TinyExperiment.WholeImages])), Papers.Catalog);
        TrainedRun trained = TrainedRun.Open(run);
        SampleGenerator Generator(ProcessGroup processes) =>
            new(trained.Network, trained.Schedule, trained.Prediction, new DdimSampler { Steps = 3 }, threads: 1)
            { Processes = processes };
        float[] expected = Generator(ProcessGroup.Single).Generate(trained.Weights, seed: 7, count: 50, first: 5);
        float[] way = Generator(ProcessGroup.Single)
            .Trajectory(trained.Weights, seed: 7, count: 50, frames: 3, first: 5)[1].Images;
        foreach ((float[] images, float[] frame) in ThreadGroup.Run(3, processes => (
            Generator(processes).Generate(trained.Weights, seed: 7, count: 50, first: 5),
            Generator(processes).Trajectory(trained.Weights, seed: 7, count: 50, frames: 3, first: 5)[1].Images)))
        {
            Assert.Equal(expected, images);
            Assert.Equal(way, frame);
        }

        string[] many = ThreadGroup.Run(3, processes => Evaluate(run, processes, "many"));
        byte[] kept = File.ReadAllBytes(run.PathOf(MetricsFile.FileName));
        File.Delete(run.PathOf(MetricsFile.FileName));
        Directory.Delete(Path.Combine(run.PathOf("samples"), "evaluation"), recursive: true);
        string one = Evaluate(run, ProcessGroup.Single, "one");
        Assert.All(many, report => Assert.Equal(one, report));
        Assert.Equal(File.ReadAllBytes(run.PathOf(MetricsFile.FileName)), kept);
        // Whatever one process reads the others have prepared.
        Assert.Equal(Files(folder.File("one")).Keys, Files(folder.File("many")).Keys);
    }

    [Fact]
    public void WhereOneIsInterruptedBeforeTheFirstSampleAllEndWithItsCode()
    {
        RunFolder run = RunFolder.Open(TinyExperiment.Train(TinyExperiment.Start(folder.File("runs"), [.. s_settings,
            TinyExperiment.WholeImages])), Papers.Catalog);
        TrainedRun trained = TrainedRun.Open(run);
        int[] codes = ThreadGroup.Run(2, processes =>
        {
            SampleStore store = SampleStore.Open(run, trained, run.Experiment.Config.Sampling, processes: processes);
            try
            {
                store.Take(4, cancellationToken: new(canceled: processes.Rank == 1));
                return -1;
            }
            catch (Exception e) when (e is OperationCanceledException or ProcessFailedException { HasLeft: true })
            {
                return processes.Leave(e is OperationCanceledException ? 130 : 1, hasReason: false).Code;
            }
        });
        Assert.Equal([130, 130], codes);
    }

    [Fact]
    public void TheFirstAloneReadsWhereWeightsAreTakenFrom()
    {
        string source = TinyExperiment.Train(TinyExperiment.Start(folder.File("source"), s_settings));
        string[] transfer = [.. s_settings, $"transfer.from={source}", "transfer.freeze=[init.]",
            "transfer.keepAverageCount=true"];
        string one = TinyExperiment.Train(TinyExperiment.Start(folder.File("one"), transfer));
        bool[] read = ThreadGroup.Run(2, processes =>
        {
            using TrainingRun run = Start(processes, transfer);
            bool reads = run.Transfer is not null;
            TinyExperiment.Train(run);
            return reads;
        });
        Assert.Equal([true, false], read);
        Assert.Equal(Files(one), Files(folder.File("many/tiny-42")));
    }

    string Evaluate(RunFolder run, ProcessGroup processes, string cache)
    {
        EvaluationOptions options = new()
        {
            Classifier = DomainClassifier.For("fashion-mnist", [1, 28, 28]),
            Preset = EvaluationPreset.Domain with
            {
                ReferenceCount = 100,
                Metrics = [new KidMetric { SubsetSize = 20, Subsets = 5 }],
            },
            Cache = new(folder.File(cache)),
            Processes = processes,
        };
        return JsonSerializer.Serialize(new RunEvaluation
        {
            Sampling = run.Experiment.Config.Sampling with { Steps = 3, Sampler = "ddim" },
            Samples = 50,
        }.Run(run, options), RunJson.File);
    }

    TrainingRun Start(ProcessGroup processes, params string[] settings) =>
        TrainingRun.Start(TinyExperiment.Resolve([.. s_settings, .. settings]), folder.File("many"), ["test"],
            processes: processes);

    /// <summary>Weights, images and frames, by name; not what tells times and machines.</summary>
    static SortedDictionary<string, string> Files(string run) => new(Directory.GetFiles(run, "*", SearchOption.AllDirectories)
        .Where(file => Path.GetExtension(file) is ".safetensors" or ".png" or ".gif" or ".npz")
        .ToDictionary(file => Path.GetRelativePath(run, file), file => Convert.ToHexString(File.ReadAllBytes(file))),
        StringComparer.Ordinal);
}
