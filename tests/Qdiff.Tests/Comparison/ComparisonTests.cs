using System.Text.Json;
using Qdiff;
using Qdiff.Evaluation;
using Qdiff.Papers;

public sealed class ComparisonTests : IDisposable
{
    static readonly EvaluationPreset s_preset = EvaluationPreset.Domain with
    {
        Metrics = [new FidMetric(), new KidMetric { SubsetSize = 1000 }, new Darkness(), new MemorisationMetric()],
        ReferenceCount = 200,
        GeneratedCount = 40,
    };
    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact(Explicit = true)]
    public void AnInterruptedComparisonEndsInTheSameBytes()
    {
        ComparisonPlan whole = Plan(folder.File("whole")), torn = Plan(folder.File("torn"));
        ComparisonResult result = Work(whole).Run()!;
        string text = ComparisonFiles.Write(whole, result);

        // Stopped wherever a training or sampling has just got on, again and again, as somebody impatient would.
        int stops = 0;
        for (int after = 9; ; after += 70)
        {
            using var source = new CancellationTokenSource();
            int reports = 0;
            try
            {
                ComparisonFiles.Write(torn, Work(torn, (_, _) =>
                {
                    if (Interlocked.Increment(ref reports) == after) source.Cancel();
                }).Run(source.Token)!);
                break;
            }
            catch (OperationCanceledException)
            {
                stops++;
            }
        }

        Assert.InRange(stops, 2, 40);
        Assert.Equal(File.ReadAllText(Path.Combine(whole.Folder, "comparison.json")).Replace("whole", "torn"),
            File.ReadAllText(Path.Combine(torn.Folder, "comparison.json")));

        Assert.Equal(["small", "large"], result.Arms.Select(a => a.Name));
        Assert.All(result.Arms, arm => Assert.InRange(arm.Live, 1, arm.Parameters));
        Assert.Equal([3, 3, 3, 3, 8, 8, 8, 8], result.Metrics.Select(m => m.Step));
        // A metric of one's own is compared like any other.
        Assert.All(result.Metrics.Where(m => m.Metric == "darkness/blocks/v2"), m => Assert.NotNull(m.Floor));
        Assert.True(File.Exists(Path.Combine(whole.Folder, "curve-darkness-blocks-v2.svg")));
        Assert.All(result.Metrics, m => Assert.Equal([2, 2], m.Rows.Select(r => r.Values.Count)));
        Assert.All(result.Metrics, m => Assert.Equal(0.5, m.Rows[1].Difference!.Test.SmallestP));
        Assert.Contains("cannot give a p of less than 0.5", text);
        Assert.True(File.Exists(Path.Combine(whole.Folder, "curve-fid-blocks-v1.svg")));
        // What its corrected p does not tell apart is not ranked, whether or not the intervals overlap.
        Assert.All(result.Metrics, m => Assert.Equal(m.Rows[1].Difference!.CorrectedP > 0.05,
            m.Verdict == "Cannot be told apart from small: large."));
        Assert.Contains(result.Metrics, m => m.Verdict.StartsWith("Cannot", StringComparison.Ordinal));
    }

    [Fact]
    public void WhatIsFrozenIsNotCountedAsLive()
    {
        UNet design = SmallHybrid.Design;
        Network trained = design.Build(), frozen = design.Build(Control.Frozen);
        AuditReport audit = Audit.Run(trained, seed: 1);
        int angles = trained.Circuits.Sum(circuit => circuit.Angles!.Count);
        Assert.Equal(audit.Live, ComparisonSummary.LiveAndTrained(audit, trained, new()));
        Assert.Equal(audit.Live - angles, ComparisonSummary.LiveAndTrained(audit, frozen, new()));
        Assert.Equal(audit.Parameters.Where(p => !p.Name.StartsWith("mid.", StringComparison.Ordinal)).Sum(p => p.Live),
            ComparisonSummary.LiveAndTrained(audit, trained, new() { Freeze = ["mid."] }));
    }

    [Fact]
    public void RunsThatWereTrainedBeforehandAreTaken()
    {
        ComparisonPlan plan = Plan(folder.File("picked"), seeds: 1);
        string before = TinyExperiment.Train(TinyExperiment.Start(plan.Folder, "name=small", "training.seed=5",
            "training.frameEvery=0", "training.steps=8", "training.keepSteps=[3]"));
        string weights = File.ReadAllText(Path.Combine(before, "checkpoints", "step-000008", "checkpoint.json"));
        ComparisonResult result = Work(plan).Run()!;
        Assert.Equal(weights, File.ReadAllText(Path.Combine(before, "checkpoints", "step-000008", "checkpoint.json")));
        Assert.Equal(8, result.Metrics.Count);

        // With another network it is another run.
        ComparisonPlan other =
            ComparisonPlan.Create(folder.Path, "picked", [Arm("small", "model.dimension=8"), Arm("large")], null,
            1, null, [], [3], 200);
        InputException e = Assert.Throws<InputException>(() => Work(other).Run());
        Assert.Contains("was trained with model.dimension = 4, but the comparison wants 8", e.Message);
    }

    /// <summary>The first that cannot be read keeps every worker from all others, so it is said what helps.</summary>
    [Fact]
    public void ARunThatCannotBeReadIsToBeMendedOrMovedAway()
    {
        ComparisonPlan plan = Plan(folder.File("damaged"), seeds: 1);
        string path = SomeRuns.Add(plan.Folder, "small", 5, []), manifest = Path.Combine(path, RunManifest.FileName);
        File.WriteAllText(manifest, "");
        Assert.Equal($"{manifest} cannot be read: it is empty. The plan cannot go on beside it: mend it, or move {path} away, "
            + "and the run is done anew.", Assert.Throws<InputException>(() => plan.RequireFittingRuns(null)).Message);
    }

    /// <summary>It is no network that cannot be measured, of which a comparison only says that its values are missing.</summary>
    [Fact]
    public void DamagedMetricsTakeNoSeedOutOfAComparison()
    {
        ComparisonPlan plan = Plan(folder.File("cut"), seeds: 1, [Arm("small")]);
        folder.Write($"cut/small-5/{MetricsFile.FileName}", "{"u8.ToArray());
        Assert.Contains($"small-5{Path.DirectorySeparatorChar}{MetricsFile.FileName} cannot be read",
            Assert.Throws<InputException>(() => Work(plan).Run()).Message);
    }

    [Theory]
    [InlineData("training ", Explicit = true)]
    [InlineData("measuring ")]
    public void TheLimitEndsWhateverIsBeingDone(string doing)
    {
        ComparisonPlan plan = Plan(folder.File("late"), seeds: 1);
        ComparisonResult? before = null;
        if (doing != "training ")
        {
            before = Work(plan).Run();
            foreach (string file in Directory.GetFiles(plan.Folder, MetricsFile.FileName, SearchOption.AllDirectories))
                File.Delete(file);
        }

        // Where a slow machine does not come so far in the time, it goes on with twice as much.
        bool isReached = false;
        for (var limit = TimeSpan.FromSeconds(0.7); !isReached; limit *= 2)
            Assert.Null(Work(plan, (what, _) =>
            {
                if (!what.Contains(doing, StringComparison.Ordinal)) return;
                isReached = true;
                Thread.Sleep(limit);
            }, limit).Run());
        // What was done is there, and the rest can be done.
        ComparisonResult after = Work(plan).Run()!;
        Assert.Equal(8, after.Metrics.Count);
        if (before is not null)
            Assert.Equal(JsonSerializer.Serialize(before, RunJson.File), JsonSerializer.Serialize(after, RunJson.File));
    }

    [Fact]
    public void WhatAnotherProcessWorksOnIsLeftToIt()
    {
        ComparisonPlan plan = Plan(folder.File("shared"), seeds: 1);
        using RunLock theirs = RunLock.Take(Path.Combine(plan.Folder, "large-5"), isNew: true);
        Assert.Null(RunLock.TryTake(theirs.Folder));
        using var source = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(() => Work(plan, (what, _) =>
        {
            if (what.StartsWith("waiting for 1 run", StringComparison.Ordinal)) source.Cancel();
        }).Run(source.Token));
        Assert.Equal(["small-5"], Directory.GetDirectories(plan.Folder).Where(RunFolder.Exists).Select(Path.GetFileName));
        theirs.Dispose();
        Assert.NotNull(Work(plan).Run());
    }

    /// <summary>No run of its own would miss it then, but a worker that waits must see it too.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void AFolderThatIsMovedWhileAWorkerWaitsIsNotBegunAnew(bool replaced)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows lets nobody take it away.");
        ComparisonPlan plan = Plan(folder.File("moved"), seeds: 1, [Arm("small")]);
        using RunLock theirs = RunLock.Take(Path.Combine(plan.Folder, "small-5"), isNew: true);
        string message = Assert.Throws<IOException>(() => Work(plan, (what, _) =>
        {
            Assert.StartsWith("waiting for 1 run", what);
            Directory.Move(plan.Folder, folder.File("elsewhere"));
            if (replaced) FolderMark.In(Directory.CreateDirectory(plan.Folder).FullName).Dispose();
        }, pause: TimeSpan.FromMilliseconds(20)).Run()).Message;
        if (OperatingSystem.IsLinux())
            Assert.StartsWith($"The folder {plan.Folder} was moved to {folder.File("elsewhere")} while", message);
        Assert.Equal(replaced, Directory.Exists(plan.Folder));
        Assert.False(Directory.Exists(Path.Combine(plan.Folder, "small-5")));
    }

    [Fact]
    public void ADivergedArmIsSaidAndTheOthersRemain()
    {
        ComparisonPlan plan = ComparisonPlan.Create(folder.Path, "diverged",
            [Arm("good"), Arm("bad", "training.learningRate=10", "training.beta2=0")], null, 1, null, [], null, 200);
        ComparisonResult result = Work(plan).Run()!;
        Assert.All(result.Metrics, m => Assert.Equal(["good"], m.Rows.Select(r => r.Arm)));
        Assert.Contains(result.Missing, m => m.StartsWith("bad-5 has no metrics: Training diverged", StringComparison.Ordinal));

        // Whoever comes later believes it, until somebody goes on with the run.
        string log = Path.Combine(plan.Folder, "bad-5", "log.txt"), before = File.ReadAllText(log);
        Assert.Equal(result.Missing, Work(plan).Run()!.Missing);
        Assert.Equal(before, File.ReadAllText(log));
        using (TrainingRun.Resume(Path.Combine(plan.Folder, "bad-5"), Papers.Catalog)) { }
        Assert.Equal(result.Missing, Work(plan).Run()!.Missing);
        Assert.NotEqual(before, File.ReadAllText(log));
    }

    /// <summary>The arm has no run of its own then, for its training never began.</summary>
    [Fact]
    public void AnArmWhoseSourceDivergedIsSaidAndTheOthersRemain()
    {
        ComparisonPlan plan = ComparisonPlan.Create(folder.Path, "source",
            [Arm("good"), Arm("bad", "training.learningRate=10", "training.beta2=0", "training.steps=6", "transfer.source=before",
                "transfer.sourceSteps=2")], null, 1, null, [], null, 200);
        ComparisonResult result = Work(plan).Run()!;
        Assert.Equal(["good"], result.Arms.Select(arm => arm.Name));
        Assert.Contains(result.Missing, m => m.StartsWith("bad-5 has no metrics: Training diverged", StringComparison.Ordinal));
        Assert.Equal(result.Missing, Work(plan).Run()!.Missing);
    }

    [Theory]
    [InlineData("training.batch is 20 in a and 10 in b", "training.batch=10")]
    [InlineData("8 steps of training in a and 9 in b", "training.steps=9")]
    [InlineData("data.perClass is 20 in a and 19 in b", "data.perClass=19")]
    [InlineData("training.seed is 5 in a and 9 in b", "training.seed=9")]
    [InlineData("sampling.steps is 3 in a and 4 in b", "sampling.steps=4")]
    [InlineData("evaluation.samples is null in a and 50 in b", "evaluation.samples=50")]
    [InlineData("evaluation.preset is domain in a and paper-c in b", "evaluation.preset=paper-c")]
    [InlineData("Two arms have the name 'a'", "name=a")]
    public void DifferentBudgetsAreRefused(string expected, string setting) =>
        Assert.Contains(expected, Assert.Throws<InputException>(() =>
            ComparisonPlan.Create(folder.Path, null, [Arm("a"), Arm("b", setting)], null, 2, null, [], null, 200)).Message);

    /// <summary>The seeds of the configurations are then of no run, so they may differ.</summary>
    [Fact]
    public void SeedsFromAFirstOneOnAreThoseOfEveryArm()
    {
        ComparisonPlan plan = ComparisonPlan.Create(folder.Path, null, [Arm("a"), Arm("b", "training.seed=9")], null, seeds: 2,
            firstSeed: 7, [], null, 200);
        Assert.Equal([7L, 8L], plan.Seeds);
        Assert.Equal([("a", 7L), ("b", 7L), ("a", 8L), ("b", 8L)],
            plan.Runs(null).Select(run => (run.Arm.Name, run.Parts.Single().Experiment.Config.Training.Seed)));
    }

    [Fact]
    public void WhatNoRunCouldBeMeasuredByIsRefusedBeforeTraining()
    {
        ComparisonPlan plan = Plan(folder.File("early"));
        ComparisonWork Wrong(EvaluationPreset preset, SamplingConfig? sampling = null) => new(plan,
            new() { Preset = preset, Classifier = new BlockNetwork(), Cache = new(folder.File("features")) },
            new() { Samples = 40, Sampling = sampling });
        Assert.Contains("the samples have no labels", Assert.Throws<InputException>(() =>
            Wrong(s_preset with { PerClass = true }).Run()).Message);
        Assert.Contains("training.labelDropout", Assert.Throws<InputException>(() =>
            Wrong(s_preset, new() { Guidance = 2 }).Run()).Message);
        Assert.False(Directory.Exists(plan.Folder));
    }

    [Fact]
    public void AnArmThatIsToBeginWithTwoNetworksIsRefused() =>
        Assert.Contains("b.yaml starts from other (transfer.from), but a comparison first trains its source before",
            Assert.Throws<InputException>(() => ComparisonPlan.Create(folder.Path, null, [Arm("a"),
                Arm("b", "transfer.from=other", "transfer.source=before", "transfer.sourceSteps=2")], null, 2, null, [], null, 200))
                .Message);

    [Fact]
    public void StepsBeyondTheEndAreRefused() =>
        Assert.Contains("nothing to measure after 9 steps: the training ends after 8", Assert.Throws<InputException>(() =>
            ComparisonPlan.Create(folder.Path, null, [Arm("a"), Arm("b")], null, 2, null, [], [3, 9], 200)).Message);

    [Fact(Explicit = true)]
    public void OneNetworkThatCannotBeMeasuredDoesNotStopTheComparison()
    {
        ComparisonPlan plan = Plan(folder.File("collapsed"));
        int evaluations = 0;
        ComparisonResult result = Work(plan, (what, _) =>
        {
            if (what == "small-5: measuring fid" && Interlocked.Increment(ref evaluations) == 1)
                throw new InputException("All 40 samples have identical features.");
        }).Run()!;
        Assert.Contains("small-5 has no metrics at step 3: All 40 samples have identical features.", result.Missing);
        Assert.Equal([1, 2], result.Metrics[0].Rows.Select(row => row.Values.Count));
        Assert.Equal("small has metrics of fewer than two seeds, so nothing can be compared with it.", result.Metrics[0].Verdict);
        Assert.Equal(2, result.Metrics[^1].Rows[0].Values.Count);
    }

    [Fact]
    public void CurvesOfFewerSeedsSaySo()
    {
        ComparisonPlan plan = Plan(folder.File("few"));
        ComparisonFiles.Write(plan, new()
        {
            Name = "few",
            Preset = "domain",
            Baseline = "small",
            Seeds = [5, 6],
            Arms = [new("small", "unet", 1, 1, 0, 8)],
            Metrics = [Metric(3, 1), Metric(8, 1, 2)],
            Missing = [],
            Notes = [],
        });
        Assert.Contains("kid/x/v1, mean and 95% interval of up to 2 seeds",
            File.ReadAllText(Path.Combine(plan.Folder, "curve-kid-x-v1.svg")));

        static MetricComparison Metric(int step, params double[] values) => new(step, "kid/x/v1", "kid/x/v1 n=9", null,
            [new("small", [.. values.Select((value, i) => new SeedValue(5 + i, value))], values.Average(), null, null)], "");
    }

    [Fact]
    public void EachSeedHasSamplesOfItsOwn()
    {
        Work(Plan(folder.File("seeds"), arms: [Arm("small")])).Run();
        string[] words = [.. ((int[])[5, 6]).Select(seed => MetricsFile.Read(Path.Combine(folder.File("seeds"), $"small-{seed}",
            "metrics.json")).Evaluations[0].Subject)];
        Assert.NotEqual(words[0].Replace("small-5", ""), words[1].Replace("small-6", ""));
    }

    static ComparisonArm Arm(string name, params string[] settings) => new(TinyExperiment.Resolve(
        [$"name={name}", "training.steps=8", "training.seed=5", "sampling.sampler=ddim", "sampling.steps=3",
            "training.frameEvery=0", .. settings]), name + ".yaml");

    static ComparisonPlan Plan(string path, int seeds = 2, ComparisonArm[]? arms = null) =>
        ComparisonPlan.Create(Path.GetDirectoryName(path)!, Path.GetFileName(path),
        arms ?? [Arm("small"), Arm("large", "model.multipliers=[1, 3]")], null, seeds, null, [], [3], 200);

    ComparisonWork Work(ComparisonPlan plan, Action<string, double>? progress = null, TimeSpan? limit = null,
        TimeSpan? pause = null) =>
        new(plan, new()
        {
            Preset = s_preset,
            Classifier = new BlockNetwork(),
            Cache = new(folder.File("features")),
            Resamples = 10
        }, new() { Reuse = true, Samples = 40 })
        {
            Progress = progress,
            Limit = limit,
            Pause = pause ?? TimeSpan.FromSeconds(2),
        };
}
