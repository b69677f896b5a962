using Qdiff;

public sealed class EvaluationTests : IDisposable
{
    static readonly ImageSet s_all = FashionMnist.LoadBuiltIn();
    static readonly EvaluationPreset s_preset = EvaluationPresets.Named("domain") with
    { ReferenceCount = 300, GeneratedCount = 200, SubsetSize = 100, Subsets = 20 };
    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void RealImagesScoreAsTheFloorAndInvertedOnesFarAbove()
    {
        RealImages real = Real();
        EvaluationReport good = Run(real.HeldOut!.Draw(200, seed: 9), real),
            bad = Run(Inverted(real.HeldOut!.Draw(200, seed: 9)), real);
        Assert.Equal(["fid", "kid", "precision", "recall", "density", "coverage", "is", "memorisation", "accuracy"],
            good.Metrics.Select(m => m.Value.Protocol.Metric));
        foreach (MeasuredMetric metric in good.Metrics.Where(m =>
            m.Value.Protocol.Metric is "kid" or "density" or "memorisation"))
            Assert.True(metric.Value.Interval!.Value.Contains(metric.Floor!.Value),
                $"{metric.Name}: {metric.Value.Interval} does not hold {metric.Floor.Value}.");
        Assert.True(bad["fid"]!.Value > 20 * good["fid"]!.Value);
        Assert.True(bad["kid"]!.Interval!.Value.Low > good["kid"]!.Interval!.Value.High);
        Assert.InRange(bad["precision"]!.Value, 0, 0.5 * good["precision"]!.Value);
        // Inverted images have no labels, hence no accuracy.
        Assert.Equal(good.Metrics.SkipLast(1).Select(m => m.Floor!.Value), bad.Metrics.Select(m => m.Floor!.Value));
        Assert.Contains("d=8 n=300:200 split=test", good["fid"]!.Protocol.ToString());
    }

    [Fact]
    public void CopiesAreFound()
    {
        RealImages real = Real();
        EvaluationReport copies = Run(real.Training.Draw(150, seed: 3), real);
        Assert.Equal(150, copies.Memorisation!.ExactCopies);
        Assert.InRange(copies["memorisation"]!.Value, 0.99, 1);
        Assert.InRange(copies.Metrics.Single(m => m.Value.Protocol.Metric == "memorisation").Floor!.Value, 0.4, 0.6);
    }

    [Fact]
    public void FewSamplesAreRefusedWithTheReasonAndTheKernelDistanceRemains()
    {
        RealImages real = Real();
        ImageSet few = real.HeldOut!.First(8);
        EvaluationReport report = Run(few, real);
        Assert.Null(report["fid"]);
        Assert.Contains("or KID, which is unbiased", report.Missing.Single(m => m.Metric == "fid").Reason);
        Assert.Equal(4, report["kid"]!.Protocol.SubsetSize);
        EvaluationReport knowingly = Run(few, real, o => o with { FewSamples = true });
        Assert.EndsWith(" few-samples", knowingly["fid"]!.Protocol.ToString());
        Assert.NotEqual(report.Key, knowingly.Key);
    }

    [Fact]
    public void WhatIsNoDistributionIsRefused()
    {
        RealImages real = Real();
        Refused("1 sample is no distribution", () => Run(real.HeldOut!.First(1), real));
        Refused("have identical features: the generator has collapsed",
            () => Run(real.HeldOut!.Select([5, 5, 5, 5], "same"), real));
        Refused("The samples are 1×8×8", () => Run(new ImageSet("small", [1, 8, 8], new byte[64 * 20]), real));
        Refused("feature 3 is NaN. The images or the network's weights are damaged",
            () => Run(real.HeldOut!.First(20), real, o => o with { Classifier = new BlockNetwork(poison: float.NaN) }));
        Refused("There is no classifier for this data set. Train one with",
            () => Run(real.HeldOut!.First(20), real, o => o with { Classifier = null }));
        Refused("--inception FILE", () =>
            Run(real.HeldOut!.First(20), real, o => o with { Preset = EvaluationPresets.Named("paper-a") }));
        Refused("--inception FILE", () => Run(real.HeldOut!.First(20), real, o => o with { ExtraLayer = "inception-768" }));
        Refused("has no layer 'inception-769'",
            () => Run(real.HeldOut!.First(20), real,
            o => o with { ExtraLayer = "inception-769", Inception = new BlockNetwork() }));
    }

