using ILGPU;
using Qdiff.Tensors;

namespace Qdiff.Gpu;

public sealed partial class GpuEngine
{
    /// <inheritdoc/>
    public override Tensor LinearAttention(Tensor x, Parameter qkv, Parameter mix, Parameter bias, int heads)
    {
        GpuMemory memory = Of(x);
        int channels = x.Shape[0], area = x.Count / channels, inner = qkv.Shape[0] / 3, features = inner / heads, batch =
            memory.Batch;
        var pixel = new SpatialGeometry(x.Shape[1], x.Shape[2], 1, 1, 1, 0);
        var projection = new Kernel(2 * inner, channels, 1);
        // Of each head the channels, mixed by a matrix of its own: [heads, C, C].
        var mixing = new Kernel(channels, heads * channels, channels, 1, channels, channels * channels, mix.Count);

        // q and k; both softmaxes in place.
        ArrayView<float> from = View(x), q = memory.TakeTensor(2 * inner * area), k = Part(memory, q, inner * area, inner * area);
        ArrayView<float> weights = Part(memory, memory.Weights[qkv], 0, 2 * inner * channels, batch: 1);
        Multiply(memory, Direct(batch, pixel, projection), from, weights, default, q);
        float root = MathF.Sqrt(features);
        memory.Queue.ForEach(ProductKernels.Softmax, heads * area * batch, batch, features, area, area, features * area, 1 / root,
            q);
        memory.Queue.ForGroups(ProductKernels.SoftmaxOverPixels, inner * memory.Slabs, WarpsFor(memory, area), batch, area, k);

        // What k finds of the input, and what q finds of that.
        ArrayView<float> context = memory.TakeTensor(inner * channels), found = memory.TakeTensor(heads * channels * area);
        Product(memory, new(batch, heads, features, channels, area, features * area, area, 1, 0, 1, area, features * channels,
            channels, 1,
            1f / area), k, from, context);
        Product(memory, new(batch, heads, channels, area, features, features * channels, 1, channels, features * area, area, 1,
            channels * area, area, 1, 1), context, q, found);
        (Tensor y, ArrayView<float> to) = New(x.Workspace, x.Shape, Records(x, qkv));
        Multiply(memory, Direct(batch, pixel, mixing), found, memory.Weights[mix], memory.Weights[bias], to);
        if (y.RequiresGradient) Record(y, () =>
        {
            ArrayView<float> dy = GradientView(y), dfound = memory.TakeTensor(heads * channels * area);
            WeightShare(memory, mix, pixel, mixing, dy, found);
            BiasShare(memory, bias, channels, area, dy);
            MixBack(memory, pixel, mixing, heads, dy, memory.Weights[mix], dfound);

            ArrayView<float> dcontext = memory.TakeTensor(inner * channels), dq = memory.TakeTensor(2 * inner * area),
                dk = Part(memory, dq, inner * area, inner * area);
            Product(memory, new(batch, heads, features, channels, area, features * area, area, 1, channels * area, 1, area,
                features * channels, channels, 1, 1), q, dfound, dcontext);
            Product(memory, new(batch, heads, features, area, channels, features * channels, channels, 1, channels * area, area,
                1,
                features * area, area, 1, 1), context, dfound, dq);
            Product(memory, new(batch, heads, features, area, channels, features * channels, channels, 1, 0, area, 1,
                features * area,
                area, 1, 1f / area), dcontext, from, dk);
            // Of x by the context: one matrix with all heads' features.
            ArrayView<float> byContext = memory.TakeTensor(x.Count);
            Product(memory, new(batch, 1, channels, area, inner, 0, 1, channels, 0, area, 1, 0, area, 1, 1f / area), dcontext, k,
                byContext);

            memory.Queue.ForEach(ProductKernels.SoftmaxGradient, heads * area * batch, batch, features, area, area,
                features * area, root, q,
                dq);
            memory.Queue.ForGroups(ProductKernels.SoftmaxOverPixelsGradient, inner * memory.Slabs, WarpsFor(memory, area), batch,
                area, k, dk);
            WeightShare(memory, qkv, pixel, projection, dq, from);
            Contribute(x, dx =>
            {
                Multiply(memory, Transposed(batch, pixel, projection), dq, weights, default, dx);
                memory.Queue.ForEach(ElementwiseKernels.Add, x.Count * batch, dx, byContext, dx);
            });
        });
        return y;
    }

