namespace Qdiff.Tensors;

/// <summary>Memory handed out from the front and taken back all at once: one pointer moves.</summary>
sealed unsafe class Arena
{
    const int ChunkLength = 4 << 20;
    readonly List<AlignedBuffer> chunks = [];
    int chunk;
    int used;

    public readonly record struct Mark(int Chunk, int Used);

    public Mark Here => new(chunk, used);

    public long Bytes => chunks.Sum(c => (long)c.Length) * sizeof(float);

    /// <summary>Memory for <paramref name="length"/> floats, a multiple of 16; its content is what was there before.</summary>
    public float* Allocate(int length)
    {
        while (chunk < chunks.Count && chunks[chunk].Length - used < length)
        {
            chunk++;
            used = 0;
        }

        if (chunk == chunks.Count) chunks.Add(new(Math.Max(length, ChunkLength), clear: false));
        float* start = chunks[chunk].Pointer + used;
        used += length;
        return start;
    }

    public void Release(Mark mark) => (chunk, used) = mark;

    public void Reset() => Release(default);
}
