using System.Text.Json;
using Qdiff;
using Qdiff.Evaluation;
using Qdiff.Imaging;
using Qdiff.Tensors;

/// <summary><c>qdiff sample</c> as a process: classes, guidance, strips and animations. What cannot be is in
/// <see cref="SampleRefusalTests"/>.</summary>
public sealed class SampleTests(SampleTests.ConditionalRun conditional) : IClassFixture<SampleTests.ConditionalRun>, IDisposable
{
    static readonly string[] s_quick = ["--sampler", "ddim", "--steps", "2", "-q"];
    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    /// <summary>A run that learned trousers and bags with dropped labels, and one without classes.</summary>
    public sealed class ConditionalRun : IDisposable
    {
        readonly TemporaryFolder folder = new();

        public ConditionalRun()
        {
            string[] settings = ["data.classes=[1, 8]", "data.perClass=10", "training.steps=1", "training.frameEvery=0",
                TinyExperiment.WholeImages];
            Path = TinyExperiment.Train(TinyExperiment.Start(folder.Path,
                [.. settings, "model.classes=10", "training.labelDropout=0.2"]));
            Plain = TinyExperiment.Train(TinyExperiment.Start(folder.Path, [.. settings, "name=plain"]));
        }

        public string Path { get; }

        public string Plain { get; }

        public void Dispose() => folder.Dispose();
    }

    [Fact]
    public void ClassAndGuidanceReachTheSamples()
    {
        JsonElement told = JsonDocument.Parse(Sampled("--class", "bag", "--guidance", "2", "--rescale", "0.5", "--count", "2",
            "--first", "3", "-o", "bags.npz", "--json")).RootElement;
        Assert.Equal(("bags.npz", 2, 2.0),
            (told.GetProperty("file").GetString(), told.GetProperty("count").GetInt32(),
            told.GetProperty("guidance").GetDouble()));
        Assert.Equal(["Bag"], told.GetProperty("classes").EnumerateArray().Select(name => name.GetString()));

        Dictionary<string, StoredArray> arrays = new(Npz.Read(folder.File("bags.npz")));
        TrainedRun trained = TrainedRun.Open(RunFolder.Open(conditional.Path, Catalog.Default));
        var generator = new SampleGenerator(trained.Network, trained.Schedule, trained.Prediction,
            new DdimSampler { Steps = 2 })
        { Guidance = new(2, 0.5) };
        float[] expected = generator.Generate(trained.Weights, seed: 7, count: 2, first: 3, _ => 8);
        Assert.Equal([2, 1, 28, 28], arrays["images"].Shape);
        Assert.Equal(StoredArray.Create([2, 1, 28, 28], expected).Bytes.ToArray(), arrays["images"].Bytes.ToArray());
        Assert.Equal(StoredArray.Create([2], (long[])[8, 8]).Bytes.ToArray(), arrays["labels"].Bytes.ToArray());
    }

    /// <summary>Of a conditional network with guidance: the mean error of each class that is drawn, and that without a
    /// label.</summary>
    [Fact(Explicit = true)]
    public void CalibratedSamplesAreThoseOfTheLibrary()
    {
        Sampled("--class", "bag", "--guidance", "2", "--count", "2", "--calibrate", "20", "-o", "bags.npz");
        TrainedRun trained = TrainedRun.Open(RunFolder.Open(conditional.Path, Catalog.Default));
        var generator = new SampleGenerator(trained.Network, trained.Schedule, trained.Prediction,
            new DdimSampler { Steps = 2 })
        { Guidance = new(2) };
        float[] plain = generator.Generate(trained.Weights, seed: 7, count: 2, labels: _ => 8),
            expected = generator.Calibrated(trained.Weights, trained.TrainingImages(null), 20)
                .Generate(trained.Weights, seed: 7, count: 2, labels: _ => 8);
        Dictionary<string, StoredArray> arrays = new(Npz.Read(folder.File("bags.npz")));
        Assert.Equal(StoredArray.Create([2, 1, 28, 28], expected).Bytes.ToArray(), arrays["images"].Bytes.ToArray());
        Assert.NotEqual(plain, expected);

        string other = Path.GetFileName(Sampled("--count", "2", "--calibrate", "20").Trim()),
            usual = Path.GetFileName(Sampled("--count", "2").Trim());
        Assert.Equal(usual.Replace("-seed", "-calibrated-20-seed"), other);
    }

