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
