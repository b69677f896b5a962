using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Qdiff.Benchmarks;

/// <summary>The fused-multiply-add peak of the core: what no kernel can exceed.</summary>
static class Peak
{
    const long Rounds = 400_000;

    /// <summary>GFLOP/s of this many threads together, at the median of several runs.</summary>
    public static double Measure(int threads = 1) =>
        threads * Rounds * 12.0 * 32 / 1e9 / Measurement.Take(() =>
            Parallel.For(0, threads, new() { MaxDegreeOfParallelism = threads }, _ => Run()), 0.5).Median;

    /// <summary>Twelve independent chains: more than latency times units on any core of today.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static Vector512<float> Run()
    {
        Vector512<float> a = default, b = default, c = default, d = default, e = default, f = default;
        Vector512<float> g = default, h = default, i = default, j = default, k = default, l = default;
        Vector512<float> x = Vector512.Create(0.999f), y = Vector512.Create(0.001f);
        for (long round = 0; round < Rounds; round++)
        {
            a = Vector512.FusedMultiplyAdd(a, x, y);
            b = Vector512.FusedMultiplyAdd(b, x, y);
            c = Vector512.FusedMultiplyAdd(c, x, y);
            d = Vector512.FusedMultiplyAdd(d, x, y);
            e = Vector512.FusedMultiplyAdd(e, x, y);
            f = Vector512.FusedMultiplyAdd(f, x, y);
            g = Vector512.FusedMultiplyAdd(g, x, y);
            h = Vector512.FusedMultiplyAdd(h, x, y);
            i = Vector512.FusedMultiplyAdd(i, x, y);
            j = Vector512.FusedMultiplyAdd(j, x, y);
            k = Vector512.FusedMultiplyAdd(k, x, y);
            l = Vector512.FusedMultiplyAdd(l, x, y);
        }

        return a + b + c + d + e + f + g + h + i + j + k + l;
    }
}
