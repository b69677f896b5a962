using System.Buffers.Binary;
using Qdiff;

/// <summary>Whatever is wrong, the tool says it in one line that names it, and the exit code tells whose fault it was.</summary>
public sealed class BadInputTests(BadInputTests.TrainedOnce trained) : IClassFixture<BadInputTests.TrainedOnce>, IDisposable
{
    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    /// <summary>A run of three steps with a checkpoint of each; tests work on copies.</summary>
    public sealed class TrainedOnce : IDisposable
    {
        readonly TemporaryFolder folder = new();

        public TrainedOnce() => Path =
            TinyExperiment.Train(TinyExperiment.Start(folder.Path,
                TinyExperiment.WholeImages, "training.steps=3", "training.checkpointEvery=1"));

        public string Path { get; }

        public void Dispose() => folder.Dispose();
    }

    /// <summary>As processes one of each kind, a word, a folder and a file; the others are in <see cref="BadArgumentTests"/>.
    /// </summary>
    [Theory]
    [InlineData("'--confg'", "train", "--confg", "tiny.yaml")]
    [InlineData("has no PNG or JPEG file", "train", "-c", "tiny.yaml", "--set", "data.dataset=folder:empty")]
    [InlineData("none.safetensors", "parity", "none.safetensors")]
    public void BadInputIsOneLineAnd2(string expected, params string[] arguments)
    {
        Directory.CreateDirectory(folder.File("empty"));
        Refused(2, expected, arguments);
        Assert.False(Directory.Exists(folder.File("runs")), "A run was started.");
    }

    [Fact(Explicit = true)]
    public void DamagedIdxFilesAreNamed()
    {
        byte[] images = Idx(20, 28, 28), labels = Idx(20);
        byte[] foreign = [.. images];
        foreign[2] = 7;
        foreach ((byte[] badImages, byte[] badLabels, string expected) in ((byte[], byte[], string)[])[
            (images[..^100], labels, "train-images-idx3-ubyte is cut off: its header announces 20×28×28 bytes"),
            (images[..10], labels, "train-images-idx3-ubyte is cut off: it ends after 10 bytes"),
            ([], labels, "train-images-idx3-ubyte is empty"),
            (foreign, labels, "it starts with 0x00000703, not 0x00000803"),
            (images, Idx(19), "train-images-idx3-ubyte has 20 images but"),
            (images, images, "is no IDX file of labels"),
        ])
        {
            folder.Write("data/train-images-idx3-ubyte", badImages);
            folder.Write("data/train-labels-idx1-ubyte", badLabels);
            Refused(2, expected, "train", "-c", "tiny.yaml", "--set", "data.dataset=mnist", "--data-dir", "data");
        }
    }

    [Fact]
    public void PicturesThatDoNotFitAreNamed()
    {
        folder.Write("two/a.png", Png(28, 28));
        folder.Write("two/b.png", Png(28, 27));
        folder.Write("flat/a.png", Png(28, 21));
        folder.Write("torn/a.png", Png(28, 28)[..60]);
        string[] train = ["train", "-c", "tiny.yaml", "--set", "data.perClass=null", "--set"];
        Refused(2, "b.png is 28×27", [.. train, "data.dataset=folder:two"]);
        Refused(2, "The model unet cannot be built for images of 1×21×28: Images of 21×28 pixels do not fit 2 levels",
            [.. train, "data.dataset=folder:flat"]);
        Refused(2, "a.png", [.. train, "data.dataset=folder:torn"]);
        Refused(2, "mid.attn has attention between 280×280 pixels",
            [.. train, "data.dataset=folder:flat", "--set", "data.size=280", "--set", "model.multipliers=[1]"]);
    }

    [Fact]
    public void ARunsFolderThatCannotBeWrittenIs1()
    {
        // A file in the folder's place stands for every reason, also for the superuser.
        File.WriteAllText(folder.File("runs"), "");
        Refused(1, "cannot be written", "train", "-c", "tiny.yaml");
    }

    [Fact]
    public void ARunThatExistsIsNotTouched()
    {
        string run = Copy("runs/tiny-42"), before = File.ReadAllText(Path.Combine(run, "steps.jsonl"));
        Refused(2, "exists already. Go on with it, or choose another name", "train", "-c", "tiny.yaml");
        Assert.Equal(before, File.ReadAllText(Path.Combine(run, "steps.jsonl")));
    }

