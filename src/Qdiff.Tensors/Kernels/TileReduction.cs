using System.Runtime.CompilerServices;

namespace Qdiff.Tensors;

/// <summary>Sums over elements, in a fixed order, of the samples of one part of the tile.</summary>
static unsafe class TileReduction<V> where V : struct, ILanes<V>
{
    /// <summary>The sum over elements and samples.</summary>
    public static float Total(float* x, int count)
    {
        float* sums = stackalloc float[Tile.Samples];
        for (int lane = 0; lane < Tile.Samples; lane += V.Count) Sum(x + lane, count).Store(sums + lane);
        return Lanes.SumOfSamples<V>(sums);
    }

    /// <summary>Σ x[i], a sum for each lane. Four partial sums keep the adder busy and the rounding error small.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static V Sum(float* x, int count)
    {
        V a = default, b = default, c = default, d = default;
        int i = 0;
        for (; i + 4 <= count; i += 4)
        {
            a += V.Load(x, i);
            b += V.Load(x, i + 1);
            c += V.Load(x, i + 2);
            d += V.Load(x, i + 3);
        }

        for (; i < count; i++) a += V.Load(x, i);
        return a + b + (c + d);
    }

    /// <summary>Σ (x[i] − mean)².</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static V SquaredDeviations(float* x, int count, V mean)
    {
        V a = default, b = default, c = default, d = default;
        int i = 0;
        for (; i + 4 <= count; i += 4)
        {
            V x0 = V.Load(x, i) - mean, x1 = V.Load(x, i + 1) - mean, x2 = V.Load(x, i + 2) - mean,
                x3 = V.Load(x, i + 3) - mean;
            a = V.MultiplyAdd(x0, x0, a);
            b = V.MultiplyAdd(x1, x1, b);
            c = V.MultiplyAdd(x2, x2, c);
            d = V.MultiplyAdd(x3, x3, d);
        }

        for (; i < count; i++)
        {
            V x0 = V.Load(x, i) - mean;
            a = V.MultiplyAdd(x0, x0, a);
        }

        return a + b + (c + d);
    }

    /// <summary>The largest x[i] of each lane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static V Max(float* x, int count)
    {
        V a = V.Load(x), b = a;
        int i = 1;
        for (; i + 2 <= count; i += 2)
        {
            a = V.Max(a, V.Load(x, i));
            b = V.Max(b, V.Load(x, i + 1));
        }

        if (i < count) a = V.Max(a, V.Load(x, i));
        return V.Max(a, b);
    }
}