    [Fact]
    public void WithoutAClassAllThatWereTrainedAreDrawnInTurn()
    {
        string path = Sampled("--count", "4", "--first", "1").Trim();
        Assert.EndsWith(Path.Combine("samples", "step-000001-average-ddim-2-seed-7-from-1-n-4.png"), path);
        TrainedRun trained = TrainedRun.Open(RunFolder.Open(conditional.Path, Catalog.Default));
        float[] expected = new SampleGenerator(trained.Network, trained.Schedule, trained.Prediction,
            new DdimSampler { Steps = 2 })
            .Generate(trained.Weights, seed: 7, count: 4, first: 1, i => i % 2 == 0 ? 1 : 8);
        int pixels = trained.Network.Image.Count;
        // Samples 1 to 4 are bag, trousers, bag, trousers.
        float[] rows = [.. ((int[])[1, 3, 0, 2]).SelectMany(i => expected[(i * pixels)..((i + 1) * pixels)])];
        Assert.Equal(ImageGrid.Draw(trained.Network.Image, rows,
            new() { Columns = 2, Scale = 2, RowTitles = ["Trouser", "Bag"] }).Pixels, Raster.Read(path).Pixels);
        Assert.Contains(Png.ReadTexts(File.ReadAllBytes(path), path),
            text => text.Value == "samples from 1: ddim 2, seed 7, average weights of step 1");
    }

    [Fact(Explicit = true)]
    public void ASheetIsAsLargeAsIsSaid()
    {
        Raster usual = Raster.Read(Sampled("--count", "4", "-o", folder.File("usual.png")).Trim());
        Raster thrice = Raster.Read(Sampled("--count", "4", "--scale", "3", "-o", folder.File("thrice.png")).Trim());
        // Two rows of two images of 28×28, the titles as before.
        Assert.Equal((2 * 28, 2 * 28), (thrice.Width - usual.Width, thrice.Height - usual.Height));
    }

    [Fact(Explicit = true)]
    public void AStartFromTheMeanIsInTheName()
    {
        Assert.EndsWith("-from-mean-seed-7-n-1.png", Sampled("--mean-start", "--count", "1").Trim());
        Assert.DoesNotContain("from-mean", Sampled("--mean-start", "false", "--count", "1"));
    }

    [Fact]
    public void FreshNoiseOfDdimIsInTheName() => Assert.EndsWith("-ddim-2-eta-0.5-seed-7-n-1.png",
        Sampled("--eta", "0.5", "--count", "1").Trim());

    [Fact]
    public void SpacingAndFreeEstimatesAreInTheName() => Assert.EndsWith("-ddim-2-leading-unclipped-seed-7-n-1.png",
        Sampled("--spacing", "leading", "--no-clip", "--count", "1").Trim());

    [Fact]
    public void OtherSamplersHaveNoEta() => Assert.Equal("qdiff: --eta 0.5: the sampler heun has no eta; add --sampler ddim.\n",
        ToolProcess.Run(folder.Path, "sample", conditional.Plain, "--sampler", "heun", "--eta", "0.5").Error);

