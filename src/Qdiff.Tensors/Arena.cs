namespace Qdiff.Tensors;

/// <summary>Memory handed out from the front and taken back all at once: one pointer moves.</summary>
sealed unsafe class Arena
{
    const int ChunkLength = 4 << 20;
    readonly List<AlignedBuffer> chunks = [];
    int chunk;
    int used;

    public readonly record struct Mark(int Chunk, int Used)
    {
        public long Pack() => (long)Chunk << 32 | (uint)Used;

        public static Mark Unpack(long mark) => new((int)(mark >> 32), (int)mark);
    }

    public Mark Here => new(chunk, used);

    public long Bytes { get; private set; }

    /// <summary>Memory for <paramref name="length"/> floats, a multiple of 16; its content is what was there before.</summary>
    public float* Allocate(int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        // On copies, so that even two threads that should not be here at once stay within the memory.
        (int index, int start) = (chunk, used);
        while (index < chunks.Count && chunks[index].Length - start < length)
        {
            index++;
            start = 0;
        }

        AlignedBuffer buffer = index < chunks.Count ? chunks[index] : Grow(length);
        (chunk, used) = (index, start + length);
        return buffer.Pointer + start;
    }

    /// <summary>The memory at a pointer that <see cref="Allocate"/> gave, as a span that keeps it alive.</summary>
    public Span<float> Span(float* start, int length)
    {
        foreach (AlignedBuffer buffer in chunks)
            if (buffer.Contains(start)) return buffer.Span.Slice((int)(start - buffer.Pointer), length);
        throw new InvalidOperationException("The memory of this tensor belongs to another workspace.");
    }

    AlignedBuffer Grow(int length)
    {
        AlignedBuffer buffer = new(Math.Max(length, ChunkLength), clear: false);
        chunks.Add(buffer);
        Bytes += (long)buffer.Length * sizeof(float);
        return buffer;
    }

    public void Release(Mark mark) => (chunk, used) = mark;

    public void Reset() => Release(default);
}