    [Theory]
    [InlineData("changed", "SHA-256")]
    [InlineData("cut", "bytes, the checkpoint was written with")]
    [InlineData("gone", "weights.safetensors is missing")]
    [InlineData("no index", "has no checkpoint.json")]
    public void ATornCheckpointIsToldOfAndTheOneBeforeIsUsedIfThatIsAllowed(string damage, string expected)
    {
        string run = Copy("run"), last = Path.Combine(run, "checkpoints", "step-000003"),
            weights = Path.Combine(last, "weights.safetensors");
        SortedDictionary<string, byte[]> good = TinyExperiment.Content(run, 3);
        byte[] bytes = File.ReadAllBytes(weights);
        switch (damage)
        {
            case "changed":
                bytes[^9] ^= 1;
                File.WriteAllBytes(weights, bytes);
                break;
            case "cut":
                File.WriteAllBytes(weights, bytes[..(bytes.Length / 2)]);
                break;
            case "gone":
                File.Delete(weights);
                break;
            default:
                File.Delete(Path.Combine(last, Checkpoint.IndexFile));
                break;
        }

        InputException refusal = Assert.Throws<InputException>(() => TrainedRun.Open(RunFolder.Open(run, Catalog.Default)));
        Assert.Contains(expected, refusal.Message);
        Assert.Contains("The latest checkpoint that is sound is that of step 2. Choose another one, or allow an "
            + "earlier one.", refusal.Message);
        Assert.Equal(2, TrainedRun.Open(RunFolder.Open(run, Catalog.Default), step: 2).Step);
        // The tool says of each kind of damage what the library does; one is enough.
        if (damage != "changed") return;
        (int code, string output, string error) = ToolProcess.Run(folder.Path, "sample", "run", "-q", "--count", "1", "--steps",
            "1", "--json", "--allow-earlier");
        Assert.Equal(0, code);
        Assert.Contains("\"step\": 2", output);
        Assert.Contains(expected, Line(error));

        (code, output, error) = ToolProcess.Run(folder.Path, "train", "-q", "--resume", "run");
        Assert.Equal(0, code);
        Assert.Contains(expected, Line(error));
        Assert.EndsWith("Going back to step 2; the steps behind it are done again.", Line(error));
        Assert.Contains("3 of 3 steps done", output);
        TinyExperiment.AssertEqual(good, TinyExperiment.Content(run, 3));
    }

    [Theory]
    [InlineData("sample", "run", "--count", "1", "--steps", "1")]
    [InlineData("evaluate", "run", "--few-samples", "-n", "2", "--sampling-steps", "1")]
    [InlineData("audit", "run")]
    public void AChangedCheckpointIsNotReplacedByAnEarlierOneInSilence(params string[] verb)
    {
        string run = Copy("run");
        foreach (string file in (string[])["weights.safetensors", "average.safetensors"])
        {
            string path = Path.Combine(run, "checkpoints", "step-000003", file);
            byte[] bytes = File.ReadAllBytes(path);
            bytes[^9] ^= 1;
            File.WriteAllBytes(path, bytes);
        }

        Refused(2, "The latest checkpoint that is sound is that of step 2.", verb);
    }

    [Fact]
    public void ACheckpointOfAnotherModelIsRefusedByTheTensor()
    {
        string run = Copy("run"), other =
            TinyExperiment.Train(TinyExperiment.Start(folder.File("other"),
                TinyExperiment.WholeImages, "training.steps=1", "model.dimension=6"));
        Directory.Delete(Path.Combine(run, "checkpoints"), recursive: true);
        Directory.Move(Path.Combine(other, "checkpoints"), Path.Combine(run, "checkpoints"));
        Refused(2, "'init.weight' has shape 6×1×7×7, the model's has 4×1×7×7", "train", "--resume", "run");
        Refused(2, "'init.weight' has shape 6×1×7×7, the model's has 4×1×7×7", "sample", "run");
    }

    [Fact]
    public void AnUntrainedRunCannotBeSampled()
    {
        Directory.Delete(Path.Combine(Copy("run"), "checkpoints"), recursive: true);
        Refused(2, "has no complete checkpoint yet; train it first", "sample", "run");
        Refused(2, "has no complete checkpoint yet", "train", "-c", "tiny.yaml", "--set", "name=next", "--from", "run");
        Refused(2, "no pretrained model 'mnist-unett'. Did you mean mnist-unet?", "train", "-c", "tiny.yaml", "--set", "name=next",
            "--from", "mnist-unett");
        Refused(2, "--count 0: draw at least one image", "sample", "run", "--count", "0");
    }

