namespace Qdiff.Tensors;

/// <summary>Floats that never move and start on a 64-byte line, so that a vector load never straddles two lines.</summary>
/// <remarks>
/// The memory is a pinned array of the garbage collector's, so a span over it keeps it alive and is safe in anybody's hands. A
/// pointer does not: whoever holds one keeps this object reachable. That is why pointers stay within the assembly.
/// </remarks>
sealed unsafe class AlignedBuffer
{
    const int Alignment = 64;
    readonly float[] array;
    readonly int first;

    public AlignedBuffer(int length, bool clear = true)
    {
        int padded = checked(length + Alignment / sizeof(float));
        array = clear ? GC.AllocateArray<float>(padded, pinned: true)
            : GC.AllocateUninitializedArray<float>(padded, pinned: true);
        Length = length;
        fixed (float* start = array)
        {
            Pointer = (float*)(((nint)start + Alignment - 1) & ~(nint)(Alignment - 1));
            first = (int)(Pointer - start);
        }
    }

    public int Length { get; }

    /// <summary>Valid as long as this object is reachable.</summary>
    public float* Pointer { get; }

    public Span<float> Span => array.AsSpan(first, Length);

    /// <summary>Whether a pointer leads into this buffer.</summary>
    public bool Contains(float* pointer) => pointer >= Pointer && pointer < Pointer + Length;
}
