using System.Runtime.CompilerServices;

namespace Qdiff.Tensors;

/// <summary>
/// The two softmaxes of <see cref="LinearAttentionKernel{V}"/>, over features and over tokens, which search for a maximum only
/// where arguments may be large.
/// </summary>
static unsafe class BoundedSoftmax<V> where V : struct, ILanes<V>
{
    /// <summary>
    /// Softmax is the same with any number subtracted from all its arguments. It is the largest where they might be beyond ±40,
    /// and 0 where they cannot: then e⁴⁰ is far from overflow, the smallest share far from underflow, and the maximum need not be
    /// searched for. Each sample decides for itself, so that it does not depend on those beside it.
    /// </summary>
    const float Within = 40;

    /// <summary>By Cauchy and Schwarz: the largest norm of a token times the largest of a row of q's and k's weights,
    /// squared.</summary>
    public static void FindBound(LinearAttentionKernel<V>.Call call, float* x, float* qkv, float* bound)
    {
        float weights = 0;
        for (int i = 0; i < 2 * call.Heads * call.Features; i++)
        {
            float norm = 0;
            for (int c = 0; c < call.Channels; c++, qkv++) norm += *qkv * *qkv;
            weights = MathF.Max(weights, norm);
        }

        for (int lane = 0; lane < Tensor.Samples; lane += V.Count)
            (V.Create(weights) * LargestNorm(x + lane, call.Channels, call.Tokens)).Store(bound + lane);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static V LargestNorm(float* x, int channels, int tokens)
    {
        nint row = (nint)tokens * Tensor.Samples;
        V largest = default;
        for (nint t = 0; t < tokens; t++)
        {
            V norm = default;
            for (int c = 0; c < channels; c++)
            {
                V value = V.Load(x + c * row, t);
                norm = V.MultiplyAdd(value, value, norm);
            }

            largest = V.Max(largest, norm);
        }

        return largest;
    }

    public static bool IsWithin(float* bound)
    {
        for (int s = 0; s < Tensor.Samples; s++)
            if (!(bound[s] <= Within * Within)) return false;
        return true;
    }

    /// <summary>The maximum for samples whose bound is beyond ±40, else 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Needed(V max, float* bound) =>
        V.Select(V.GreaterThan(V.Load(bound), V.Create(Within * Within)), max, default);

    /// <summary>z becomes e^(z − shift), which is added to <paramref name="sum"/>; the caller divides by the sum where it is
    /// cheaper.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Exponentials(float* z, int count, bool within, float* shift, float* sum)
    {
        for (int lane = 0; lane < Tensor.Samples; lane += V.Count, z += V.Count)
        {
            V s = V.Load(shift + lane), total = V.Load(sum + lane);
            if (within)
                for (nint i = 0; i < count; i++)
                {
                    V e = V.ExpWithin(V.Load(z, i));
                    e.Store(z + i * Tensor.Samples);
                    total += e;
                }
            else
                for (nint i = 0; i < count; i++)
                {
                    V e = V.Exp(V.Load(z, i) - s);
                    e.Store(z + i * Tensor.Samples);
                    total += e;
                }

            total.Store(sum + lane);
        }
    }

    /// <summary>Softmax over the <paramref name="rows"/> features of each of the <paramref name="columns"/> tokens, in
    /// place.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Columns(float* z, int rows, int columns, bool within, float* bound)
    {
        nint row = columns * Tensor.Samples;
        for (nint at = 0; at < row; at += V.Count)
        {
            float* column = z + at;
            V sum = default;
            if (within)
                for (int i = 0; i < rows; i++)
                {
                    V e = V.ExpWithin(V.Load(column + i * row));
                    e.Store(column + i * row);
                    sum += e;
                }
            else
            {
                V max = V.Load(column);
                for (int i = 1; i < rows; i++) max = V.Max(max, V.Load(column + i * row));
                max = Needed(max, bound + at % Tensor.Samples);
                for (int i = 0; i < rows; i++)
                {
                    V e = V.Exp(V.Load(column + i * row) - max);
                    e.Store(column + i * row);
                    sum += e;
                }
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

    /// <summary>z becomes k = e^(z − shift)/sum and d becomes k·(d − Σ k·d); both sums are known.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void KeysGradient(float* z, float* d, bool within, float* shift, float* inverse, float* sums,
        int rows, int columns)
    {
        for (int i = 0; i < rows; i++, z += columns * Tensor.Samples, d += columns * Tensor.Samples)
            for (int lane = 0; lane < Tensor.Samples; lane += V.Count)
            {
                V m = V.Load(shift + lane, i), v = V.Load(inverse + lane, i), s = V.Load(sums + lane, i);
                for (nint j = 0; j < columns; j++)
                {
                    V key = V.Load(z + lane, j), k = (within ? V.ExpWithin(key) : V.Exp(key - m)) * v;
                    k.Store(z + lane + j * Tensor.Samples);
                    (k * (V.Load(d + lane, j) - s)).Store(d + lane + j * Tensor.Samples);
                }
            }
    }
}
