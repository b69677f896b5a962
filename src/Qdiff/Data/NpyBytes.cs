using System.Buffers.Binary;
using System.Text;
using System.Text.RegularExpressions;

namespace Qdiff;

/// <summary>An array of unsigned bytes in NumPy's .npy format, any number of dimensions, last index fastest.</summary>
sealed partial record NpyBytes(int[] Sizes, byte[] Data)
{
    /// <summary>Headers of real files have 118 bytes.</summary>
    const int LongestHeader = 1 << 16;

    static ReadOnlySpan<byte> Magic => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    /// <summary>Reads an array from a stream that holds <paramref name="length"/> bytes.</summary>
    public static NpyBytes Read(Stream stream, long length, string where)
    {
        Span<byte> start = stackalloc byte[12];
        int got = stream.ReadAtLeast(start[..10], 10, throwOnEndOfStream: false);
        if (got < 10 || !start.StartsWith(Magic) || start[6] is 0 or > 3) throw new InputException($"{where} is no .npy array.");
        // Versions 2 and 3 have four bytes for the length of the header, version 1 has two.
        int before = start[6] == 1 ? 10 : 12;
        if (before == 12) stream.ReadExactly(start[10..]);
        uint headerLength = before == 10
            ? BinaryPrimitives.ReadUInt16LittleEndian(start[8..])
            : BinaryPrimitives.ReadUInt32LittleEndian(start[8..]);
        if (headerLength > LongestHeader || headerLength > length - before)
            throw new InputException($"{where} is damaged: its header claims {headerLength} bytes.");
        var header = new byte[headerLength];
        stream.ReadExactly(header);

        int[] sizes = ParseHeader(Encoding.Latin1.GetString(header), where);
        long count = 1;
        // A product beyond any array is enough to know; it must not overflow on the way.
        foreach (int size in sizes) count = Math.Min(count * size, int.MaxValue);
        long left = length - before - headerLength;
        if (count != left)
            throw new InputException($"{where} is damaged: an array of {Text(sizes)} bytes is announced, "
                + $"and {left} bytes follow.");
        if (count > Array.MaxLength) throw new InputException($"{where} is too large: an array of {Text(sizes)} bytes.");
        byte[] data = GC.AllocateUninitializedArray<byte>((int)count);
        stream.ReadExactly(data);
        return new(sizes, data);
    }

    /// <summary>Sizes as messages show them.</summary>
    public static string Text(int[] sizes) => sizes.Length == 0 ? "1" : string.Join('×', sizes);

    static int[] ParseHeader(string header, string where)
    {
        string? type = TypePattern().Match(header) is { Success: true } found ? found.Groups[1].Value : null;
        if (type is null) throw new InputException($"{where} is damaged: its header does not say what it holds.");
        if (type is not ("|u1" or "<u1" or ">u1" or "u1"))
            throw new InputException($"{where} holds numbers of the type {type}; unsigned bytes (|u1) are needed.");
        if (!OrderPattern().IsMatch(header))
            throw new InputException($"{where} is stored first index fastest; last index fastest (C order) is needed.");
        Match shape = ShapePattern().Match(header);
        if (!shape.Success) throw new InputException($"{where} is damaged: its header does not say its shape.");
        string[] sizes = shape.Groups[1].Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return [.. sizes.Select(size => int.TryParse(size, out int value) && value > 0 ? value
            : throw new InputException($"{where} has a size of {size} in its shape; every size must be positive."))];
    }

    [GeneratedRegex("'descr':\\s*'([^'\\s]{1,16})'")]
    private static partial Regex TypePattern();

    [GeneratedRegex("'fortran_order':\\s*False")]
    private static partial Regex OrderPattern();

    [GeneratedRegex("'shape':\\s*\\(([0-9, ]{0,200})\\)")]
    private static partial Regex ShapePattern();
}
