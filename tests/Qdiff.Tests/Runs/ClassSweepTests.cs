using Qdiff;
using Qdiff.Imaging;

/// <summary>A network for each class, in runs that can be stopped and gone on with.</summary>
public sealed class ClassSweepTests : IDisposable
{
    static readonly string[] s_settings =
    [
        "data.eachClass=true", "data.classes=[bag, 1]", "data.perClass=4", "training.steps=3", "training.frameEvery=0",
        "sampling.sampler=ddim", "sampling.steps=2", TinyExperiment.WholeImages,
    ];

    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    /// <summary>More samples than any array holds, of several networks together.</summary>
    [Fact]
    public void TooManySamplesAreRefused()
    {
        var sweep = new ClassSweep(TinyExperiment.Resolve(s_settings), folder.Path);
        foreach (ClassSweep.ClassArm arm in sweep.Arms) TinyExperiment.Train(sweep.Open(arm, ["test"]), steps: 1);
        var networks = new Qdiff.Cli.ClassNetworks([.. ClassSweep.RunsIn(sweep.Folder, Catalog.Default)
            .Select(run => ((int?)run.Label, run.Run))], run => TrainedRun.Open(run));
        Assert.Contains("fit. Ask for fewer", Assert.Throws<InputException>(() =>
            networks.Generate(count: 40_000_000, first: 0,
                (_, _, _) => throw new InvalidOperationException("It is drawn."))).Message);
    }

    [Fact]
    public void ItStopsAndGoesOnToTheSameBytesAsARunByItself()
    {
        var sweep = new ClassSweep(TinyExperiment.Resolve(s_settings), folder.Path);
        Assert.Equal(folder.File("tiny"), sweep.Folder);
        Assert.Equal([(1, "Trouser"), (8, "Bag")], sweep.Arms.Select(arm => (arm.Label, arm.Title)));
        Assert.Equal([folder.File("tiny/class-1-42"), folder.File("tiny/class-8-42")], sweep.Arms.Select(arm => arm.Run));
        Directory.CreateDirectory(folder.File("tiny/class-1--42"));
        File.WriteAllText(folder.File("tiny/class-1--42/config.yaml"), "");
        Assert.Empty(ClassSweep.RunsOfSeed(sweep.Folder, 42));
        Directory.Delete(folder.File("tiny/class-1--42"), recursive: true);
        Assert.Contains("no checkpoint of any class yet", Assert.Throws<InputException>(() => sweep.Sheet()).Message);
        TinyExperiment.Train(sweep.Open(sweep.Arms[0], ["test"]), steps: 1);

        sweep = new ClassSweep(TinyExperiment.Resolve([.. s_settings, "training.threads=2"]), folder.Path);
        using (TrainingRun run = sweep.Open(sweep.Arms[0], ["test"]))
        {
            Assert.Equal((1, 4), (run.State.Step, run.Images.Count));
            Assert.All(run.Images.Labels.ToArray(), label => Assert.Equal(1, label));
        }

        foreach (ClassSweep.ClassArm arm in sweep.Arms) TinyExperiment.Train(sweep.Open(arm, ["test"]));
        string alone = TinyExperiment.Train(TinyExperiment.Start(folder.File("alone"),
            [.. s_settings, "data.eachClass=false", "data.classes=[1]"]));
        TinyExperiment.AssertEqual(TinyExperiment.Content(alone, 3), TinyExperiment.Content(sweep.Arms[0].Run, 3));
        SortedDictionary<string, byte[]> other = TinyExperiment.Content(sweep.Arms[1].Run, 3);
        Assert.False(other["weights.safetensors"].AsSpan().SequenceEqual(TinyExperiment.Content(alone,
            3)["weights.safetensors"]));

        // A row a class, of samples that do not depend on how many stand beside them.
        List<byte> pixels = [];
        foreach (ClassSweep.ClassArm arm in sweep.Arms)
        {
            TrainedRun trained = TrainedRun.Open(RunFolder.Open(arm.Run, Catalog.Default));
            var generator = new SampleGenerator(trained.Network, trained.Schedule, trained.Prediction,
                arm.Experiment.Config.Sampling.ToSampler(Catalog.Default));
            pixels.AddRange(generator.Generate(trained.Weights, arm.Experiment.Config.Sampling.Seed, count: 2)
                .Select(ImageSet.ToPixel));
        }

        Raster expected = ImageGrid.Draw(new("rows", [1, 28, 28], [.. pixels]),
            new() { Columns = 2, Scale = 2, RowTitles = ["Trouser", "Bag"] });
        Assert.Equal(expected.Pixels, sweep.Sheet(columns: 2).Pixels);
    }

