namespace Qdiff.Tensors;

/// <summary>Floats that never move and start on a 64-byte line, so that a vector load never straddles two lines.</summary>
sealed unsafe class AlignedBuffer
{
    const int Alignment = 64;
    readonly float[] array;

    public AlignedBuffer(int length, bool clear = true)
    {
        int padded = checked(length + Alignment / sizeof(float));
        array = clear ? GC.AllocateArray<float>(padded, pinned: true)
            : GC.AllocateUninitializedArray<float>(padded, pinned: true);
        Length = length;
        fixed (float* start = array) Pointer = (float*)(((nint)start + Alignment - 1) & ~(nint)(Alignment - 1));
    }

    public int Length { get; }

    /// <summary>Valid as long as this object is reachable.</summary>
    public float* Pointer { get; }

    public Span<float> Span => new(Pointer, Length);
}
