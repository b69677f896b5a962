using Qdiff;
using Qdiff.Papers;

/// <summary>The checkpoint with the least loss of the fixed batch, by its word. Borrows the working folder.</summary>
[Collection(nameof(HostileArgumentTests))]
public sealed class BestCheckpointTests : IDisposable
{
    readonly WorkingFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void TheBestIsTakenAndItsDenoisingLossMeasured()
    {
        string run = TinyExperiment.Train(TinyExperiment.Start("runs", "training.steps=3", "training.checkpointEvery=1"));
        CheckpointFolder checkpoints = RunFolder.Open(run, Papers.Catalog).Checkpoints;
        // Another than the latest, so that the word is known to choose.
        Checkpoint first = checkpoints.List()[0];
        string index = Path.Combine(first.Path, "checkpoint.json"), text = File.ReadAllText(index);
        File.WriteAllText(index, text.Replace($"\"score\": {first.Score!.Value:R}", "\"score\": 0.000001"));
        Assert.Equal(first.Step, checkpoints.Best()!.Step);
        string[] evaluate = ["evaluate", run, "--metrics", "denoising-loss", "-n", "8", "-q", "--json", "--step"];
        (int code, string output, string error) = CapturedTool.Run([.. evaluate, "best"]);
        Assert.True(code == 0, error);
        Assert.Contains($"\"step\": {first.Step},", output);
        Assert.Contains("\"lossByNoise\": [", output);
        Assert.Contains("\"metric\": \"denoising-loss\"", output);
        CapturedTool.AssertRefused("--step worst: write a whole number, or best", [.. evaluate, "worst"]);
        CapturedTool.AssertRefused("says how samples are drawn; the denoising loss is measured without any",
            "evaluate", run, "--metrics", "denoising-loss", "--sampler", "ddim");
    }
}
