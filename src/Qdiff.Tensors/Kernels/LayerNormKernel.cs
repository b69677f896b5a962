using System.Runtime.CompilerServices;

namespace Qdiff.Tensors;

/// <summary>Normalisation over channels, pixel by pixel; four vectors at a time, for what is computed of one is a single
/// chain.</summary>
static unsafe class LayerNormKernel<V> where V : struct, ILanes<V>
{
    /// <summary>y[c] = scale[c]·(x[c] − mean)/√(variance + ε) at every pixel, plus <paramref name="addend"/> unless that is
    /// null.</summary>
    public static void Forward(float* x, float* scale, float* addend, float* y, int channels, int area, float epsilon)
    {
        nint plane = (nint)area * Tensor.Samples, p = 0;
        for (; p + 4 * V.Count <= plane; p += 4 * V.Count)
            Forward<Size4>(x + p, scale, addend is null ? null : addend + p, y + p, channels, plane, epsilon);
        for (; p < plane; p += V.Count)
            Forward<Size1>(x + p, scale, addend is null ? null : addend + p, y + p, channels, plane, epsilon);
    }

    /// <summary>
    /// dx = (g − mean(g) − x̂·mean(g·x̂))/deviation with g = scale·dy, added to what is there if asked;
    /// <paramref name="scaleGradient"/>[c] receives Σ dy·x̂, sample by sample.
    /// </summary>
    public static void Backward(float* x, float* dy, float* scale, float* dx, bool accumulate, float* scaleGradient, int channels,
        int area, float epsilon)
    {
        nint plane = (nint)area * Tensor.Samples, p = 0;
        new Span<float>(scaleGradient, channels * Tensor.Samples).Clear();
        for (; p + 4 * V.Count <= plane; p += 4 * V.Count)
            Backward<Size4>(x + p, dy + p, scale, dx + p, accumulate, scaleGradient, p, channels, plane, epsilon);
        for (; p < plane; p += V.Count)
            Backward<Size1>(x + p, dy + p, scale, dx + p, accumulate, scaleGradient, p, channels, plane, epsilon);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Forward<TVectors>(float* x, float* scale, float* addend, float* y, int channels, nint plane, float epsilon)
        where TVectors : struct, IBlockSize
    {
        Statistics<TVectors>(x, plane, channels, epsilon, out V m0, out V m1, out V m2, out V m3, out V v0, out V v1, out V v2,
            out V v3);
        for (int c = 0; c < channels; c++, x += plane, y += plane)
        {
            var s = V.Create(scale[c]);
            V y0 = (V.Load(x) - m0) * (v0 * s), y1 = default, y2 = default, y3 = default;
            if (TVectors.Value > 1)
            {
                y1 = (V.Load(x + V.Count) - m1) * (v1 * s);
                y2 = (V.Load(x + 2 * V.Count) - m2) * (v2 * s);
                y3 = (V.Load(x + 3 * V.Count) - m3) * (v3 * s);
            }

            if (addend is not null)
            {
                y0 += V.Load(addend);
                if (TVectors.Value > 1)
                {
                    y1 += V.Load(addend + V.Count);
                    y2 += V.Load(addend + 2 * V.Count);
                    y3 += V.Load(addend + 3 * V.Count);
                }

                addend += plane;
            }

            y0.Store(y);
            if (TVectors.Value == 1) continue;
            y1.Store(y + V.Count);
            y2.Store(y + 2 * V.Count);
            y3.Store(y + 3 * V.Count);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Backward<TVectors>(float* x, float* dy, float* scale, float* dx, bool accumulate, float* totals, nint p,
        int channels, nint plane, float epsilon) where TVectors : struct, IBlockSize
    {
        Statistics<TVectors>(x, plane, channels, epsilon, out V m0, out V m1, out V m2, out V m3, out V v0, out V v1, out V v2,
            out V v3);
        V s0 = default, s1 = default, s2 = default, s3 = default, p0 = default, p1 = default, p2 = default, p3 = default;
        float* from = x, d = dy, t0 = totals + (p & Tensor.Samples - 1), t1 = totals + (p + V.Count & Tensor.Samples - 1),
            t2 = totals + (p + 2 * V.Count & Tensor.Samples - 1), t3 = totals + (p + 3 * V.Count & Tensor.Samples - 1);
        for (nint c = 0; c < channels; c++, from += plane, d += plane)
        {
            var s = V.Create(scale[c]);
            Add(from, d, m0, v0, s, t0 + c * Tensor.Samples, ref s0, ref p0);
            if (TVectors.Value == 1) continue;
            Add(from + V.Count, d + V.Count, m1, v1, s, t1 + c * Tensor.Samples, ref s1, ref p1);
            Add(from + 2 * V.Count, d + 2 * V.Count, m2, v2, s, t2 + c * Tensor.Samples, ref s2, ref p2);
            Add(from + 3 * V.Count, d + 3 * V.Count, m3, v3, s, t3 + c * Tensor.Samples, ref s3, ref p3);
        }

        var count = V.Create((float)channels);
        (s0, p0) = (s0 / count, p0 / count);
        if (TVectors.Value > 1)
            (s1, p1, s2, p2, s3, p3) = (s1 / count, p1 / count, s2 / count, p2 / count, s3 / count, p3 / count);
        for (int c = 0; c < channels; c++, x += plane, dy += plane, dx += plane)
        {
            var s = V.Create(scale[c]);
            Put(x, dy, m0, v0, s, s0, p0, dx, accumulate);
            if (TVectors.Value == 1) continue;
            Put(x + V.Count, dy + V.Count, m1, v1, s, s1, p1, dx + V.Count, accumulate);
            Put(x + 2 * V.Count, dy + 2 * V.Count, m2, v2, s, s2, p2, dx + 2 * V.Count, accumulate);
            Put(x + 3 * V.Count, dy + 3 * V.Count, m3, v3, s, s3, p3, dx + 3 * V.Count, accumulate);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Add(float* x, float* dy, V mean, V inverse, V scale, float* total, ref V sum, ref V product)
    {
        V d = V.Load(dy), normal = (V.Load(x) - mean) * inverse;
        V.MultiplyAdd(d, normal, V.Load(total)).Store(total);
        V g = scale * d;
        sum += g;
        product = V.MultiplyAdd(g, normal, product);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Put(float* x, float* dy, V mean, V inverse, V scale, V sum, V product, float* dx, bool accumulate)
    {
        V normal = (V.Load(x) - mean) * inverse, g = scale * V.Load(dy);
        V d = (g - sum - normal * product) * inverse;
        if (accumulate) d = V.Load(dx) + d;
        d.Store(dx);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Statistics<TVectors>(float* x, nint plane, int channels, float epsilon, out V m0, out V m1, out V m2, out V m3,
        out V v0, out V v1, out V v2, out V v3) where TVectors : struct, IBlockSize
    {
        var count = V.Create((float)channels);
        V a0 = default, a1 = default, a2 = default, a3 = default;
        float* from = x;
        for (int c = 0; c < channels; c++, from += plane)
        {
            a0 += V.Load(from);
            if (TVectors.Value == 1) continue;
            a1 += V.Load(from + V.Count);
            a2 += V.Load(from + 2 * V.Count);
            a3 += V.Load(from + 3 * V.Count);
        }

        (m0, m1, m2, m3) = (a0 / count, default, default, default);
        if (TVectors.Value > 1) (m1, m2, m3) = (a1 / count, a2 / count, a3 / count);
        a0 = a1 = a2 = a3 = default;
        for (int c = 0; c < channels; c++, x += plane)
        {
            V d = V.Load(x) - m0;
            a0 = V.MultiplyAdd(d, d, a0);
            if (TVectors.Value == 1) continue;
            d = V.Load(x + V.Count) - m1;
            a1 = V.MultiplyAdd(d, d, a1);
            d = V.Load(x + 2 * V.Count) - m2;
            a2 = V.MultiplyAdd(d, d, a2);
            d = V.Load(x + 3 * V.Count) - m3;
            a3 = V.MultiplyAdd(d, d, a3);
        }

        (v0, v1, v2, v3) = (Inverse(a0, count, epsilon), default, default, default);
        if (TVectors.Value > 1)
            (v1, v2, v3) = (Inverse(a1, count, epsilon), Inverse(a2, count, epsilon), Inverse(a3, count, epsilon));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static V Inverse(V squares, V count, float epsilon) => V.One / V.Sqrt(squares / count + V.Create(epsilon));
}
