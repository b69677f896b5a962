using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Qdiff.Tensors;

/// <summary>
/// A row of a block of sums that a kernel keeps in registers: sums += factor · (x0, x1, …), of which the first
/// <c>TColumns</c> are there. The sums are locals of the kernel, given by reference: once the call is inlined the JIT keeps them
/// in registers, which it does not do with a struct of as many vectors.
/// </summary>
static unsafe class RegisterRow
{
    /// <summary>Three columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Add(Vector512<float> factor, Vector512<float> x0, Vector512<float> x1, Vector512<float> x2,
        ref Vector512<float> sum0, ref Vector512<float> sum1, ref Vector512<float> sum2)
    {
        sum0 = Tile.MultiplyAdd(factor, x0, sum0);
        sum1 = Tile.MultiplyAdd(factor, x1, sum1);
        sum2 = Tile.MultiplyAdd(factor, x2, sum2);
    }

    /// <summary>Up to four columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Add<TColumns>(Vector512<float> factor, Vector512<float> x0, Vector512<float> x1, Vector512<float> x2,
        Vector512<float> x3, ref Vector512<float> sum0, ref Vector512<float> sum1, ref Vector512<float> sum2,
        ref Vector512<float> sum3) where TColumns : struct, IBlockSize
    {
        sum0 = Tile.MultiplyAdd(factor, x0, sum0);
        if (TColumns.Value > 1) sum1 = Tile.MultiplyAdd(factor, x1, sum1);
        if (TColumns.Value > 2) sum2 = Tile.MultiplyAdd(factor, x2, sum2);
        if (TColumns.Value > 3) sum3 = Tile.MultiplyAdd(factor, x3, sum3);
    }

    /// <summary>Up to five columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Add<TColumns>(Vector512<float> factor, Vector512<float> x0, Vector512<float> x1, Vector512<float> x2,
        Vector512<float> x3, Vector512<float> x4, ref Vector512<float> sum0, ref Vector512<float> sum1,
        ref Vector512<float> sum2, ref Vector512<float> sum3, ref Vector512<float> sum4) where TColumns : struct, IBlockSize
    {
        Add<TColumns>(factor, x0, x1, x2, x3, ref sum0, ref sum1, ref sum2, ref sum3);
        if (TColumns.Value > 4) sum4 = Tile.MultiplyAdd(factor, x4, sum4);
    }

    /// <summary>Writes up to four sums <paramref name="stride"/> floats apart, added to what is there if asked.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store<TColumns>(float* y, nint stride, bool accumulate, Vector512<float> sum0, Vector512<float> sum1,
        Vector512<float> sum2, Vector512<float> sum3) where TColumns : struct, IBlockSize
    {
        if (accumulate)
        {
            sum0 += Tile.Load(y);
            if (TColumns.Value > 1) sum1 += Tile.Load(y + stride);
            if (TColumns.Value > 2) sum2 += Tile.Load(y + 2 * stride);
            if (TColumns.Value > 3) sum3 += Tile.Load(y + 3 * stride);
        }

        sum0.Store(y);
        if (TColumns.Value > 1) sum1.Store(y + stride);
        if (TColumns.Value > 2) sum2.Store(y + 2 * stride);
        if (TColumns.Value > 3) sum3.Store(y + 3 * stride);
    }
}
