using System.Text;
using Qdiff.Tensors;

public class NpyTests
{
    // 2×3 array [[0, 1, 2], [3, 4, 5]] as bytes of a byte array, C and Fortran order.
    static readonly byte[] s_cOrder = [0, 1, 2, 3, 4, 5], s_fortranOrder = [0, 3, 1, 4, 2, 5];

    [Fact]
    public void ReadsEveryVersionAndOrder()
    {
        Assert.Equal([0, 1, 2, 3, 4, 5], Read(1, Header("|u1", "2, 3"), s_cOrder).ToInt64s());
        Assert.Equal([0, 1, 2, 3, 4, 5], Read(2, Header("|u1", "2, 3", "True"), s_fortranOrder).ToInt64s());
        string reordered = "{'shape': (2, 3),'fortran_order': False,  \"descr\": '|u1'}\n";
        Assert.Equal([0, 1, 2, 3, 4, 5], Read(3, reordered, s_cOrder).ToInt64s());
        Assert.Equal([1.5f], Read(1, Header(">f4", "1,"), [0x3F, 0xC0, 0, 0]).ToSingles());
        Assert.Equal([-2], Read(1, Header(">i2", ""), [0xFF, 0xFE]).ToInt64s());
        Assert.Equal([0.5], Read(1, Header("<f8", "1L,"), [0, 0, 0, 0, 0, 0, 0xE0, 0x3F]).ToDoubles());
        Assert.Equal([1.5f], Read(1, Header("<f2", "1,"), [0x00, 0x3E]).ToSingles());
        Assert.Equal([1, 0], Read(1, Header("|b1", "2,"), [1, 0]).ToInt64s());
    }

    [Fact]
    public void FortranOrderOfThreeDimensions()
    {
        // Element (i, j, k) = 100i + 10j + k of a 2×3×4 array, first index innermost.
        List<byte> data = [];
        for (int k = 0; k < 4; k++)
            for (int j = 0; j < 3; j++)
                for (int i = 0; i < 2; i++) data.AddRange(BitConverter.GetBytes((float)(100 * i + 10 * j + k)));
        float[] values = Read(1, "{'descr': '<f4', 'fortran_order': True, 'shape': (2, 3, 4), }", [.. data]).ToSingles();
        int at = 0;
        for (int i = 0; i < 2; i++)
            for (int j = 0; j < 3; j++)
                for (int k = 0; k < 4; k++) Assert.Equal(100 * i + 10 * j + k, values[at++]);
    }

    [Fact]
    public void WritesWhatNumPyWrites()
    {
        var stream = new MemoryStream();
        Npy.Write(stream, StoredArray.Create([2], [1f, 2f]));
        string header = "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }".PadRight(117) + "\n";
        byte[] data = [.. BitConverter.GetBytes(1f), .. BitConverter.GetBytes(2f)];
        Assert.Equal([0x93, .. "NUMPY"u8, 1, 0, 118, 0, .. Encoding.ASCII.GetBytes(header), .. data], stream.ToArray());
    }

    [Fact]
    public void EveryTypeRoundTrips()
    {
        foreach (ElementType type in Enum.GetValues<ElementType>())
        {
            var array = new StoredArray(type, [1, 3],
                Enumerable.Range(1, 3 * StoredArray.SizeOf(type)).Select(i => (byte)(i % 64)).ToArray());
            var stream = new MemoryStream();
            Npy.Write(stream, array);
            StoredArray back = Npy.Read(new MemoryStream(stream.ToArray()), stream.Length, "x");
            Assert.Equal(array.Shape, back.Shape);
            Assert.Equal(array.ToDoubles(), back.ToDoubles());
        }
    }

    [Theory]
    [InlineData("{'descr': '|u1', 'fortran_order': False, 'shape': (7,), }",
        "takes 7 bytes, but 6 follow the header; the file was cut off")]
    [InlineData("{'descr': '|u1', 'fortran_order': False, 'shape': (5,), }", "something is appended")]
    [InlineData("{'descr': '|O', 'fortran_order': False, 'shape': (6,), }", "element type '|O'")]
    [InlineData("{'descr': '<c8', 'fortran_order': False, 'shape': (6,), }", "element type '<c8'")]
    [InlineData("{'descr': '|u1', 'fortran_order': False, 'shape': (99999999999,), }", "size 99999999999")]
    [InlineData("{'descr': '|u1', 'fortran_order': False, 'shape': (2000000000, 2000000000), }", "too large")]
    [InlineData("{'descr': '|u1', 'fortran_order': 'x', 'shape': (6,), }", "fortran_order")]
    [InlineData("{'descr': '|u1', 'shape': (6,), }", "exactly the keys")]
    [InlineData("{'descr': '|u1', 'descr': '|u1', 'fortran_order': False, 'shape': (6,), }", "twice")]
    [InlineData("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (6,), }", "rows of named fields")]
    [InlineData("__import__('os')", "not a dictionary")]
    public void DamagedHeadersAreRefused(string header, string expected)
    {
        string message = Assert.Throws<InvalidDataException>(() => Read(1, header, s_cOrder)).Message;
        Assert.Contains(expected, message);
        Assert.StartsWith("test.npy", message);
    }

    [Fact]
    public void CutFilesAreRefused()
    {
        byte[] good = Bytes(1, "{'descr': '|u1', 'fortran_order': False, 'shape': (2, 3), }", s_cOrder);
        for (int length = 0; length < good.Length; length++)
        {
            Assert.Throws<InvalidDataException>(() => Npy.Read(new MemoryStream(good, 0, length), length, "x"));
            // A length that promises more than there is.
            Assert.Throws<InvalidDataException>(() => Npy.Read(new MemoryStream(good, 0, length), good.Length, "x"));
        }

        Assert.Throws<InvalidDataException>(() => Npy.Read(new MemoryStream([.. good, 1]), good.Length, "x"));
    }

    static string Header(string type, string shape, string fortran = "False") =>
        $"{{'descr': '{type}', 'fortran_order': {fortran}, 'shape': ({shape}), }}";

    static StoredArray Read(byte version, string header, byte[] data)
    {
        byte[] file = Bytes(version, header, data);
        return Npy.Read(new MemoryStream(file), file.Length, "test.npy");
    }

    static byte[] Bytes(byte version, string header, byte[] data)
    {
        byte[] length = version == 1 ? BitConverter.GetBytes((ushort)header.Length) : BitConverter.GetBytes((uint)header.Length);
        return [0x93, .. "NUMPY"u8, version, 0, .. length, .. Encoding.ASCII.GetBytes(header), .. data];
    }
}
