/// <summary>What may have taken hours is not replaced unasked, and that is said before the work. Borrows the working folder.
/// </summary>
[Collection(nameof(HostileArgumentTests))]
public sealed class KeptFilesTests : IDisposable
{
    const string Hours = "hours of work";

    readonly WorkingFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void AMeasurementByShotsIsKept()
    {
        string run = TinyExperiment.Train(TinyExperiment.Start("runs", "data.perClass=4", "training.steps=1",
            TinyExperiment.WholeImages)), kept = Path.Combine(run, "noise.json");
        File.WriteAllText(kept, Hours);
        CapturedTool.AssertRefused("noise.json holds an earlier measurement by shots", "evaluate", run, "--shots", "10", "-q");
        Assert.Equal(Hours, File.ReadAllText(kept));
    }

    [Fact]
    public void AClassifierIsKept()
    {
        const string kept = "digits.safetensors";
        File.WriteAllText(kept, Hours);
        string[] train = ["classifier", "train", "digits"];
        CapturedTool.AssertRefused(kept + " is there already", train);
        CapturedTool.AssertRefused(kept + " is there already", [.. train, "-o", kept]);
        CapturedTool.AssertRefused("--output x.png: write a .safetensors file", [.. train, "-o", "x.png"]);
        Assert.Equal(Hours, File.ReadAllText(kept));
    }
}
