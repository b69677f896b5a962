using Qdiff;
using Qdiff.Evaluation;

public sealed class SampleStoreTests : IDisposable
{
    static readonly SamplingConfig s_quick = new() { Sampler = "ddim", Steps = 3, Seed = 11 };
    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void AStoreIsExtendedToWhatOneCallWouldHaveDrawn()
    {
        RunFolder run = Trained();
        byte[] whole = Pixels(Open(run).Take(300));
        Directory.Delete(Path.Combine(run.Path, "samples", "evaluation"), recursive: true);
        foreach (int count in (int[])[10, 70, 256, 300]) Assert.Equal(whole[..(count * 784)], Pixels(Open(run).Take(count)));
        Assert.Equal(["000000.npz", "000256.npz"], Directory.GetFiles(Open(run).Path).Select(Path.GetFileName).Order());
        // Fewer than there are come from disk: nothing is written.
        DateTime[] times = [.. Directory.GetFiles(Open(run).Path).Order().Select(File.GetLastWriteTimeUtc)];
        Assert.Equal(whole[..(20 * 784)], Pixels(Open(run).Take(20)));
        Assert.Equal(times, Directory.GetFiles(Open(run).Path).Order().Select(File.GetLastWriteTimeUtc));
    }

    [Fact]
    public void AnInterruptionKeepsWhatWasFinished()
    {
        RunFolder run = Trained();
        using var source = new CancellationTokenSource();
        Assert.ThrowsAny<OperationCanceledException>(() => Open(run).Take(300, done =>
        {
            if (done > 0.9) source.Cancel();
        }, source.Token));
        string kept = Path.Combine(Open(run).Path, "000000.npz");
        byte[] first = File.ReadAllBytes(kept);
        Assert.Equal(300, Open(run).Take(300).Count);
        Assert.Equal(first, File.ReadAllBytes(kept));
        Assert.DoesNotContain(Directory.GetFiles(Open(run).Path), file => file.EndsWith(".unfinished", StringComparison.Ordinal));
    }

    [Fact]
    public void ADamagedFileIsDrawnAnewAndSaidSo()
    {
        RunFolder run = Trained();
        byte[] whole = Pixels(Open(run).Take(40));
        string file = Path.Combine(Open(run).Path, "000000.npz");
        File.WriteAllBytes(file, File.ReadAllBytes(file)[..^30]);
        var warnings = new List<string>();
        Assert.Equal(whole, Pixels(Open(run, warn: warnings.Add).Take(40)));
        Assert.Contains("drawn anew", Assert.Single(warnings));
    }

    [Fact]
    public void OtherWeightsSeedsAndSamplersHaveOtherStores()
    {
        RunFolder run = Trained();
        string[] keys =
        [
            Open(run).Recipe.Key, Open(run, raw: true).Recipe.Key, Open(run, step: 6).Recipe.Key,
            .. ((SamplingConfig[])[s_quick with { Seed = 12 }, s_quick with { Steps = 4 }, s_quick with { Sampler = "dpm++2m" },
                s_quick with { Clip = false }, s_quick with { Threshold = 0.9 },
                s_quick with { Guidance = 2, GuidanceFrom = 1 }, s_quick with { Guidance = 2, GuidanceTo = 1 },
                s_quick with { OfSampler = OwnSettings.None.With("eta", 0.5) }, s_quick with { Guidance = 2 },
                s_quick with { Calibration = 16 }, s_quick with { Calibration = 17 }])
                    .Select(sampling => Open(run, sampling: sampling).Recipe.Key),
        ];
        Assert.Equal(keys.Length, keys.Distinct().Count());
        Assert.StartsWith("step-000012-average-ddim-3-seed-11-", keys[0]);
        // Rescaling is of guided samples, and said of no others.
        SampleRecipe plain = Open(run).Recipe, rescaled = Open(run, s_quick with { Rescale = 0.5 }).Recipe;
        Assert.Equal((plain.Key, plain.Name, plain.Words), (rescaled.Key, rescaled.Name, rescaled.Words));
        Assert.Contains(", guidance 2, rescaled 0.5", Open(run, s_quick with { Guidance = 2, Rescale = 0.5 }).Recipe.Words);
    }

    [Fact]
    public void ClassesAreBalanced()
    {
        // Only the classes that were trained are asked for.
        RunFolder run = Trained("data.classes=[1, 8, 9]", "model.classes=10");
        ImageSet samples = Open(run).Take(8);
        Assert.Equal([1, 8, 9, 1, 8, 9, 1, 8], samples.Labels.ToArray());
        ExternalSamples file = ExternalSamples.Read(Path.Combine(Open(run).Path, "000000.npz"));
        Assert.Equal(samples.Hash, file.Images.Hash);
    }

    /// <summary>Networks for a class each must not begin with the same noise: their samples would not be independent, and
    /// intervals too short.</summary>
    [Fact]
    public void NetworksThatDrawInTurnHaveNoiseOfTheirOwn()
    {
        RunFolder run = Trained();
        ImageSet alone = Open(run).Take(40);
        SampleStore second = SampleStore.Open(run, TrainedRun.Open(run), s_quick, place: 1, of: 3);
        ImageSet own = second.Take(10);
        Assert.NotEqual(Open(run).Recipe.Key, second.Recipe.Key);
        for (int i = 0; i < 10; i++) Assert.Equal(alone.Image(1 + 3 * i), own.Image(i));
        Assert.Equal(Pixels(own), Pixels(second.Take(10)));

        EvaluationOptions few = new() { Classifier = DomainClassifier.For("fashion-mnist-test", [1, 28, 28]), FewSamples = true };
        EvaluationReport both = new RunEvaluation { Sampling = s_quick, Samples = 20 }.OfEachClass([(1, run), (8, run)],
            folder.File("metrics.json"), "both", few);
        Assert.Equal(20, both.Samples);
        string[] kept = [.. Directory.GetDirectories(Path.Combine(run.Path, "samples", "evaluation"))];
        Assert.Equal(4, kept.Length);
    }

    RunFolder Trained(params string[] settings) =>
        RunFolder.Open(TinyExperiment.Train(TinyExperiment.Start(folder.Path,
            ["training.steps=12", TinyExperiment.WholeImages, .. settings])), Catalog.Default);

    static SampleStore Open(RunFolder run, SamplingConfig? sampling = null, bool raw = false, long? step = null,
        Action<string>? warn = null) =>
        SampleStore.Open(run, TrainedRun.Open(run, step, raw), sampling ?? s_quick, warn);

    static byte[] Pixels(ImageSet images) => [.. Enumerable.Range(0, images.Count).SelectMany(i => images.Image(i).ToArray())];
}
