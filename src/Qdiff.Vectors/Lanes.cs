using System.Runtime.CompilerServices;

namespace Qdiff;

/// <summary>Where the parts of a tile come together.</summary>
static unsafe class Lanes
{
    /// <summary>The runtime computes sine and cosine in vectors up to 5 million, and if one lane is beyond that, all lanes in
    /// another way.</summary>
    public const float LargestAngle = 1 << 20;

    /// <summary>The sum of an element's sixteen samples, in an order that is the same for all widths.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float SumOfSamples<V>(float* element) where V : struct, ILanes<V> => V.Count switch
    {
        16 => V.Sum(V.Load(element)),
        8 => V.Sum(V.Load(element)) + V.Sum(V.Load(element + 8)),
        _ => V.Sum(V.Load(element)) + V.Sum(V.Load(element + 4)) + (V.Sum(V.Load(element + 8)) + V.Sum(V.Load(element + 12))),
    };

    /// <summary>Sine and cosine of any finite angles: a sample's do not depend on how large its neighbours' are.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (V Sin, V Cos) SinCos<V>(V angle) where V : struct, ILanes<V> =>
        V.SinCos(V.AreWithin(angle, LargestAngle) ? angle : WithinATurn(angle));

    /// <summary>The same angles, large ones brought back to −π … π.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    static V WithinATurn<V>(V angle) where V : struct, ILanes<V>
    {
        float* angles = stackalloc float[V.Count];
        angle.Store(angles);
        for (int i = 0; i < V.Count; i++)
            if (Math.Abs(angles[i]) > LargestAngle)
                angles[i] = (float)Math.Atan2(Math.Sin(angles[i]), Math.Cos(angles[i]));
        return V.Load(angles);
    }
}
