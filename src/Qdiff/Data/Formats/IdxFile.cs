using System.Buffers.Binary;
using System.IO.Compression;

namespace Qdiff;

/// <summary>
/// One file in the IDX format of MNIST, plain or packed with gzip: magic number 0x00000800 + rank, the sizes as 32-bit big-endian
/// integers, unsigned bytes. Other types, which stand in the place of the 8, are read if each number is one of 0 to 255 all the
/// same. What the header says is checked against the length of the file before memory is taken.
/// </summary>
/// <param name="Length">Of the whole content, header and all.</param>
sealed record IdxFile(int[] Sizes, byte[] Data, long Length)
{
    /// <summary>Deflate makes at most 1,032 bytes of one.</summary>
    const long LargestExpansion = 1032;

    const string Mend = "Fetch the file again and compare its checksum.";

    /// <summary>Reads the file at this path, which must have the given number of dimensions (3: images, 1: labels).</summary>
    public static IdxFile Read(string path, int rank)
    {
        try
        {
            using FileStream file = InputFile.Open(path);
            return Read(file, path, rank);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{path} cannot be read: {e.Message}", e);
        }
    }

    /// <summary>Reads a seekable stream; <paramref name="where"/> names it in messages.</summary>
    public static IdxFile Read(Stream file, string where, int rank)
    {
        // Told by content, not by name: files often lose or keep their .gz by accident.
        bool packed = file.ReadByte() == 0x1F && file.ReadByte() == 0x8B;
        file.Position = 0;
        if (!packed) return Parse(file, where, rank, file.Length, file.Length);
        try
        {
            using var unpacked = new GZipStream(file, CompressionMode.Decompress, leaveOpen: true);
            IdxFile idx = Parse(unpacked, where, rank, file.Length * LargestExpansion, file.Length);
            CheckGzipEnd(file, where, idx);
            return idx;
        }
        catch (InvalidDataException e)
        {
            throw new InputException($"{where} is a damaged gzip file ({e.Message}). {Mend}", e);
        }
    }

    /// <param name="capacity">The most bytes that this file can possibly hold.</param>
    /// <param name="packed">Its length.</param>
    static IdxFile Parse(Stream stream, string where, int rank, long capacity, long packed)
    {
        Span<byte> header = stackalloc byte[4 + 4 * rank];
        int got = stream.ReadAtLeast(header, header.Length, throwOnEndOfStream: false);
        uint magic = got < 4 ? 0 : BinaryPrimitives.ReadUInt32BigEndian(header), expected = 0x800 + (uint)rank;
        int type = (int)(magic >> 8), width = type switch { 0x8 or 0x9 => 1, 0xB => 2, 0xC or 0xD => 4, 0xE => 8, _ => 0 };
        if (got >= 4 && ((magic & 0xFF) != rank || width == 0))
            throw new InputException($"{where} is no IDX file of {(rank == 1 ? "labels" : "images")}: it starts with "
                + $"0x{magic:X8}, not 0x{expected:X8}. Check that the file is the one its name says.");
        if (got < header.Length)
            throw new InputException($"{where} is cut off: it ends after {got} bytes, within its header of {header.Length}. "
                + $"{Mend}");

        var sizes = new int[rank];
        long length = width;
        for (int i = 0; i < rank; i++)
        {
            sizes[i] = BinaryPrimitives.ReadInt32BigEndian(header[(4 + 4 * i)..]);
            if (sizes[i] <= 0) throw new InputException($"{where} claims a size of {sizes[i]} in its header. {Mend}");
            // A product beyond any array is enough to know; it must not overflow on the way.
            length = Math.Min(length * sizes[i], int.MaxValue);
        }

        string claim = $"its header announces {string.Join('×', sizes)}{(width == 1 ? "" : $"×{width}")} bytes";
        if (length > capacity - header.Length)
            throw new InputException($"{where} is cut off: {claim}, but the file can hold {capacity - header.Length} at "
                + $"most. {Mend}");
        ReadingBudget.Require(length, packed, where);
        if (length > Array.MaxLength) throw new InputException($"{where} is too large: {claim}; the most is {Array.MaxLength}.");

        byte[] data = GC.AllocateUninitializedArray<byte>((int)length);
        got = stream.ReadAtLeast(data, data.Length, throwOnEndOfStream: false);
        if (got < data.Length) throw new InputException($"{where} is cut off: {claim}, but only {got} follow. {Mend}");
        if (stream.ReadByte() >= 0) throw new InputException($"{where} goes on after its end: {claim}, and more follow. {Mend}");
        return new(sizes, type == 0x8 ? data : Bytes(data, type, width, where), header.Length + length);
    }

    /// <summary>Numbers of another type as bytes.</summary>
    static byte[] Bytes(byte[] data, int type, int width, string where)
    {
        var bytes = new byte[data.Length / width];
        for (int i = 0; i < bytes.Length; i++)
        {
            ReadOnlySpan<byte> number = data.AsSpan(i * width, width);
            double value = type switch
            {
                0x9 => (sbyte)number[0],
                0xB => BinaryPrimitives.ReadInt16BigEndian(number),
                0xC => BinaryPrimitives.ReadInt32BigEndian(number),
                0xD => BinaryPrimitives.ReadSingleBigEndian(number),
                _ => BinaryPrimitives.ReadDoubleBigEndian(number),
            };
            bytes[i] = value is >= 0 and <= 255 && value == Math.Floor(value) ? (byte)value
                : throw new InputException(FormattableString.Invariant(
                    $"Number {i} of {where} is {value}; pixels and labels are whole numbers from 0 to 255."));
        }

        return bytes;
    }

    /// <summary>
    /// A gzip file ends with the unpacked length of its last member, which is all of the content or, of several members (RFC
    /// 1952, 2.2), a part; if the last four bytes say more, they are no length: the file is cut off or goes on.
    /// </summary>
    static void CheckGzipEnd(Stream file, string where, IdxFile idx)
    {
        Span<byte> end = stackalloc byte[4];
        file.Position = file.Length - end.Length;
        file.ReadExactly(end);
        uint length = (uint)idx.Length, said = BinaryPrimitives.ReadUInt32LittleEndian(end);
        if (said > length)
            throw new InputException($"{where} goes on after its end: {length} bytes were unpacked, but its last four bytes "
                + $"say {said}. {Mend}");
    }
}