    [Fact(Explicit = true)]
    public void TheWayFromNoiseIsAStripOrMoves()
    {
        string strip = Sampled("--strip", "3", "--estimates", "--class", "1", "--guidance", "0", "--count", "2").Trim();
        Assert.EndsWith("step-000001-average-ddim-2-guidance-0-seed-7-n-2-class-1-strip-3-estimates.png", strip);
        Raster picture = Raster.Read(strip);
        Assert.True(picture.Width > 3 * 56 && picture.Height > 2 * 56);
        Sampled("--count", "2", "-o", "way.gif");
        byte[] gif = File.ReadAllBytes(folder.File("way.gif"));
        Assert.Equal("GIF89a"u8.ToArray(), gif[..6]);
        // Two steps are three states, each with its control block.
        Assert.Equal(3, Enumerable.Range(0, gif.Length - 4).Count(i => gif.AsSpan(i, 4).SequenceEqual<byte>([0x21, 0xF9, 4, 0])));
    }

    [Fact(Explicit = true)]
    public void AnotherContentDoesNotReplaceAFile()
    {
        string first = Sampled("--count", "1", "-o", "a.png").Trim();
        byte[] before = File.ReadAllBytes(folder.File(first));
        // The same once more is the same file.
        Assert.Equal("a.png", Sampled("--count", "1", "-o", "a.png").Trim());
        (int code, string output, string error) = ToolProcess.Run(folder.Path, ["sample", conditional.Path, .. s_quick,
            "--count", "1", "--seed", "8", "-o", "a.png"]);
        Assert.Equal((0, "a-2.png"), (code, output.Trim()));
        Assert.StartsWith("qdiff: a.png holds something else and was kept; the new file is a-2.png", error);
        Assert.Equal(before, File.ReadAllBytes(folder.File("a.png")));
        byte[] second = File.ReadAllBytes(folder.File("a-2.png"));
        Assert.Equal("a.png", Sampled("--count", "1", "--seed", "8", "-o", "a.png", "--force").Trim());
        Assert.Equal(second, File.ReadAllBytes(folder.File("a.png")));
    }

    [Fact(Explicit = true)]
    public void WeightsOfAFileAreSampledIfTheyAreOfThisNetwork()
    {
        TrainedRun trained = TrainedRun.Open(RunFolder.Open(conditional.Plain, Catalog.Default), raw: true);
        string weights = Path.Combine(conditional.Plain, "checkpoints", "step-000001", "weights.safetensors"),
            copy = folder.File("my weights.safetensors");
        File.Copy(weights, copy);
        JsonElement told = JsonDocument.Parse(ToolProcess.Run(folder.Path, ["sample", conditional.Plain, .. s_quick, "--count",
            "1", "--from", copy, "--json"]).Output).RootElement;
        Assert.Equal(JsonValueKind.Null, told.GetProperty("step").ValueKind);
        string file = told.GetProperty("file").GetString()!;
        Assert.Matches("from-my_weights-[0-9a-f]{8}-ddim-2-seed-7-n-1.png$", file);
        Sampler two = new DdimSampler { Steps = 2 };
        float[] expected = new SampleGenerator(trained.Network, trained.Schedule, trained.Prediction, two)
            .Generate(trained.Weights, seed: 7, count: 1);
        Assert.Equal(ImageGrid.Draw(trained.Network.Image, expected, new() { Scale = 2 }).Pixels, Raster.Read(file).Pixels);

        Refused(conditional.Plain, "--from names the weights themselves", ["--from", copy, "--raw"]);
        // Of another network, and no weights at all.
        Refused(conditional.Path, "my weights.safetensors", ["--from", copy]);
        File.WriteAllText(folder.File("none.safetensors"), "{}");
        Refused(conditional.Plain, "none.safetensors", ["--from", "none.safetensors"]);
        Refused(conditional.Plain, "cannot be read", ["--from", "nowhere.safetensors"]);
    }

