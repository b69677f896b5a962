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

    /// <summary>d becomes q·(d − Σ q·d).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void ColumnsGradient(float* q, float* d, int rows, int columns)
    {
        nint row = columns * Tensor.Samples;
        for (nint column = 0; column < row; column += V.Count)
        {
            V sum = default;
            for (int i = 0; i < rows; i++) sum = V.MultiplyAdd(V.Load(q + column + i * row), V.Load(d + column + i * row), sum);
            for (int i = 0; i < rows; i++)
                (V.Load(q + column + i * row) * (V.Load(d + column + i * row) - sum)).Store(d + column + i * row);
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
