using System.Numerics.Tensors;

namespace Qdiff.Tensors;

/// <summary>This machine's memory: tensors are where the kernels read them, and nothing is copied.</summary>
sealed unsafe class HostMemory(Arena arena) : TileMemory
{
    public override long Bytes => 0;   // counted by the workspace, whose arena it is

    internal override bool IsHost => true;

    public override nint Take(int elements) => (nint)arena.Allocate(checked(elements * Tensor.Samples));

    public override void Reset()
    {
    }

    public override void Write(nint to, ReadOnlySpan<float> tile) => tile.CopyTo(arena.Span((float*)to, tile.Length));

    public override void Read(nint from, Span<float> tile) => arena.Span((float*)from, tile.Length).CopyTo(tile);

    public override nint Add(nint sum, nint other, int elements)
    {
        Span<float> total = Span(sum, elements);
        TensorPrimitives.Add(total, Span(other, elements), total);
        return sum;
    }

    public override long Mark() => arena.Here.Pack();

    public override nint Keep(long mark, nint tensor, int elements)
    {
        arena.Release(Arena.Mark.Unpack(mark));
        float* kept = arena.Allocate(elements * Tensor.Samples);
        long bytes = (long)elements * Tensor.Samples * sizeof(float);
        Buffer.MemoryCopy((float*)tensor, kept, bytes, bytes);
        return (nint)kept;
    }

    internal override nint Settled(Tensor x, nint handle) => handle;

    internal override Span<float> Values(Tensor x, nint handle) => Span(handle, x.Count);

    internal override ReadOnlySpan<float> Gradient(nint gradient, int elements) => Span(gradient, elements);

    Span<float> Span(nint at, int elements) => arena.Span((float*)at, elements * Tensor.Samples);
}
