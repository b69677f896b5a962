using System.IO.Compression;
using Qdiff;
using Qdiff.Evaluation;
using Qdiff.Tensors;

public sealed class ExternalSamplesTests : IDisposable
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
            "byte" => StoredArray.Create(shape, (ReadOnlySpan<byte>)pixels),
            "signed64" => StoredArray.Create(shape, (ReadOnlySpan<double>)[.. floats.Select(f => (double)f)]),
            _ => StoredArray.Create(shape, (ReadOnlySpan<float>)floats),
        };
        string file = folder.File("samples.npz");
        Npz.Write(file, [new(name, array),
            new("labels", StoredArray.Create([6], (ReadOnlySpan<long>)[.. s_images.Labels.ToArray().Select(l => (long)l)]))]);
        ExternalSamples read = ExternalSamples.Read(file).As(s_images);
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
        Assert.Equal((1, 28), (ExternalSamples.Read(folder.File("pictures")).Images.Channels,
            ExternalSamples.Read(folder.File("pictures")).Images.Width));
        Npy.Write(folder.File("x.npy"), StoredArray.Create([2, 28, 28], new byte[2 * 784]));
        Assert.Equal(2, ExternalSamples.Read(folder.File("x.npy")).Images.Count);
    }

    [Fact]
    public void ClassesAreThoseOfTheDataSetWhateverFoldersThereAre()
    {
        // Of a data set whose classes are in no order, some, as folders, by name or number.
        ImageSet data = new("data", [1, 28, 28], new byte[4 * 784], [0, 1, 2, 3], ["zebra", "apple", "10", "Moss"]);
        foreach ((string name, int pictures) in ((string, int)[])[("zebra", 2), ("moss", 1), ("1", 1)])
            for (int i = 0; i < pictures; i++)
            {
                Directory.CreateDirectory(folder.File($"named/{name}"));
                ImageGrid.Save(s_images.Select([i], "one"), folder.File($"named/{name}/{i}.png"), new() { Padding = 0 });
            }

        ExternalSamples read = ExternalSamples.Read(folder.File("named")).As(data);
        Assert.Equal([1, 3, 0, 0], read.Images.Labels.ToArray());
        Assert.Contains("1 = 1, moss = 3, zebra = 0", read.Reading);
        Directory.Move(folder.File("named/1"), folder.File("named/stone"));
        Assert.Contains("no class 'stone'", Assert.Throws<InputException>(() =>
            ExternalSamples.Read(folder.File("named")).As(data)).Message);
        Assert.Equal(3, ExternalSamples.Read(folder.File("named")).Images.ClassNames.Count);
    }

    [Fact]
    public void GreySamplesOfAColourDataSetKeepTheirColours()
    {
        Npz.Write(folder.File("grey.npz"), [new("images", StoredArray.Create([2, 3, 8, 8], new byte[2 * 192]))]);
        ImageSet colours = new("data", [3, 8, 8], new byte[192]), grey = new("data", [1, 8, 8], new byte[64]);
        Assert.Equal(3, ExternalSamples.Read(folder.File("grey.npz")).As(colours).Images.Channels);
        Assert.Equal(1, ExternalSamples.Read(folder.File("grey.npz")).As(grey).Images.Channels);
    }

    [Theory]
    [InlineData(-0.02f, 1.03f, "read as 0 … 1 and clipped", 5)]
    [InlineData(-1.05f, 1.02f, "read as −1 … 1 and clipped", 130)]
    [InlineData(-0.3f, 0.9f, null, 0)]
    [InlineData(0f, 1.2f, null, 0)]
    public void AnOvershootIsClippedAndWhatMayBeEitherIsRefused(float low, float high, string? expected, byte pixel)
    {
        var values = new float[2 * 64];
        values.AsSpan().Fill(0.02f);
        (values[3], values[70]) = (low, high);
        Npz.Write(folder.File("range.npz"), [new("images", StoredArray.Create([2, 8, 8], (ReadOnlySpan<float>)values))]);
        if (expected is null)
        {
            Assert.Contains("may be 0 … 1 or", Assert.Throws<InputException>(() =>
                ExternalSamples.Read(folder.File("range.npz"))).Message);
            return;
        }

        ExternalSamples read = ExternalSamples.Read(folder.File("range.npz"));
        Assert.Contains(expected, read.Reading);
        Assert.Equal((pixel, (byte)0), (read.Images.Image(0)[0], read.Images.Image(0)[3]));
    }

    [Theory]
    [InlineData("no array images, samples, arr_0, x, data; it has pictures", "pictures", 1f, 6, 784)]
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
        Npz.Write(folder.File("bad.npz"), [new(name, StoredArray.Create(shape, (ReadOnlySpan<float>)values))]);
        Assert.Contains(expected, Assert.Throws<InputException>(() => ExternalSamples.Read(folder.File("bad.npz"))).Message);
    }

    [Fact]
    public void ImagesLargerThanAnyThatIsReadAreRefused()
    {
        Npy.Write(folder.File("large.npy"), StoredArray.Create([1, 1, (1 << 25) + 1], new byte[(1 << 25) + 1]));
        Assert.Contains("the images have 1×33554433 pixels; the most is 33554432",
            Assert.Throws<InputException>(() => ExternalSamples.Read(folder.File("large.npy"))).Message);
    }

    [Theory]
    [InlineData("column")]
    [InlineData("one-hot")]
    [InlineData("one-hot flags")]
    [InlineData("floats")]
    [InlineData("bytes")]
    public void LabelsOfOtherProgramsAreRead(string form)
    {
        StoredArray images = StoredArray.Create([3, 8, 8], new byte[192]);
        StoredArray labels = form switch
        {
            "column" => StoredArray.Create([3, 1], (ReadOnlySpan<long>)[2, 0, 1]),
            "one-hot" => StoredArray.Create([3, 3], [0f, 0, 1, 1, 0, 0, 0, 1, 0]),
            "one-hot flags" => new(ElementType.BOOL, [3, 3], new byte[] { 0, 0, 1, 1, 0, 0, 0, 1, 0 }),
            "floats" => StoredArray.Create([3], [2f, 0, 1]),
            _ => StoredArray.Create([3], (ReadOnlySpan<byte>)[2, 0, 1]),
        };
        // As guided-diffusion writes them: arrays without names.
        Npz.Write(folder.File("x.npz"), [new("arr_0", images), new("arr_1", labels)]);
        Assert.Equal([2, 0, 1], ExternalSamples.Read(folder.File("x.npz")).Images.Labels.ToArray());
    }

    [Fact]
    public void TheOnlyArrayThatCanBeImagesIsTakenWhateverItsName()
    {
        Npz.Write(folder.File("x.npz"), [new("generated_digits", StoredArray.Create([2, 1, 8, 8], new float[128])),
            new("losses", StoredArray.Create([5], new float[5])), new("y", StoredArray.Create([2], (ReadOnlySpan<long>)[1, 0]))]);
        ExternalSamples read = ExternalSamples.Read(folder.File("x.npz"));
        Assert.Equal([1, 0], read.Images.Labels.ToArray());
        Assert.Contains("2 images from 'generated_digits'", read.Reading);
        Npz.Write(folder.File("two.npz"), [new("a", StoredArray.Create([2, 8, 8], new float[128])),
            new("b", StoredArray.Create([2, 8, 8], new float[128]))]);
        Assert.Contains("it has a, b", Assert.Throws<InputException>(() => ExternalSamples.Read(folder.File("two.npz"))).Message);
    }

    [Fact]
    public void NumberTypesOfOtherProgramsAreRead()
    {
        byte[] twoValues = new byte[128];
        twoValues[5] = 1;
        Npy.Write(folder.File("flags.npy"), new(ElementType.BOOL, [2, 8, 8], twoValues));
        Npy.Write(folder.File("bits.npy"), StoredArray.Create([2, 8, 8], (ReadOnlySpan<byte>)twoValues));
        var half = new byte[256];
        BitConverter.GetBytes((Half)1).CopyTo(half, 10);
        Npy.Write(folder.File("half.npy"), new(ElementType.F16, [2, 8, 8], half));
        var wide = new byte[256];
        (wide[10], wide[11]) = (255, 255);
        Npy.Write(folder.File("wide.npy"), new(ElementType.U16, [2, 8, 8], wide));
        Npy.Write(folder.File("long.npy"),
            StoredArray.Create([2, 8, 8], (ReadOnlySpan<long>)[0, 0, 0, 0, 0, 255, .. new long[122]]));
        foreach (string name in (string[])["flags", "bits", "half", "wide", "long"])
        {
            ImageSet images = ExternalSamples.Read(folder.File($"{name}.npy")).Images;
            Assert.Equal((0, 255, 0), (images.Image(0)[4], images.Image(0)[5], images.Image(1)[5]));
        }

        Npy.Write(folder.File("one.npy"), StoredArray.Create([8, 8, 3], new byte[192]));
        Assert.Contains("is one colour image",
            Assert.Throws<InputException>(() => ExternalSamples.Read(folder.File("one.npy"))).Message);
    }

    /// <summary>Mutated inputs found that such files left as exceptions of their readers.</summary>
    [Theory]
    [InlineData("bad.npz")]
    [InlineData("bad.npy")]
    public void ADamagedFileIsBadInput(string name)
    {
        folder.Write(name, [1, 2, 3]);
        Assert.Contains(name, Assert.Throws<InputException>(() => ExternalSamples.Read(folder.File(name))).Message);
    }

    [Fact]
    public void ImagesOfAKindThatIsNotReadAreSaidToBeThat()
    {
        using (ZipArchive archive = ZipFile.Open(folder.File("o.npz"), ZipArchiveMode.Create))
        using (Stream content = archive.CreateEntry("images.npy").Open())
            content.Write([0x93, .. "NUMPY"u8, 1, 0, 70, 0,
                .. "{'descr': '|O', 'fortran_order': False, 'shape': (2, 28, 28), }      \n"u8]);
        string message = Assert.Throws<InputException>(() => ExternalSamples.Read(folder.File("o.npz"))).Message;
        Assert.Contains("array 'images'", message);
        Assert.Contains("objects", message);
    }

    [Fact]
    public void WrongLabelsAreRefused()
    {
        StoredArray images = StoredArray.Create([2, 28, 28], new byte[2 * 784]);
        foreach ((long[] labels, string expected) in ((long[], string)[])[([1], "has 1 labels of 2 images"),
            ([0, -1], "label 1 is -1")])
        {
            Npz.Write(folder.File("bad.npz"),
                [new("images", images), new("labels", StoredArray.Create([labels.Length], (ReadOnlySpan<long>)labels))]);
            Assert.Contains(expected, Assert.Throws<InputException>(() => ExternalSamples.Read(folder.File("bad.npz"))).Message);
        }
    }
}
