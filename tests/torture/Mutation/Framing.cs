using System.Buffers.Binary;
using System.IO.Compression;
using Qdiff;

/// <summary>Makes what surrounds damaged content sound again: check sums, frames, archives.</summary>
static class Framing
{
    /// <summary>Right check sums in all chunks of a PNG file, as far as chunks can be told.</summary>
    public static byte[] Png(byte[] file)
    {
        byte[] result = [.. file];
        for (int at = 8; at + 12 <= result.Length;)
        {
            uint length = BinaryPrimitives.ReadUInt32BigEndian(result.AsSpan(at));
            if (length > result.Length - at - 12) break;
            BinaryPrimitives.WriteUInt32BigEndian(result.AsSpan(at + 8 + (int)length),
                Crc32.Of(result.AsSpan(at + 4, 4 + (int)length)));
            at += 12 + (int)length;
        }

        return result;
    }

    /// <summary>The records of an event file with right check sums.</summary>
    public static byte[] Events(byte[] file)
    {
        List<byte> result = [];
        for (int at = 0; at + 16 <= file.Length;)
        {
            long length = BinaryPrimitives.ReadInt64LittleEndian(file.AsSpan(at));
            if (length < 0 || length > file.Length - at - 16) length = Math.Min(file.Length - at - 16, 100);
            result.AddRange(EventRecord.Frame(file.AsSpan(at + 12, (int)length)));
            at += 16 + (int)length;
        }

        return [.. result];
    }

    /// <summary>Packed with gzip.</summary>
    public static byte[] Gzip(byte[] content)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest)) gzip.Write(content);
        return packed.ToArray();
    }

    /// <summary>An archive of one or more entries.</summary>
    public static byte[] Zip(params (string Name, byte[] Content)[] entries)
    {
        using var packed = new MemoryStream();
        using (var archive = new ZipArchive(packed, ZipArchiveMode.Create))
            foreach ((string name, byte[] content) in entries)
            {
                using Stream entry = archive.CreateEntry(name, content.Length % 2 == 0 ? CompressionLevel.Fastest
                    : CompressionLevel.NoCompression).Open();
                entry.Write(content);
            }

        return packed.ToArray();
    }
}
