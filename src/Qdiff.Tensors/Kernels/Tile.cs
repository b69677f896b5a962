using System.Runtime.CompilerServices;

namespace Qdiff.Tensors;

/// <summary>The sixteen samples of an element.</summary>
static unsafe class Tile
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Copy(float* from, float* to) => new Span<float>(from, Tensor.Samples).CopyTo(new(to, Tensor.Samples));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Clear(float* element) => new Span<float>(element, Tensor.Samples).Clear();
}
