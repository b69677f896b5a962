namespace Qdiff.Tensors;

/// <summary>
/// NumPy's array files. Read are versions 1 to 3, either byte order, C and Fortran order, floats of 16 to 64 bits, integers and
/// Booleans; written is version 1, little-endian, C order.
/// </summary>
/// <remarks>Format: numpy.lib.format, https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html.</remarks>
public static class Npy
{
    /// <summary>Reads a file.</summary>
    /// <exception cref="InvalidDataException">It is damaged or holds what is not supported; the message says where and
    /// how.</exception>
    /// <exception cref="InputException">It is larger than the <see cref="ReadingBudget"/>.</exception>
    public static StoredArray Read(string path)
    {
        using FileStream stream = InputFile.Open(path);
        return Read(stream, stream.Length, path);
    }

    /// <summary>
    /// Reads exactly <paramref name="length"/> bytes of a stream, which must be one array file; <paramref name="source"/> names
    /// it in messages. Nothing larger than that length is ever allocated.
    /// </summary>
    /// <exception cref="InvalidDataException">It is damaged or holds what is not supported; the message says where and
    /// how.</exception>
    public static StoredArray Read(Stream stream, long length, string source)
    {
        try
        {
            NpyHeader header = NpyHeader.Read(stream, length, source);
            // Fortran order is put into a second array.
            ReadingBudget.Require(header.Fortran ? 2L * header.DataLength : header.DataLength, source);
            byte[] bytes = GC.AllocateUninitializedArray<byte>(header.DataLength);
            stream.ReadExactly(bytes);
            if (stream.ReadByte() >= 0)
                throw new InvalidDataException($"{source} has more than the {length} bytes that it claims.");
            int size = StoredArray.SizeOf(header.Type);
            if (header.BigEndian)
                for (int i = 0; i < bytes.Length; i += size) bytes.AsSpan(i, size).Reverse();
            return new(header.Type, header.Shape, header.Fortran ? ToCOrder(bytes, header.Shape, size) : bytes);
        }
        catch (EndOfStreamException e)
        {
            throw new InvalidDataException($"{source} was cut off: it ends before the {length} bytes that it claims.", e);
        }
    }

    /// <summary>Writes a file, replacing one that is there when the new one is complete.</summary>
    public static void Write(string path, StoredArray array) => WholeFile.Write(path, stream => Write(stream, array));

    /// <summary>Writes an array file to a stream. NumPy has no bfloat16, so BF16 is stored as float32.</summary>
    public static void Write(Stream stream, StoredArray array)
    {
        if (array.Type == ElementType.BF16) array = StoredArray.Create([.. array.Shape], array.ToSingles());
        stream.Write(NpyHeader.Format(array));
        stream.Write(array.Bytes.Span);
    }

    /// <summary>Fortran order has the first index innermost, C order the last.</summary>
    static byte[] ToCOrder(byte[] bytes, int[] shape, int size)
    {
        var ordered = new byte[bytes.Length];
        var index = new int[shape.Length];
        var stride = new int[shape.Length];
        for (int d = 0, s = size; d < shape.Length; s *= shape[d++]) stride[d] = s;
        int from = 0;
        for (int to = 0; to < bytes.Length; to += size)
        {
            bytes.AsSpan(from, size).CopyTo(ordered.AsSpan(to));
            for (int d = shape.Length - 1; d >= 0; d--)
            {
                from += stride[d];
                if (++index[d] < shape[d]) break;
                from -= stride[d] * shape[d];
                index[d] = 0;
            }
        }

        return ordered;
    }
}
