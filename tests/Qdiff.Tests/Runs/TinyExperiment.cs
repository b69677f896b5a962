using Qdiff;
using Qdiff.Papers;

/// <summary>An experiment of milliseconds a step, on the middle of images. Its batch is a tile and a quarter, so that the last
/// tile has idle samples.</summary>
static class TinyExperiment
{
    public const int Steps = 40;

    public const string Yaml = """
        name: tiny
        data:
          dataset: fashion-mnist-test
          perClass: 20
          crop: 16
        model:
          dimension: 4
          groups: 2
          multipliers: [1, 2]
          heads: 1
          headFeatures: 4
        training:
          batch: 20
          steps: 40
          learningRate: 0.003
          checkpointEvery: 6
          sampleEvery: 0
          frameEvery: 0
          threads: 1
          ema:
            copySteps: 5
            every: 2
        """;

    /// <summary>The same with whole images, for tests that look at images or measure them.</summary>
    public static string WholeImagesYaml { get; } = Yaml.Replace("\n  crop: 16", "");

    /// <summary>The same as a setting.</summary>
    public const string WholeImages = "data.crop=null";

    public static ResolvedExperiment Resolve(params string[] settings) =>
        ResolvedExperiment.Parse(Yaml, "tiny.yaml", Papers.Catalog, settings);

    public static TrainingRun Start(string root, params string[] settings) =>
        TrainingRun.Start(Resolve(settings), root, ["test"]);

    /// <summary>Does so many steps, or all that remain, and closes the run.</summary>
    public static string Train(TrainingRun run, int steps = int.MaxValue)
    {
        foreach (TrainingStep _ in run.Steps().Take(steps)) { }

        run.Save();
        run.Dispose();
        return run.Folder.Path;
    }

    /// <summary>The bytes of weights, average and moments after this step, by file name.</summary>
    public static SortedDictionary<string, byte[]> Content(string run, long step)
    {
        Checkpoint checkpoint = RunFolder.Open(run, Papers.Catalog).Checkpoints.Read(step);
        Assert.Equal(["average.safetensors", "moments.safetensors", "weights.safetensors"], checkpoint.Files.Order());
        return new(checkpoint.Files.ToDictionary(name => name, name => File.ReadAllBytes(Path.Combine(checkpoint.Path, name))),
            StringComparer.Ordinal);
    }

    public static void AssertEqual(SortedDictionary<string, byte[]> expected, SortedDictionary<string, byte[]> actual)
    {
        foreach ((string name, byte[] bytes) in expected)
            Assert.True(bytes.AsSpan().SequenceEqual(actual[name]), $"{name} differs.");
    }
}
