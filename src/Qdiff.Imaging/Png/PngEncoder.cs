using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Qdiff.Imaging;

/// <summary>Encodes images as PNG of 8 bits, grey or red-green-blue.</summary>
static class PngEncoder
{
    /// <summary>The whole file.</summary>
    public static byte[] Encode(Raster raster, IEnumerable<KeyValuePair<string, string>> texts)
    {
        using var file = new MemoryStream();
        file.Write(PngChunks.Signature);
        Span<byte> header = stackalloc byte[13];
        header.Clear();
        BinaryPrimitives.WriteInt32BigEndian(header, raster.Width);
        BinaryPrimitives.WriteInt32BigEndian(header[4..], raster.Height);
        (header[8], header[9]) = (8, (byte)(raster.Channels == 1 ? PngColour.Grey : PngColour.Rgb));
        Write(file, "IHDR", header);
        foreach (KeyValuePair<string, string> text in texts)
        {
            (string kind, byte[] data) = PngText.Chunk(text.Key, text.Value);
            Write(file, kind, data);
        }

        // Smooth images pack best with filters, flat ones (grids, digits on black) often without: keep the smaller.
        byte[] plain = Pack(raster, adaptive: false), filtered = Pack(raster, adaptive: true);
        Write(file, "IDAT", plain.Length <= filtered.Length ? plain : filtered);
        Write(file, "IEND", []);
        return file.ToArray();
    }

    static byte[] Pack(Raster raster, bool adaptive)
    {
        using var packed = new MemoryStream();
        using (var deflate = new ZLibStream(packed, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            int length = raster.Width * raster.Channels;
            byte[] best = new byte[1 + length], trial = new byte[1 + length];
            ReadOnlySpan<byte> above = new byte[length];
            for (int y = 0; y < raster.Height; y++)
            {
                ReadOnlySpan<byte> row = raster.Row(y);
                long smallest = long.MaxValue;
                for (int filter = 0; filter < (adaptive ? PngFilter.Count : 1); filter++)
                {
                    trial[0] = (byte)filter;
                    PngFilter.Apply(filter, row, above, raster.Channels, trial.AsSpan(1));
                    long sum = SumOfSizes(trial.AsSpan(1));
                    if (sum >= smallest) continue;
                    smallest = sum;
                    (best, trial) = (trial, best);
                }

                deflate.Write(best);
                above = row;
            }
        }

        return packed.ToArray();
    }

    /// <summary>The usual guess at how well a row will pack: the sum of its bytes taken as signed, without sign.</summary>
    static long SumOfSizes(ReadOnlySpan<byte> filtered)
    {
        long sum = 0;
        foreach (byte b in filtered) sum += b < 128 ? b : 256 - b;
        return sum;
    }

    static void Write(Stream file, string kind, ReadOnlySpan<byte> data)
    {
        byte[] chunk = new byte[12 + data.Length];
        BinaryPrimitives.WriteInt32BigEndian(chunk, data.Length);
        Encoding.ASCII.GetBytes(kind, chunk.AsSpan(4));
        data.CopyTo(chunk.AsSpan(8));
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(8 + data.Length), Crc32.Of(chunk.AsSpan(4, 4 + data.Length)));
        file.Write(chunk);
    }
}
