using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Qdiff;
using Qdiff.Imaging;

/// <summary>A run knows how it was computed, and says when its bits are no longer those of one machine.</summary>
public sealed class ArithmeticTests : IDisposable
{
    /// <summary>Two steps that take a moment even where every multiply-add is a call.</summary>
    const string Yaml = """
        name: smallest
        data:
          dataset: folder:images
        model:
          dimension: 4
          groups: 2
          multipliers: [1, 2]
          heads: 1
          headFeatures: 4
        training:
          batch: 16
          steps: 2
          sampleEvery: 0
          frameEvery: 0
          threads: 1
        """;

    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    /// <summary>256 bits instead of 512 change nothing; without a fused multiply-add it is said in one line and
    /// recorded.</summary>
    [Theory]
    [InlineData("DOTNET_EnableAVX512", false)]
    [InlineData("DOTNET_EnableAVX2", true)]
    public void ARunThatGoesOnWithOtherArithmeticSaysSo(string without, bool differs)
    {
        Assert.SkipUnless(Vector256.IsHardwareAccelerated && Fma.IsSupported, "This processor has nothing to switch off.");
        string run = StartedRun();
        (int code, _, string error) = ToolProcess.RunWith(without, "0", folder.Path, "train", "-q", "--resume", run);
        Assert.Equal(0, code);
        string[] lines = error.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        string log = File.ReadAllText(Path.Combine(run, "log.txt"));
        Checkpoint last = RunFolder.Open(run, Catalog.Default).Checkpoints.Read(2);
        if (!differs)
        {
            Assert.Empty(lines);
            Assert.DoesNotContain("bits differ", log);
            Assert.Single(CheckpointContent.StateOf(last).Arithmetic!);
            return;
        }

        Assert.Contains("4 to 5 times as long", Assert.Single(lines, line => line.Contains("128 bits")));
        string said = Assert.Single(lines, line => line.Contains("bits differ"));
        Assert.Contains("From step 2 on", said);
        Assert.Contains(Arithmetic.Here.ToString(), said);
        Assert.Contains("From step 2 on the bits differ", log);
        IReadOnlyList<CheckpointContent.ComputedPart> parts = CheckpointContent.StateOf(last).Arithmetic!;
        Assert.Equal([0, 1], parts.Select(part => part.From));
        Assert.Equal(Arithmetic.Here, parts[0].With);
        Assert.Equal(128, parts[1].With.VectorBits);
        Assert.False(parts[1].With.Agrees(Arithmetic.Here));
    }

    /// <summary>The classical control, which no fingerprint has, sums over samples too.</summary>
    [Fact]
    public void TheClassicalControlHasTheBitsOf256()
    {
        Assert.SkipUnless(Vector512.IsHardwareAccelerated && Fma.IsSupported, "This processor has nothing to switch off.");
        string[] control = ["model.vertex.circuit=basic", "model.vertex.qubits=4", "model.control=classical"];
        string wide = StartedRun(control);
        Directory.Move(wide, wide + "-256");
        Assert.Equal(0, ToolProcess.RunWith("DOTNET_EnableAVX512", "0", folder.Path, "train", "-q", "--resume", wide + "-256")
            .ExitCode);
        wide = StartedRun(control);
        TinyExperiment.Train(TrainingRun.Resume(wide, Catalog.Default));
        TinyExperiment.AssertEqual(TinyExperiment.Content(wide, 2), TinyExperiment.Content(wide + "-256", 2));
    }

    /// <summary>
    /// What determines kept samples does not name the usual arithmetic. If this fails because a change of results was wanted,
    /// kept samples and features of before are not those of now: write the new fingerprint down.
    /// </summary>
    [Fact]
    public void TheUsualArithmeticIsThatOfProcessorsWithAvx2()
    {
        Assert.SkipUnless(Fma.IsSupported && RuntimeInformation.IsOSPlatform(OSPlatform.Linux), "Another arithmetic is here.");
        Assert.Equal(Arithmetic.Usual, Arithmetic.Here.Fingerprint);
        Assert.Equal("", Arithmetic.Key);
        Assert.Null(Arithmetic.Slowness);
    }

    [Theory]
    [InlineData(512, "a", 256, "a", true)]
    [InlineData(512, "a", 512, "b", false)]
    [InlineData(512, null, 256, "a", true)]     // a run of before it was recorded
    [InlineData(512, null, 128, "a", false)]
    public void FingerprintsDecideAndWidthsWhereThereAreNone(int bits, string? print, int otherBits, string otherPrint,
        bool agree)
    {
        Assert.Equal(agree, new Arithmetic(bits, print).Agrees(new(otherBits, otherPrint)));
        Assert.Equal(agree, new Arithmetic(otherBits, otherPrint).Agrees(new(bits, print)));
    }

    [Fact]
    public void TheManifestHasIt()
    {
        RunManifest manifest = RunFolder.Open(StartedRun(), Catalog.Default).Manifest;
        Assert.Equal(Arithmetic.Here, new Arithmetic(manifest.Machine.VectorBits, manifest.Machine.Arithmetic));
    }

    /// <summary>A run after the first of its two steps.</summary>
    string StartedRun(params string[] settings)
    {
        string images = Directory.CreateDirectory(folder.File("images")).FullName;
        for (int i = 0; i < 16; i++)
        {
            var image = new Raster(4, 4, 1);
            new Random(i).NextBytes(image.Pixels);
            Png.Save(image, Path.Combine(images, $"{i}.png"), []);
        }

        string yaml = Yaml.Replace("folder:images", "folder:" + images);
        TrainingRun run = TrainingRun.Start(
            ResolvedExperiment.Parse(yaml, "smallest.yaml", Catalog.Default, settings), folder.Path, ["test"]);
        run.Audited();
        return TinyExperiment.Train(run, 1);
    }
}
