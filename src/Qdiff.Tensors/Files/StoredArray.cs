using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Qdiff.Tensors;

/// <summary>
/// An array as a file keeps it: element type, any number of sizes (0 allowed), and the numbers as little-endian bytes in C order.
/// It is converted when somebody asks for numbers, so that a file can be read, listed and written back without loss.
/// </summary>
public sealed class StoredArray
{
    readonly int[] shape;

    /// <summary>Bytes that hold exactly the elements of <paramref name="shape"/>.</summary>
    public StoredArray(ElementType type, ReadOnlySpan<int> shape, ReadOnlyMemory<byte> bytes)
    {
        long count = CountOf(shape);
        if (count * SizeOf(type) != bytes.Length)
        {
            throw new ArgumentException(
                $"A {type} array of shape [{Text(shape)}] has {count * SizeOf(type)} bytes, got {bytes.Length}.", nameof(bytes));
        }

        (Type, this.shape, Bytes, Count) = (type, shape.ToArray(), bytes, (int)count);
    }

    /// <summary>What each element is.</summary>
    public ElementType Type { get; }

    /// <summary>The sizes, outermost first; none for a scalar.</summary>
    public IReadOnlyList<int> Shape => shape;

    /// <summary>The number of elements.</summary>
    public int Count { get; }

