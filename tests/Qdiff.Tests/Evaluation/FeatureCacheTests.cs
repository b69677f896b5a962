using Qdiff;
using Qdiff.Evaluation;

public sealed class FeatureCacheTests : IDisposable
{
    static readonly ImageSet s_images = FashionMnist.LoadBuiltIn().First(1100);
    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void WhatWasComputedIsFoundByContent()
    {
        var network = new BlockNetwork();
        FeatureSet[] first = [.. new FeatureCache(folder.Path).Get(network, s_images, ["blocks", "blocks-logits"])];
        Assert.Equal(3, network.Calls);
        // The same images under another name and with other labels.
        var again = new FeatureCache(folder.Path);
        FeatureSet[] second = [.. again.Get(network, s_images.Select([.. Enumerable.Range(0, 1100)], "other"),
            ["blocks", "blocks-logits"])];
        Assert.Equal((3, 0), (network.Calls, again.Computed));
        for (int l = 0; l < 2; l++) Assert.Equal(Numbers(first[l]), Numbers(second[l]));
        Assert.Equal(Numbers(network.Extract(s_images, ["blocks"])[0]), Numbers(first[0]));
    }

    [Fact]
    public void OtherWeightsLayersAndImagesAreNotFound()
    {
        var cache = new FeatureCache(folder.Path);
        cache.Get(new BlockNetwork(), s_images.First(100), ["blocks"]);
        FeatureSet other = cache.Get(new BlockNetwork(2), s_images.First(100), ["blocks"])[0];
        Assert.Equal(2, cache.Computed);
        Assert.Equal(Numbers(new BlockNetwork(2).Extract(s_images.First(100), ["blocks"])[0]), Numbers(other));
        cache.Get(new BlockNetwork(), s_images.First(100), ["blocks-logits"]);
        cache.Get(new BlockNetwork(), s_images.First(101), ["blocks"]);
        Assert.Equal(4, cache.Computed);
    }

    [Fact]
    public void ADamagedFileIsComputedAnew()
    {
        ImageSet images = s_images.First(100);
        double[] right = Numbers(new FeatureCache(folder.Path).Get(new BlockNetwork(), images, ["blocks"])[0]);
        string file = Assert.Single(Directory.GetFiles(folder.Path, "*.npz", SearchOption.AllDirectories));
        byte[] good = File.ReadAllBytes(file);
        foreach (byte[] bad in (byte[][])[[], good[..^40], [.. good[..400], (byte)(good[400] ^ 1), .. good[401..]]])
        {
            File.WriteAllBytes(file, bad);
            var cache = new FeatureCache(folder.Path);
            Assert.Equal(right, Numbers(cache.Get(new BlockNetwork(), images, ["blocks"])[0]));
            Assert.Equal(1, cache.Computed);
            Assert.Equal(good, File.ReadAllBytes(file));
        }
    }

    [Fact]
    public void WhatCannotBeKeptIsComputedAllTheSame()
    {
        // A file where the folder should be stands for every reason, also for the superuser.
        File.WriteAllText(folder.File("file"), "");
        List<string> told = [];
        var cache = new FeatureCache(folder.File("file/features")) { Warn = told.Add };
        var network = new BlockNetwork();
        Assert.Equal(Numbers(network.Extract(s_images, ["blocks"])[0]), Numbers(cache.Get(network, s_images, ["blocks"])[0]));
        Assert.Contains("are computed but not kept", Assert.Single(told));
    }

    [Fact]
    public void FeaturesOfAnotherWidthThanPromisedAreRefused()
    {
        InputException e = Assert.Throws<InputException>(() =>
            new FeatureCache(folder.Path).Get(new BlockNetwork(width: 4), s_images.First(20), ["blocks"]));
        Assert.Contains("20 × 4 features for 20 images at the layer blocks, which has 8: its weights belong to another network",
            e.Message);
    }

    static double[] Numbers(FeatureSet set)
    {
        var values = new double[set.Count * set.Width];
        for (int i = 0; i < set.Count; i++) set.CopyTo(i, 0, values.AsSpan(i * set.Width, set.Width));
        return values;
    }
}