    [Fact(Explicit = true)]
    public void OtherDataAreNoticed()
    {
        byte[] images = Idx(20, 28, 28);
        folder.Write("data/mnist/train-images-idx3-ubyte", images);
        folder.Write("data/mnist/train-labels-idx1-ubyte", Idx(20));
        File.WriteAllText(folder.File("tiny.yaml"), TinyExperiment.WholeImagesYaml);
        (int code, _, string error) = ToolProcess.Run(folder.Path,
            "train", "-q", "-c", "tiny.yaml", "--max-time", "0.0001s", "--set", "data.dataset=mnist", "--set", "data.perClass=2");
        Assert.Equal((0, ""), (code, error));
        for (int i = 16; i < images.Length; i++) images[i] ^= 1;
        folder.Write("data/mnist/train-images-idx3-ubyte", images);
        Refused(2, "was started with other images", "train", "--resume", Path.Combine("runs", "tiny-42"));
    }

    [Fact]
    public void DivergenceIs1AndNamesTheStep()
    {
        Refused(1, "Training diverged at step 2: loss",
            "train", "-q", "-c", "tiny.yaml", "--set", "training.learningRate=10", "--set", "training.checkpointEvery=1");
        Assert.Equal(1, RunFolder.Open(folder.File("runs/tiny-42"), Catalog.Default).Checkpoints.ReadLatest()!.Step);
    }

    [Fact]
    public void ACheckpointThatCannotBeWrittenIs1AndTheEarlierOnesStay()
    {
        File.WriteAllText(folder.File("tiny.yaml"), TinyExperiment.Yaml);
        (int code, _, string error) = ToolProcess.Run(folder.Path, "train", "-q", "-c", "tiny.yaml", "--max-time", "0.0001s",
            "--set", "training.steps=8");
        Assert.Equal((0, ""), (code, error));
        string run = Path.Combine("runs", "tiny-42"), obstacle = folder.File("runs/tiny-42/checkpoints/.unfinished-step-000006");
        File.WriteAllText(obstacle, "");
        (code, string output, error) = ToolProcess.Run(folder.Path, "train", "-q", "--resume", run);
        Assert.Equal((1, ""), (code, output));
        Assert.Contains("The checkpoint of step 6 could not be written to", Line(error));
        Assert.Contains("The checkpoint of step 1 is intact, the run can go on from there.", error);
        File.Delete(obstacle);
        (code, output, error) = ToolProcess.Run(folder.Path, "train", "-q", "--resume", run);
        Assert.Equal((0, ""), (code, error));
        Assert.Contains("8 of 8 steps done", output);
    }

    void Refused(int expectedCode, string expected, params string[] arguments)
    {
        File.WriteAllText(folder.File("tiny.yaml"), TinyExperiment.WholeImagesYaml);
        (int code, string output, string error) = ToolProcess.Run(folder.Path, arguments);
        Assert.Equal((expectedCode, ""), (code, output));
        Assert.Contains(expected, Line(error));
    }

    static string Line(string error)
    {
        string line = Assert.Single(error.TrimEnd('\n').Split('\n'));
        Assert.StartsWith("qdiff: ", line);
        Assert.DoesNotContain("   at ", line);
        return line;
    }

    string Copy(string name)
    {
        string target = folder.File(name);
        foreach (string file in Directory.GetFiles(trained.Path, "*", SearchOption.AllDirectories))
        {
            string copy = Path.Combine(target, Path.GetRelativePath(trained.Path, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }

        return target;
    }

    /// <summary>An IDX file whose content counts up, modulo 10.</summary>
    static byte[] Idx(params int[] sizes)
    {
        var file = new byte[4 + 4 * sizes.Length + sizes.Aggregate(1, (product, size) => product * size)];
        BinaryPrimitives.WriteInt32BigEndian(file, 0x800 + sizes.Length);
        for (int i = 0; i < sizes.Length; i++) BinaryPrimitives.WriteInt32BigEndian(file.AsSpan(4 + 4 * i), sizes[i]);
        for (int i = 4 + 4 * sizes.Length; i < file.Length; i++) file[i] = (byte)(i % 10);
        return file;
    }

    static byte[] Png(int width, int height) =>
        new PngFile(width, height, Depth: 8, Colour: 0, Interlaced: false).Build((x, y, _) => (x + y) % 256);
}
