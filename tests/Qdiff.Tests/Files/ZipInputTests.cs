using System.IO.Compression;
using System.Text;
using Qdiff;
using Qdiff.Tensors;

/// <summary>Zip archives as the programs of all systems write them.</summary>
public sealed class ZipInputTests : IDisposable
{
    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void NamesWithoutASignOfTheirEncodingAreUtf8OrOfTheFirstPc()
    {
        // Latin 1 stands for any writer that puts bytes as they are, without the flag for UTF-8.
        string utf8 = Encoding.Latin1.GetString(Encoding.UTF8.GetBytes("Gru\u0308n/é.png"));
        string[] written = [utf8, "Stra\u00E1e/\u0081.png", "plain.png"];     // ß and ü in code page 437
        using (var zip = new ZipArchive(File.Create(folder.File("x.zip")), ZipArchiveMode.Create, false, Encoding.Latin1))
            foreach (string name in written) zip.CreateEntry(name);
        using ZipSource source = ZipSource.Open(folder.File("x.zip"));
        Assert.Equal(["Grün/é.png", "Straße/ü.png", "plain.png"], source.Names);
    }

    [Fact]
    public void LengthsThatFollowTheContentAreRead()
    {
        // To a stream that cannot go back, lengths and check sums are written behind each entry.
        using (var file = new ForwardOnly(File.Create(folder.File("x.npz"))))
        using (var zip = new ZipArchive(file, ZipArchiveMode.Create))
        using (Stream entry = zip.CreateEntry("a.npy").Open())
            Npy.Write(entry, StoredArray.Create([3], [1f, 2, 3]));
        Assert.Equal([1, 2, 3], Assert.Single(Npz.Read(folder.File("x.npz"))).Value.ToSingles());
    }

    [Fact]
    public void ArchivesWithLongFieldsAreRead()
    {
        // Python's zipfile with every length in 64 bits (ZIP64_LIMIT = 10).
        byte[] file = Convert.FromBase64String(
            "UEsDBC0AAAAIAAAAIQABnh9C//////////8KABQAbGFiZWxzLm5weQEAEACDAAAAAAAAAEcAAAAAAAAAm+wX6hsQychQxlCtnpJanFykbqWgXlNqqK6j"
            + "oJ6WX1RSlJgXn1+UkgoSd0vMKU4FihdnJBakAvkaxjqaOgq1ChQALk4OdgBQSwECLQMtAAAACAAAACEAAZ4fQv//////////CgAUAAAAAAAAAAAA"
            + "gAEAAAAAbGFiZWxzLm5weQEAEACDAAAAAAAAAEcAAAAAAAAAUEsGBiwAAAAAAAAALQAtAAAAAAAAAAAAAQAAAAAAAAABAAAAAAAAAEwAAAAAAAAA"
            + "gwAAAAAA"
            + "AABQSwYHAAAAAM8AAAAAAAAAAQAAAFBLBQYAAAAAAQABAEwAAACDAAAAAAA=");
        Assert.Equal([9, 8, 7], Assert.Single(Npz.Read(new MemoryStream(file), "x.npz")).Value.ToInt64s());
    }

    /// <summary>Where the list begins, which is how long it can be, is read where the runtime reads it.</summary>
    [Fact]
    public void TheListIsFoundWhateverTheCommentSays()
    {
        byte[] end = [.. "PK\x05\x06"u8, 0, 0, 0, 0, 1, 0, 1, 0, 60, 0, 0, 0, 40, 0, 0, 0, 10, 0];
        using MemoryStream commented = new([.. new byte[100], .. end, .. "PK\x05\x06"u8, .. new byte[6]]);
        Assert.Equal(40L, ZipInput.ListStart(commented));

        // The longer record counts where the start is said to be beyond 32 bits, but also where the entries are beyond 16.
        byte[] record = [.. new byte[48], 5, 0, 0, 0, 0, 0, 0, 0], place = [.. "PK\x06\x07"u8, 0, 0, 0, 0, 10, .. new byte[11]];
        (end[8], end[9], end[10], end[11]) = (0xFF, 0xFF, 0xFF, 0xFF);
        using MemoryStream large = new([.. new byte[10], .. record, .. place, .. end, .. new byte[10]]);
        Assert.Equal(5L, ZipInput.ListStart(large));
        using MemoryStream tiny = new([1, 2, 3]);
        Assert.Null(ZipInput.ListStart(tiny));
    }

    sealed class ForwardOnly(Stream inner) : Stream
    {
        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override void Flush() => inner.Flush();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => inner.Write(buffer, offset, count);

        protected override void Dispose(bool disposing) => inner.Dispose();
    }
}
