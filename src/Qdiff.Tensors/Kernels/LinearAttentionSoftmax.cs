using System.Runtime.CompilerServices;

namespace Qdiff.Tensors;

/// <summary>
/// The two softmaxes of <see cref="LinearAttentionKernel{V}"/>, over tokens (a row of keys) and over
/// features (a column of queries).
/// </summary>
static unsafe class LinearAttentionSoftmax<V> where V : struct, ILanes<V>
{
    /// <summary>z becomes e^(z − max); the caller multiplies by 1/sum where it is cheaper. Two sums, over tokens of even and of
    /// odd numbers, keep the adder busy.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Row(float* z, int count, float* maximum, float* inverse)
    {
        for (int lane = 0; lane < Tensor.Samples; lane += V.Count, z += V.Count)
        {
            V max = TileReduction<V>.Max(z, count, Tensor.Samples), even = default, odd = default;
            nint i = 0;
            for (; i + 2 <= count; i += 2)
            {
                V e0 = V.ExpNonPositive(V.Load(z, i) - max), e1 = V.ExpNonPositive(V.Load(z, i + 1) - max);
                e0.Store(z + i * Tensor.Samples);
                e1.Store(z + (i + 1) * Tensor.Samples);
                even += e0;
                odd += e1;
            }

            if (i < count)
            {
                V e = V.ExpNonPositive(V.Load(z, i) - max);
                e.Store(z + i * Tensor.Samples);
                even += e;
            }

            max.Store(maximum + lane);
            (V.One / (even + odd)).Store(inverse + lane);
        }
    }

    /// <summary>Softmax over the <paramref name="rows"/> features of each of the <paramref name="columns"/> tokens, in
    /// place.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Columns(float* z, int rows, int columns)
    {
        nint row = columns * Tensor.Samples;
        for (float* column = z; column < z + row; column += V.Count)
        {
            V max = TileReduction<V>.Max(column, rows, row), sum = default;
            for (int i = 0; i < rows; i++)
            {
                V e = V.ExpNonPositive(V.Load(column + i * row) - max);
                e.Store(column + i * row);
                sum += e;
            }

            V inverse = V.One / sum;
            for (int i = 0; i < rows; i++) (inverse * V.Load(column + i * row)).Store(column + i * row);
        }
    }

    /// <summary>d becomes q·(d − Σ q·d). Four columns at a time: a sum waits for itself from row to row.</summary>
    public static void ColumnsGradient(float* q, float* d, int rows, int columns)
    {
        nint row = columns * Tensor.Samples, column = 0;
        for (; column + 4 * V.Count <= row; column += 4 * V.Count) ColumnsGradient<Size4>(q + column, d + column, rows, row);
        for (; column < row; column += V.Count) ColumnsGradient<Size1>(q + column, d + column, rows, row);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void ColumnsGradient<TColumns>(float* q, float* d, int rows, nint row) where TColumns : struct, IBlockSize
    {
        V s0 = default, s1 = default, s2 = default, s3 = default;
        float* from = q, to = d;
        for (int i = 0; i < rows; i++, from += row, to += row)
        {
            s0 = V.MultiplyAdd(V.Load(from), V.Load(to), s0);
            if (TColumns.Value == 1) continue;
            s1 = V.MultiplyAdd(V.Load(from + V.Count), V.Load(to + V.Count), s1);
            s2 = V.MultiplyAdd(V.Load(from + 2 * V.Count), V.Load(to + 2 * V.Count), s2);
            s3 = V.MultiplyAdd(V.Load(from + 3 * V.Count), V.Load(to + 3 * V.Count), s3);
        }

        for (int i = 0; i < rows; i++, q += row, d += row)
        {
            (V.Load(q) * (V.Load(d) - s0)).Store(d);
            if (TColumns.Value == 1) continue;
            (V.Load(q + V.Count) * (V.Load(d + V.Count) - s1)).Store(d + V.Count);
            (V.Load(q + 2 * V.Count) * (V.Load(d + 2 * V.Count) - s2)).Store(d + 2 * V.Count);
            (V.Load(q + 3 * V.Count) * (V.Load(d + 3 * V.Count) - s3)).Store(d + 3 * V.Count);
        }
    }

    /// <summary>z becomes k = e^(z − max)/sum and d becomes k·(d − Σ k·d); both sums are known.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void KeysGradient(float* z, float* d, float* max, float* inverse, float* sums, int rows, int columns)
    {
        for (int i = 0; i < rows; i++, z += columns * Tensor.Samples, d += columns * Tensor.Samples)
            for (int lane = 0; lane < Tensor.Samples; lane += V.Count)
            {
                V m = V.Load(max + lane, i), v = V.Load(inverse + lane, i), s = V.Load(sums + lane, i);
                for (nint j = 0; j < columns; j++)
                {
                    V k = V.ExpNonPositive(V.Load(z + lane, j) - m) * v;
                    k.Store(z + lane + j * Tensor.Samples);
                    (k * (V.Load(d + lane, j) - s)).Store(d + lane + j * Tensor.Samples);
                }
            }
    }
}
