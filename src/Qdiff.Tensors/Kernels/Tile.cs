using System.Runtime.CompilerServices;

namespace Qdiff.Tensors;

/// <summary>The sixteen samples of an element.</summary>
static unsafe class Tile
{
    public const int Samples = Tensor.Samples;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Copy(float* from, float* to) => new Span<float>(from, Samples).CopyTo(new(to, Samples));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Clear(float* element) => new Span<float>(element, Samples).Clear();
}
