using Qdiff.Evaluation;

/// <summary>The runs of an arm.</summary>
public class ComparisonArmTests
{
    /// <summary>A source has a length in steps, whatever the transfer's own is in, and may lie anywhere.</summary>
    [Fact]
    public void ATransferInEpochsHasASourceInSteps()
    {
        ComparisonArm arm = new(TinyExperiment.Resolve("training.epochs=1", "transfer.source=before", "transfer.sourceSteps=7"),
            "tiny.yaml");
        Assert.Equal((null, 7), (arm.Source(5)!.Config.Training.Epochs, arm.Source(5)!.Config.Training.Steps));
        Assert.Equal("runs #1/before-5", arm.Seeded(5, [], "runs #1/before-5").Config.Transfer.From);
    }
}
