using Qdiff.Tensors;

namespace Qdiff.Benchmarks;

/// <summary>What fraction of the multiply-add peak each kernel family reaches on the shapes of the published U-Net.</summary>
static unsafe class KernelBenchmarks<V> where V : struct, ILanes<V>
{
    static readonly List<AlignedBuffer> s_buffers = [];

    /// <param name="word">Only kernels with this in their name; null for all.</param>
    public static void Run(string? word)
    {
        double peak = Peak.Measure();
        Console.WriteLine($"vectors of {V.Count}; multiply-add peak of one core: {peak:F1} GFLOP/s");
        Console.WriteLine($"{"kernel",-52} {"us",10} {"GFLOP/s",9} {"of peak",8}");
        Convolutions();
        Attention();
        Elementwise();

        void Row(string name, double flops, Action work)
        {
            if (word is not null && !name.Contains(word)) return;
            Measurement m = Measurement.Take(work, 0.2);
            Console.WriteLine($"{name,-52} {m.Median * 1e6,10:F1} {flops / m.Median / 1e9,9:F1} "
                + $"{flops / m.Median / 1e9 / peak,8:P0}");
        }

        void Convolutions()
        {
            foreach ((int c, int k, int size, int kernel, int stride, int pad) in new[]
            {
                (1, 10, 28, 7, 1, 3), (10, 10, 28, 3, 1, 1), (20, 10, 28, 3, 1, 1), (10, 10, 28, 4, 2, 1), (30, 20, 14, 3, 1, 1),
                (50, 30, 7, 3, 1, 1), (20, 30, 7, 7, 2, 1), (70, 40, 2, 3, 1, 1), (10, 1, 28, 1, 1, 0),
            })
            {
                var g = new SpatialGeometry(size, size, kernel, kernel, stride, pad);
                int outputs = g.OutputHeight * g.OutputWidth;
                float* x = Buffer(c * size * size * 16), y = Buffer(k * outputs * 16), w = Buffer(c * k * g.Taps), b = Buffer(k);
                double flops = 2.0 * g.Connections().Count() * c * k * 16;
                string name = $"conv {kernel}×{kernel} {(stride > 1 ? "stride 2 " : "")}{c}→{k} at {size}×{size}";
                Row(name + ", forward", flops,
                    () => ConvolutionKernel<V>.Run(ConvolutionPlan.Forward(g), x, c, size * size, w, c * g.Taps, g.Taps, b, y,
                        k, outputs));
                Row(name + ", input gradient", flops,
                    () => ConvolutionKernel<V>.Run(ConvolutionPlan.Transposed(g), y, k, outputs, w, g.Taps, c * g.Taps, null,
                        x, c, size * size));
                Row(name + ", weight gradient", flops,
                    () => ConvolutionWeightGradient<V>.Run(g, y, k, x, c, w, c * g.Taps, g.Taps));
            }
        }

        void Attention()
        {
            foreach ((int channels, int size) in new[] { (10, 28), (20, 14), (30, 7), (40, 2) })
            {
                var table = new ParameterTable();
                var space = new Workspace(new Weights(table));
                int tokens = size * size;
                LinearAttentionKernel<V>.Call call = new(channels, tokens, 4, 32);
                LinearAttentionKernel<V>.Saved saved = new(space, call);
                float* x = Buffer(channels * tokens * 16), y = Buffer(channels * tokens * 16), qkv = Buffer(384 * channels),
                    mix = Buffer(4 * channels * channels), bias = Buffer(channels), dqkv = Buffer(384 * channels),
                        dmix = Buffer(4 * channels * channels);
                // Weights as large as they are at the start of a training.
                for (int i = 0; i < 384 * channels; i++) qkv[i] /= MathF.Sqrt(3 * channels);
                double unit = 2.0 * 128 * channels * tokens * 16, once = 2.0 * 128 * channels * channels * 16;
                Row($"linear attention {channels} channels at {size}×{size}, forward", 4 * unit + once,
                    () => LinearAttentionKernel<V>.Forward(space, call, x, qkv, mix, bias, y, saved));
                Row($"linear attention {channels} channels at {size}×{size}, backward", 10 * unit + 2 * once,
                    () => LinearAttentionKernel<V>.Backward(space, call, x, y, qkv, mix, saved, x + 0, dqkv, dmix, bias));
            }
        }

        void Elementwise()
        {
            float* x = Buffer(7840 * 16), y = Buffer(7840 * 16), p = Buffer(20), film = Buffer(20 * 16),
                statistics = Buffer(20 * 16), d = Buffer(20 * 16);
            GroupNormKernel<V>.Call norm = new(10, 10, 784, 1e-6f, true);
            // Operations that are needed: 4 a value for the norm, about 20 for the exponential and its quotient.
            Row("group norm + modulation + SiLU 10×28×28, forward", 7840.0 * 16 * 24,
                () => GroupNormKernel<V>.Forward(norm, x, p, p, film, null, y, statistics));
            Row("group norm + modulation + SiLU 10×28×28, backward", 7840.0 * 16 * 32,
                () => GroupNormKernel<V>.Backward(norm, x, y, p, p, film, statistics, y, p, p, d));
            Row("layer norm 10×28×28, forward", 7840.0 * 16 * 6, () => LayerNormKernel<V>.Forward(x, p, null, y, 10, 784, 1e-5f));
            Row("layer norm 10×28×28, backward", 7840.0 * 16 * 14,
                () => LayerNormKernel<V>.Backward(x, y, p, y, false, d, 10, 784, 1e-5f));
        }
    }

    static float* Buffer(int length)
    {
        var buffer = new AlignedBuffer(length);
        s_buffers.Add(buffer);
        new RandomStream(length, "benchmark").FillNormal(buffer.Span);
        return buffer.Pointer;
    }
}
