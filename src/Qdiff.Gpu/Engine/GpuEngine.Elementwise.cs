using ILGPU;
using Qdiff.Tensors;

namespace Qdiff.Gpu;

public sealed partial class GpuEngine
{
    /// <inheritdoc/>
    public override Tensor Activate(Tensor x, ActivationFunction function)
    {
        GpuMemory memory = Of(x);
        int count = x.Count * memory.Batch;
        ArrayView<float> from = View(x);
        (Tensor y, ArrayView<float> to) = New(x.Workspace, x.Shape, x.RequiresGradient);
        memory.Queue.ForEach(ElementwiseKernels.Activate, count, (int)function, from, to);
        if (y.RequiresGradient) Record(y, () => Contribute(x, dx =>
            memory.Queue.ForEach(ElementwiseKernels.ActivateGradient, count, (int)function, from, GradientView(y), dx)));
        return y;
    }

    /// <inheritdoc/>
    public override Tensor Add(Tensor a, Tensor b)
    {
        GpuMemory memory = Of(a);
        int count = a.Count * memory.Batch;
        (Tensor y, ArrayView<float> to) = New(a.Workspace, a.Shape, a.RequiresGradient || b.RequiresGradient);
        memory.Queue.ForEach(ElementwiseKernels.Add, count, View(a), View(b), to);
        if (y.RequiresGradient) Record(y, () =>
        {
            Share(y, a);
            Share(y, b);
        });
        return y;
    }

    /// <inheritdoc/>
    public override Tensor Scale(Tensor x, float factor)
    {
        GpuMemory memory = Of(x);
        int count = x.Count * memory.Batch;
        (Tensor y, ArrayView<float> to) = New(x.Workspace, x.Shape, x.RequiresGradient);
        memory.Queue.ForEach(ElementwiseKernels.Scale, count, factor, View(x), to);
        if (y.RequiresGradient) Record(y, () => Contribute(x, dx =>
            memory.Queue.ForEach(ElementwiseKernels.Scale, count, factor, GradientView(y), dx)));
        return y;
    }

    /// <inheritdoc/>
    public override Tensor ScaleChannels(Tensor x, Tensor gate)
    {
        GpuMemory memory = Of(x);
        int channels = x.Shape[0], area = x.Count / channels, count = x.Count * memory.Batch, size = area * memory.Batch;
        ArrayView<float> from = View(x), gates = View(gate);
        (Tensor y, ArrayView<float> to) = New(x.Workspace, x.Shape, x.RequiresGradient || gate.RequiresGradient);
        memory.Queue.ForEach(ElementwiseKernels.ScaleChannels, count, memory.Batch, size, from, gates, to);
        if (y.RequiresGradient) Record(y, () =>
        {
            ArrayView<float> dy = GradientView(y);
            Contribute(gate, dgate => OverPixels(memory, channels, area, 1, dy, from, dgate));
            Contribute(x, dx => memory.Queue.ForEach(ElementwiseKernels.ScaleChannels, count, memory.Batch, size, dy, gates, dx));
        });
        return y;
    }

    /// <inheritdoc/>
    public override Tensor AddChannels(Tensor x, Tensor shift)
    {
        GpuMemory memory = Of(x);
        int channels = x.Shape[0], area = x.Count / channels, size = area * memory.Batch;
        (Tensor y, ArrayView<float> to) = New(x.Workspace, x.Shape, x.RequiresGradient || shift.RequiresGradient);
        memory.Queue.ForEach(ElementwiseKernels.AddChannels, x.Count * memory.Batch, memory.Batch, size, View(x), View(shift),
            to);
        if (y.RequiresGradient) Record(y, () =>
        {
            Contribute(shift, dshift => OverPixels(memory, channels, area, 1, GradientView(y), default, dshift));
            Share(y, x);
        });
        return y;
    }

    /// <inheritdoc/>
    public override Tensor Affine(Tensor x, Parameter scale, Parameter shift)
    {
        GpuMemory memory = Of(x);
        int channels = x.Count, count = channels * memory.Batch;
        ArrayView<float> from = View(x);
        (Tensor y, ArrayView<float> to) = New(x.Workspace, x.Shape, Records(x, scale));
        memory.Queue.ForEach(ElementwiseKernels.Affine, count, memory.Batch, from, memory.Weights[scale], memory.Weights[shift],
            to);
        if (y.RequiresGradient) Record(y, () =>
        {
            ArrayView<float> dy = GradientView(y);
            if (memory.Space.Gradient is not null)
            {
                ArrayView<float> product = memory.TakeTensor(channels);
                memory.Queue.ForEach(ElementwiseKernels.Multiply, count, dy, from, product);
                BiasShare(memory, scale, channels, 1, product);
                BiasShare(memory, shift, channels, 1, dy);
            }

            Contribute(x, dx => memory.Queue.ForEach(ElementwiseKernels.Affine, count, memory.Batch, dy, memory.Weights[scale],
                default(ArrayView<float>), dx));
        });
        return y;
    }

    static void OverPixels(GpuMemory memory, int channels, int area, float factor, ArrayView<float> a, ArrayView<float> b,
        ArrayView<float> sums) =>
        memory.Queue.ForGroups(ReductionKernels.OverPixels, channels * memory.Slabs, WarpsFor(memory, area), memory.Batch, area,
            factor, a, b, sums);
}
