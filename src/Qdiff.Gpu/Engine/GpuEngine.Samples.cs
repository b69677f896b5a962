using ILGPU;
using Qdiff.Tensors;

namespace Qdiff.Gpu;

public sealed partial class GpuEngine
{
    /// <inheritdoc/>
    public override Tensor SinusoidalEmbedding(Workspace space, ReadOnlySpan<int> timesteps, int dimension)
    {
        GpuMemory memory = Of(space);
        int most = 0;
        foreach (int t in timesteps) most = Math.Max(most, t);
        (Tensor y, ArrayView<float> to) = New(space, [dimension], requiresGradient: false);
        SampleData data = memory.Samples(timesteps, SampleData.Kind.Timesteps, most + 1);
        ArrayView<float> table = memory.Table(("timesteps", dimension, data.Values),
            () => Sinusoids.Table(data.Values, dimension));
        memory.Queue.ForEach(SampleKernels.Rows, dimension * memory.Batch, memory.Batch, dimension, data.Rows, table, to);
        return y;
    }

    /// <inheritdoc/>
    public override Tensor Embedding(Workspace space, int[] rows, Parameter table)
    {
        GpuMemory memory = Of(space);
        int dimension = table.Shape[1];
        SampleData data = memory.Samples(rows, memory.KindOf(rows), table.Shape[0]);
        (Tensor y, ArrayView<float> to) = New(space, [dimension], space.Gradient is not null);
        memory.Queue.ForEach(SampleKernels.Rows, dimension * memory.Batch, memory.Batch, dimension, data.Rows,
            memory.Weights[table], to);
        if (y.RequiresGradient) Record(y, () => memory.Queue.ForEach(SampleKernels.RowsGradient, table.Count, memory.Batch,
            dimension, data.Rows, GradientView(y), memory.Weights.TakeShare(table, 0, table.Count, 1)));
        return y;
    }

    /// <inheritdoc/>
    public override Tensor SquaredError(Tensor prediction, Tensor target)
    {
        GpuMemory memory = Of(prediction);
        int count = prediction.Count;
        ArrayView<float> from = View(prediction), wanted = View(target);
        (Tensor loss, ArrayView<float> to) = New(memory.Space, Shape.Scalar,
            prediction.RequiresGradient || target.RequiresGradient);
        memory.Queue.ForGroups(SampleKernels.SquaredError, memory.Slabs, WarpsFor(memory, count), memory.Batch, count, from,
            wanted, to);
        if (loss.RequiresGradient) Record(loss, () =>
        {
            if (prediction.RequiresGradient) Contribute(prediction, d => Slope(from, wanted, d));
            if (target.RequiresGradient) Contribute(target, d => Slope(wanted, from, d));
        });
        return loss;

        void Slope(ArrayView<float> x, ArrayView<float> other, ArrayView<float> d) =>
            memory.Queue.ForEach(SampleKernels.SquaredErrorGradient, count * memory.Batch, memory.Batch, 2f / count, x, other,
                GradientView(loss), d);
    }

    /// <inheritdoc/>
    public override Tensor CrossEntropy(Tensor logits, int[] labels)
    {
        GpuMemory memory = Of(logits);
        int classes = logits.Shape[0], batch = memory.Batch;
        ArrayView<float> slope = memory.TakeTensor(classes);
        SampleData data = memory.Samples(labels, SampleData.Kind.Labels, classes);
        (Tensor loss, ArrayView<float> to) = New(memory.Space, Shape.Scalar, logits.RequiresGradient);
        memory.Queue.ForEach(SampleKernels.CrossEntropy, batch, batch, classes, data.Rows, View(logits), slope, to);
        if (loss.RequiresGradient) Record(loss, () => Contribute(logits, d =>
            memory.Queue.ForEach(ElementwiseKernels.ScaleChannels, classes * batch, batch, classes * batch, slope,
                GradientView(loss), d)));
        return loss;
    }
}
