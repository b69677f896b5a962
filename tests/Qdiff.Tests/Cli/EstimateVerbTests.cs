using System.Text.Json;

/// <summary><c>qdiff estimate --images</c>, for images that are not at hand. Borrows the working folder.</summary>
[Collection(nameof(HostileArgumentTests))]
public sealed class EstimateVerbTests : IDisposable
{
    readonly WorkingFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void ClassesAndSizesOfImagesThatAreNotReadAreThoseOfTheSettings()
    {
        File.WriteAllText("tiny.yaml", TinyExperiment.WholeImagesYaml);
        string[] estimate = ["estimate", "-c", "tiny.yaml", "--images", "40", "--json", "--set", "data.dataset=folder:mine",
            "--set", "data.size=16", "--set", "data.eachClass=true"];
        CapturedTool.AssertRefused("name them with --set data.classes=[...].", estimate);
        (int code, string output, string error) = CapturedTool.Run([.. estimate, "--set", "data.classes=[0,1]"]);
        Assert.True(code == 0, error);
        Assert.Contains("×16×16 are assumed", error);
        Assert.Equal(2, JsonDocument.Parse(output).RootElement.GetProperty("networks").GetInt32());
    }
}
