using Qdiff;
using Qdiff.Papers;
using Qdiff.Imaging;

/// <summary>Which images a configuration asks for, at which size, and for how long they are learned.</summary>
public sealed class DataConfigTests : IDisposable
{
    static readonly DataConfig s_some = new() { Dataset = "fashion-mnist-test", Classes = ["Bag", "1"], PerClass = 3 };
    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void ClassesAreNamesOrNumbers()
    {
        ImageSet images = s_some.Load(Papers.Catalog);
        Assert.Equal([1, 8], images.Labels.ToArray().Distinct().Order());
        Assert.Equal((s_some with { Classes = ["1", "8"] }).Load(Papers.Catalog).Hash, images.Hash);
        Assert.Equal((s_some with { Classes = ["trouser", "bag"] }).Load(Papers.Catalog).Hash, images.Hash);
        Assert.Contains("no class 'bga'. Did you mean Bag?", Refused(s_some with { Classes = ["bga"] }));
        Assert.Contains("no class '10'", Refused(s_some with { Classes = ["10"] }));
        Assert.Contains("no class '-1'", Refused(s_some with { Classes = ["0", "-1"] }));
    }

    [Fact]
    public void TheMiddleIsCutOutAndThenScaled()
    {
        ImageSet whole = s_some.Load(Papers.Catalog),
            small = (s_some with { Crop = 20, Size = 10, Resampling = "bicubic" }).Load(Papers.Catalog);
        Assert.Equal([1, 10, 10], small.Shape.ToArray());
        Assert.Equal(whole.Crop(4, 4, 20, 20).Resize(10, 10, Resampling.Bicubic).Hash, small.Hash);
        Assert.NotEqual(whole.Resize(10, 10).Hash, small.Hash);
        Assert.Equal(whole.Hash, (s_some with { Crop = 28, Size = 28 }).Load(Papers.Catalog).Hash);
        Assert.Contains("A crop of 40×40 pixels does not fit into the 28×28 pixels", Refused(s_some with { Crop = 40 }));
    }

    [Theory]
    [InlineData("unet", 28, 22, "level 1 has 14×11 pixels, and of an even and an odd side")]
    [InlineData("qvunet-1hq", 28, 20, "Patches of 2×2 do not tile an image of 2×1")]
    [InlineData("unet", 4, 4, "Images of 4 pixels are too small for 4 levels")]
    [InlineData("qvunet-1hq", 8, 8, "")]
    [InlineData("attention-light", 30, 30, "must be multiples of 4")]
    public void ImagesThatNoModelTakesAreNamed(string model, int height, int width, string expected)
    {
        ExperimentConfig config = new() { Name = "n", Model = new() { Name = model } };
        string message = Assert.Throws<InputException>(() => config.BuildNetwork([1, height, width], Papers.Catalog)).Message;
        Assert.StartsWith($"The model {model} cannot be built for images of 1×{height}×{width}: ", message);
        Assert.Contains(expected, message);
    }

    [Fact]
    public void ControlsAndLabelsThatAModelLacksAreNamed()
    {
        ExperimentConfig plain = new() { Name = "n", Model = new() { Control = Control.Cosine } };
        Assert.Contains("no circuits, so the control 'cosine'",
            Assert.Throws<InputException>(() => plain.BuildNetwork([1, 28, 28], Papers.Catalog)).Message);
        Assert.Contains("takes no class labels, so none can be dropped",
            Assert.Throws<ArgumentException>(() =>
                new ModelConfig { Name = "attention-light" }.Build([1, 28, 28], Papers.Catalog, nullLabel: true)).Message);
    }

    [Fact]
    public void EpochsBecomeStepsWhenTheRunStarts()
    {
        string[] epochs = ["training.epochs=0.3", "training.frameEvery=0"];   // of 200 images in batches of 20
        string[] withoutSteps = [.. TinyExperiment.Yaml.Split('\n').Where(line => !line.Contains("steps:"))];
        ResolvedExperiment experiment =
            ResolvedExperiment.Parse(string.Join('\n', withoutSteps), "tiny.yaml", Papers.Catalog, epochs);
        Assert.Equal(9375, experiment.Config.Training.Steps);
        using (TrainingRun run = TrainingRun.Start(experiment, folder.Path, ["test"]))
            Assert.Equal((3, 0.3), (run.Config.Training.Steps, run.Config.Training.Epochs));
        using (TrainingRun run = TrainingRun.Resume(folder.File("tiny-42"), Papers.Catalog)) Assert.Equal(3, run.Steps().Count());

        // Both may be given if they agree, as in a run's own configuration.
        TinyExperiment.Start(folder.File("again"), [.. epochs, "training.steps=3"]).Dispose();
        Assert.Contains("option training.steps: training.steps (=5) and training.epochs (=0.3, 3 steps of these images) both say "
            + "how long",
            Assert.Throws<InputException>(() =>
                TinyExperiment.Start(folder.File("both"), [.. epochs, "training.steps=5"])).Message);
        Assert.False(Directory.Exists(folder.File("both")));
        Assert.Equal(1, new TrainingConfig { Epochs = 0.001 }.StepsFor(images: 10));
        Assert.Equal(int.MaxValue, new TrainingConfig { Epochs = 1e6, Batch = 1 }.StepsFor(images: 1_000_000));
    }

    [Fact]
    public void AManifestFromBeforeItHadClassesIsRead()
    {
        TinyExperiment.Start(folder.Path, "model.classes=10").Dispose();
        string file = folder.File("tiny-42/manifest.json");
        var manifest = System.Text.Json.Nodes.JsonNode.Parse(File.ReadAllText(file))!;
        Assert.Equal(10, manifest["data"]!["classNames"]!.AsArray().Count);
        Assert.Equal(10, manifest["data"]!["labels"]!.AsArray().Count);
        Assert.True(manifest["data"]!.AsObject().Remove("classNames") && manifest["data"]!.AsObject().Remove("labels"));
        File.WriteAllText(file, manifest.ToJsonString());
        using TrainingRun run = TrainingRun.Resume(folder.File("tiny-42"), Papers.Catalog);
        Assert.Equal((0, 0), (run.Folder.Manifest.Data.ClassNames.Count, run.Folder.Manifest.Data.Labels.Count));
        Assert.Equal(Enumerable.Range(0, 10), ClassChoice.Create(run.State.Network, run.Folder.Manifest.Data, []).Labels);
    }

    static string Refused(DataConfig config) => Assert.Throws<InputException>(() => config.Load(Papers.Catalog)).Message;
}
