using Qdiff;
using Qdiff.Papers;

/// <summary>A device that is lost in the middle of a run: one line, exit code 1, and the last checkpoint is good.</summary>
[Collection(nameof(HostileArgumentTests))]
public sealed class LostDeviceTests : IDisposable
{
    readonly TemporaryFolder folder = new();

    [Theory]
    [InlineData(9, long.MaxValue)]    // in a step
    [InlineData(40, 11)]    // when the checkpoint of step 12 asks for its numbers
    public void TheLastCheckpointIsGoodAndTheRunGoesOn(long lastStep, long lastFetch)
    {
        string path;
        using (TrainingRun run = TrainingRun.Start(ResolvedExperiment.Parse(TinyExperiment.Yaml, "tiny.yaml",
            Papers.Catalog with { Device = new LostDevice(lastStep, lastFetch) }), folder.Path, ["test"]))
        {
            path = run.Folder.Path;
            float first = run.State.Weights.Values[0];
            var e = Assert.Throws<DeviceFailedException>(() =>
            {
                foreach (TrainingStep _ in run.Steps()) { }
            });
            Assert.Contains("'lost' failed: an illegal memory access was encountered. What", e.Message);
            Assert.Contains(e.Message, File.ReadAllText(run.Folder.PathOf("log.txt")));
            // Nobody gets the numbers of step 6 as if they were those of a later one.
            Assert.Throws<DeviceFailedException>(() => run.State.Average);
            Assert.Throws<DeviceFailedException>(run.Save);
            Assert.Equal(first + 6 * LostDevice.PerStep, TrainedRun.Open(run.Folder, raw: true).Weights.Values[0], 1e-6f);
        }

        using TrainingRun again = TrainingRun.Resume(path, Papers.Catalog);
        Assert.Equal(6, again.State.Step);
        Assert.Equal([7, 8], again.Steps().Take(2).Select(step => step.Number));
    }

    /// <summary>A run that cannot be opened to the end holds nothing there.</summary>
    [Fact]
    public void ARunThatIsRefusedGivesBackWhatItHolds()
    {
        string path = TinyExperiment.Train(TinyExperiment.Start(folder.Path), 1);
        var device = new LostDevice(9);
        File.Delete(Path.Combine(path, "steps.jsonl"));
        Directory.CreateDirectory(Path.Combine(path, "steps.jsonl"));
        Assert.ThrowsAny<Exception>(() => TrainingRun.Resume(path, Papers.Catalog with { Device = device }));
        Assert.Equal(0, device.Held);
        Directory.Delete(Path.Combine(path, "steps.jsonl"));
        using (TrainingRun.Resume(path, Papers.Catalog with { Device = device })) Assert.Equal(1, device.Held);
        Assert.Equal(0, device.Held);
    }

    [Fact]
    public void TheToolSaysSoInALine()
    {
        string config = folder.File("tiny.yaml");
        File.WriteAllText(config, TinyExperiment.Yaml);
        (int code, _, string error) = CapturedTool.Run(Papers.Catalog with { Device = new LostDevice(9) },
            "train", "--config", config, "--runs", folder.File("runs"), "--quiet");
        Assert.Equal(1, code);
        Assert.StartsWith("qdiff: The device 'lost' failed: ", Assert.Single(error.TrimEnd().Split('\n')));
    }

    public void Dispose() => folder.Dispose();
}
