using Qdiff;
using Qdiff.Papers;

/// <summary>An experiment of milliseconds a step on images that come with the library.</summary>
static class TinyRun
{
    /// <summary>Its configuration under a name of its own.</summary>
    public static string Yaml(string name, double rate = 0.003) => Invariant($"""
        name: {name}
        data:
          dataset: fashion-mnist-test
          perClass: 10
        model:
          dimension: 4
          groups: 2
          multipliers: [1, 2]
          heads: 1
          headFeatures: 4
        training:
          batch: 20
          steps: 12
          learningRate: {rate}
          checkpointEvery: 4
          sampleEvery: 0
          frameEvery: 0
          threads: 1

        """);

    /// <summary>Trains a few steps and gives the run's folder.</summary>
    public static string Train(string root, int steps = 2, Action<long>? after = null)
    {
        ResolvedExperiment experiment = ResolvedExperiment.Parse(Yaml("tiny"), "tiny.yaml", Papers.Catalog,
            [$"training.steps={steps}", "data.crop=8", "training.checkpointEvery=2500"]);
        using TrainingRun run = TrainingRun.Start(experiment, root, ["torture"]);
        foreach (TrainingStep step in run.Steps()) after?.Invoke(step.Number);
        run.Save();
        return run.Folder.Path;
    }
}
