using System.Runtime.CompilerServices;

namespace Qdiff.Tensors;

/// <summary>
/// A row of a block of sums that a kernel keeps in registers: sums += factor · (x0, x1, …), of which the first
/// <c>TColumns</c> are there. The sums are locals of the kernel, given by reference: once the call is inlined the JIT keeps them
/// in registers, which it does not do with a struct of as many vectors.
/// </summary>
static unsafe class RegisterRow<V> where V : struct, ILanes<V>
{
    /// <summary>Three columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Add(V factor, V x0, V x1, V x2, ref V sum0, ref V sum1, ref V sum2)
    {
        sum0 = V.MultiplyAdd(factor, x0, sum0);
        sum1 = V.MultiplyAdd(factor, x1, sum1);
        sum2 = V.MultiplyAdd(factor, x2, sum2);
    }

    /// <summary>Up to four columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Add<TColumns>(V factor, V x0, V x1, V x2, V x3, ref V sum0, ref V sum1, ref V sum2, ref V sum3)
        where TColumns : struct, IBlockSize
    {
        sum0 = V.MultiplyAdd(factor, x0, sum0);
        if (TColumns.Value > 1) sum1 = V.MultiplyAdd(factor, x1, sum1);
        if (TColumns.Value > 2) sum2 = V.MultiplyAdd(factor, x2, sum2);
        if (TColumns.Value > 3) sum3 = V.MultiplyAdd(factor, x3, sum3);
    }

    /// <summary>Up to five columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Add<TColumns>(V factor, V x0, V x1, V x2, V x3, V x4, ref V sum0, ref V sum1, ref V sum2, ref V sum3,
        ref V sum4) where TColumns : struct, IBlockSize
    {
        Add<TColumns>(factor, x0, x1, x2, x3, ref sum0, ref sum1, ref sum2, ref sum3);
        if (TColumns.Value > 4) sum4 = V.MultiplyAdd(factor, x4, sum4);
    }

    /// <summary>Writes up to four sums <paramref name="stride"/> floats apart, added to what is there if asked.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store<TColumns>(float* y, nint stride, bool accumulate, V sum0, V sum1, V sum2, V sum3)
        where TColumns : struct, IBlockSize
    {
        if (accumulate)
        {
            sum0 += V.Load(y);
            if (TColumns.Value > 1) sum1 += V.Load(y + stride);
            if (TColumns.Value > 2) sum2 += V.Load(y + 2 * stride);
            if (TColumns.Value > 3) sum3 += V.Load(y + 3 * stride);
        }

        sum0.Store(y);
        if (TColumns.Value > 1) sum1.Store(y + stride);
        if (TColumns.Value > 2) sum2.Store(y + 2 * stride);
        if (TColumns.Value > 3) sum3.Store(y + 3 * stride);
    }
}
