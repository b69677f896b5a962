using System.IO.Compression;
using Qdiff;
using Qdiff.Tensors;

public class NpzTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void WhatIsWrittenIsReadBack(bool compress)
    {
        byte[] bytes = Archive(compress);
        IReadOnlyList<KeyValuePair<string, StoredArray>> back = Npz.Read(new MemoryStream(bytes), "x.npz");
        Assert.Equal(["train_images", "sub/labels"], back.Select(array => array.Key));
        Assert.Equal([0, 1, 2, 3], back[0].Value.ToSingles());
        Assert.Equal([2, 2], back[0].Value.Shape);
        Assert.Equal([9, 8, 7], back[1].Value.ToInt64s());
        Assert.Equal(bytes, Archive(compress));
        Assert.Equal("sub/labels",
            Assert.Single(Npz.Read(new MemoryStream(bytes), "x.npz", name => name.EndsWith("labels"))).Key);
    }

    [Fact]
    public void NamesThatLookLikePathsWriteNothing()
    {
        var stream = new MemoryStream();
        Npz.Write(stream, [new("../../escape", StoredArray.Create([1], [1f]))]);
        Assert.Equal("../../escape", Assert.Single(Npz.Read(stream, "x.npz")).Key);
        Assert.False(File.Exists("../../escape.npy"));
    }

    [Fact]
    public void ForeignEntriesAndDoublesAreRefused()
    {
        Assert.Contains("readme.txt", Assert.Throws<InvalidDataException>(() => Npz.Read(Zip("readme.txt"), "x.npz")).Message);
        Assert.Contains("two arrays named 'a'",
            Assert.Throws<InvalidDataException>(() => Npz.Read(Zip("a.npy", "a.npy"), "x.npz", _ => false)).Message);
        Assert.Contains("x.npz",
            Assert.Throws<InvalidDataException>(() => Npz.Read(new MemoryStream([1, 2, 3, 4]), "x.npz")).Message);
    }

    [Fact]
    public void AnArchiveThatUnpacksToAThousandTimesItsSizeIsRefusedAtOnce()
    {
        var stream = new MemoryStream();
        Npz.Write(stream, [new("zeros", new StoredArray(ElementType.U8, [100 << 20], new byte[100 << 20]))]);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Contains("times the packed size",
            Assert.Throws<InputException>(() => Npz.Read(stream, "x.npz")).Message);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 2_000_000);
    }

    [Fact]
    public void WhatASystemLeftInAnArchiveIsNoArray()
    {
        var stream = new MemoryStream(Archive(true).Length);
        Npz.Write(stream, [new("a", StoredArray.Create([1], [1f]))]);
        using (var archive = new ZipArchive(stream, ZipArchiveMode.Update, leaveOpen: true))
            foreach (string name in (string[])["__MACOSX/._a.npy", ".DS_Store", "folder/"]) archive.CreateEntry(name);
        Assert.Equal("a", Assert.Single(Npz.Read(stream, "x.npz")).Key);
    }

    [Fact]
    public void AChangedNumberIsNoticed()
    {
        byte[] bytes = Archive(compress: false);
        int at = bytes.AsSpan().IndexOf(BitConverter.GetBytes(3f));
        bytes[at]++;
        Assert.Contains("array 'train_images' is damaged: it has the check sum",
            Assert.Throws<InvalidDataException>(() => Npz.Read(new MemoryStream(bytes), "x.npz")).Message);
    }

    [Fact]
    public void NoDamageLeadsToAnythingButAClearError()
    {
        byte[] good = Archive(true);
        var random = new RandomStream(2, "damage");
        int refused = 0;
        for (int i = 0; i < 1500; i++)
        {
            byte[] bad = i < good.Length ? good[..i] : [.. good];
            if (i >= good.Length) bad[random.Next(good.Length)] = (byte)random.NextBits();
            try
            {
                Npz.Read(new MemoryStream(bad), "x.npz");
            }
            catch (Exception e) when (e is InvalidDataException or InputException)
            {
                Assert.StartsWith("x.npz", e.Message);
                refused++;
            }
        }

        Assert.InRange(refused, good.Length, 1500);
    }

    static byte[] Archive(bool compress)
    {
        var stream = new MemoryStream();
        StoredArray images = StoredArray.Create([2, 2], [0f, 1, 2, 3]), labels = StoredArray.Create([3], (ReadOnlySpan<byte>)[9,
            8, 7]);
        Npz.Write(stream, [new("train_images", images), new("sub/labels", labels)], compress);
        return stream.ToArray();
    }

    static MemoryStream Zip(params string[] names)
    {
        var stream = new MemoryStream();
        using (var archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
            foreach (string name in names) archive.CreateEntry(name);
        return stream;
    }
}
