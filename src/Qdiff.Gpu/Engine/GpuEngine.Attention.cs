using ILGPU;
using Qdiff.Tensors;

namespace Qdiff.Gpu;

public sealed partial class GpuEngine
{
    /// <inheritdoc/>
    /// <remarks>
    /// What k finds of the input, the context, is mixed before q asks for it, and not what q found after: Σ_c mix[c']·(Σ_f
    /// context[f]·q[f]) = Σ_f (Σ_c mix[c']·context[f])·q[f] for each head. The numbers of a sample and head are then C × features
    /// and not C × pixels. Context and mixed are [C, heads, features], images whose rows have kernels of their own.
    /// </remarks>
    public override Tensor LinearAttention(Tensor x, Parameter qkv, Parameter mix, Parameter bias, int heads)
    {
        GpuMemory memory = Of(x);
        int channels = x.Shape[0], area = x.Count / channels, inner = qkv.Shape[0] / 3, features = inner / heads, batch =
            memory.Batch;
        var pixel = new SpatialGeometry(x.Shape[1], x.Shape[2], 1, 1, 1, 0);
        var projection = new Kernel(2 * inner, channels, 1);
        var queries = new QuerySizes(batch, channels, area, heads, features, MathF.Sqrt(features));
        // A head's features fit one thread group, or each step of theirs is a launch.
        int warps = QueryKernels.Warps(features);
        bool inOne = warps <= memory.Device.MaxWarps;
        var headRows = new SpatialGeometry(heads, features, 1, 1, 1, 0);
        var mixing = new Kernel(channels, channels, channels, 1, channels * channels, channels * channels);

        // q and k, with softmax over the features and over the pixels.
        ArrayView<float> from = View(x), qk = memory.TakeTensor(2 * inner * area), q = Part(memory, qk, 0, inner * area),
            k = Part(memory, qk, inner * area, inner * area);
        ArrayView<float> weights = Part(memory, memory.Weights[qkv], 0, 2 * inner * channels, batch: 1);
        if (inOne)
        {
            memory.Queue.ForGroups(QueryKernels.Queries, QueryKernels.Groups(queries), warps, queries, from, Part(memory, weights,
                0, inner * channels, batch: 1), q);
            Multiply(memory, Direct(batch, pixel, new(inner, channels, 1)), from, Part(memory, weights, inner * channels,
                inner * channels, batch: 1), default, k);
        }
        else
        {
            Multiply(memory, Direct(batch, pixel, projection), from, weights, default, qk);
            memory.Queue.ForEach(ProductKernels.Softmax, heads * area * batch, batch, features, area, area, features * area,
                1 / queries.Root, q);
        }

        memory.Queue.ForGroups(ProductKernels.SoftmaxOverPixels, inner * memory.Slabs, WarpsFor(memory, area), batch, area, k);

        ArrayView<float> context = memory.TakeTensor(inner * channels), mixed = memory.TakeTensor(inner * channels);
        OverPixels(1f / area, from, k, context);
        Multiply(memory, Direct(batch, headRows, mixing), context, memory.Weights[mix], default, mixed);
        (Tensor y, ArrayView<float> to) = New(x.Workspace, x.Shape, Records(x, qkv));
        OverFeatures(1, mixed, q, memory.Weights[bias], to);
        if (y.RequiresGradient) Record(y, () =>
        {
            ArrayView<float> dy = GradientView(y), dmixed = memory.TakeTensor(inner * channels), dcontext =
                memory.TakeTensor(inner * channels);
            BiasShare(memory, bias, channels, area, dy);
            OverPixels(1, dy, q, dmixed);
            WeightShare(memory, mix, null, headRows, mixing, dmixed, context);
            Multiply(memory, Transposed(batch, headRows, mixing), dmixed, memory.Weights[mix], default, dcontext);

            ArrayView<float> dqk = memory.TakeTensor(2 * inner * area), dq = Part(memory, dqk, 0, inner * area),
                dk = Part(memory, dqk, inner * area, inner * area);
            // c[feature, pixel] = factor·Σ over channels of a[feature]·b[pixel].
            var ofChannels = new ProductSizes(batch, 1, inner, area, channels, 0, 1, inner, 0, area, 1, 0, area, 1, 1f / area);
            if (inOne)
            {
                memory.Queue.ForGroups(QueryKernels.QueriesGradient, QueryKernels.Groups(queries), warps, queries, mixed, dy, q,
                    dq);
            }
            else
            {
                Product(memory, ofChannels with { Factor = 1 }, mixed, dy, default, dq);
                memory.Queue.ForEach(ProductKernels.SoftmaxGradient, heads * area * batch, batch, features, area, area,
                    features * area, queries.Root, q, dq);
            }

            ArrayView<float> norms = memory.TakeTensor(inner);
            memory.Queue.ForEach(ProductKernels.ProductAlong, inner * batch, batch, channels, inner, dcontext, context, norms);
            memory.Queue.ForEach(ProductKernels.ProductThroughSoftmax, ProductKernels.Threads(ofChannels), ofChannels, dcontext,
                from, norms, k, dk);
            WeightShare(memory, qkv, null, pixel, projection, dqk, from);
            // Of x by the context, then by the projection.
            Contribute(x, dx =>
            {
                OverFeatures(1f / area, dcontext, k, default, dx);
                Multiply(memory, Transposed(batch, pixel, projection), dqk, weights, default, dx, dx);
            });
        });
        return y;

        // c[channel, feature] = factor·Σ over pixels of a[channel]·b[feature].
        void OverPixels(float factor, ArrayView<float> a, ArrayView<float> b, ArrayView<float> c) => Product(memory,
            new(batch, 1, channels, inner, area, 0, area, 1, 0, 1, area, 0, inner, 1, factor), a, b, default, c);

        // c[channel, pixel] = factor·Σ over features of a[channel]·b[pixel], plus a bias.
        void OverFeatures(float factor, ArrayView<float> a, ArrayView<float> b, ArrayView<float> plus, ArrayView<float> c) =>
            Product(memory, new(batch, 1, channels, area, inner, 0, inner, 1, 0, area, 1, 0, area, 1, factor), a, b, plus, c);
    }

