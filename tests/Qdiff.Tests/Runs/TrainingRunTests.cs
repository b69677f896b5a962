using Qdiff;
using Qdiff.Imaging;
using Qdiff.Papers;
using Qdiff.Quantum;
using Qdiff.Reports;
using Qdiff.Tensors;

public sealed class TrainingRunTests : IDisposable
{
    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void AToySetIsLearned()
    {
        // One image of each of two classes: a network that learns at all learns these.
        using TrainingRun run = TinyExperiment.Start(folder.Path,
            "data.classes=[1, 8]", "data.perClass=1", "training.steps=80", "training.learningRate=0.01");
        double[] losses = [.. run.Steps().Select(step => step.Loss)];
        Assert.Equal(80, losses.Length);
        Assert.All(losses, loss => Assert.True(double.IsFinite(loss)));
        Assert.InRange(losses[^10..].Average(), 0, 0.25 * losses[..5].Average());
        Assert.Equal(2, run.Images.Count);
        // The probe, whose batch is always the same, agrees.
        double[] probes = [.. run.Folder.Checkpoints.List().Select(checkpoint => checkpoint.Score!.Value)];
        Assert.All(probes, probe => Assert.InRange(probe, 0, 0.5 * losses[0]));
    }

    [Theory]
    [InlineData("training.ema.every=1")]     // the average moves in the last step
    [InlineData("training.ema.every=100")]   // it has not moved for many
    public void TheAverageInMemoryIsTheOneOnDisk(string ema)
    {
        using TrainingRun run = TinyExperiment.Start(folder.Path, "training.steps=9", ema);
        float[] before = Draw(run.State.Network, run.State.Average, run.Config);
        foreach (TrainingStep _ in run.Steps()) { }

        TrainedRun loaded = TrainedRun.Open(run.Folder), raw = TrainedRun.Open(run.Folder, raw: true);
        Assert.Equal((9, 9), (loaded.Step, run.State.Step));
        float[] samples = Draw(run.State.Network, run.State.Average, run.Config);
        Assert.Equal(Draw(loaded.Network, loaded.Weights, run.Config), samples);
        Assert.NotEqual(before, samples);
        Assert.NotEqual(Draw(raw.Network, raw.Weights, run.Config), samples);
    }

    /// <summary>Circuits refuse angles that are no numbers; why there are such ones is what counts.</summary>
    [Fact]
    public void AHybridDivergesLikeAnyOther()
    {
        Network network = new UNet
        {
            Image = new(1, 4, 4),
            Dimension = 4,
            Groups = 2,
            Multipliers = [1, 2],
            Vertex = new() { Circuit = new(2, [.. Embedding.Angles(2), .. Ansatz.BasicEntangler(2, 1)]), Groups = 4, Patch = 1 },
        }.Build();
        using var trainer = new Trainer(new(network, 3), new(NoiseSchedule.Cosine(50), Prediction.V, Weighting.P2()),
            new("blank", [1, 4, 4], new byte[40 * 16]), new() { Batch = 16, Workers = new(1), LearningRate = _ => 1e20 });
        Assert.Throws<TrainingDivergedException>(() => trainer.Run().Take(9).Last());
    }

    [Fact]
    public void DivergenceNamesTheStepAndLeavesTheLastCheckpoint()
    {
        using TrainingRun run = TinyExperiment.Start(folder.Path, "training.learningRate=10", "training.checkpointEvery=1");
        TrainingDivergedException e = Assert.Throws<TrainingDivergedException>(() =>
        {
            foreach (TrainingStep _ in run.Steps()) { }
        });
        Assert.Equal(run.State.Step, e.Step);
        Assert.InRange(e.Step, 1, TinyExperiment.Steps - 1);
        Assert.StartsWith($"Training diverged at step {e.Step + 1}: loss ", e.Message);
        Assert.Contains("Lower training.learningRate", e.Message);
        Assert.Contains(e.Message, File.ReadAllText(run.Folder.PathOf("log.txt")));

        TrainedRun loaded = TrainedRun.Open(run.Folder, raw: true);
        Assert.Equal(e.Step, loaded.Step);
        Assert.DoesNotContain(loaded.Weights.Values.ToArray(), weight => !float.IsFinite(weight));
        Assert.Equal(e.Step, StepLog.Read(run.Folder.StepsFile).Count);

        string path = run.Folder.Path;
        run.Dispose();
        Assert.Equal((RunState.Diverged, e.Message), Shown());
        (int code, string output, _) = ToolProcess.Run(folder.Path, "show", path);
        Assert.Equal(0, code);
        Assert.Contains($"diverged after {e.Step} of ", output);
        Assert.Contains("Training diverged at step ", output);
        string from = double.IsFinite(loaded.Folder.Checkpoints.Read(e.Step).Score ?? 0) ? $"--from {path} " : "";
        Assert.Contains($"train --config {Path.Combine(path, "config.yaml")} {from}--set name=NAME --set ", output);
        Assert.Contains(e.Message, ReportPages.Of(path).QuerySelector("header .missing")!.TextContent);
        Assert.Contains("diverged", ToolProcess.Run(folder.Path, "runs", ".", "--state", "diverged").Output);
        TrainingRun.Resume(path, Catalog.Default).Dispose();
        Assert.Equal((RunState.Stopped, null), Shown());

        (RunState, string?) Shown() =>
            RunContent.Read(path, Papers.Catalog) is var shown ? (shown.State, shown.Divergence) : default;
    }

