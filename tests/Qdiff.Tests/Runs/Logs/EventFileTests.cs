using System.Buffers.Binary;
using System.Text;
using Google.Protobuf;
using Qdiff;
using Qdiff.Imaging;

public class EventFileTests
{
    sealed class FixedClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_250);
    }

    /// <summary>The definition, bit by bit: reflected polynomial 0x82F63B78.</summary>
    static uint Crc32C(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte b in bytes)
        {
            crc ^= b;
            for (int bit = 0; bit < 8; bit++) crc = (crc & 1) != 0 ? crc >> 1 ^ 0x82F63B78 : crc >> 1;
        }

        return ~crc;
    }

    static uint Masked(ReadOnlySpan<byte> bytes)
    {
        uint crc = Crc32C(bytes);
        return (crc >> 15 | crc << 17) + 0xA282EAD8;
    }

    /// <summary>The whole records of a file; what is left at its end does not count.</summary>
    static List<byte[]> Records(ReadOnlySpan<byte> file)
    {
        var records = new List<byte[]>();
        while (file.Length >= 16)
        {
            int length = (int)BinaryPrimitives.ReadInt64LittleEndian(file);
            Assert.Equal(Masked(file[..8]), BinaryPrimitives.ReadUInt32LittleEndian(file[8..]));
            if (file.Length < length + 16) break;
            Assert.Equal(Masked(file.Slice(12, length)), BinaryPrimitives.ReadUInt32LittleEndian(file[(12 + length)..]));
            records.Add(file.Slice(12, length).ToArray());
            file = file[(16 + length)..];
        }

        return records;
    }

    /// <summary>The fields of a message by number: a number, or bytes.</summary>
    static Dictionary<int, object> Fields(byte[] message)
    {
        var fields = new Dictionary<int, object>();
        CodedInputStream input = new(message);
        for (uint tag = input.ReadTag(); tag != 0; tag = input.ReadTag())
            fields.Add(WireFormat.GetTagFieldNumber(tag), WireFormat.GetTagWireType(tag) switch
            {
                WireFormat.WireType.Varint => input.ReadInt64(),
                WireFormat.WireType.Fixed64 => input.ReadDouble(),
                WireFormat.WireType.Fixed32 => input.ReadFloat(),
                WireFormat.WireType.LengthDelimited => input.ReadBytes().ToByteArray(),
                WireFormat.WireType other => throw new InvalidDataException($"{other}"),
            });
        return fields;
    }

    static Dictionary<int, object> Part(Dictionary<int, object> fields, int number) => Fields((byte[])fields[number]);

    static string Text(Dictionary<int, object> fields, int number) => Encoding.UTF8.GetString((byte[])fields[number]);

    /// <summary>
    /// The steps of a scalar that TensorBoard shows: it reads the files in the order of their names, and where a session starts
    /// at a step it forgets what was said of that step and later ones.
    /// </summary>
    public static IReadOnlyList<long> ShownSteps(string folder, string tag)
    {
        List<long> shown = [];
        foreach (string file in Directory.GetFiles(folder, "events.out.tfevents.*").Order(StringComparer.Ordinal))
            foreach (Dictionary<int, object> record in Records(ReadOpen(file)).Select(Fields))
            {
                long step = (long)record.GetValueOrDefault(2, 0L);
                if (record.ContainsKey(7)) shown.RemoveAll(before => before >= step);
                else if (record.ContainsKey(5) && Text(Part(Part(record, 5), 1), 1) == tag) shown.Add(step);
            }

        return shown;
    }

    /// <summary>Reads as TensorBoard does: while the writer still has the file open.</summary>
    static byte[] ReadOpen(string path)
    {
        using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        byte[] bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        return bytes;
    }

    [Fact]
    public void TheCheckIsCrc32C()
    {
        Assert.Equal(0xE3069283, EventRecord.Crc32C("123456789"u8));
        byte[] bytes = [.. Enumerable.Range(0, 40).Select(i => (byte)(i * 37))];
        for (int length = 0; length <= bytes.Length; length++)
            Assert.Equal(Crc32C(bytes.AsSpan(0, length)), EventRecord.Crc32C(bytes.AsSpan(0, length)));
    }

    [Fact]
    public void ScalarsAndImagesAreReadBackWhileTheFileIsOpen()
    {
        using TemporaryFolder folder = new();
        using EventFile events = EventFile.Create(folder.File("run"), firstStep: 300, new FixedClock());
        Assert.StartsWith(folder.File("run/events.out.tfevents.1700000000."), events.Path);
        Raster picture = new(3, 2, 3);
        picture.Pixels[7] = 99;
        events.Scalar("loss/train", 300, 0.1);
        events.Image("samples", 12_345_678_901, picture);

        Dictionary<int, object>[] read = [.. Records(ReadOpen(events.Path)).Select(Fields)];
        Assert.Equal(4, read.Length);
        Assert.All(read, record => Assert.Equal(1_700_000_000.25, record[1]));
        Assert.Equal([0L, 300L, 300L, 12_345_678_901L], read.Select(record => record[2]));
        Assert.Equal("brain.Event:2", Text(read[0], 3));
        Assert.Equal(1L, Part(read[1], 7)[1]);
        Dictionary<int, object> scalar = Part(Part(read[2], 5), 1), image = Part(Part(read[3], 5), 1);
        Assert.Equal("loss/train", Text(scalar, 1));
        Assert.Equal(0.1f, scalar[2]);
        Assert.Equal("samples", Text(image, 1));
        Dictionary<int, object> content = Part(image, 4);
        Assert.Equal([2L, 3L, 3L], [content[1], content[2], content[3]]);
        Assert.Equal(picture.Pixels, Png.Decode((byte[])content[4], "event").Pixels);
    }

    [Fact]
    public void AFileCutAnywhereKeepsTheRecordsBefore()
    {
        using TemporaryFolder folder = new();
        string path;
        var ends = new List<long>();
        using (EventFile events = EventFile.Create(folder.Path))
        {
            path = events.Path;
            for (int step = 0; step < 4; step++)
            {
                ends.Add(new FileInfo(path).Length);
                events.Scalar("loss", step, step);
            }
        }

        byte[] whole = File.ReadAllBytes(path);
        for (int length = 0; length < whole.Length; length++)
        {
            int records = Records(whole.AsSpan(0, length)).Count;
            // Two records precede the first scalar; `ends` are the lengths after 2, 3, … records.
            if (length >= ends[0]) Assert.Equal(1 + ends.Count(end => end <= length), records);
        }
    }

    [Fact]
    public void EverySessionHasAFileOfItsOwnInOrder()
    {
        using TemporaryFolder folder = new();
        string[] paths = [.. Enumerable.Range(0, 3).Select(_ =>
        {
            using EventFile events = EventFile.Create(folder.Path, 0, new FixedClock());
            return events.Path;
        })];
        // TensorBoard reads them in the order of their names, also if the clock was set back in between.
        Assert.Equal(paths.Order(StringComparer.Ordinal).Distinct(), paths);
    }

    [Fact]
    public void ThreadsMayWriteAtOnce()
    {
        using TemporaryFolder folder = new();
        using EventFile events = EventFile.Create(folder.Path);
        Parallel.For(0, 200, step => events.Scalar("loss", step, step));
        Assert.Equal(Enumerable.Range(0, 200).Select(step => (long)step),
            Records(ReadOpen(events.Path)).Skip(2).Select(record => (long)Fields(record)[2]).Order());
    }
}
