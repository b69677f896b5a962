using System.Text.Json;
using Qdiff;
using Qdiff.Evaluation;
using Qdiff.Papers;
using Qdiff.Tensors;

public sealed class EvaluationTests : IDisposable
{
    static readonly ImageSet s_all = FashionMnist.LoadBuiltIn();
    static readonly EvaluationPreset s_preset = EvaluationPreset.Domain.With(new KidMetric { SubsetSize = 100, Subsets = 20 })
        with
    { ReferenceCount = 300, GeneratedCount = 200 };
    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void RealImagesScoreAsTheFloorAndInvertedOnesFarAbove()
    {
        RealImages real = Real();
        EvaluationReport good = Run(real.HeldOut!.Draw(200, seed: 9), real),
            bad = Run(Inverted(real.HeldOut!.Draw(200, seed: 9)), real);
        Assert.Equal(["fid", "kid", "precision", "recall", "density", "coverage", "is", "confidence", "memorisation",
            "accuracy"],
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
    public void WithoutASubjectItIsTheNameOfTheImages()
    {
        RealImages real = Real();
        ImageSet images = real.HeldOut!.Draw(60, seed: 9);
        EvaluationReport named = Run(images, real), plain = Evaluator.Run(images, real, Options());
        Assert.Equal(images.Name, plain.Subject);
        Assert.Equal(named.Key, "key" + plain.Key);
        Assert.Equal(named["kid"]!.Value, plain["kid"]!.Value);
    }

    [Fact]
    public void CopiesAreFound()
    {
        RealImages real = Real();
        EvaluationReport copies = Run(real.Training!.Draw(150, seed: 3), real);
        Assert.Equal(150, copies.Memorisation!.ExactCopies);
        Assert.InRange(copies["memorisation"]!.Value, 0.99, 1);
        Assert.InRange(copies.Metrics.Single(m => m.Value.Protocol.Metric == "memorisation").Floor!.Value, 0.4, 0.6);
    }

    /// <summary>Where training and held-out images are not of one law, the score of what is not copied is not 0.</summary>
    [Fact]
    public void TheExchangeScoreIsReadBesideThatOfUnseenImages()
    {
        RealImages real = Real();
        real = real with { Training = Inverted(real.Training!) };
        EvaluationReport report = Run(real.HeldOut!.Draw(200, seed: 9), real);
        double unseen = report.UnseenMemorisation!.ExchangeScore;
        Assert.InRange(unseen, double.NegativeInfinity, -3);
        // Held-out images that nobody copied are not called copies, few or many.
        foreach (int count in (int[])[40, 200])
        {
            EvaluationReport clean = Run(real.HeldOut!.Draw(count, seed: 9), real, o => o with { FewSamples = true });
            Assert.InRange(clean.Memorisation!.ExchangeScore, double.NegativeInfinity,
                clean.UnseenMemorisation!.ExchangeScore + 3);
        }

        // So far from 0 the two kinds of images differ: what learned the training law is above it too, and copied nothing.
        EvaluationReport learned = Run(Inverted(real.HeldOut!.Draw(200, seed: 9)), real);
        Assert.True(learned.Memorisation!.ExchangeScore > learned.UnseenMemorisation!.ExchangeScore + 3);
        Assert.Equal(0, learned.Memorisation!.ExactCopies);
        Assert.DoesNotMatch(@"above \S+: copies", learned.ToText());
        Assert.Contains(FormattableString.Invariant($"(unseen images: {unseen:F1}; training and held-out images differ, so no ")
            + "score says copies by itself)", learned.ToText());
        Assert.Contains("(unseen images: 1.2; above 4.2: copies)",
            (report with { UnseenMemorisation = report.UnseenMemorisation! with { ExchangeScore = 1.2 } }).ToText());
        // Files of earlier versions do not have it.
        string now = JsonSerializer.Serialize(report, RunJson.File),
            old = JsonSerializer.Serialize(report with { UnseenMemorisation = null }, RunJson.File);
        Assert.Equal(report.UnseenMemorisation,
            JsonSerializer.Deserialize<EvaluationReport>(now, RunJson.File)!.UnseenMemorisation);
        Assert.DoesNotContain("unseen", old);
        Assert.Contains("(above 3: copies, if both kinds of images are alike)",
            JsonSerializer.Deserialize<EvaluationReport>(old, RunJson.File)!.ToText());
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
        Refused("There is no classifier for this data set.",
            () => Run(real.HeldOut!.First(20), real, o => o with { Classifier = null }));
        Refused("Preset paper-a measures in the features of the Inception network", () =>
            Run(real.HeldOut!.First(20), real, o => o with { Preset = Papers.Catalog.Presets["paper-a"] }));
        Refused("inception-768 belongs to the Inception network", () =>
            Run(real.HeldOut!.First(20), real, o => o with { ExtraLayer = "inception-768" }));
        foreach (FeatureNetwork? inception in (FeatureNetwork?[])[null, new BlockNetwork()])
            Refused("There is no feature network 'nonsense'. Known are domain, inception-64, inception-192, ",
                () => Run(real.HeldOut!.First(20), real,
                o => o with { Preset = o.Preset with { Features = "nonsense" }, Inception = inception }));
        Refused("has no layer 'inception-769'",
            () => Run(real.HeldOut!.First(20), real,
            o => o with { ExtraLayer = "inception-769", Inception = new BlockNetwork() }));
    }

    /// <summary>The classifier judges each class too, whatever network the rest is measured in; and what is measured anyway is
    /// not measured twice.</summary>
    [Fact]
    public void EachPartIsReadFromTheNetworkThatItNeeds()
    {
        RealImages real = Real();
        EvaluationPreset preset = s_preset with
        {
            PerClass = true,
            Features = "blocks",
            Metrics = [s_preset.Metrics["kid"], Papers.Catalog.Metrics["confidence"]],
        };
        ImageSet samples = real.HeldOut!.WithLabels(1, 8).Draw(60, seed: 2);
        var blocks = new BlockNetwork();
        EvaluationReport report = Run(samples, real, o => o with
        { Preset = preset, Inception = blocks, ExtraLayer = "blocks" });
        Assert.Empty(report.Missing);
        Assert.Equal(["kid", "kid", "kid", "confidence", "confidence", "confidence"],
            report.Metrics.Select(m => m.Value.Protocol.Metric));
        EvaluationReport without = Run(samples, real, o => o with { Preset = preset, Inception = blocks, Classifier = null });
        Assert.Equal("There is no classifier for this data set.", Assert.Single(without.Missing).Reason);
    }

    [Fact]
    public void ClassByClassHasEachClassAndTheMean()
    {
        RealImages real = Real();
        EvaluationPreset preset = s_preset with { PerClass = true, Metrics = [new FidMetric(), s_preset.Metrics["kid"]] };
        EvaluationReport report = Run(real.HeldOut!.WithLabels(1, 8).Draw(60, seed: 2), real, o => o with { Preset = preset });
        Assert.Equal([null, 1, 8, null, 1, 8], report.Metrics.Select(m => m.Class));
        Assert.Equal(report.Metrics.Skip(1).Take(2).Average(m => m.Value.Value), report["fid"]!.Value, 12);
        Assert.Contains("split=test-class-8", report.Metrics[2].Protocol);
        // Samples and real images in their place are so many each; the mean has the fewest of a class.
        MeasuredMetric[] kid = [.. report.Metrics.Skip(3)];
        Assert.Equal(kid.Skip(1).Min(m => m.Value.Protocol.GeneratedCount), kid[0].Value.Protocol.GeneratedCount);
        Protocol floor = kid[0].Floor!.Protocol;
        Assert.Equal((kid.Skip(1).Min(m => m.Floor!.Protocol.RealCount), kid.Skip(1).Min(m => m.Floor!.Protocol.GeneratedCount),
            "test-classes-1-8"), (floor.RealCount, floor.GeneratedCount, floor.Split));
        // The mean over these two and that over all ten are not of one protocol, nor is one over two others.
        Assert.Contains("split=test-classes-1-8 ", report.Metrics[0].Protocol);
        EvaluationReport all = Run(real.HeldOut!.Draw(300, seed: 2), real, o => o with { Preset = preset, FewSamples = true });
        Assert.Contains("split=test-10-classes ", all["kid"]!.Protocol.ToString());
        Assert.True(report["fid"]!.Interval!.Value.Contains(report["fid"]!.Value));
        Refused("compares class by class, but the samples have no labels",
            () => Run(Inverted(real.HeldOut!.First(50)), real, o => o with { Preset = preset }));
    }

    /// <summary>What is kept is found again only by whoever measures the same.</summary>
    [Fact]
    public void AllSettingsStandInTheKey()
    {
        RealImages real = Real();
        EvaluationPreset classes = s_preset with { PerClass = true };
        EvaluationPreset[] presets =
        [
            s_preset, s_preset.With(new PrecisionMetric { Neighbours = 4 }), s_preset.Measuring([new FidMetric()]), classes,
            classes with { ReferenceCount = 299 }, s_preset with { Metrics = [new FidMetric(), new KidMetric { Subsets = 7 }] },
        ];
        string[] keys = [.. presets.Select(preset =>
            Evaluator.KeyOf("samples", 40, real, Options() with { Preset = preset }))];
        Assert.Equal(keys, keys.Distinct());
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
        // What was measured last is the last of its step.
        Assert.Equal([second.Key, first.Key], MetricsFile.Read(file).Evaluations.Select(e => e.Key));
        MetricsFile.Add(file, second);
        Assert.Equal(once, File.ReadAllBytes(file));
        EvaluationReport read = MetricsFile.Read(file).Evaluations.Single(e => e.Key == first.Key);
        Assert.Equal(first.Metrics, read.Metrics);
        Assert.Equal(first.Memorisation, read.Memorisation);
        File.WriteAllBytes(file, once[..^30]);
        Refused("metrics.json cannot be read", () => MetricsFile.Add(file, first));
        File.WriteAllText(file, System.Text.Encoding.UTF8.GetString(once).Replace("\"fid\"", "\"../fid\""));
        Refused("metrics.json cannot be read: The protocol's metric '../fid'", () => MetricsFile.Read(file));
        string nowhere = folder.File("made/of/it/metrics.json");
        Assert.Same(first, Assert.Throws<ReportNotKeptException>(() => MetricsFile.Add(nowhere, first)).Report);
        MetricsFile.Add(nowhere, first, makeFolder: true);
        Assert.Equal(first.Key, Assert.Single(MetricsFile.Read(nowhere).Evaluations).Key);
        // A file in the way of the folder.
        Assert.Throws<ReportNotKeptException>(() => MetricsFile.Add(Path.Combine(file, "metrics.json"), first, makeFolder: true));
    }

    [Fact]
    public void ARunIsMeasuredByImagesThatItHasNotSeen()
    {
        RunFolder run = RunFolder.Open(TinyExperiment.Train(TinyExperiment.Start(folder.Path, "training.steps=3",
            "training.checkpointEvery=1")), Catalog.Default);
        EvaluationReport report = new RunEvaluation { Sampling = new() { Sampler = "ddim", Steps = 3 }, Samples = 40 }.Run(run,
            Options(), step: 2);
        Assert.Equal((2L, 40), (report.Step!.Value, report.Samples));
        Assert.NotNull(report["memorisation"]);
        Assert.Empty(report.Notes);
        Assert.Equal(["accuracy"], report.Missing.Select(m => m.Metric));
        Assert.Equal([report.Key], MetricsFile.Read(run.PathOf("metrics.json")).Evaluations.Select(e => e.Key));
        // Of a run that has seen all there is, nobody can say what it copied.
        RealImages all = RealImages.For(new() { Dataset = "fashion-mnist-test" }, Catalog.Default, s_preset, 20);
        Assert.Null(all.HeldOut);
        Assert.Contains("holds images that the model was trained on", Assert.Single(all.Notes));
    }

    [Fact]
    public void PartsDoNotOverlap()
    {
        RealImages real = Real();
        HashSet<string> training = Keys(real.Training!), reference = Keys(real.Reference), floor = Keys(real.Floor!),
            heldOut = Keys(real.HeldOut!);
        Assert.False(training.Overlaps(reference));
        Assert.False(training.Overlaps(heldOut));
        Assert.False(reference.Overlaps(floor));
        Assert.Equal((300, 200), (reference.Count, floor.Count));

        static HashSet<string> Keys(ImageSet images) =>
            [.. Enumerable.Range(0, images.Count).Select(i => Convert.ToHexString(images.Image(i)))];
    }

    [Fact]
    public void WhereThereAreNoOtherImagesTwoPartsStandInForSamples()
    {
        EvaluationPreset preset = s_preset with
        {
            ReferenceSplit = Split.Train,
            ReferenceCount = 0,
            Metrics = [new FidMetric(), s_preset.Metrics["kid"]]
        };
        RealImages real = RealImages.For(new() { Dataset = "fashion-mnist-test" }, Catalog.Default, preset, 200);
        Assert.NotSame(real.Reference, real.FloorReference);
        // 196 to 9,804 as 200 to 10,000.
        Assert.Equal((196, 9804), (real.Floor!.Count, real.FloorReference.Count));
        Assert.Contains(real.Notes, note => note.Contains("compare two parts of it, 196 with 9,804, in the ratio"));
        EvaluationReport report = Run(Inverted(real.Floor), real, o => o with { Preset = preset });
        Assert.True(report["fid"]!.Value > 20 * report.Metrics[0].Floor!.Value);
        Assert.True(report.Metrics[0].Floor!.Value > 0);
    }

    [Fact]
    public void AFileWithOnePartOfADataSetIsEnough()
    {
        // Sorted by class, as images in folders are.
        ImageSet few = FashionMnist.LoadBuiltIn().WithLabels(1, 8).Draw(120, seed: 3);
        byte[] colours = [.. Enumerable.Range(0, 120).OrderBy(i => few.Labels[i])
            .SelectMany(i => few.Image(i).ToArray()).SelectMany(p => new[] { p, p, p })];
        int[] labels = [.. few.Labels.ToArray().Order()];
        Npz.Write(folder.File("pathmnist.npz"), [new("test_images", StoredArray.Create([120, 28, 28, 3], colours)),
            new("test_labels", StoredArray.Create([120, 1], (ReadOnlySpan<byte>)[.. labels.Select(label => (byte)label)]))]);
        var data = new DataConfig { Dataset = "pathmnist", Folder = folder.Path };
        Assert.Equal(Split.Test, RealImages.FirstPartThatIsThere(data, Catalog.Default).Split);
        RealImages real = RealImages.For(data with { Split = Split.Test, PerClass = 20 }, Catalog.Default,
            s_preset with { ReferenceCount = 30 },
            25);
        Assert.Equal((30, 25, 80), (real.Reference.Count, real.Floor!.Count, real.HeldOut!.Count));
        // Halves in the order of the file would be the two classes, and one of them always nearer.
        EvaluationReport report = Run(real.Training!, real, o => o with { FewSamples = true });
        Assert.InRange(report.Metrics.Single(m => m.Value.Protocol.Metric == "memorisation").Floor!.Value, 0.3, 0.7);
        Assert.InRange(report["memorisation"]!.Value, 0.99, 1);
    }

    [Fact]
    public void OfSamplesWhoseTrainingImagesAreNotThereNobodySaysWhatWasCopied()
    {
        ImageSet few = FashionMnist.LoadBuiltIn().Draw(120, seed: 3);
        byte[] colours = [.. Enumerable.Range(0, 120).SelectMany(i => few.Image(i).ToArray()).SelectMany(p => new[] { p, p, p })];
        Npz.Write(folder.File("pathmnist.npz"), [new("test_images", StoredArray.Create([120, 28, 28, 3], colours)),
            new("test_labels", StoredArray.Create([120, 1], (ReadOnlySpan<byte>)new byte[120]))]);
        Npz.Write(folder.File("made.npz"), [new("images", StoredArray.Create([60, 28, 28, 3], colours[..(60 * 28 * 28 * 3)]))]);
        EvaluationReport report = ExternalEvaluation.Run(ExternalSamples.Read(folder.File("made.npz")),
            new() { Dataset = "pathmnist", Folder = folder.Path }, Catalog.Default, Options());
        Assert.Contains("learned from are not there", report.Missing.Single(m => m.Metric == "memorisation").Reason);
        Assert.DoesNotContain(report.Notes, note => note.Contains("trained on"));
        // A damaged part is not a missing one.
        using (FileStream file = new(folder.File("pathmnist.npz"), FileMode.Open)) file.SetLength(file.Length / 2);
        Assert.Throws<InputException>(() =>
            RealImages.FirstPartThatIsThere(new() { Dataset = "pathmnist", Folder = folder.Path }, Catalog.Default));
    }

    static RealImages Real() =>
        RealImages.For(new() { Dataset = "fashion-mnist-test", PerClass = 40 }, Catalog.Default, s_preset, 200);

    EvaluationOptions Options() => new()
    { Preset = s_preset, Classifier = new BlockNetwork(), Cache = new(folder.File("features")), Resamples = 20 };

    EvaluationReport Run(ImageSet images, RealImages real, Func<EvaluationOptions, EvaluationOptions>? change = null) =>
        Evaluator.Run(images, real, change is null ? Options() : change(Options()), "key", "test");

    static ImageSet Inverted(ImageSet images) =>
        new("inverted", images.Shape, [.. Enumerable.Range(0, images.Count)
            .SelectMany(i => images.Image(i).ToArray().Select(p => (byte)(255 - p)))]);

    static void Refused(string expected, Action act) =>
        Assert.Contains(expected, Assert.ThrowsAny<InputException>(act).Message);
}
