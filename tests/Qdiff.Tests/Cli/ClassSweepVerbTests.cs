/// <summary><c>qdiff train</c> of a network for each class. Borrows the working folder.</summary>
[Collection(nameof(HostileArgumentTests))]
public sealed class ClassSweepVerbTests : IDisposable
{
    readonly WorkingFolder folder = new();

    public void Dispose() => folder.Dispose();

    /// <summary>In a fifth of a second a million steps are begun and not done.</summary>
    [Fact]
    public void ASweepThatEndsInsideItsLastClassIsNotFinished()
    {
        File.WriteAllText("tiny.yaml", TinyExperiment.Yaml);
        string[] settings = ["data.eachClass=true", "data.classes=[1]", "data.perClass=4", "training.steps=1000000",
            "training.checkpointEvery=1000", "sampling.sampler=ddim", "sampling.steps=2"];
        (int code, string output, string error) = CapturedTool.Run(["train", "-c", "tiny.yaml", "--max-time", "0.2s",
            .. settings.SelectMany(setting => (string[])["--set", setting])]);
        Assert.True(code == 0, error);
        Assert.Contains("saved; go on with: ", error);
        Assert.DoesNotContain("next: ", error);
        Assert.DoesNotContain("a row a class", output);
        Assert.False(File.Exists(Path.Combine("runs", "tiny", "classes.png")));
    }
}
