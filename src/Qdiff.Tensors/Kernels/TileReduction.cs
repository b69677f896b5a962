using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Qdiff.Tensors;

/// <summary>Sums over elements, in a fixed order, of the samples of one part of the tile.</summary>
static unsafe class TileReduction<V> where V : struct, ILanes<V>
{
    /// <summary>The sum over elements and samples.</summary>
    public static float Total(float* x, int count)
    {
        float* sums = stackalloc float[Tensor.Samples];
        for (int lane = 0; lane < Tensor.Samples; lane += V.Count) Sum(x + lane, count).Store(sums + lane);
        return Lanes.SumOfSamples<V>(sums);
    }

    /// <summary>The totals of <paramref name="count"/> elements, each over its samples, in the order of
    /// <see cref="ILanes{V}.Sum"/>.</summary>
    /// <param name="x">Room for a multiple of sixteen elements; so is <paramref name="totals"/>.</param>
    /// <remarks>With AVX-512 sixteen totals cost fifteen additions: in each of four rounds two vectors become one.</remarks>
    public static void Totals(float* x, int count, float* totals)
    {
        if (V.Count == Tensor.Samples && Avx512F.IsSupported)
            for (int i = 0; i < count; i += Tensor.Samples) Sixteen(x + i * Tensor.Samples, totals + i);
        else
            for (int i = 0; i < count; i++) totals[i] = Lanes.SumOfSamples<V>(x + i * Tensor.Samples);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Sixteen(float* x, float* totals)
    {
        Vector512<float> a = Quads(x), b = Quads(x + 4 * Tensor.Samples), c = Quads(x + 8 * Tensor.Samples),
            d = Quads(x + 12 * Tensor.Samples);
        Halves(Halves(a, b), Halves(c, d)).Store(totals);

        // Of four vectors a, b, c, d: in each lane of 128 bits the sums of their four numbers there, (0 + 1) + (2 + 3).
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static Vector512<float> Quads(float* x)
        {
            Vector512<float> a = Vector512.Load(x), b = Vector512.Load(x + 16), c = Vector512.Load(x + 32),
                d = Vector512.Load(x + 48);
            Vector512<float> ab = Avx512F.Shuffle(a, b, 0x88) + Avx512F.Shuffle(a, b, 0xDD),
                cd = Avx512F.Shuffle(c, d, 0x88) + Avx512F.Shuffle(c, d, 0xDD);
            return Avx512F.Shuffle(ab, cd, 0x88) + Avx512F.Shuffle(ab, cd, 0xDD);
        }

        // The sums of neighbouring lanes of both.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static Vector512<float> Halves(Vector512<float> a, Vector512<float> b) =>
            Avx512F.Shuffle4x128(a, b, 0x88) + Avx512F.Shuffle4x128(a, b, 0xDD);
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

    /// <summary>The largest of <paramref name="count"/> vectors, <paramref name="stride"/> floats apart, of each lane. A softmax
    /// subtracts it: what is not a number shows in its exponentials, and need not be looked for here.</summary>
    /// <remarks>Four largest ones: a comparison waits for the one before it.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Max(float* x, int count, nint stride)
    {
        V a = V.Load(x), b = a, c = a, d = a;
        int i = 1;
        for (x += stride; i + 4 <= count; i += 4, x += 4 * stride)
        {
            a = V.AtLeast(V.Load(x), a);
            b = V.AtLeast(V.Load(x + stride), b);
            c = V.AtLeast(V.Load(x + 2 * stride), c);
            d = V.AtLeast(V.Load(x + 3 * stride), d);
        }

        for (; i < count; i++, x += stride) a = V.AtLeast(V.Load(x), a);
        return V.AtLeast(V.AtLeast(a, b), V.AtLeast(c, d));
    }
}
