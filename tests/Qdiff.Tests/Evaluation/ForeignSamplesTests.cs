using Qdiff;
using Qdiff.Tensors;

public sealed class ForeignSamplesTests : IDisposable
{
    static readonly ImageSet s_images = FashionMnist.LoadBuiltIn().First(6);
    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("images", "hw", "byte", "N×H×W = 6×28×28, bytes")]
    [InlineData("arr_0", "hwc", "byte", "N×H×W×C = 6×28×28×1, bytes")]
    [InlineData("samples", "chw", "unit", "N×C×H×W = 6×1×28×28, F32 from 0 to 1, read as 0 … 1")]
    [InlineData("images", "hwc", "signed", "F32 from -1 to 1, read as −1 … 1")]
    [InlineData("images", "hw", "signed64", "F64 from -1 to 1, read as −1 … 1")]
    [InlineData("images", "hw", "large", "F32 from 0 to 255, read as 0 … 255")]
    [InlineData("images", "rgb", "byte", "three equal channels read as grey")]
    public void LayoutAndRangeAreFoundAndSaid(string name, string layout, string range, string expected)
    {
        byte[] pixels = [.. Enumerable.Range(0, 6).SelectMany(i => s_images.Image(i).ToArray())];
        if (layout == "rgb") pixels = [.. pixels.SelectMany(p => new[] { p, p, p })];
        int[] shape = layout switch
        {
            "hw" => [6, 28, 28],
            "hwc" => [6, 28, 28, 1],
            "chw" => [6, 1, 28, 28],
            _ => [6, 28, 28, 3]
        };
        float[] floats = [.. pixels.Select(p => range == "unit" ? p / 255f : range == "large" ? p : p * 2 / 255f - 1)];
        StoredArray array = range switch
        {
            "byte" => StoredArray.Of(shape, (ReadOnlySpan<byte>)pixels),
            "signed64" => StoredArray.Of(shape, (ReadOnlySpan<double>)[.. floats.Select(f => (double)f)]),
            _ => StoredArray.Of(shape, (ReadOnlySpan<float>)floats),
        };
        string file = folder.File("samples.npz");
        Npz.Write(file, [new(name, array),
            new("labels", StoredArray.Of([6], (ReadOnlySpan<long>)[.. s_images.Labels.ToArray().Select(l => (long)l)]))]);
        ForeignSamples read = ForeignSamples.Read(file);
        Assert.Contains(expected, read.Reading);
        Assert.Contains("with labels", read.Reading);
        Assert.Equal(s_images.Hash, read.Images.Hash);
    }

    [Fact]
    public void AFolderOfPicturesAndAnNpyAreRead()
    {
        Directory.CreateDirectory(folder.File("pictures"));
        for (int i = 0; i < 6; i++)
            ImageGrid.Save(s_images.Select([i], "one"), folder.File($"pictures/{i}.png"), new() { Padding = 0 });
        Assert.Equal((1, 28), (ForeignSamples.Read(folder.File("pictures")).Images.Channels,
            ForeignSamples.Read(folder.File("pictures")).Images.Width));
        Npy.Write(folder.File("x.npy"), StoredArray.Of([2, 28, 28], new byte[2 * 784]));
        Assert.Equal(2, ForeignSamples.Read(folder.File("x.npy")).Images.Count);
    }

    [Theory]
    [InlineData("no array images, samples, arr_0; it has pictures", "pictures", 1f, 6, 28, 28)]
    [InlineData("holds no images", "images", 1f, 6, 784)]
    [InlineData("neither 1 nor 3 channels", "images", 1f, 6, 28, 28, 5)]
    [InlineData("may be the second or the last", "images", 1f, 2, 3, 28, 3)]
    [InlineData("holds NaN; the samples are damaged", "images", float.NaN, 6, 28, 28)]
    [InlineData("from 0 to 300; pixels lie within", "images", 300f, 6, 28, 28)]
    [InlineData("is empty", "images", 1f, 0, 28, 28)]
    public void WhatCannotBeUnderstoodIsRefused(string expected, string name, float value, params int[] shape)
    {
        var values = new float[shape.Aggregate((a, b) => a * b)];
        if (values.Length > 0) values[^1] = value;
        Npz.Write(folder.File("bad.npz"), [new(name, StoredArray.Of(shape, (ReadOnlySpan<float>)values))]);
        Assert.Contains(expected, Assert.Throws<InputException>(() => ForeignSamples.Read(folder.File("bad.npz"))).Message);
    }

    [Fact]
    public void WrongLabelsAreRefused()
    {
        StoredArray images = StoredArray.Of([2, 28, 28], new byte[2 * 784]);
        foreach ((long[] labels, string expected) in ((long[], string)[])[([1], "2 images but 1 labels"),
            ([0, -1], "label 1 is -1")])
        {
            Npz.Write(folder.File("bad.npz"),
                [new("images", images), new("labels", StoredArray.Of([labels.Length], (ReadOnlySpan<long>)labels))]);
            Assert.Contains(expected, Assert.Throws<InputException>(() => ForeignSamples.Read(folder.File("bad.npz"))).Message);
        }
    }
}
