using Qdiff;
using Qdiff.Evaluation;
using Qdiff.Papers;
using Qdiff.Reports;

public sealed class RunLockTests : IDisposable
{
    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void ASecondWriterIsRefusedAndToldWhoIsThere()
    {
        string path;
        using (TrainingRun run = TinyExperiment.Start(folder.Path))
        {
            path = run.Folder.Path;
            string message = Assert.Throws<InputException>(() => TrainingRun.Resume(path, Catalog.Default)).Message;
            Assert.Equal($"The run {path} is being written by this very process, which has it open already. Wait until that has "
                + "ended, or stop it.", message);
            (int code, _, string error) = ToolProcess.Run(folder.Path, "train", "--resume", path, "-q");
            Assert.Equal(2, code);
            Assert.StartsWith($"qdiff: The run {path} is being written by process {Environment.ProcessId} on ", error);
            // Whoever only reads needs no lock.
            Assert.Equal(path, RunFolder.Open(path, Catalog.Default).Path);
            Assert.Empty(StepLog.Read(run.Folder.StepsFile));
        }

        TinyExperiment.Train(TrainingRun.Resume(path, Catalog.Default), steps: 1);
        Assert.False(File.Exists(Path.Combine(path, RunLock.OwnerFile)));
    }

    /// <summary>Whoever asks whether a run is trained does not wait for a pipe in the place of its lock, nor does who wants
    /// it.</summary>
    [Fact]
    public async Task APipeInTheLocksPlaceIsNoLock()
    {
        await NamedPipe.Make(folder.File(RunLock.FileName));
        Assert.False(await Task.Run(() => RunLock.IsTaken(folder.Path)).WaitAsync(TimeSpan.FromMinutes(1)));
        File.Delete(folder.File(RunLock.FileName));
        File.WriteAllText(folder.File(RunLock.FileName), "");
        await NamedPipe.Make(folder.File(RunLock.OwnerFile));
        Assert.False(await Task.Run(() => RunLock.IsTaken(folder.Path)).WaitAsync(TimeSpan.FromMinutes(1)));
        Task taking = Task.Run(() => RunLock.TryTake(folder.Path)?.Dispose());
        Assert.Contains($"{RunLock.OwnerFile} is a pipe or a device", (await Assert.ThrowsAsync<InputException>(() =>
            taking.WaitAsync(TimeSpan.FromMinutes(1)))).Message);
    }

    /// <summary>Where the system's lock does not reach other machines, whose signs of life are seen.</summary>
    [Fact]
    public void ARunOfAnotherMachineIsShownAsTrainedAndCanBeAskedToStop()
    {
        string path = TinyExperiment.Train(TinyExperiment.Start(folder.Path), steps: 1),
            owner = Path.Combine(path, RunLock.OwnerFile);
        Assert.Equal(RunState.Stopped, RunContent.Read(path, Papers.Catalog).State);
        File.WriteAllText(owner, "process 17 on far\nfar/1 5 nonce 0000000003\n");
        Assert.Equal(RunState.Training, RunContent.Read(path, Papers.Catalog).State);
        Assert.True(StopRequest.Make(path));
        File.Delete(owner);
        Assert.False(StopRequest.Make(path));
    }

    [Fact]
    public void TheLoserOfARaceForANewRunLeavesNothing()
    {
        string path = folder.File("tiny-42");
        using (RunLock theirs = RunLock.Take(path))
        {
            Assert.Contains("is being written by",
                Assert.Throws<InputException>(() => TinyExperiment.Start(folder.Path)).Message);
            Assert.Equal([RunLock.FileName, RunLock.OwnerFile],
                Directory.GetFileSystemEntries(path).Select(Path.GetFileName).Order());
        }

        TinyExperiment.Train(TinyExperiment.Start(folder.Path), steps: 1);
        Assert.Contains("exists already", Assert.Throws<InputException>(() => TinyExperiment.Start(folder.Path)).Message);
    }