    /// <inheritdoc/>
    public override Tensor FullAttention(Tensor qkv, int heads, float scale)
    {
        GpuMemory memory = Of(qkv);
        int inner = qkv.Shape[0] / 3, area = qkv.Count / qkv.Shape[0], features = inner / heads, batch = memory.Batch;
        ArrayView<float> from = View(qkv), v = Part(memory, from, 2 * inner * area, inner * area);
        ArrayView<float> q = memory.TakeTensor(2 * inner * area), k = Part(memory, q, inner * area, inner * area);
        ArrayView<float> norm = memory.TakeTensor(2 * inner), attention = memory.TakeTensor(heads * area * area);
        int head = features * area, logits = area * area;
        memory.Queue.ForGroups(ProductKernels.NormaliseOverPixels, 2 * inner * memory.Slabs, WarpsFor(memory, area), batch, area,
            from, q, norm);
        Product(memory, new(batch, heads, area, area, features, head, 1, area, head, area, 1, logits, area, 1, scale), q, k,
            attention);
        memory.Queue.ForEach(ProductKernels.Softmax, heads * area * batch, batch, area, 1, 1, area, 1f, attention);
        (Tensor y, ArrayView<float> to) = New(qkv.Workspace, [inner, qkv.Shape[1], qkv.Shape[2]], qkv.RequiresGradient);
        Product(memory, new(batch, heads, features, area, area, head, area, 1, logits, 1, area, head, area, 1, 1), v, attention,
            to);
        if (y.RequiresGradient) Record(y, () => Contribute(qkv, dqkv =>
        {
            ArrayView<float> dy = GradientView(y), dv = Part(memory, dqkv, 2 * inner * area, inner * area);
            ArrayView<float> dlogits = memory.TakeTensor(heads * area * area), dq = memory.TakeTensor(2 * inner * area),
                dk = Part(memory, dq, inner * area, inner * area);
            Product(memory, new(batch, heads, features, area, area, head, area, 1, logits, area, 1, head, area, 1, 1), dy,
                attention, dv);
            Product(memory, new(batch, heads, area, area, features, head, 1, area, head, area, 1, logits, area, 1, 1), dy, v,
                dlogits);
            memory.Queue.ForEach(ProductKernels.SoftmaxGradient, heads * area * batch, batch, area, 1, 1, area, 1f, attention,
                dlogits);
            Product(memory, new(batch, heads, features, area, area, head, area, 1, logits, 1, area, head, area, 1, scale), k,
                dlogits, dq);
            Product(memory, new(batch, heads, features, area, area, head, area, 1, logits, area, 1, head, area, 1, scale), q,
                dlogits, dk);
            memory.Queue.ForGroups(ProductKernels.NormaliseOverPixelsGradient, 2 * inner * memory.Slabs, WarpsFor(memory, area),
                batch, area, q,
                norm, dq, Part(memory, dqkv, 0, 2 * inner * area));
        }));
        return y;
    }

    static void Product(GpuMemory memory, ProductSizes sizes, ArrayView<float> a, ArrayView<float> b, ArrayView<float> c)
    {
        int threads = ProductKernels.Threads(sizes), groups = threads / memory.Batch * memory.Slabs;
        int warps = Math.Min(ProductKernels.MaxShares, memory.Device.MaxWarps);
        if (warps == 1 || sizes.Inner < 64 || groups > memory.Device.BusyWarps)
            memory.Queue.ForEach(ProductKernels.Product, threads, sizes, a, b, c);
        else
            memory.Queue.ForGroups(ProductKernels.ProductInShares, groups, warps, sizes, a, b, c);
    }

    /// <summary>The gradient of what each head found: a head's channels by its own matrix.</summary>
    static void MixBack(GpuMemory memory, SpatialGeometry pixel, Kernel mixing, int heads, ArrayView<float> dy,
        ArrayView<float> mix,
        ArrayView<float> dfound)
    {
        int channels = mixing.Small, area = pixel.InputHeight * pixel.InputWidth;
        var one = new Kernel(channels, channels, 1);
        for (int h = 0; h < heads; h++)
            Multiply(memory, Transposed(memory.Batch, pixel, one), dy, Part(memory, mix, h * channels * channels,
            channels * channels, 1),
                default, Part(memory, dfound, h * channels * area, channels * area));
    }

    /// <summary>Elements of a view, from one on.</summary>
    static ArrayView<float> Part(GpuMemory memory, ArrayView<float> view, int first, int count, int batch = 0)
    {
        int samples = batch == 0 ? memory.Batch : batch;
        return memory.IsMeasuring ? default : view.SubView((long)first * samples, (long)count * samples);
    }
}