    /// <summary>The elements, little-endian, in C order.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>An F32 array with a copy of these values.</summary>
    public static StoredArray Create(ReadOnlySpan<int> shape, ReadOnlySpan<float> values)
    {
        var bytes = new byte[checked(values.Length * sizeof(float))];
        for (int i = 0; i < values.Length; i++) BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(4 * i), values[i]);
        return new(ElementType.F32, shape, bytes);
    }

    /// <summary>An F16 array with these values, rounded to nearest.</summary>
    public static StoredArray CreateHalf(ReadOnlySpan<int> shape, ReadOnlySpan<float> values)
    {
        var bytes = new byte[checked(values.Length * sizeof(ushort))];
        for (int i = 0; i < values.Length; i++) BinaryPrimitives.WriteHalfLittleEndian(bytes.AsSpan(2 * i), (Half)values[i]);
        return new(ElementType.F16, shape, bytes);
    }

    /// <summary>An F64 array with a copy of these values.</summary>
    public static StoredArray Create(ReadOnlySpan<int> shape, ReadOnlySpan<double> values)
    {
        var bytes = new byte[checked(values.Length * sizeof(double))];
        for (int i = 0; i < values.Length; i++) BinaryPrimitives.WriteDoubleLittleEndian(bytes.AsSpan(8 * i), values[i]);
        return new(ElementType.F64, shape, bytes);
    }

    /// <summary>An I64 array with a copy of these values.</summary>
    public static StoredArray Create(ReadOnlySpan<int> shape, ReadOnlySpan<long> values)
    {
        var bytes = new byte[checked(values.Length * sizeof(long))];
        for (int i = 0; i < values.Length; i++) BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(8 * i), values[i]);
        return new(ElementType.I64, shape, bytes);
    }

    /// <summary>A U8 array with a copy of these values.</summary>
    public static StoredArray Create(ReadOnlySpan<int> shape, ReadOnlySpan<byte> values) =>
        new(ElementType.U8, shape, values.ToArray());

    /// <summary>The elements as floats, rounded to nearest where the stored type has more digits.</summary>
    public float[] ToSingles()
    {
        var values = new float[Count];
        CopyTo(0, values);
        return values;
    }

    /// <summary>As many elements as there is room for, from <paramref name="start"/> on, as <see cref="ToSingles"/> gives
    /// them.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There are not so many from there on, or the start is below 0.</exception>
    public void CopyTo(int start, Span<float> values)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(start, Count - values.Length);
        ReadOnlySpan<byte> bytes = Bytes.Span[(start * SizeOf(Type))..];
        if (Type == ElementType.F32)
            for (int i = 0; i < values.Length; i++) values[i] = BinaryPrimitives.ReadSingleLittleEndian(bytes[(4 * i)..]);
        else
            for (int i = 0; i < values.Length; i++) values[i] = IsInteger(Type) ? Integer(bytes, i) : (float)Real(bytes, i);
    }

    /// <summary>
    /// The bytes to do with as one likes: the array's own where it was just read, so that only its only owner may call this.
    /// </summary>
    public byte[] TakeBytes() =>
        MemoryMarshal.TryGetArray(Bytes, out ArraySegment<byte> whole) && whole.Count == whole.Array!.Length
            ? whole.Array : Bytes.ToArray();

    /// <summary>The elements as doubles; exact for all but 64-bit integers above 2⁵³.</summary>
    /// <exception cref="InvalidDataException">An unsigned number is 2⁶³ or more.</exception>
    public double[] ToDoubles()
    {
        var values = new double[Count];
        for (int i = 0; i < values.Length; i++) values[i] = IsInteger(Type) ? Integer(Bytes.Span, i) : Real(Bytes.Span, i);
        return values;
    }

    /// <summary>The elements of an integer or Boolean array.</summary>
    /// <exception cref="InvalidDataException">The elements are not integers, or one does not fit 64 bits with a sign.</exception>
    public long[] ToInt64s()
    {
        if (!IsInteger(Type)) throw new InvalidDataException($"The elements are {Type}, integers are expected.");
        var values = new long[Count];
        for (int i = 0; i < values.Length; i++) values[i] = Integer(Bytes.Span, i);
        return values;
    }

    /// <summary>Bytes of one element.</summary>
    internal static int SizeOf(ElementType type) => type switch
    {
        ElementType.F64 or ElementType.I64 or ElementType.U64 => 8,
        ElementType.F32 or ElementType.I32 or ElementType.U32 => 4,
        ElementType.F16 or ElementType.BF16 or ElementType.I16 or ElementType.U16 => 2,
        ElementType.I8 or ElementType.U8 or ElementType.BOOL => 1,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "Not an element type."),
    };

    /// <summary>The product of the sizes; more than an array can hold is an error, whatever a file claims.</summary>
    internal static long CountOf(ReadOnlySpan<int> shape)
    {
        long count = 1;
        // A size of 0 makes the array empty even when the product of the others overflows.
        if (shape.Contains(0)) return 0;
        foreach (int size in shape)
        {
            if (size < 0) throw new ArgumentException($"Sizes cannot be negative, got [{Text(shape)}].", nameof(shape));
            count *= size;
            if (count > Array.MaxLength)
                throw new ArgumentException($"An array of shape [{Text(shape)}] is too large.", nameof(shape));
        }

        return count;
    }

    internal static string Text(ReadOnlySpan<int> shape) => string.Join(", ", shape.ToArray());

    static bool IsInteger(ElementType type) =>
        type is not (ElementType.F64 or ElementType.F32 or ElementType.F16 or ElementType.BF16);

    double Real(ReadOnlySpan<byte> bytes, int i) => Type switch
    {
        ElementType.F64 => BinaryPrimitives.ReadDoubleLittleEndian(bytes[(8 * i)..]),
        ElementType.F32 => BinaryPrimitives.ReadSingleLittleEndian(bytes[(4 * i)..]),
        ElementType.F16 => (double)BinaryPrimitives.ReadHalfLittleEndian(bytes[(2 * i)..]),
        _ => BitConverter.UInt32BitsToSingle((uint)BinaryPrimitives.ReadUInt16LittleEndian(bytes[(2 * i)..]) << 16),
    };

    long Integer(ReadOnlySpan<byte> bytes, int i) => Type switch
    {
        ElementType.I64 => BinaryPrimitives.ReadInt64LittleEndian(bytes[(8 * i)..]),
        ElementType.I32 => BinaryPrimitives.ReadInt32LittleEndian(bytes[(4 * i)..]),
        ElementType.I16 => BinaryPrimitives.ReadInt16LittleEndian(bytes[(2 * i)..]),
        ElementType.I8 => (sbyte)bytes[i],
        ElementType.U64 => Signed(BinaryPrimitives.ReadUInt64LittleEndian(bytes[(8 * i)..]), i),
        ElementType.U32 => BinaryPrimitives.ReadUInt32LittleEndian(bytes[(4 * i)..]),
        ElementType.U16 => BinaryPrimitives.ReadUInt16LittleEndian(bytes[(2 * i)..]),
        _ => bytes[i],
    };

    static long Signed(ulong value, int i) => value <= long.MaxValue
        ? (long)value
        : throw new InvalidDataException($"Element {i} is {value}, which does not fit a signed 64-bit integer.");
}
