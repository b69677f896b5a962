using ILGPU;
using Qdiff.Tensors;

namespace Qdiff.Gpu;

public sealed partial class GpuEngine
{
    /// <inheritdoc/>
    public override Tensor Concatenate(Tensor[] parts, Shape shape)
    {
        GpuMemory memory = Of(parts[0]);
        (Tensor y, ArrayView<float> to) = New(memory.Space, shape, parts.Any(part => part.RequiresGradient));
        for (int i = 0, start = 0; i < parts.Length; i += 2)
        {
            // Two by one launch.
            int count = parts[i].Count + (i + 1 < parts.Length ? parts[i + 1].Count : 0);
            memory.Queue.ForEach(ElementwiseKernels.Join, count * memory.Batch, View(parts[i]), i + 1 < parts.Length
                ? View(parts[i + 1]) : default, Part(memory, to, start, count));
            start += count;
        }

        if (y.RequiresGradient) Record(y, () =>
        {
            int first = 0;
            foreach (Tensor part in parts)
            {
                Share(y, part, first);
                first += part.Count;
            }
        });
        return y;
    }

    /// <inheritdoc/>
    public override Tensor Channels(Tensor x, int first, Shape shape)
    {
        GpuMemory memory = Of(x);
        int offset = x.Count / x.Shape[0] * first;
        (Tensor y, ArrayView<float> to) = New(memory.Space, shape, x.RequiresGradient);
        memory.Queue.ForEach(ElementwiseKernels.Copy, y.Count * memory.Batch, Part(memory, View(x), offset, y.Count), to);
        if (y.RequiresGradient) Record(y, () => Contribute(x, dx =>
        {
            memory.Queue.ForEach(ElementwiseKernels.Fill, x.Count * memory.Batch, 0f, dx);
            memory.Queue.ForEach(ElementwiseKernels.Copy, y.Count * memory.Batch, GradientView(y), Part(memory, dx, offset,
                y.Count));
        }));
        return y;
    }

    /// <inheritdoc/>
    public override Tensor ResizeNearest(Tensor x, int height, int width)
    {
        GpuMemory memory = Of(x);
        int fromHeight = x.Shape[1], fromWidth = x.Shape[2];
        (Tensor y, ArrayView<float> to) = New(memory.Space, [x.Shape[0], height, width], x.RequiresGradient);
        memory.Queue.ForEach(ImageKernels.Resize, y.Count * memory.Batch, memory.Batch, fromHeight, fromWidth, height, width,
            View(x), to);
        if (y.RequiresGradient) Record(y, () => Contribute(x, dx => memory.Queue.ForEach(ImageKernels.ResizeGradient,
            x.Count * memory.Batch, memory.Batch, fromHeight, fromWidth, height, width, GradientView(y), dx)));
        return y;
    }

    /// <inheritdoc/>
    public override Tensor GlobalAveragePool(Tensor x)
    {
        GpuMemory memory = Of(x);
        int channels = x.Shape[0], area = x.Count / channels;
        (Tensor y, ArrayView<float> to) = New(memory.Space, [channels], x.RequiresGradient);
        OverPixels(memory, channels, area, 1f / area, View(x), default, to);
        if (y.RequiresGradient) Record(y, () => Contribute(x, dx => memory.Queue.ForEach(ElementwiseKernels.Spread,
            x.Count * memory.Batch, memory.Batch, area * memory.Batch, 1f / area, GradientView(y), dx)));
        return y;
    }

    /// <inheritdoc/>
    public override Tensor AveragePool(Tensor x, SpatialGeometry geometry, bool countPadding)
    {
        GpuMemory memory = Of(x);
        int counts = countPadding ? 1 : 0;
        (Tensor y, ArrayView<float> to) = New(memory.Space, [x.Shape[0], geometry.OutputHeight, geometry.OutputWidth],
            x.RequiresGradient);
        memory.Queue.ForEach(ImageKernels.AveragePool, y.Count * memory.Batch, memory.Batch, geometry, counts, View(x), to);
        if (y.RequiresGradient) Record(y, () => Contribute(x, dx => memory.Queue.ForEach(ImageKernels.PoolGradient,
            x.Count * memory.Batch, memory.Batch, geometry, 0, counts, default(ArrayView<float>), GradientView(y), dx)));
        return y;
    }

    /// <inheritdoc/>
    public override Tensor MaxPool(Tensor x, SpatialGeometry geometry)
    {
        GpuMemory memory = Of(x);
        ArrayView<float> from = View(x);
        (Tensor y, ArrayView<float> to) = New(memory.Space, [x.Shape[0], geometry.OutputHeight, geometry.OutputWidth],
            x.RequiresGradient);
        memory.Queue.ForEach(ImageKernels.MaxPool, y.Count * memory.Batch, memory.Batch, geometry, from, to);
        if (y.RequiresGradient) Record(y, () => Contribute(x, dx => memory.Queue.ForEach(ImageKernels.PoolGradient,
            x.Count * memory.Batch, memory.Batch, geometry, 1, 0, from, GradientView(y), dx)));
        return y;
    }
}
