using Qdiff;

/// <summary>No training in which the timestep that sampling starts at does not count.</summary>
public sealed class TerminalWeightTests : IDisposable
{
    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void OfAllCombinationsThoseThatNeverTrainTheFirstSamplingStepAreRefused()
    {
        int refused = 0;
        foreach (string schedule in Catalog.Default.Schedules.Names)
            foreach (bool zero in (bool[])[false, true])
                foreach (Prediction prediction in Catalog.Default.Predictions)
                    foreach (string weighting in Catalog.Default.Weightings.Names)
                    {
                        // Where nothing of the image is left, ε cannot be predicted: another check.
                        if (zero && prediction == Prediction.Epsilon) continue;
                        DiffusionConfig config =
                            ResolvedExperiment.Parse("", "a.yaml", Catalog.Default, [$"diffusion.schedule={schedule}",
                            $"diffusion.zeroTerminalSnr={(zero ? "true" : "false")}", $"diffusion.prediction={prediction.Name}",
                            $"diffusion.weighting={weighting}"]).Config.Diffusion;
                        Exception? e = Record.Exception(() => config.RequireUsableWeights(Catalog.Default));
                        Assert.Equal(config.ToObjective(Catalog.Default).TimestepWeights[^1] == 0, e is not null);
                        Assert.Equal(zero && weighting != "uniform", e is not null);
                        if (e is null) continue;
                        refused++;
                        Assert.Contains("Set diffusion.weighting to uniform.", Assert.IsType<InputException>(e).Message);
                    }

        // Four schedules, two predictions, two weightings.
        Assert.Equal(16, refused);
    }

    [Fact]
    public void AWeightWithoutBoundIsNotBlamedOnTheLearningRate() => Assert.Contains("a weight that is no "
        + "finite number", Assert.Throws<InputException>(() => TinyExperiment.Start(folder.Path, "diffusion.gamma=8",
            "diffusion.k=1e-9", "diffusion.prediction=epsilon")).Message);

    [Fact]
    public void SuchATrainingIsNotStarted()
    {
        InputException e = Assert.Throws<InputException>(() => TinyExperiment.Start(folder.Path,
            "diffusion.zeroTerminalSnr=true", "diffusion.prediction=v"));
        Assert.Contains("diffusion.weighting p2 with diffusion.prediction v gives timestep 999", e.Message);
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
        TinyExperiment.Start(folder.Path, "diffusion.zeroTerminalSnr=true", "diffusion.prediction=v",
            "diffusion.weighting=uniform").Dispose();
    }
}