    /// <summary>Two starts of one run, of which the slower is still loading images while the other is begun and ended.</summary>
    [Fact]
    public void ARunThatWasMadeMeanwhileIsNotOverwritten()
    {
        DataSource slow = new("slow", "images that take their time", "", [Split.Train], (_, _) =>
        {
            if (!Directory.Exists(folder.File("tiny-42"))) TinyExperiment.Train(TinyExperiment.Start(folder.Path), steps: 3);
            return TinyExperiment.Resolve().Config.Data.Load(Papers.Catalog);
        });
        var late = ResolvedExperiment.Parse(TinyExperiment.Yaml, "tiny.yaml", Papers.Catalog with { DataSets = [slow] },
            ["data.dataset=slow", "data.crop=null", "data.perClass=null", "training.learningRate=0.5"]);
        Assert.Contains("exists already",
            Assert.Throws<InputException>(() => TrainingRun.Start(late, folder.Path, ["test"])).Message);
        using TrainingRun again = TrainingRun.Resume(folder.File("tiny-42"), Papers.Catalog);
        Assert.Equal((3, 0.003), (again.State.Step, again.Config.Training.LearningRate));
    }

    [Fact]
    public void ARunThatFailsToOpenGivesItsLockBack()
    {
        string path = TinyExperiment.Train(TinyExperiment.Start(folder.Path), steps: 1),
            steps = Path.Combine(path, "steps.jsonl");
        File.Delete(steps);
        Directory.CreateDirectory(steps);
        Assert.Throws<IOException>(() => TrainingRun.Resume(path, Catalog.Default));
        Directory.Delete(steps);
        TinyExperiment.Train(TrainingRun.Resume(path, Catalog.Default), steps: 1);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void AFolderThatIsTakenAwayIsNotMadeAnew(bool moved)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows lets nobody take it away.");
        using TrainingRun run = TinyExperiment.Start(folder.Path, "training.checkpointEvery=2");
        string path = run.Folder.Path, place = folder.File("elsewhere");
        IEnumerator<TrainingStep> steps = run.Steps().GetEnumerator();
        for (int i = 0; i < 3; i++) Assert.True(steps.MoveNext());
        if (moved) Directory.Move(path, place);
        else Directory.Delete(path, recursive: true);

        string message = Assert.Throws<IOException>(() => steps.MoveNext()).Message;
        Assert.Contains("step 2 is the last that was saved", message);
        Assert.Throws<IOException>(run.Save);
        Assert.False(Directory.Exists(path));
        if (!moved) return;
        if (OperatingSystem.IsLinux()) Assert.EndsWith($"was moved to {place} while it was trained; step 2 is the last that was "
            + "saved. Go on with it there.", message);
        run.Dispose();
        Assert.Equal(2, TrainedRun.Open(RunFolder.Open(place, Catalog.Default)).Step);
        using TrainingRun again = TrainingRun.Resume(place, Catalog.Default);
        Assert.Equal(2, again.State.Step);
    }

    /// <summary>Of a farm's folder that was moved, or whose disk is gone, nothing is made anew.</summary>
    [Fact]
    public void WhereTheFolderOfTheRunsIsGoneNoneIsBegun()
    {
        string path = folder.File("gone/tiny-42");
        Assert.Equal($"The run folder {path} cannot be written: there is no folder {folder.File("gone")}.",
            Assert.Throws<IOException>(() => RunLock.TryTake(path)).Message);
        Assert.False(Directory.Exists(folder.File("gone")));
        // The first run of all makes it.
        TinyExperiment.Train(TinyExperiment.Start(folder.File("gone")), steps: 1);
    }

