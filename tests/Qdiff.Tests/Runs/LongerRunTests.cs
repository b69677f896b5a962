using Qdiff;

/// <summary>Runs that are made longer, and runs whose settings were changed by hand.</summary>
public sealed class LongerRunTests : IDisposable
{
    readonly TemporaryFolder folder = new();
    readonly List<string> told = [];

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(20, "training.steps=40")]   // finished
    [InlineData(7, "training.steps=40", Explicit = true)]    // in the middle
    [InlineData(20, "training.epochs=4", Explicit = true)]
    [InlineData(20, "training.steps=40", "training.checkpointEvery=9", "training.threads=2")]
    public void ALongerRunIsTheOneThatWasLongFromTheBeginning(int done, params string[] changes)
    {
        string path = TinyExperiment.Train(TinyExperiment.Start(folder.Path, "training.steps=20"), done);
        using (TrainingRun run = TrainingRun.Resume(path, Catalog.Default, warn: told.Add, changes: changes))
        {
            Assert.Equal((done, 40), (run.State.Step, run.Config.Training.Steps));
            TinyExperiment.Train(run);
        }

        string whole = TinyExperiment.Train(TinyExperiment.Start(folder.File("whole"), "training.steps=40"));
        TinyExperiment.AssertEqual(TinyExperiment.Content(whole, 40), TinyExperiment.Content(path, 40));
        Assert.Equal(Enumerable.Range(1, 40), StepLog.Read(Path.Combine(path, "steps.jsonl")).Select(step => (int)step.Number));

        // It is written where the run says what it is.
        Assert.Equal([$"The training of {path} now has 40 steps; it had 20."], told);
        Assert.Contains(told[0], File.ReadAllText(Path.Combine(path, "log.txt")));
        RunFolder after = RunFolder.Open(path, Catalog.Default);
        Assert.Equal(40, after.Experiment.Config.Training.Steps);
        Assert.Equal("40", after.Manifest.Settings!["training.steps"]);
        Assert.Equal(after.Manifest.Settings!["training.epochs"], changes[0] == "training.epochs=4" ? "4" : "null");
        using TrainingRun again = TrainingRun.Resume(path, Catalog.Default, warn: told.Add);
        Assert.Single(told);
    }

    [Fact]
    public void WhatDidNotChangeKeepsItsOrigin()
    {
        string path = TinyExperiment.Train(TinyExperiment.Start(folder.Path, "training.steps=2"));
        string config = Path.Combine(path, RunFolder.ConfigFile);
        string[] before = File.ReadAllLines(config);
        Assert.Contains(before, line => line.EndsWith("# default", StringComparison.Ordinal));
        Assert.Contains(before, line => line.EndsWith("# tiny.yaml:4", StringComparison.Ordinal));
        TrainingRun.Resume(path, Catalog.Default, changes: ["training.steps=3"]).Dispose();
        string[] after = File.ReadAllLines(config);
        (string Before, string After)[] changed = [.. before.Zip(after).Where(lines => lines.First != lines.Second)];
        Assert.Equal(before.Length, after.Length);
        // A length in steps takes the place of one in epochs.
        Assert.Equal(["steps:", "epochs:"], changed.Select(lines => lines.After.Split(' ',
            StringSplitOptions.RemoveEmptyEntries)[0]));
        Assert.All(changed, lines => Assert.Contains("# option training.", lines.After));
    }

    /// <summary>Such a run is not the one that was long from the beginning, whose average remembers more steps.</summary>
    [Fact]
    public void WhatAShorterLengthScaledStaysShortAndIsSaid()
    {
        string path = TinyExperiment.Train(TrainingRun.Start(TinyExperiment.Resolve().Lasting(10), folder.Path, ["test"]));
        Assert.Matches("(?m)^    copySteps: 1 +# the length asked for$", File.ReadAllText(Path.Combine(path, RunFolder.ConfigFile)));
        Assert.Equal(["training.ema.copySteps", "training.ema.every", "training.ema.maxDecay"],
            RunFolder.Open(path, Catalog.Default).Manifest.ScaledFrom!.Keys);
        TrainingRun.Resume(path, Catalog.Default, warn: told.Add, changes: ["training.steps=30"]).Dispose();
        Assert.Equal([$"The training of {path} now has 30 steps; it had 10.", "It keeps what was scaled to its shorter training: "
            + "training.ema.copySteps 1 (unscaled 5), training.ema.every 1 (unscaled 2), training.ema.maxDecay 0.99 (unscaled "
            + "0.995). For the stages of 30 steps start another run of that length; what is only kept or shown can be set for "
            + "this one."], told);
        Assert.Contains(told[1], File.ReadAllText(Path.Combine(path, "log.txt")));
        // Once more, for what was changed stays known; of what nothing was scaled in, nothing is said.
        TrainingRun.Resume(path, Catalog.Default, warn: told.Add, changes: ["training.steps=40"]).Dispose();
        Assert.Equal(4, told.Count);
        Assert.Null(RunManifest.Read(Path.Combine(TinyExperiment.Train(TinyExperiment.Start(folder.File("whole"),
            "training.steps=2")), RunManifest.FileName)).ScaledFrom);
    }

    /// <summary>It can be measured again, so no run ends for it.</summary>
    [Fact]
    public void ADamagedAuditIsMeasuredAnew()
    {
        string path = TinyExperiment.Train(TinyExperiment.Start(folder.Path, "training.steps=2")), audit = Path.Combine(path,
            "audit.json");
        using TrainingRun run = TrainingRun.Resume(path, Catalog.Default, warn: told.Add);
        string whole = run.Audited().ToJson();
        File.WriteAllText(audit, whole[..100]);
        Assert.Equal(whole, run.Audited().ToJson());
        Assert.Contains("It is measured anew.", Assert.Single(told));
        Assert.Equal(whole, File.ReadAllText(audit));
    }

    [Fact]
    public void ALengthInEpochsGivesWayToOneInSteps()
    {
        string path = TinyExperiment.Train(TinyExperiment.Start(folder.Path, "training.epochs=1", "training.steps=9375",
            "training.steps=10"));
        using TrainingRun run = TrainingRun.Resume(path, Catalog.Default, changes: ["training.steps=13"]);
        Assert.Equal((13, (double?)null), (run.Config.Training.Steps, run.Config.Training.Epochs));
    }

    [Theory]
    [InlineData("has done 20 steps already; it cannot end after 19", "training.steps=19")]
    [InlineData("training.batch is 20 in", "training.batch=8")]
    [InlineData("training.seed is 42 in", "training.seed=1")]
    [InlineData("training.learningRate is 0.003 in", "training.learningRate=0.1", "training.steps=40")]
    [InlineData("data.dataset is fashion-mnist-test in", "data.dataset=mnist")]
    [InlineData("name is tiny in", "name=other")]
    [InlineData("both say how long", "training.steps=40", "training.epochs=5")]
    [InlineData("there is no setting", "training.stepps=40")]
    public void WhatCannotChangeIsRefusedAndNothingIsWritten(string expected, params string[] changes)
    {
        string path = TinyExperiment.Train(TinyExperiment.Start(folder.Path, "training.steps=20"));
        string config = File.ReadAllText(Path.Combine(path, "config.yaml"));
        Assert.Contains(expected,
            Assert.Throws<InputException>(() => TrainingRun.Resume(path, Catalog.Default, changes: changes)).Message);
        Assert.Equal(config, File.ReadAllText(Path.Combine(path, "config.yaml")));
    }

    [Theory]
    [InlineData("linear")]
    [InlineData("cosine")]
    [InlineData("step")]
    public void ALearningRateThatDependsOnTheLengthKeepsIt(string schedule)
    {
        string path = TinyExperiment.Train(TinyExperiment.Start(folder.Path, "training.steps=4",
            $"training.learningRateSchedule={schedule}"));
        string message = Assert.Throws<InputException>(() =>
            TrainingRun.Resume(path, Catalog.Default, changes: ["training.steps=8"])).Message;
        Assert.Contains($"changes over its 4 steps (training.learningRateSchedule: {schedule})", message);
        Assert.Contains("Start another run from its weights", message);
        // What leaves the length as it is may change.
        TrainingRun.Resume(path, Catalog.Default, changes: ["training.steps=4", "training.sampleEvery=3"]).Dispose();
    }

    [Theory]
    [InlineData("  batch: 20 ", "  batch: 8 ", "training.batch is 8, but the run was trained with 20")]
    [InlineData("  seed: 42 ", "  seed: 43 ", "training.seed is 43, but the run was trained with 42")]
    [InlineData("  learningRate: 0.003 ", "  learningRate: 0.1 ", "training.learningRate is 0.1, but the run was trained with")]
    [InlineData("    every: 2 ", "    every: 3 ", "training.ema.every is 3, but the run was trained with 2")]
    [InlineData("  perClass: 20 ", "  perClass: 10 ", "data.perClass is 10, but the run was trained with 20")]
    public void ASettingThatWasEditedByHandIsNamed(string before, string after, string expected)
    {
        string path = TinyExperiment.Train(TinyExperiment.Start(folder.Path, "training.steps=2")),
            config = Path.Combine(path, "config.yaml"), text = File.ReadAllText(config);
        Assert.Contains(before, text);
        File.WriteAllText(config, text.Replace(before, after));
        string message = Assert.Throws<InputException>(() => TrainingRun.Resume(path, Catalog.Default)).Message;
        Assert.Contains(expected, message);
        Assert.Matches(@"config.yaml:\d+: ", message);
        // Samples do not depend on how the weights were trained.
        Assert.Equal(2, TrainedRun.Open(RunFolder.Open(path, Catalog.Default)).Step);
    }

    /// <summary>Earlier versions wrote letters beyond ASCII, and some signs, as codes.</summary>
    [Theory]
    [InlineData("""["Gr\u00FCn \u0026 \u0022Blau\u0022"]""", true)]
    [InlineData("""["Grün & \"Blau\""]""", true)]
    [InlineData("""["Gr\u00FCn \u0026 \u0022Rot\u0022"]""", false)]
    [InlineData("""["Gr\u00F""", false)]
    public void WhatWasRecordedInCodesIsTheSame(string recorded, bool isSame)
    {
        ResolvedExperiment now = TinyExperiment.Resolve("""data.classes=["Grün & \"Blau\""]""");
        Setting? changed = TrainedSettings.Changed(new Dictionary<string, string> { ["data.classes"] = recorded }, now);
        Assert.Equal(isSame ? null : "data.classes", changed?.Path);
    }

    [Fact]
    public void ALengthThatWasEditedByHandIsTakenAndSaid()
    {
        string path = TinyExperiment.Train(TinyExperiment.Start(folder.Path, "training.steps=2")),
            config = Path.Combine(path, "config.yaml");
        File.WriteAllText(config, File.ReadAllText(config).Replace("  steps: 2 ", "  steps: 5 "));
        TinyExperiment.Train(TrainingRun.Resume(path, Catalog.Default, warn: told.Add));
        Assert.Equal([$"The training of {path} now has 5 steps; it had 2."], told);
        Assert.Equal(5, RunFolder.Open(path, Catalog.Default).Checkpoints.ReadLatest()!.Step);
    }

    /// <summary>Of the two that say how long, the one that was edited counts, and the other follows.</summary>
    [Fact]
    public void EpochsThatWereEditedByHandAreTakenAndStepsTakeTheirPlace()
    {
        string path = TinyExperiment.Train(TinyExperiment.Start(folder.Path, "training.epochs=0.2", "training.steps=2"));
        Edit("  epochs: 0.2 ", "  epochs: 0.3 ");
        Assert.Equal((3, (double?)0.3), Resumed());
        Edit("  steps: 3 ", "  steps: 5 ");
        Assert.Equal((5, (double?)null), Resumed());
        Assert.Equal([$"The training of {path} now has 3 steps; it had 2.",
            $"The training of {path} now has 5 steps; it had 3."], told);

        void Edit(string before, string after)
        {
            string config = Path.Combine(path, RunFolder.ConfigFile), text = File.ReadAllText(config);
            Assert.Contains(before, text);
            File.WriteAllText(config, text.Replace(before, after));
        }

        (int, double?) Resumed()
        {
            using TrainingRun run = TrainingRun.Resume(path, Catalog.Default, warn: told.Add);
            return (run.Config.Training.Steps, run.Config.Training.Epochs);
        }
    }

    [Fact]
    public void SamplesNeedTheNetworkThatWasTrained()
    {
        string path = TinyExperiment.Train(TinyExperiment.Start(folder.Path, "training.steps=2")),
            config = Path.Combine(path, "config.yaml");
        File.WriteAllText(config, File.ReadAllText(config).Replace("  prediction: epsilon ", "  prediction: v "));
        Assert.Contains("diffusion.prediction is v, but the run was trained with epsilon",
            Assert.Throws<InputException>(() => TrainedRun.Open(RunFolder.Open(path, Catalog.Default))).Message);
    }

    [Fact]
    public void ARunOfAnOlderVersionRecordsNoSettingsAndGoesOn()
    {
        string path = TinyExperiment.Train(TinyExperiment.Start(folder.Path, "training.steps=2")),
            manifest = Path.Combine(path, "manifest.json");
        RunManifest old = RunFolder.Open(path, Catalog.Default).Manifest with { Settings = null };
        File.WriteAllText(manifest, System.Text.Json.JsonSerializer.Serialize(old, RunJson.File));
        TinyExperiment.Train(TrainingRun.Resume(path, Catalog.Default, changes: ["training.steps=3"]));
        Assert.Equal(3, RunFolder.Open(path, Catalog.Default).Checkpoints.ReadLatest()!.Step);
    }
}
