using Qdiff.Imaging;

/// <summary>What is proposed can be done with the verb that was called. Borrows the working folder.</summary>
[Collection(nameof(HostileArgumentTests))]
public sealed class RemedyTests : IDisposable
{
    readonly WorkingFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void OptionsThatTheVerbLacksAreNotProposed()
    {
        Directory.CreateDirectory("pictures");
        Png.Save(new Raster(28, 28, 1), Path.Combine("pictures", "a.png"));
        File.WriteAllText("tiny.yaml", TinyExperiment.WholeImagesYaml);
        CapturedTool.AssertRefused("--set data.split=null)", "train", "-c", "tiny.yaml", "--set", "data.dataset=mnist",
            "--data-dir", "pictures");
        foreach (string[] show in (string[][])[["mnist", "--data-dir", "pictures"], ["folder:pictures", "--split", "test"]])
        {
            (int code, _, string error) = CapturedTool.Run(["data", "show", .. show]);
            Assert.Equal(2, code);
            Assert.Contains("pictures", error);
            Assert.DoesNotContain("--set", error);
        }
    }
}
