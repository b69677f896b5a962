using System.Buffers.Binary;
using System.IO.Compression;
using Qdiff;

public class IdxTests
{
    static byte[] Idx(int[] sizes, byte[] data)
    {
        byte[] file = new byte[4 + 4 * sizes.Length];
        BinaryPrimitives.WriteInt32BigEndian(file, 0x800 + sizes.Length);
        for (int i = 0; i < sizes.Length; i++) BinaryPrimitives.WriteInt32BigEndian(file.AsSpan(4 + 4 * i), sizes[i]);
        return [.. file, .. data];
    }

    static byte[] Gzip(byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal)) gzip.Write(bytes);
        return packed.ToArray();
    }

    /// <summary>Five images of 3×2 pixels with the labels 0 to 4.</summary>
    static byte[] Images { get; } = Idx([5, 3, 2], [.. Enumerable.Range(0, 30).Select(i => (byte)(i * 8))]);

    static byte[] Labels { get; } = Idx([5], [0, 1, 2, 3, 4]);

    static ImageSet Load(byte[] images, byte[] labels, string extension = "", Split split = Split.Train)
    {
        using TemporaryFolder folder = new();
        string prefix = split == Split.Train ? "train" : "t10k";
        folder.Write($"{prefix}-images-idx3-ubyte{extension}", images);
        folder.Write($"{prefix}-labels-idx1-ubyte{extension}", labels);
        return Mnist.Load(folder.Path, split);
    }

    static string Mistake(byte[] images, byte[] labels, string extension = "") =>
        Assert.Throws<InputException>(() => Load(images, labels, extension)).Message;

    [Theory]
    [InlineData(false, "", Split.Train)]
    [InlineData(false, "", Split.Test)]
    [InlineData(true, ".gz", Split.Train)]
    [InlineData(true, "", Split.Train)]       // packed, but without the extension
    [InlineData(false, ".gz", Split.Train)]   // not packed, but with it
    public void ReadsPlainAndPackedFiles(bool packed, string extension, Split split)
    {
        ImageSet images = packed ? Load(Gzip(Images), Gzip(Labels), extension, split) : Load(Images, Labels, extension, split);
        Assert.Equal(5, images.Count);
        Assert.Equal([1, 3, 2], images.Shape);
        Assert.Equal([144, 152, 160, 168, 176, 184], images.Image(3).ToArray());
        Assert.Equal([0, 1, 2, 3, 4], images.Labels.ToArray());
        Assert.Equal("7", images.ClassNames[7]);
    }

    /// <summary>The files of MNIST and Fashion-MNIST have the same names.</summary>
    [Fact]
    public void OtherImagesThanTheOfficialOnesAreNoted()
    {
        using TemporaryFolder folder = new();
        folder.Write("train-images-idx3-ubyte", Images);
        folder.Write("train-labels-idx1-ubyte", Labels);
        ImageSet images = Catalog.Default.DataSets.Load("mnist", folder.Path);
        Assert.Contains("not the official images of mnist", Assert.Single(images.Notes));
        Assert.Equal(images.Notes, images.Select([0, 2], "some").Notes);
        Assert.Equal(Mnist.Load(folder.Path, Split.Train).Hash, images.Hash);
        Assert.Empty(Catalog.Default.DataSets.Load("fashion-mnist-test").Notes);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void EveryCutIsNoticed(bool packed)
    {
        byte[] whole = packed ? Gzip(Images) : Images;
        for (int length = 0; length < whole.Length; length++)
            Assert.Contains("train-images-idx3-ubyte", Mistake(whole[..length], Labels));
    }

    /// <summary>As bgzip packs, which ends with an empty member, and as files are that were joined.</summary>
    [Fact]
    public void SeveralPackedMembersAreOneFile()
    {
        byte[] first = Gzip(Images[..20]), second = Gzip(Images[20..]),
            last = Convert.FromHexString("1F8B08040000000000FF0600424302001B0003000000000000000000");
        string hash = Load(Images, Labels).Hash;
        Assert.Equal(hash, Load([.. first, .. second], Labels).Hash);
        Assert.Equal(hash, Load([.. first, .. second, .. last], Labels).Hash);
        Assert.Contains("is cut off", Mistake(first, Labels));
        Assert.Contains("goes on after its end", Mistake([.. first, .. second, .. first], Labels));
    }

    [Fact]
    public void AChangedByteOfAPackedFileIsNoticedOrMeansNothing()
    {
        byte[] whole = Gzip(Images);
        string hash = Load(Images, Labels).Hash;
        int noticed = 0;
        for (int at = 0; at < whole.Length; at++)
            try
            {
                // What means nothing: time stamp and origin in the header, and the bits that fill up the last packed byte.
                Assert.Equal(hash, Load([.. whole[..at], (byte)(whole[at] ^ 0x10), .. whole[(at + 1)..]], Labels).Hash);
            }
            catch (InputException e)
            {
                Assert.Contains("train-images-idx3-ubyte", e.Message);
                noticed++;
            }

        Assert.InRange(noticed, whole.Length - 8, whole.Length);
    }

    [Fact]
    public void WrongFilesAreTold()
    {
        Assert.Contains("starts with 0x00000801, not 0x00000803", Mistake(Labels, Labels));
        Assert.Contains("starts with 0x00000803, not 0x00000801", Mistake(Images, Images));
        Assert.Contains("goes on after its end", Mistake([.. Images, 0], Labels));
        Assert.Contains("goes on after its end", Mistake(Gzip([.. Images, 0]), Labels));
        Assert.Contains("goes on after its end", Mistake([.. Gzip(Images), 1, 2, 3, 4, 5], Labels));
        Assert.Contains("5 images but", Mistake(Images, Idx([4], [0, 1, 2, 3])));
        Assert.Contains("has 4 labels", Mistake(Images, Idx([4], [0, 1, 2, 3])));
        Assert.Contains("Label 2 of", Mistake(Images, Idx([5], [0, 1, 10, 3, 4])));
        Assert.Contains("claims a size of 0", Mistake(Idx([0, 3, 2], []), Labels));
        Assert.Contains("claims a size of -1", Mistake(Idx([5, -1, 2], new byte[30]), Labels));
    }

    [Theory]
    [InlineData(int.MaxValue, int.MaxValue, int.MaxValue)]
    [InlineData(60_000, 28, 28)]
    [InlineData(1, 1, int.MaxValue)]
    public void SizesOfTheHeaderAreNotTrusted(int count, int height, int width)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Contains("cut off", Mistake(Idx([count, height, width], new byte[30]), Labels));
        Assert.Contains("cut off", Mistake(Gzip(Idx([count, height, width], new byte[30])), Labels));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000_000);
    }

    [Theory]
    [InlineData("train-images.idx3-ubyte", "train-labels.idx1-ubyte")]
    [InlineData("train-images-idx3-ubyte/train-images-idx3-ubyte", "train-labels-idx1-ubyte/train-labels-idx1-ubyte")]
    [InlineData("raw/train-images-idx3-ubyte", "raw/train-labels-idx1-ubyte.gz")]
    [InlineData("MNIST/raw/train-images-idx3-ubyte", "MNIST/raw/train-labels-idx1-ubyte")]
    [InlineData("Train-Images-IDX3-ubyte.GZ", "train-labels.idx1-ubyte.gz")]
    public void OtherNamesAndPlacesOfTheFilesAreKnown(string images, string labels)
    {
        using TemporaryFolder folder = new();
        folder.Write(images, Images);
        folder.Write(labels, Labels);
        folder.Write("._train-images-idx3-ubyte", [1, 2, 3]);
        Assert.Equal(5, Mnist.Load(folder.Path).Count);
        folder.Write("test-images.idx3-ubyte", Images);
        folder.Write("t10k-labels.idx1-ubyte", Labels);
        Assert.Equal(5, Mnist.Load(folder.Path, Split.Test).Count);
    }

    [Theory]
    [InlineData(0x9, 1)]
    [InlineData(0xB, 2)]
    [InlineData(0xC, 4)]
    public void WiderNumbersThatAreBytesAreRead(byte type, int width)
    {
        byte[] wide = [0, 0, type, 1, 0, 0, 0, 5, .. Enumerable.Range(0, 5).SelectMany(i => new byte[width - 1].Append((byte)i))];
        Assert.Equal([0, 1, 2, 3, 4], Load(Images, wide).Labels.ToArray());
        Assert.Equal([0, 1, 2, 3, 4], Load(Images, Gzip(wide)).Labels.ToArray());
        wide[8] = 0xFF;
        Assert.Contains("whole numbers from 0 to 255", Mistake(Images, wide));
        for (int length = 0; length < wide.Length; length++)
            Assert.Contains("train-labels-idx1-ubyte", Mistake(Images, wide[..length]));
    }

    [Fact]
    public void ASmallPackedFileCannotFillTheMemory()
    {
        byte[] zeros = Gzip(Idx([100_000, 28, 28], new byte[78_400_000]));
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Contains("times the packed size", Mistake(zeros, Labels));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 2_000_000);
    }

    [Fact]
    public void MissingFilesSayWhereToGetThem()
    {
        using TemporaryFolder folder = new();
        string message = Assert.Throws<MissingPartException>(() => Mnist.Load(folder.Path)).Message;
        Assert.Contains($"{folder.Path} has no train-images-idx3-ubyte", message);
        Assert.Contains("https://", message);
        Assert.Contains("does not exist", Assert.Throws<InputException>(() => FashionMnist.Load(folder.File("none"))).Message);
    }
}
