using System.Buffers.Binary;
using System.Text;
using Qdiff.Tensors;

public class SafeTensorsTests
{
    [Fact]
    public void ReadsAFileWrittenByHand()
    {
        // Offsets in another order than the header, F16 1.5 = 0x3E00, BF16 -2 = 0xC000.
        byte[] data = [0x00, 0x3E, 0x00, 0xC0, 7, 0, 0, 0, 0, 0, 0, 0xFE, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF];
        string header = """
            {"__metadata__":{"a":"ä"},"long":{"dtype":"I64","shape":[1],"data_offsets":[11,19]},
            "half":{"dtype":"F16","shape":[],"data_offsets":[0,2]},
            "brain":{"dtype":"BF16","shape":[1,1,1,1,1],"data_offsets":[2,4]},
            "int":{"dtype":"I32","shape":[1],"data_offsets":[4,8]},
            "flags":{"dtype":"BOOL","shape":[3],"data_offsets":[8,11]},
            "none":{"dtype":"F32","shape":[0,5],"data_offsets":[19,19]}}
            """;
        SafeTensors file = Read(header, data);
        Assert.Equal(["long", "half", "brain", "int", "flags", "none"], file.Names);
        Assert.Equal(-2, Assert.Single(file["long"].ToInt64s()));
        Assert.Equal(1.5f, Assert.Single(file["half"].ToSingles()));
        Assert.Equal(-2f, Assert.Single(file["brain"].ToSingles()));
        Assert.Equal([1, 1, 1, 1, 1], file["brain"].Shape);
        Assert.Equal(7, Assert.Single(file["int"].ToSingles()));
        Assert.Equal([0, 0, 0], file["flags"].ToInt64s());
        Assert.Empty(file["none"].ToSingles());
        Assert.Equal(("a", "ä"), (file.Metadata[0].Key, file.Metadata[0].Value));
        Assert.Contains("'lang'; it has 6", Assert.Throws<InvalidDataException>(() => file["lang"]).Message);
    }

    [Fact]
    public void WhatIsWrittenIsReadBack()
    {
        var file = new SafeTensors(
            [new("z.weight", StoredArray.Create([2, 3], [1f, -0f, float.NaN, float.MinValue, 1e-45f, 3])),
                new("a", StoredArray.Create([2], [long.MinValue, 5L]))],
            [new("format", "qdiff \"1\"")]);
        byte[] bytes = Bytes(file);
        Assert.Equal(0, BinaryPrimitives.ReadInt64LittleEndian(bytes) % 8);
        SafeTensors back = SafeTensors.Read(new MemoryStream(bytes), "back");
        Assert.Equal(file.Names, back.Names);
        Assert.Equal([2, 3], back["z.weight"].Shape);
        Assert.Equal(file["z.weight"].Bytes.ToArray(), back["z.weight"].Bytes.ToArray());
        Assert.Equal([long.MinValue, 5], back["a"].ToInt64s());
        Assert.Equal("qdiff \"1\"", back.Metadata[0].Value);
        Assert.Equal(bytes, Bytes(back));
    }

