using System.Buffers.Binary;
using System.Numerics;

namespace Qdiff;

/// <summary>The frame of a record in TensorFlow's record files: length, its check, data, its check; all little-endian.</summary>
static class EventRecord
{
    /// <summary>Bytes of a frame beside the data: 8 and 4 before, 4 behind.</summary>
    public const int Overhead = 16;

    /// <summary>The data with its frame.</summary>
    public static byte[] Frame(ReadOnlySpan<byte> data)
    {
        byte[] record = new byte[data.Length + Overhead];
        BinaryPrimitives.WriteInt64LittleEndian(record, data.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(8), MaskedCheck(record.AsSpan(0, 8)));
        data.CopyTo(record.AsSpan(12));
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(12 + data.Length), MaskedCheck(data));
        return record;
    }

    /// <summary>The data of the records from where the file stands, as far as they are whole; null in the place of one that is
    /// longer than <paramref name="longest"/> or damaged. The file stands behind each when it is given. A last record that is
    /// merely short is still being written.</summary>
    /// <param name="damaged">Is told, as the rest of a sentence about the file, what cannot be read.</param>
    public static IEnumerable<byte[]?> Read(FileStream file, int longest, Action<string>? damaged = null)
    {
        byte[] head = new byte[12], check = new byte[4];
        while (file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false) == head.Length)
        {
            long start = file.Position - head.Length, length = BinaryPrimitives.ReadInt64LittleEndian(head);
            if (BinaryPrimitives.ReadUInt32LittleEndian(head.AsSpan(8)) != MaskedCheck(head.AsSpan(0, 8)) || length < 0)
            {
                // Without its length there is no telling where the next begins.
                damaged?.Invoke(Invariant($"is damaged at byte {start:N0}; what follows there cannot be read."));
                yield break;
            }

            if (length > file.Length - file.Position - check.Length) yield break;
            if (length > longest)
            {
                file.Seek(length + check.Length, SeekOrigin.Current);
                yield return null;
                continue;
            }

            byte[] data = new byte[length];
            file.ReadExactly(data);
            file.ReadExactly(check);
            bool isWhole = BinaryPrimitives.ReadUInt32LittleEndian(check) == MaskedCheck(data);
            if (!isWhole) damaged?.Invoke(Invariant($"has a damaged record at byte {start:N0}, which is left out."));
            yield return isWhole ? data : null;
        }
    }

    /// <summary>
    /// CRC-32C, turned by 15 bits and shifted by a constant, so that a check over bytes that hold checks stays sound.
    /// </summary>
    public static uint MaskedCheck(ReadOnlySpan<byte> bytes) => BitOperations.RotateRight(Crc32C(bytes), 15) + 0xA282EAD8;

    /// <summary>The cyclic redundancy check with Castagnoli's polynomial, in hardware where there is any.</summary>
    public static uint Crc32C(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        for (; bytes.Length >= 8; bytes = bytes[8..])
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        foreach (byte b in bytes) crc = BitOperations.Crc32C(crc, b);
        return ~crc;
    }
}
