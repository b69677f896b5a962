using Qdiff;
using Qdiff.Papers;

public sealed class RunFolderTests : IDisposable
{
    static readonly ImageSet s_images = Papers.Catalog.DataSets.Load("fashion-mnist-test").First(4);
    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void ARunIsUnderstoodFromItsFolder()
    {
        RunFolder run = Create("training.steps=123");
        Assert.Equal("trial-42", Path.GetFileName(run.Path));
        run.Log("started\nwell", new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.FromHours(2)));
        Assert.Equal("2026-03-01 10:00:00Z  started well\n", File.ReadAllText(run.PathOf("log.txt")));

        RunFolder back = RunFolder.Open(run.Path, Papers.Catalog);
        Assert.Equal(123, back.Experiment.Config.Training.Steps);
        Assert.Matches("(?m)^  steps: 123 +# option training.steps$", File.ReadAllText(run.PathOf("config.yaml")));
        Assert.Equal(["train", "x.yaml"], back.Manifest.Command);
        string manifest = run.PathOf("manifest.json");
        File.WriteAllBytes(manifest, [0xEF, 0xBB, 0xBF, .. File.ReadAllBytes(manifest)]);
        Assert.Equal(["train", "x.yaml"], RunFolder.Open(run.Path, Papers.Catalog).Manifest.Command);
        Assert.Equal(run.Manifest.Machine, back.Manifest.Machine);
        Assert.Equal((s_images.Name, 4, s_images.Hash),
            (back.Manifest.Data.Name, back.Manifest.Data.Count, back.Manifest.Data.Hash));
        Assert.Equal([1, 28, 28], back.Manifest.Data.Shape);
        Assert.Equal((42, 7, 0), (back.Manifest.Seeds["training"], back.Manifest.Seeds["sampling"], back.Manifest.Seeds["data"]));
        Assert.Equal(DateTimeOffset.UnixEpoch, back.Manifest.Started);
        Assert.Equal(("unet", "paper", 483_321),
            (back.Manifest.Model.Name, back.Manifest.Model.Wiring, back.Manifest.Model.Parameters));
        Assert.NotEmpty(back.Manifest.Machine.Cpu);
        Assert.True(Directory.Exists(back.Samples));
    }

    [Fact]
    public void ARunIsNeverOverwritten()
    {
        string config = Create().PathOf("config.yaml"), before = File.ReadAllText(config);
        Assert.Contains("exists already", Assert.Throws<InputException>(() => Create("training.steps=5")).Message);
        Assert.Equal(before, File.ReadAllText(config));
        Create("training.seed=43");
    }

    [Fact]
    public void WhatIsNoRunIsRefused()
    {
        Assert.Contains("There is no run folder",
            Assert.Throws<InputException>(() => RunFolder.Open(folder.File("none"), Papers.Catalog)).Message);
        Assert.Contains("has no config.yaml",
            Assert.Throws<InputException>(() => RunFolder.Open(folder.Path, Papers.Catalog)).Message);
        RunFolder run = Create();
        // In the words of the file, and not of the program's types.
        foreach ((string content, string said) in ((string, string)[])[("{\"version\": null}", "what stands at version is null."),
            ("{\"version\": 1}", "what stands at version is of another kind than belongs there."), ("", "it is empty."),
            ("[]", "it is of another kind than belongs there.")])
        {
            File.WriteAllText(run.PathOf("manifest.json"), content);
            Assert.Equal($"{run.PathOf("manifest.json")} cannot be read: {said}",
                Assert.Throws<InputException>(() => RunFolder.Open(run.Path, Papers.Catalog)).Message);
        }
    }

    /// <summary>Opening it would wait for ever for somebody who reads.</summary>
    [Fact]
    public async Task APipeInTheLogsPlaceIsRefused()
    {
        RunFolder run = Create();
        await NamedPipe.Make(run.PathOf("log.txt"));
        Task logged = Task.Run(() => run.Log("nobody reads this", DateTimeOffset.UnixEpoch));
        Assert.Contains("log.txt is a pipe or a device", (await Assert.ThrowsAsync<InputException>(() =>
            logged.WaitAsync(TimeSpan.FromMinutes(1)))).Message);
    }

    [Fact]
    public void AFolderThatCannotBeWrittenIsOneClearMessage()
    {
        // A file where the folder should be stands for every reason, also for the superuser.
        File.WriteAllText(folder.File("trial-42"), "");
        IOException e = Assert.Throws<IOException>(() => Create());
        Assert.Contains("trial-42 cannot be written", e.Message);
    }

    RunFolder Create(params string[] overrides)
    {
        ResolvedExperiment experiment = ResolvedExperiment.Parse("name: trial", "trial.yaml", Papers.Catalog, overrides);
        RunManifest manifest = RunManifest.Create(experiment, s_images,
            experiment.Config.BuildNetwork(s_images.Shape, Papers.Catalog), ["train", "x.yaml"],
            DateTimeOffset.UnixEpoch);
        return RunFolder.Create(folder.Path, experiment, manifest);
    }
}
