using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Qdiff.Tensors;

/// <summary>Sums over elements, in a fixed order.</summary>
static unsafe class TileReduction
{
    /// <summary>The sum over elements and samples.</summary>
    public static float Total(float* x, int count) => Vector512.Sum(Sum(x, count));

    /// <summary>Σ x[i], a sum for each sample. Four partial sums keep the adder busy and the rounding error small.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static Vector512<float> Sum(float* x, int count)
    {
        Vector512<float> a = default, b = default, c = default, d = default;
        int i = 0;
        for (; i + 4 <= count; i += 4)
        {
            a += Tile.Load(x, i);
            b += Tile.Load(x, i + 1);
            c += Tile.Load(x, i + 2);
            d += Tile.Load(x, i + 3);
        }

        for (; i < count; i++) a += Tile.Load(x, i);
        return a + b + (c + d);
    }

    /// <summary>Σ (x[i] − mean)².</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static Vector512<float> SquaredDeviations(float* x, int count, Vector512<float> mean)
    {
        Vector512<float> a = default, b = default, c = default, d = default;
        int i = 0;
        for (; i + 4 <= count; i += 4)
        {
            Vector512<float> x0 = Tile.Load(x, i) - mean, x1 = Tile.Load(x, i + 1) - mean, x2 = Tile.Load(x, i + 2) - mean,
                x3 = Tile.Load(x, i + 3) - mean;
            a = Tile.MultiplyAdd(x0, x0, a);
            b = Tile.MultiplyAdd(x1, x1, b);
            c = Tile.MultiplyAdd(x2, x2, c);
            d = Tile.MultiplyAdd(x3, x3, d);
        }

        for (; i < count; i++)
        {
            Vector512<float> x0 = Tile.Load(x, i) - mean;
            a = Tile.MultiplyAdd(x0, x0, a);
        }

        return a + b + (c + d);
    }

    /// <summary>The largest x[i] of each sample.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static Vector512<float> Max(float* x, int count)
    {
        Vector512<float> a = Tile.Load(x), b = a;
        int i = 1;
        for (; i + 2 <= count; i += 2)
        {
            a = Vector512.Max(a, Tile.Load(x, i));
            b = Vector512.Max(b, Tile.Load(x, i + 1));
        }

        if (i < count) a = Vector512.Max(a, Tile.Load(x, i));
        return Vector512.Max(a, b);
    }
}