    [Fact]
    public void ClassByClassHasEachClassAndTheMean()
    {
        RealImages real = Real();
        EvaluationPreset preset = s_preset with { PerClass = true, Metrics = ["fid", "kid"] };
        EvaluationReport report = Run(real.HeldOut!.WithLabels(1, 8).Draw(60, seed: 2), real, o => o with { Preset = preset });
        Assert.Equal([null, 1, 8, null, 1, 8], report.Metrics.Select(m => m.Class));
        Assert.Equal(report.Metrics.Skip(1).Take(2).Average(m => m.Value.Value), report["fid"]!.Value, 12);
        Assert.Contains("split=test-class-8", report.Metrics[2].Protocol);
        Refused("compares class by class, but the samples have no labels",
            () => Run(Inverted(real.HeldOut!.First(50)), real, o => o with { Preset = preset }));
    }

    [Fact]
    public void ReportsAreKeptMergedAndReadBack()
    {
        RealImages real = Real();
        string file = folder.File("metrics.json");
        EvaluationReport first = Run(real.HeldOut!.First(100), real), second = Run(real.HeldOut!.First(120), real);
        MetricsFile.Add(file, first);
        MetricsFile.Add(file, second);
        byte[] once = File.ReadAllBytes(file);
        MetricsFile.Add(file, Run(real.HeldOut!.First(100), real));
        Assert.Equal(once, File.ReadAllBytes(file));
        EvaluationReport read = MetricsFile.Read(file).Evaluations.Single(e => e.Key == first.Key);
        Assert.Equal(first.Metrics, read.Metrics);
        Assert.Equal(first.Memorisation, read.Memorisation);
        File.WriteAllBytes(file, once[..^30]);
        Refused("metrics.json cannot be read", () => MetricsFile.Add(file, first));
    }

    [Fact]
    public void ARunIsMeasuredByImagesThatItHasNotSeen()
    {
        RunFolder run = RunFolder.Open(TinyExperiment.Train(TinyExperiment.Start(folder.Path, "training.steps=3",
            "training.checkpointEvery=1")));
        EvaluationReport report = new RunEvaluation { Sampling = new() { Sampler = "ddim", Steps = 3 }, Samples = 40 }.Of(run,
            Options(), step: 2);
        Assert.Equal((2L, 40), (report.Step!.Value, report.Samples));
        Assert.NotNull(report["memorisation"]);
        Assert.Empty(report.Notes);
        Assert.Equal(["accuracy"], report.Missing.Select(m => m.Metric));
        Assert.Equal([report.Key], MetricsFile.Read(run.PathOf("metrics.json")).Evaluations.Select(e => e.Key));
        // Of a run that has seen all there is, nobody can say what it copied.
        RealImages all = RealImages.For(new() { Dataset = "fashion-mnist-test" }, s_preset, 20);
        Assert.Null(all.HeldOut);
        Assert.Contains("holds images that the model was trained on", Assert.Single(all.Notes));
    }

    [Fact]
    public void PartsDoNotOverlap()
    {
        RealImages real = Real();
        HashSet<string> training = Keys(real.Training), reference = Keys(real.Reference), floor = Keys(real.Floor!),
            heldOut = Keys(real.HeldOut!);
        Assert.False(training.Overlaps(reference));
        Assert.False(training.Overlaps(heldOut));
        Assert.False(reference.Overlaps(floor));
        Assert.Equal((300, 200), (reference.Count, floor.Count));

        static HashSet<string> Keys(ImageSet images) =>
            [.. Enumerable.Range(0, images.Count).Select(i => Convert.ToHexString(images.Image(i)))];
    }

    static RealImages Real() => RealImages.For(new() { Dataset = "fashion-mnist-test", PerClass = 40 }, s_preset, 200);

    EvaluationOptions Options() => new()
    { Preset = s_preset, Classifier = new BlockNetwork(), Cache = new(folder.File("features")), Resamples = 20 };

    EvaluationReport Run(ImageSet images, RealImages real, Func<EvaluationOptions, EvaluationOptions>? change = null) =>
        Evaluation.Run(images, real, change is null ? Options() : change(Options()), "key", "test");

    static ImageSet Inverted(ImageSet images) =>
        new("inverted", images.Shape, [.. Enumerable.Range(0, images.Count)
            .SelectMany(i => images.Image(i).ToArray().Select(p => (byte)(255 - p)))]);

    static void Refused(string expected, Action act) => Assert.Contains(expected, Assert.Throws<InputException>(act).Message);
}
