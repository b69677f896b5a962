using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using Qdiff;

/// <summary>
/// Builds PNG files of any kind, straight from the definition, so that the decoder has something to be compared with.
/// </summary>
sealed record PngFile(int Width, int Height, int Depth, int Colour, bool Interlaced)
{
    /// <summary>Which of the seven passes each pixel of an 8×8 block belongs to, as drawn in the specification.</summary>
    static readonly string[] s_adam7 =
        ["16462646", "77777777", "56565656", "77777777", "36463646", "77777777", "56565656", "77777777"];

    public byte[]? Palette { get; init; }

    public byte[]? Transparency { get; init; }

    public int Samples => Colour switch { 2 => 3, 4 => 2, 6 => 4, _ => 1 };

    public int Most => (1 << Depth) - 1;

    /// <summary>
    /// The file whose pixel (x, y) has the sample i of <paramref name="value"/>(x, y, i); row r is filtered with r mod 5.
    /// </summary>
    public byte[] Build(Func<int, int, int, int> value)
    {
        using var raw = new MemoryStream();
        for (int pass = Interlaced ? 1 : 0; pass <= (Interlaced ? 7 : 0); pass++)
        {
            byte[]? above = null;
            for (int y = 0; y < Height; y++)
            {
                int[] columns = [.. Enumerable.Range(0, Width).Where(x => pass == 0 || s_adam7[y % 8][x % 8] - '0' == pass)];
                if (columns.Length == 0) continue;
                byte[] row = Pack([.. columns.SelectMany(x => Enumerable.Range(0, Samples).Select(i => value(x, y, i)))]);
                raw.Write(Filter(y % 5, row, above ?? new byte[row.Length]));
                above = row;
            }
        }

        byte[] header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, Width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), Height);
        (header[8], header[9], header[12]) = ((byte)Depth, (byte)Colour, (byte)(Interlaced ? 1 : 0));
        byte[] packed = Zlib(raw.ToArray());
        // Two IDAT chunks: their border may lie anywhere.
        return Join(("IHDR", header), ("PLTE", Palette), ("tRNS", Transparency),
            ("IDAT", packed[..5]), ("IDAT", packed[5..]), ("IEND", []));
    }

    public static byte[] Join(params (string Kind, byte[]? Data)[] chunks)
    {
        using var file = new MemoryStream();
        file.Write([137, 80, 78, 71, 13, 10, 26, 10]);
        Span<byte> number = stackalloc byte[4];
        foreach ((string kind, byte[]? data) in chunks)
        {
            if (data is null) continue;
            BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
            file.Write(number);
            byte[] body = [.. Encoding.ASCII.GetBytes(kind), .. data];
            file.Write(body);
            BinaryPrimitives.WriteUInt32BigEndian(number, Crc32.Of(body));
            file.Write(number);
        }

        return file.ToArray();
    }

    public static byte[] Zlib(byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Optimal)) zlib.Write(bytes);
        return packed.ToArray();
    }

    byte[] Pack(int[] samples)
    {
        string bits = string.Concat(samples.Select(sample => Convert.ToString(sample, 2).PadLeft(Depth, '0')));
        bits = bits.PadRight((bits.Length + 7) / 8 * 8, '0');
        return [.. bits.Chunk(8).Select(chunk => Convert.ToByte(new string(chunk), 2))];
    }

    byte[] Filter(int filter, byte[] row, byte[] above)
    {
        int distance = Math.Max(1, Samples * Depth / 8);
        return [(byte)filter, .. row.Select((value, i) =>
        {
            int a = i < distance ? 0 : row[i - distance], b = above[i], c = i < distance ? 0 : above[i - distance], p = a + b - c;
            int[] near = [.. new[] { a, b, c }.OrderBy(neighbour => Math.Abs(p - neighbour))];
            return (byte)(value - filter switch { 1 => a, 2 => b, 3 => (a + b) / 2, 4 => near[0], _ => 0 });
        })];
    }
}
