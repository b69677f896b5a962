using System.Runtime.CompilerServices;

namespace Qdiff.Tensors;

/// <summary>The sixteen samples of an element.</summary>
static unsafe class Tile
{
    public const int Samples = Tensor.Samples;

    /// <summary>The sum of an element's samples, in an order that is the same for all widths.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float SumOfSamples<V>(float* element) where V : struct, ILanes<V> => V.Count switch
    {
        16 => V.Sum(V.Load(element)),
        8 => V.Sum(V.Load(element)) + V.Sum(V.Load(element + 8)),
        _ => V.Sum(V.Load(element)) + V.Sum(V.Load(element + 4)) + (V.Sum(V.Load(element + 8)) + V.Sum(V.Load(element + 12))),
    };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Copy(float* from, float* to) => new Span<float>(from, Samples).CopyTo(new(to, Samples));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Clear(float* element) => new Span<float>(element, Samples).Clear();
}
