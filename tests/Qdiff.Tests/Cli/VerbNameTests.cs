using System.Text.Json;
using Qdiff;
using Qdiff.Papers;

/// <summary>"pretrained check" is no "check", nor is "classifier train" a "train", which computes on a device. Borrows the
/// working folder.</summary>
[Collection(nameof(HostileArgumentTests))]
public sealed class VerbNameTests : IDisposable
{
    const string OnProcessors = "computes on the processors; --device is for training and samples.\n";

    readonly WorkingFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void TheSamplesOfAModelAreCheckedOnTheProcessors()
    {
        string run = TinyExperiment.Train(TinyExperiment.Start("runs", "data.perClass=4", "training.steps=1"));
        PretrainedMaking.Make([RunFolder.Open(run, Papers.Catalog)], "own", MadeModels.Options);
        (int code, string output, string error) =
            CapturedTool.Run("pretrained", "check", "own", "--device", "emulator", "--json", "-q");
        Assert.Equal((0, "qdiff: 'pretrained check' " + OnProcessors), (code, error));
        JsonElement check = Assert.Single(JsonDocument.Parse(output).RootElement.EnumerateArray());
        Assert.Equal((true, true), (check.GetProperty("sameArithmetic").GetBoolean(), check.GetProperty("equal").GetBoolean()));
    }

    /// <summary>Its data are not there, which is said after the device.</summary>
    [Fact]
    public void AClassifierIsTrainedOnTheProcessors()
    {
        (int code, _, string error) = CapturedTool.Run("classifier", "train", "digits", "--device", "emulator");
        Assert.Equal(2, code);
        Assert.StartsWith("qdiff: 'classifier train' " + OnProcessors, error);
    }
}