    /// <summary>Weights that blew up are kept like others, but are never the best.</summary>
    [Fact]
    public void WhatCircuitsRefuseIsKeptWithoutAScore()
    {
        using TrainingRun run = TinyExperiment.Start(folder.Path, "data.crop=8", "model.vertex.circuit=basic",
            "model.vertex.qubits=4", "model.vertex.layers=1", "model.vertex.groups=1", "model.vertex.patch=2");
        Assert.Single(run.Steps().Take(1));
        run.State.Average.Values.Fill(float.NaN);
        run.Save();
        Assert.Equal(double.NaN, run.Folder.Checkpoints.Read(1).Score);
        Assert.Null(run.Folder.Checkpoints.Best());
    }

    [Fact]
    public void AFrozenNameThatFitsNothingLeavesNoFolder()
    {
        Assert.Contains("transfer.freeze: no parameter's name starts with 'intit'", Assert.Throws<InputException>(() =>
            TinyExperiment.Start(folder.Path, "transfer.freeze=[intit]")).Message);
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public void StepsThatAreToBeKeptAreWrittenAndNotRemoved()
    {
        using TrainingRun run = TinyExperiment.Start(folder.Path, "training.steps=12", "training.checkpointEvery=3",
            "training.keepCheckpoints=1",
            "training.keepSteps=[2, 3, 12, 50]");
        foreach (TrainingStep _ in run.Steps()) { }
        Assert.Superset(new HashSet<long> { 2, 3, 12 }, new HashSet<long>(run.Folder.Checkpoints.List().Select(c => c.Step)));
        // The best may be one more.
        Assert.InRange(run.Folder.Checkpoints.List().Count, 3, 4);
    }

    /// <summary>The damaged ones are of later steps, and would be the last for whose sake new ones are removed.</summary>
    [Fact]
    public void WhoeverWentBackKeepsWhatIsDoneFromThere()
    {
        string[] settings = ["training.steps=12", "training.checkpointEvery=6", "training.keepCheckpoints=1",
            "training.keepSteps=[3]"];
        string path = TinyExperiment.Train(TinyExperiment.Start(folder.File("torn"), settings));
        foreach (string weights in Directory.GetFiles(path, "average.safetensors", SearchOption.AllDirectories)
            .Where(file => !file.Contains("step-000003")))
        {
            byte[] bytes = File.ReadAllBytes(weights);
            bytes[^9] ^= 1;
            File.WriteAllBytes(weights, bytes);
        }

        List<string> warnings = [];
        TinyExperiment.Train(TrainingRun.Resume(path, Catalog.Default, warn: warnings.Add), steps: 2);
        Assert.Contains("damaged-step-000012. Going back to step 3; the steps behind it are done again.",
            Assert.Single(warnings));
        Assert.Contains("step-000005", Directory.GetDirectories(Path.Combine(path, "checkpoints")).Select(Path.GetFileName));
        Assert.Equal((5, 12, RunState.Stopped), State(path));
        using (TrainingRun again = TrainingRun.Resume(path, Catalog.Default, warn: warnings.Add))
        {
            Assert.Equal(5, again.State.Step);
            // One that appears meanwhile is no reason either.
            Directory.Move(Path.Combine(path, "checkpoints", "damaged-step-000012"),
                Path.Combine(path, "checkpoints", "step-000012"));
            Assert.Single(again.Steps().Take(1));
            again.Save();
            Assert.Equal(6, again.Folder.Checkpoints.Read(6).Step);
            Directory.Delete(Path.Combine(path, "checkpoints", "step-000012"), recursive: true);
        }

        Assert.Single(warnings);
        TinyExperiment.Train(TrainingRun.Resume(path, Catalog.Default));
        TinyExperiment.AssertEqual(
            TinyExperiment.Content(TinyExperiment.Train(TinyExperiment.Start(folder.File("whole"), settings)), 12),
            TinyExperiment.Content(path, 12));

        static (long, int?, RunState) State(string path) =>
            RunContent.Read(path, Papers.Catalog) is var run ? (run.Done, run.Total, run.State) : default;
    }

    /// <summary>Removed for their room, left out of a copy, or on a disk that is not there: what was done is not cut
    /// away.</summary>
    [Fact]
    public void ARunWhoseCheckpointsWereTakenAwayIsNotBegunAnew()
    {
        string path = TinyExperiment.Train(TinyExperiment.Start(folder.Path, "training.steps=4", "training.checkpointEvery=9",
            "training.keepSteps=[2]")), log = Path.Combine(path, "steps.jsonl"), before = File.ReadAllText(log);
        Directory.Delete(Path.Combine(path, "checkpoints"), recursive: true);
        string message = Assert.Throws<InputException>(() => TrainingRun.Resume(path, Papers.Catalog,
            changes: ["training.steps=5"])).Message;
        Assert.Equal($"The log of {path} goes to step 4, but there is no checkpoint, and by its settings there should be one of "
            + $"step 2. Put the checkpoints back; if there never were any, or to begin anew, remove {log}.", message);
        Assert.Equal(before, File.ReadAllText(log));
        Assert.Equal(4, RunFolder.Open(path, Papers.Catalog).Experiment.Config.Training.Steps);
        File.Delete(log);
        using TrainingRun again = TrainingRun.Resume(path, Papers.Catalog);
        Assert.Equal(0, again.State.Step);
    }

    /// <summary>It cannot be told from one that was killed while it wrote its only checkpoint.</summary>
    [Theory]
    [InlineData("training.steps=2")]
    [InlineData("training.steps=3")]
    public void AShortRunWithoutItsCheckpointIsDoneAgainAndThatIsSaid(string steps)
    {
        string path = TinyExperiment.Train(TinyExperiment.Start(folder.Path, steps), steps: 2);
        Directory.Delete(Path.Combine(path, "checkpoints"), recursive: true);
        List<string> warnings = [];
        using TrainingRun again = TrainingRun.Resume(path, Papers.Catalog, warn: warnings.Add);
        Assert.Equal(0, again.State.Step);
        Assert.Equal([$"The log of {path} goes to step 2, but there is no checkpoint: all steps are done again."], warnings);
    }

    [Fact]
    public void TheLastCheckpointsAndTheBestAreKept()
    {
        using TrainingRun run =
            TinyExperiment.Start(folder.Path, "training.steps=13", "training.checkpointEvery=3", "training.keepCheckpoints=2");
        SortedDictionary<long, double> scores = [];
        foreach (TrainingStep _ in run.Steps())
            foreach (Checkpoint checkpoint in run.Folder.Checkpoints.List()) scores[checkpoint.Step] = checkpoint.Score!.Value;
        Assert.Equal([3, 6, 9, 12, 13], scores.Keys);
        long best = scores.MinBy(score => score.Value).Key;
        Assert.Equal(((long[])[best, 12, 13]).Distinct().Order(),
            run.Folder.Checkpoints.List().Select(checkpoint => checkpoint.Step));
    }

    [Fact]
    public void PicturesAreDrawnWhenTheyAreDue()
    {
        string path = TinyExperiment.Train(
            TinyExperiment.Start(folder.Path, "training.steps=3", "training.sampleEvery=2", "sampling.count=3"));
        string[] pictures = [.. Directory.GetFiles(Path.Combine(path, "samples")).Select(file => Path.GetFileName(file)!)];
        Assert.Contains("step-000002.png", pictures);
        Assert.Contains("step-000003.png", pictures);
        Assert.DoesNotContain(pictures, file => file.StartsWith("step-000001"));
        Raster sheet = Raster.Read(Path.Combine(path, "samples", "step-000003.png"));
        Assert.True(sheet.Width >= 56 && sheet.Height >= 56);
    }

    [Fact]
    public void TheFinalPictureIsTheSameAfterAnInterruption()
    {
        string[] settings = ["training.steps=4", "training.sampleEvery=4", "sampling.count=2"];
        string whole = TinyExperiment.Train(TinyExperiment.Start(folder.File("whole"), settings));
        string parted = TinyExperiment.Train(TinyExperiment.Start(folder.File("parted"), settings), steps: 1);
        Assert.False(Directory.Exists(Path.Combine(parted, "samples")));
        TinyExperiment.Train(TrainingRun.Resume(parted, Catalog.Default));
        const string picture = "samples/step-000004.png";
        Assert.Equal(File.ReadAllBytes(Path.Combine(whole, picture)), File.ReadAllBytes(Path.Combine(parted, picture)));
    }

    static float[] Draw(Network network, Weights weights, ExperimentConfig config) =>
        new SampleGenerator(network, config.Diffusion.ToSchedule(Catalog.Default), Prediction.Epsilon,
            new DdimSampler { Steps = 3 })
            .Generate(weights, seed: 1, count: 2);
}
