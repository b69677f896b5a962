using System.Diagnostics;
using System.Runtime.Intrinsics;
using Qdiff.Tensors;

namespace Qdiff.Benchmarks;

static unsafe class KernelBenchmarks
{
    static float* Buffer(int n)
    {
        var b = new AlignedBuffer(n);
        s_keep.Add(b);
        for (int i = 0; i < n; i++) b.Pointer[i] = 0.01f * (i % 17);
        return b.Pointer;
    }

    static readonly List<AlignedBuffer> s_keep = [];

    public static void Time(string name, double flops, Action work)
    {
        for (int i = 0; i < 3; i++) work();
        var times = new List<double>();
        var total = Stopwatch.StartNew();
        while (total.ElapsedMilliseconds < 300 || times.Count < 5)
        {
            var watch = Stopwatch.StartNew();
            work();
            times.Add(watch.Elapsed.TotalSeconds);
        }

        times.Sort();
        double median = times[times.Count / 2];
        Console.WriteLine($"{name,-50} {median * 1e6,10:F1} us  {flops / median / 1e9,8:F1} GFLOP/s");
    }

    public static void Run()
    {
        Time("peak", 2e5 * 12 * 32, () => Peak(200_000));
        foreach ((int c, int k, int size, int kernel, int stride, int pad) in new[]
        {
            (10, 10, 28, 3, 1, 1), (20, 10, 28, 3, 1, 1), (1, 10, 28, 7, 1, 3), (10, 1, 28, 1, 1, 0), (10, 10, 28, 4, 2, 1), (30, 20, 14, 3, 1, 1), (50, 30, 7, 3, 1, 1),
            (20, 30, 7, 7, 2, 1), (70, 40, 2, 3, 1, 1), (10, 384, 28, 1, 1, 0),
        })
        {
            var g = new SpatialGeometry(size, size, kernel, kernel, stride, pad);
            int outs = g.OutputHeight * g.OutputWidth;
            float* x = Buffer(c * size * size * 16), y = Buffer(k * outs * 16), w = Buffer(c * k * g.Taps), b = Buffer(k);
            GatherPlan forward = GatherPlan.Forward(g), back = GatherPlan.Transposed(g);
            double flops = 2.0 * g.Connections().Count() * c * k * 16;
            string name = $"{c}->{k} {kernel}x{kernel} s{stride} @{size}";
            Time("forward " + name, flops, () => GatherKernel.Run(forward, x, c, size * size, w, c * g.Taps, g.Taps, b, y, k, outs));
            Time("input gradient " + name, flops, () => GatherKernel.Run(back, y, k, outs, w, g.Taps, c * g.Taps, null, x, c, size * size));
            Time("weight gradient " + name, flops, () => CorrelationKernel.Run(g, y, k, x, c, w, c * g.Taps, g.Taps));
        }
    }

    static Vector512<float> Peak(long n)
    {
        Vector512<float> a = default, b = default, c = default, d = default, e = default, f = default, g = default, h = default, i = default, j = default, k = default, l = default;
        Vector512<float> x = Vector512.Create(0.999f), y = Vector512.Create(0.001f);
        for (long q = 0; q < n; q++)
        {
            a = Vector512.FusedMultiplyAdd(a, x, y); b = Vector512.FusedMultiplyAdd(b, x, y); c = Vector512.FusedMultiplyAdd(c, x, y);
            d = Vector512.FusedMultiplyAdd(d, x, y); e = Vector512.FusedMultiplyAdd(e, x, y); f = Vector512.FusedMultiplyAdd(f, x, y);
            g = Vector512.FusedMultiplyAdd(g, x, y); h = Vector512.FusedMultiplyAdd(h, x, y); i = Vector512.FusedMultiplyAdd(i, x, y);
            j = Vector512.FusedMultiplyAdd(j, x, y); k = Vector512.FusedMultiplyAdd(k, x, y); l = Vector512.FusedMultiplyAdd(l, x, y);
        }

        return a + b + c + d + e + f + g + h + i + j + k + l;
    }
}