    [Fact]
    public void ARunThatAnotherTookThePlaceOfStops()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows lets nobody take it away.");
        using TrainingRun run = TinyExperiment.Start(folder.Path);
        IEnumerator<TrainingStep> steps = run.Steps().GetEnumerator();
        Assert.True(steps.MoveNext());
        Directory.Move(run.Folder.Path, folder.File("elsewhere"));
        using TrainingRun other = TinyExperiment.Start(folder.Path);
        Assert.Throws<IOException>(() => steps.MoveNext());
        run.Dispose();
        Assert.Equal(2, other.Steps().Take(2).Count());
    }

    [Fact]
    public void EvaluationsThatEndTogetherAllCount()
    {
        string file = folder.File(MetricsFile.FileName);
        Parallel.For(0, 24, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i => MetricsFile.Add(file, new EvaluationReport
        {
            Key = $"key {i:00}",
            Subject = "test",
            Samples = 2,
            Preset = "default",
            Metrics = [],
            Missing = [],
            Notes = [],
        }));
        Assert.Equal(Enumerable.Range(0, 24).Select(i => $"key {i:00}"),
            MetricsFile.Read(file).Evaluations.Select(e => e.Key).Order(StringComparer.Ordinal));
        Assert.Equal([file], Directory.GetFiles(folder.Path));
    }

    [Fact]
    public void MetricsThatCannotBeKeptAreNotLost()
    {
        File.WriteAllText(folder.File("file"), "");
        EvaluationReport report = new()
        { Key = "key", Subject = "test", Samples = 2, Preset = "default", Metrics = [], Missing = [], Notes = [] };
        ReportNotKeptException e = Assert.Throws<ReportNotKeptException>(() =>
            MetricsFile.Add(folder.File("file/metrics.json"), report));
        Assert.Same(report, e.Report);
        Assert.StartsWith($"The metrics are not kept: {folder.File("file/metrics.json")} cannot be written: ", e.Message);
    }

    [Fact]
    public void WhoeverIsInAHurryLeavesPicturesAndAuditToTheNext()
    {
        string[] settings = ["training.steps=3", "training.sampleEvery=2", "sampling.count=2", "training.frameEvery=2"];
        string path = TinyExperiment.Train(TinyExperiment.Start(folder.Path, settings), steps: 2);
        string image = Path.Combine(path, "samples", "step-000002.png"), frame = Path.Combine(path, "samples", "frames",
            "step-000002.png");
        byte[][] drawn = [File.ReadAllBytes(image), File.ReadAllBytes(frame)];
        File.Delete(image);
        File.Delete(frame);
        using (TrainingRun hurried = TrainingRun.Resume(path, Catalog.Default))
        {
            CancellationToken cancelled = new(canceled: true);
            Assert.ThrowsAny<OperationCanceledException>(() => hurried.Audited(cancelled));
            Assert.ThrowsAny<OperationCanceledException>(() => hurried.Steps(cancelled).Count());
            hurried.Save();
            Assert.False(File.Exists(image) || File.Exists(frame) || File.Exists(Path.Combine(path, "audit.json")));
        }

        TinyExperiment.Train(TrainingRun.Resume(path, Catalog.Default));
        Assert.Equal(drawn, (byte[][])[File.ReadAllBytes(image), File.ReadAllBytes(frame)]);
    }

    [Fact]
    public void EveryStepIsInTheEventFilesOnceWhateverStopsThereWere()
    {
        string[] settings = ["training.steps=12", "training.checkpointEvery=4", "training.logEvery=1"];
        string path = TinyExperiment.Train(TinyExperiment.Start(folder.Path, settings), steps: 3);
        // Killed after step 6: steps 5 and 6 are done again.
        using (TrainingRun killed = TrainingRun.Resume(path, Catalog.Default)) Assert.Equal(3, killed.Steps().Take(3).Count());
        TinyExperiment.Train(TrainingRun.Resume(path, Catalog.Default), steps: 1);
        TinyExperiment.Train(TrainingRun.Resume(path, Catalog.Default));
        TinyExperiment.Train(TrainingRun.Resume(path, Catalog.Default));
        Assert.Equal(Enumerable.Range(1, 12).Select(step => (long)step), EventFileTests.ShownSteps(path, "loss/train"));
        Assert.Equal([3L, 4, 5, 8, 12], EventFileTests.ShownSteps(path, "loss/probe"));
        Assert.Equal(Enumerable.Range(1, 12).Select(step => (long)step),
            StepLog.Read(Path.Combine(path, "steps.jsonl")).Select(step => step.Number));
    }
}