    /// <inheritdoc/>
    public override Tensor FullAttention(Tensor qkv, int heads, float scale)
    {
        GpuMemory memory = Of(qkv);
        int inner = qkv.Shape[0] / 3, area = qkv.Count / qkv.Shape[0], features = inner / heads, batch = memory.Batch;
        ArrayView<float> from = View(qkv), v = Part(memory, from, 2 * inner * area, inner * area);
        ArrayView<float> qk = memory.TakeTensor(2 * inner * area), q = Part(memory, qk, 0, inner * area),
            k = Part(memory, qk, inner * area, inner * area);
        ArrayView<float> norm = memory.TakeTensor(2 * inner), attention = memory.TakeTensor((long)heads * area * area);
        int head = features * area, logits = area * area;
        memory.Queue.ForGroups(ProductKernels.NormaliseOverPixels, 2 * inner * memory.Slabs, WarpsFor(memory, area), batch, area,
            Part(memory, from, 0, 2 * inner * area), qk, norm);
        Product(memory, new(batch, heads, area, area, features, head, 1, area, head, area, 1, logits, area, 1, scale), q, k,
            default, attention);
        memory.Queue.ForEach(ProductKernels.Softmax, heads * area * batch, batch, area, 1, 1, area, 1f, attention);
        (Tensor y, ArrayView<float> to) = New(qkv.Workspace, [inner, qkv.Shape[1], qkv.Shape[2]], qkv.RequiresGradient);
        Product(memory, new(batch, heads, features, area, area, head, area, 1, logits, 1, area, head, area, 1, 1), v, attention,
            default, to);
        if (y.RequiresGradient) Record(y, () => Contribute(qkv, dqkv =>
        {
            ArrayView<float> dy = GradientView(y), dv = Part(memory, dqkv, 2 * inner * area, inner * area);
            ArrayView<float> dlogits = memory.TakeTensor((long)heads * area * area), dqk = memory.TakeTensor(2 * inner * area),
                dq = Part(memory, dqk, 0, inner * area), dk = Part(memory, dqk, inner * area, inner * area);
            Product(memory, new(batch, heads, features, area, area, head, area, 1, logits, area, 1, head, area, 1, 1), dy,
                attention, default, dv);
            Product(memory, new(batch, heads, area, area, features, head, 1, area, head, area, 1, logits, area, 1, 1), dy, v,
                default, dlogits);
            memory.Queue.ForEach(ProductKernels.SoftmaxGradient, heads * area * batch, batch, area, 1, 1, area, 1f, attention,
                dlogits);
            Product(memory, new(batch, heads, features, area, area, head, area, 1, logits, 1, area, head, area, 1, scale), k,
                dlogits, default, dq);
            Product(memory, new(batch, heads, features, area, area, head, area, 1, logits, area, 1, head, area, 1, scale), q,
                dlogits, default, dk);
            memory.Queue.ForGroups(ProductKernels.NormaliseOverPixelsGradient, 2 * inner * memory.Slabs, WarpsFor(memory, area),
                batch, area, qk, norm, dqk, Part(memory, dqkv, 0, 2 * inner * area));
        }));
        return y;
    }

    /// <param name="bias">A number for each row, the same for all samples, that is added; nothing if it is empty.</param>
    static void Product(GpuMemory memory, ProductSizes sizes, ArrayView<float> a, ArrayView<float> b, ArrayView<float> bias,
        ArrayView<float> c)
    {
        int threads = ProductKernels.Threads(sizes), groups = threads / memory.Batch * memory.Slabs;
        int warps = Math.Min(ProductKernels.MaxShares, memory.Device.MaxWarps);
        if (warps == 1 || sizes.Inner < 64 || groups > memory.Device.BusyWarps)
            memory.Queue.ForEach(ProductKernels.Product, threads, sizes, a, b, bias, c);
        else
            memory.Queue.ForGroups(ProductKernels.ProductInShares, groups, warps, sizes, a, b, bias, c);
    }

    /// <summary>Elements of a view, from one on.</summary>
    static ArrayView<float> Part(GpuMemory memory, ArrayView<float> view, int first, int count, int batch = 0)
    {
        memory.Trace(first);
        int samples = batch == 0 ? memory.Batch : batch;
        return memory.IsMeasuring ? default : view.SubView((long)first * samples, (long)count * samples);
    }
}
