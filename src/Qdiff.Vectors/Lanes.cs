using System.Runtime.CompilerServices;

namespace Qdiff;

/// <summary>Where the parts of a tile come together.</summary>
static unsafe class Lanes
{
    /// <summary>The sum of an element's sixteen samples, in an order that is the same for all widths.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float SumOfSamples<V>(float* element) where V : struct, ILanes<V> => V.Count switch
    {
        16 => V.Sum(V.Load(element)),
        8 => V.Sum(V.Load(element)) + V.Sum(V.Load(element + 8)),
        _ => V.Sum(V.Load(element)) + V.Sum(V.Load(element + 4)) + (V.Sum(V.Load(element + 8)) + V.Sum(V.Load(element + 12))),
    };
}