    [Fact]
    public void NamesTellApartWhateverDiffers()
    {
        TrainedRun trained = TrainedRun.Open(RunFolder.Open(conditional.Path, Catalog.Default));
        var usual = new SamplingConfig { Sampler = "ddim", Steps = 5 };
        SamplingConfig[] others =
        [
            usual, usual with { Steps = 20 }, Eta(0.5), Eta(0.25), usual with { Seed = 8 },
            usual with { Seed = -8 }, usual with { Spacing = TimestepSpacing.Leading }, usual with { Guidance = 2 },
            usual with { Spacing = TimestepSpacing.Uniform }, usual with { Guidance = 1.5 }, usual with { Clip = false },
            usual with { Guidance = 2, Rescale = 0.7 }, usual.With("heun"), usual.With("dpm++2m"), usual.With("ddpm"),
            usual.With("ddpm") with { OfSampler = OwnSettings.None.With("variance", 1) }, usual with { Threshold = 0.9 },
            usual with { Guidance = 2, GuidanceFrom = 1 }, usual with { Guidance = 2, GuidanceTo = 1 },
        ];
        string[] names = [.. others.SelectMany(config => (bool[])[false, true],
            (config, raw) => SampleRecipe.Create(trained with { IsRaw = raw }, config, [1, 8]).Name)];
        Assert.Equal(names.Length, names.Distinct(StringComparer.OrdinalIgnoreCase).Count());
        Assert.All(names, name => Assert.Matches("^[A-Za-z0-9.-]+$", name));
        SamplingConfig Eta(double eta) => usual with { OfSampler = OwnSettings.None.With("eta", eta) };

        Assert.Equal("step-000001-average-ddim-5-seed-7", names[0]);
        // A default that is written out is the same.
        Assert.Equal(names[0],
            SampleRecipe.Create(trained, usual with { Spacing = TimestepSpacing.Trailing }, [1, 8]).Name);
        // Where nothing is guided, no interval is.
        Assert.Equal(SampleRecipe.Create(trained, usual, [1, 8]).Key,
            SampleRecipe.Create(trained, usual with { GuidanceFrom = 1 }, [1, 8]).Key);
    }

    [Fact(Explicit = true)]
    public void TrainingEachClassStopsGoesOnAndDrawsThemAll()
    {
        File.WriteAllText(folder.File("tiny.yaml"), TinyExperiment.WholeImagesYaml);
        string[] train = ["train", "-q", "-c", "tiny.yaml",
            .. ((string[])["data.eachClass=true", "data.classes=[1, Bag]", "data.perClass=4", "training.steps=2",
            "training.frameEvery=0", "sampling.sampler=ddim", "sampling.steps=2"]).SelectMany(s => (string[])["--set", s])];
        (int code, string output, string error) = ToolProcess.Run(folder.Path, [.. train, "--max-time", "0.0001s"]);
        Assert.Equal((0, ""), (code, error));
        Assert.False(File.Exists(folder.File("runs/tiny/classes.png")));
        (code, output, error) = ToolProcess.Run(folder.Path, train);
        Assert.Equal((0, ""), (code, error));
        Assert.Contains("2 of 2 steps done", output);
        Assert.Contains("a row a class: " + Path.Combine("runs", "tiny", "classes.png"), output);
        Assert.Equal(["class-1-42", "class-8-42"],
            Directory.GetDirectories(folder.File("runs/tiny")).Select(Path.GetFileName).Order());
        Assert.True(Raster.Read(folder.File("runs/tiny/classes.png")).Height > 2 * 56);
    }

    string Sampled(params string[] arguments)
    {
        (int code, string output, string error) =
            ToolProcess.Run(folder.Path, ["sample", conditional.Path, .. s_quick, .. arguments]);
        Assert.Equal((0, ""), (code, error));
        return output;
    }

    void Refused(string run, string expected, string[] arguments)
    {
        (int code, string output, string error) = ToolProcess.Run(folder.Path, ["sample", run, .. s_quick, .. arguments]);
        Assert.Equal((2, ""), (code, output));
        string line = Assert.Single(error.TrimEnd('\n').Split('\n'));
        Assert.StartsWith("qdiff: ", line);
        Assert.Contains(expected, line);
    }
}
