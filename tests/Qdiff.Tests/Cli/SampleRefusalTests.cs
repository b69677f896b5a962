/// <summary>What <c>qdiff sample</c> refuses, call after call in this process. Borrows the console.</summary>
[Collection(nameof(HostileArgumentTests))]
public sealed class SampleRefusalTests(SampleTests.ConditionalRun conditional) : IClassFixture<SampleTests.ConditionalRun>,
    IDisposable
{
    readonly WorkingFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("has no class 'shoe'.", "--class", "shoe")]
    [InlineData("Did you mean Bag?", "--class", "bga")]
    [InlineData("not trained on class 0 (T-shirt/top)", "--class", "0")]
    [InlineData("--guidance 101: give a number from -100 to 100", "--guidance", "101")]
    [InlineData("--guidance NaN: give a number from -100 to 100", "--guidance", "NaN")]
    [InlineData("--rescale 2: it goes from 0", "--rescale", "2")]
    [InlineData("--rescale is of guided samples, and at scale 1 none is", "--rescale", "0.5")]
    [InlineData("--calibrate -1: give a number of images from 0 to 1,000,000", "--calibrate", "-1")]
    [InlineData("--eta 2: it must be a number of at least 0", "--eta", "2")]
    [InlineData("--variance 0.5: the sampler ddim has no variance; add --sampler ddpm.", "--variance", "0.5")]
    [InlineData("--spacing odd: one of ", "--spacing", "odd")]
    [InlineData("--threshold 2: it goes from 0 to 1", "--threshold", "2")]
    [InlineData("--no-clip and --threshold", "--no-clip", "--threshold", "0.9")]
    [InlineData("--guidance-from -1: timesteps count from 0", "--guidance-from", "-1")]
    [InlineData("--guidance-to 3: it is below the 5", "--guidance-from", "5", "--guidance-to", "3")]
    [InlineData("--guidance-from 1000000: the schedule has timesteps 0 to", "--guidance", "2", "--guidance-from", "1000000")]
    [InlineData("at scale 1 none is", "--guidance-from", "1")]
    [InlineData("at scale 0 none is", "--guidance", "0", "--guidance-to", "1")]
    [InlineData("--scale 0: a pixel is drawn as 1 to 64", "--scale", "0")]
    [InlineData("--scale is of images", "--scale", "3", "-o", "numbers.npz")]
    [InlineData("A strip of 1 frames shows no trajectory", "--strip", "1")]
    [InlineData("a .gif shows the trajectory without --strip", "--strip", "3", "-o", "way.gif")]
    [InlineData("--estimates belongs to the denoising trajectory", "--estimates")]
    [InlineData("write a .png, a .gif or an .npz file", "-o", "samples.jpg")]
    [InlineData("--first -1", "--first", "-1")]
    public void WhatCannotBeIsOneLineAnd2(string expected, params string[] arguments) =>
        Refused(conditional.Path, expected, arguments);

    [Theory]
    [InlineData("takes no class label, so class 'Bag'", "--class", "Bag")]
    [InlineData("train with training.labelDropout above 0", "--guidance", "2")]
    public void ARunWithoutClassesHasNone(string expected, params string[] arguments) =>
        Refused(conditional.Plain, expected, arguments);

    void Refused(string run, string expected, string[] arguments)
    {
        CapturedTool.AssertRefused(expected, ["sample", run, "--sampler", "ddim", "--steps", "2", "-q", .. arguments]);
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
    }
}