    [Theory]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""",
        "'a' twice")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", "end at byte 4 of the data, but the file has 8")]
    [InlineData("""{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,12]}}""", "within the 8 bytes")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,8]}}""", "4 bytes, but its data_offsets span 8")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", "there must be no gap")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""",
        "must not overlap")]
    [InlineData("""{"a":{"dtype":"F8_E4M3","shape":[8],"data_offsets":[0,8]}}""",
        "F8_E4M3, which cannot be read; known are F64, F32")]
    [InlineData("""{"a":{"dtype":"1","shape":[2],"data_offsets":[0,8]}}""", "which cannot be read")]
    [InlineData("""{"a":{"dtype":"F32","shape":[-2,-1],"data_offsets":[0,8]}}""", "size of -2")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2000000000,2000000000,2000000000],"data_offsets":[0,8]}}""", "too large")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}""", "rising")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2]}}""", "no data_offsets")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8],"x":1}}""", "unknown field 'x'")]
    [InlineData("""{"__metadata__":{"a":1},"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", "must be a string")]
    [InlineData("""[]""", "an object is expected")]
    [InlineData("""{"a":""", "damaged safetensors header")]
    public void DamagedHeadersAreRefused(string header, string expected)
    {
        string message = Assert.Throws<InvalidDataException>(() => Read(header, new byte[8])).Message;
        Assert.Contains(expected, message);
        Assert.StartsWith("test.safetensors", message);
    }

    [Fact]
    public void AHeaderLongerThanTheFileAllocatesNothing()
    {
        byte[] file = [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F, (byte)'{', (byte)'}'];
        Assert.Contains("2 bytes follow",
            Assert.Throws<InvalidDataException>(() => SafeTensors.Read(new MemoryStream(file), "x")).Message);
        Assert.Throws<InvalidDataException>(() => SafeTensors.Read(new MemoryStream([1, 2, 3]), "x"));
    }

    [Fact]
    public void ALongHeaderTakesAFewTimesItsLength()
    {
        // What a file of nothing but names costs: a document of it took fifteen times its length.
        string entries = string.Join(',', Enumerable.Range(0, 20_000)
            .Select(i => $"\"t{i}\":{{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[0,0]}}"));
        long before = GC.GetAllocatedBytesForCurrentThread();
        SafeTensors file = Read($"{{{entries}}}", []);
        Assert.Equal(20_000, file.Names.Count);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 30 * entries.Length);
        var huge = new byte[16_000_100];
        BinaryPrimitives.WriteInt64LittleEndian(huge, 16_000_001);
        Assert.Contains("has a header of 16000001 bytes; at most 16000000",
            Assert.Throws<InvalidDataException>(() => SafeTensors.Read(new MemoryStream(huge), "x")).Message);
    }

    [Fact]
    public void NoDamageLeadsToAnythingButAClearError()
    {
        byte[] good = Bytes(new([new("a", StoredArray.Create([2, 2], [1f, 2, 3, 4])),
            new("b", StoredArray.Create([3], (ReadOnlySpan<byte>)[1, 2, 3]))]));
        for (int length = 0; length < good.Length; length++)
            Assert.Throws<InvalidDataException>(() => SafeTensors.Read(new MemoryStream(good, 0, length), "x"));
        Assert.Throws<InvalidDataException>(() => SafeTensors.Read(new MemoryStream([.. good, 0]), "x"));
        var random = new RandomStream(1, "damage");
        int refused = 0;
        for (int i = 0; i < 3000; i++)
        {
            byte[] bad = [.. good];
            bad[random.Next(good.Length)] = (byte)random.NextBits();
            try
            {
                SafeTensors.Read(new MemoryStream(bad), "x");
            }
            catch (InvalidDataException)
            {
                refused++;
            }
        }

        Assert.InRange(refused, 500, 3000);
    }

    [Fact]
    public void NamesAreUniqueAndNotReserved()
    {
        StoredArray array = StoredArray.Create([1], [1f]);
        Assert.Throws<ArgumentException>(() => new SafeTensors([new("a", array), new("a", array)]));
        Assert.Throws<ArgumentException>(() => new SafeTensors([new("__metadata__", array)]));
        // Nobody could read the file.
        Assert.Contains("key 'a' twice", Assert.Throws<ArgumentException>("metadata", () =>
            new SafeTensors([new("a", array)], [new("a", "1"), new("A", "2"), new("a", "1")])).Message);
    }

    [Fact]
    public void IntegersAreNotMadeFromFloatsNorBeyondTheirRange()
    {
        Assert.Throws<InvalidDataException>(() => StoredArray.Create([1], [1f]).ToInt64s());
        StoredArray huge = new(ElementType.U64, [1], new byte[] { 255, 255, 255, 255, 255, 255, 255, 255 });
        Assert.Contains("18446744073709551615", Assert.Throws<InvalidDataException>(huge.ToInt64s).Message);
        Assert.Throws<ArgumentException>(() => new StoredArray(ElementType.F32, [2], new byte[7]));
    }

    [Fact]
    public void CopiesStayWithinTheArray()
    {
        StoredArray array = StoredArray.Create([3], [1f, 2, 3]);
        float[] two = new float[2];
        array.CopyTo(1, two);
        Assert.Equal([2f, 3], two);
        array.CopyTo(3, []);
        foreach (int start in (int[])[-1, 2, int.MaxValue])
            Assert.Throws<ArgumentOutOfRangeException>("start", () => array.CopyTo(start, two));
        Assert.Equal([2f, 3], two);
    }

    static SafeTensors Read(string header, byte[] data)
    {
        byte[] json = Encoding.UTF8.GetBytes(header), length = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, json.Length);
        return SafeTensors.Read(new MemoryStream([.. length, .. json, .. data]), "test.safetensors");
    }

    static byte[] Bytes(SafeTensors file)
    {
        var stream = new MemoryStream();
        file.Write(stream);
        return stream.ToArray();
    }
}