    [Fact(Explicit = true)]
    public void AFolderOfClassesIsEvaluatedAsOne()
    {
        var sweep = new ClassSweep(TinyExperiment.Resolve(s_settings), folder.Path);
        foreach (ClassSweep.ClassArm arm in sweep.Arms) TinyExperiment.Train(sweep.Open(arm, ["test"]));
        Assert.Equal([(1, "class-1-42"), (8, "class-8-42")],
            ClassSweep.RunsIn(sweep.Folder, Catalog.Default).Select(run => (run.Label, Path.GetFileName(run.Run.Path))));
        Assert.Empty(ClassSweep.RunsIn(sweep.Arms[0].Run, Catalog.Default));
        Assert.Empty(ClassSweep.RunsIn(folder.File("nowhere"), Catalog.Default));

        (int code, string output, string error) = ToolProcess.Run(folder.Path, "evaluate", "tiny", "-n", "20", "-q",
            "--few-samples", "--resamples", "0", "--sample-seed", "9");
        Assert.Equal((0, ""), (code, error));
        Assert.StartsWith("tiny, ddim 2, seed 9, average weights of step 3: 20 samples, preset domain", output);
        Assert.Matches(@"accuracy/domain-clothes-logits/v1 +\d", output);
        Assert.True(File.Exists(folder.File("tiny/metrics.json")));
        Assert.Equal(2, ToolProcess.Run(folder.Path, "evaluate", "tiny", "--step", "3").ExitCode);

        var other = new ClassSweep(TinyExperiment.Resolve([.. s_settings, "training.seed=43"]), folder.Path);
        TinyExperiment.Train(other.Open(other.Arms[0], ["test"]), steps: 1);
        Assert.Contains("2 runs of class 1",
            Assert.Throws<InputException>(() => ClassSweep.RunsIn(sweep.Folder, Catalog.Default)).Message);
    }

    [Fact]
    public void ConditionalNetworksAreDrawnWithTheirClass()
    {
        var sweep = new ClassSweep(TinyExperiment.Resolve([.. s_settings, "data.classes=[8]", "training.steps=1",
            "model.classes=10"]), folder.Path);
        TinyExperiment.Train(sweep.Open(sweep.Arms[0], ["test"]));
        Assert.True(sweep.Sheet(columns: 2).Width > 2 * 56);
    }

    [Fact]
    public void ASheetIsCalibratedAsTheSamplesOfItsRunsAre()
    {
        var sweep = new ClassSweep(TinyExperiment.Resolve([.. s_settings, "data.classes=[8]", "training.steps=1",
            "sampling.calibration=4"]), folder.Path);
        TinyExperiment.Train(sweep.Open(sweep.Arms[0], ["test"]));
        TrainedRun trained = TrainedRun.Open(RunFolder.Open(sweep.Arms[0].Run, Catalog.Default));
        ImageSet samples = trained.Sampler().GenerateImages(sweep.Arms[0].Experiment.Config.Sampling.Seed, count: 2);
        Assert.Equal(ImageGrid.Draw(samples, new() { Columns = 2, Scale = 2, RowTitles = ["Bag"] }).Pixels,
            sweep.Sheet(columns: 2).Pixels);
    }

    [Fact]
    public void OtherSettingsThanThoseOfTheRunsAreRefused()
    {
        var sweep = new ClassSweep(TinyExperiment.Resolve([.. s_settings, "training.epochs=1"]), folder.Path);
        Assert.Contains("both say how long", Assert.Throws<InputException>(() => sweep.Open(sweep.Arms[0], ["test"])).Message);
        TinyExperiment.Train(Sweep().Open(sweep.Arms[0] with { Experiment = Sweep().Arms[0].Experiment }, ["test"]), steps: 1);
        var changed = new ClassSweep(TinyExperiment.Resolve([.. s_settings, "training.batch=8"]), folder.Path);
        Assert.Contains("was started with training.batch 20, now it is 8",
            Assert.Throws<InputException>(() => changed.Open(changed.Arms[0], ["test"])).Message);

        ClassSweep Sweep() => new(TinyExperiment.Resolve(s_settings), folder.Path);
    }

    /// <summary>Label 1 is the folder 10 and label 2 the folder 2: whoever took a number for a name would train another
    /// class.</summary>
    [Fact]
    public void ClassesWithNumbersForNamesAreNotMistaken()
    {
        foreach ((string name, byte shade) in ((string, byte)[])[("1", 10), ("10", 100), ("2", 200)])
        {
            Raster raster = new(4, 4, 1);
            raster.Pixels.AsSpan().Fill(shade);
            Directory.CreateDirectory(folder.File($"images/{name}"));
            Png.Save(raster, folder.File($"images/{name}/a.png"));
        }

        var sweep = new ClassSweep(TinyExperiment.Resolve("data.eachClass=true", "data.perClass=null", TinyExperiment.WholeImages,
            $"data.dataset=\"folder:{folder.File("images")}\""), folder.Path);
        Assert.Equal(["1", "10", "2"], sweep.Arms.Select(arm => arm.Title));
        Assert.Equal([10, 100, 200], sweep.Arms.Select(arm => (int)arm.Experiment.Config.Data.Load(Catalog.Default).Image(0)[0]));
        Assert.All(sweep.Arms, arm => Assert.Equal(1, arm.Experiment.Config.Data.Load(Catalog.Default).Count));
    }

    [Fact]
    public void ARunByItselfIsNoSweep()
    {
        Assert.Contains("data.eachClass",
            Assert.Throws<InputException>(() => TinyExperiment.Start(folder.Path, s_settings)).Message);
        Assert.Contains("no class 'shoe'",
            Assert.Throws<InputException>(() =>
                new ClassSweep(TinyExperiment.Resolve([.. s_settings, "data.classes=[shoe]"]), folder.Path)).Message);
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
    }
}
