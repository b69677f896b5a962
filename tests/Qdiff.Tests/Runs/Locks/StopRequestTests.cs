using Qdiff;
using Qdiff.Papers;

public sealed class StopRequestTests : IDisposable
{
    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void ARunInTrainingSavesAndStops()
    {
        string path;
        using (TrainingRun run = TinyExperiment.Start(folder.Path))
        {
            path = run.Folder.Path;
            Assert.Throws<OperationCanceledException>(() =>
            {
                foreach (TrainingStep step in run.Steps())
                    if (step.Number == 7) Assert.True(StopRequest.Make(path));
            });
            // The step that it was in is done.
            Assert.True(run.WasAskedToStop);
            Assert.Equal(8, run.State.Step);
            run.Save();
        }

        Assert.False(StopRequest.IsThere(path));
        Assert.True(File.Exists(Path.Combine(path, StopRequest.HeardFile)));
        Assert.Contains("asked to save and stop", File.ReadAllText(Path.Combine(path, "log.txt")));
        using TrainingRun again = TrainingRun.Resume(path, Papers.Catalog);
        Assert.Equal(8, again.State.Step);
        Assert.False(File.Exists(Path.Combine(path, StopRequest.HeardFile)));
        Assert.False(again.WasAskedToStop);
        Assert.Equal(9, again.Steps().First().Number);
    }

    [Fact]
    public void NobodyIsAskedWhereNobodyTrainsAndOldRequestsCountForNothing()
    {
        string path = TinyExperiment.Train(TinyExperiment.Start(folder.Path), 2);
        Assert.False(StopRequest.Make(path));
        Assert.False(StopRequest.IsThere(path));
        File.WriteAllText(Path.Combine(path, StopRequest.FileName), "of long ago");
        using TrainingRun again = TrainingRun.Resume(path, Papers.Catalog);
        Assert.False(StopRequest.IsThere(path));
        Assert.Equal(3, again.Steps().Take(3).Count());
    }

    /// <summary>Data and weights may take minutes.</summary>
    [Fact]
    public void WhoeverAsksWhileTheRunIsLoadedIsHeard()
    {
        string path = TinyExperiment.Train(TinyExperiment.Start(folder.Path), 2);
        File.AppendAllText(Path.Combine(path, "checkpoints", "step-000002", "weights.safetensors"), "x");
        using TrainingRun run = TrainingRun.Resume(path, Papers.Catalog, warn: _ => Assert.True(StopRequest.Make(path)));
        Assert.Throws<OperationCanceledException>(() => run.Steps().Count());
        Assert.True(run.WasAskedToStop);
        Assert.Equal(1, run.State.Step);
    }
}
