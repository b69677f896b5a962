using Qdiff;
using Qdiff.Imaging;

/// <summary>The animation of a run.</summary>
public sealed class ProgressFramesTests : IDisposable
{
    static readonly string[] s_settings =
        ["training.steps=6", "training.checkpointEvery=3", "training.frameEvery=2", "model.multipliers=[1]"];
    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void AnInterruptedRunHasTheSamePicture()
    {
        string whole = TinyExperiment.Train(TinyExperiment.Start(folder.File("whole"), s_settings));
        byte[] expected = File.ReadAllBytes(Gif(whole));
        Assert.Equal([2, 4, 6], Frames(whole));
        Assert.Equal(expected, Qdiff.Imaging.Gif.Encode([.. ((int[])[2, 4, 6]).Select(step => Raster.Read(Frame(whole, step)))],
            delay: 30, lastDelay: 200));

        // Killed after step 5, while the frame of step 4 was being written: the checkpoint is that of step 3.
        string killed;
        using (TrainingRun run = TinyExperiment.Start(folder.File("killed"), s_settings))
        {
            foreach (TrainingStep _ in run.Steps().Take(5)) { }

            killed = run.Folder.Path;
        }

        File.WriteAllBytes(Frame(killed, 4), File.ReadAllBytes(Frame(killed, 4))[..^40]);
        Assert.Equal(Qdiff.Imaging.Gif.Encode([Raster.Read(Frame(killed, 2))], delay: 30, lastDelay: 200),
            File.ReadAllBytes(Gif(killed)));
        TinyExperiment.Train(TrainingRun.Resume(killed, Catalog.Default));
        Assert.Equal(expected, File.ReadAllBytes(Gif(killed)));

        // Killed between the last checkpoint and the image.
        File.Delete(Gif(killed));
        TinyExperiment.Train(TrainingRun.Resume(killed, Catalog.Default));
        Assert.Equal(expected, File.ReadAllBytes(Gif(killed)));
        Assert.DoesNotContain(Directory.GetFiles(Path.Combine(killed, "samples")), file => file.EndsWith(".unfinished"));
    }

    [Fact]
    public void FramesAreInTheOrderOfTheirStepsAndTornOnesAreLeftOut()
    {
        string run = TinyExperiment.Train(TinyExperiment.Start(folder.Path,
            [.. s_settings, "training.steps=1", "training.frameEvery=0"]));
        Assert.False(Directory.Exists(Path.Combine(run, "samples", "frames")));
        var frames = new ProgressFrames(RunFolder.Open(run, Catalog.Default));
        frames.Save(1);
        Assert.False(File.Exists(Gif(run)));

        Raster[] shades = [.. ((byte[])[10, 90, 170, 250]).Select(Shade)];
        foreach ((long step, Raster shade) in ((long[])[5, 999_999, 1_000_000, 2_000_000]).Zip(shades)) frames.Add(step, shade);
        File.WriteAllText(Path.Combine(run, "samples", "frames", "step-of-mine.png"), "");
        frames.Save(1_000_000);
        Assert.Equal(Qdiff.Imaging.Gif.Encode(shades[..3], delay: 30, lastDelay: 200), File.ReadAllBytes(Gif(run)));

        File.WriteAllBytes(Frame(run, 5), File.ReadAllBytes(Frame(run, 5))[..50]);
        frames.Add(999_999, new(3, 3, 1));   // of another size than the first that can be read
        frames.Add(7, shades[3]);
        frames.Save(long.MaxValue - 1);
        Assert.Equal(Qdiff.Imaging.Gif.Encode([shades[3], shades[2], shades[3]], delay: 30, lastDelay: 200),
            File.ReadAllBytes(Gif(run)));

        static Raster Shade(byte shade)
        {
            Raster raster = new(4, 4, 1);
            raster.Pixels.AsSpan().Fill(shade);
            return raster;
        }
    }

    [Theory]
    [InlineData(60_000, 128, 9_375, null, 469)]    // an epoch
    [InlineData(60_000, 128, 187_500, null, 938)]  // 400 epochs: 200 frames
    [InlineData(2, 32, 1_000, null, 84)]           // an epoch is less than a step, and a frame costs 800 passes
    [InlineData(2, 32, 1_000, 7, 7)]
    [InlineData(2, 32, 1_000, 0, 0)]
    public void FramesAreAsOftenAsIsWorthIt(int images, int batch, int steps, int? set, int expected) =>
        Assert.Equal(expected, new TrainingConfig { Batch = batch, Steps = steps, FrameEvery = set }.FrameEveryFor(images,
            passes: 800));

    static string Gif(string run) => Path.Combine(run, "samples", "progress.gif");

    static string Frame(string run, int step) => Path.Combine(run, "samples", "frames", $"step-{step:000000}.png");

    static int[] Frames(string run) =>
        [.. Directory.GetFiles(Path.Combine(run, "samples", "frames")).Order(StringComparer.Ordinal)
        .Select(file => int.Parse(Path.GetFileNameWithoutExtension(file)[5..]))];
}
