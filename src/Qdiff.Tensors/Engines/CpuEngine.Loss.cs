using System.Runtime.Intrinsics;

namespace Qdiff.Tensors;

sealed unsafe partial class CpuEngine
{
    public override Tensor SquaredError(Tensor prediction, Tensor target)
    {
        Workspace space = prediction.Workspace;
        Tensor loss = space.Output(Shape.Scalar, prediction.RequiresGradient);
        Vector512<float> a = default, b = default;
        for (int i = 0; i < prediction.Count; i += 2)
        {
            Vector512<float> d = Tile.Load(prediction.Pointer, i) - Tile.Load(target.Pointer, i);
            a = Tile.MultiplyAdd(d, d, a);
            if (i + 1 == prediction.Count) break;
            d = Tile.Load(prediction.Pointer, i + 1) - Tile.Load(target.Pointer, i + 1);
            b = Tile.MultiplyAdd(d, d, b);
        }

        var scale = Vector512.Create(1f / prediction.Count);
        (scale * (a + b)).Store(loss.Pointer);
        if (loss.RequiresGradient) space.Record(loss, () =>
        {
            float* d = space.BeginGradient(prediction);
            Vector512<float> factor = (scale + scale) * Tile.Load(loss.GradientPointer);
            for (nint i = 0; i < prediction.Count; i++)
                (factor * (Tile.Load(prediction.Pointer, i) - Tile.Load(target.Pointer, i))).Store(d + i * Tile.Samples);
            space.EndGradient(prediction, d);
        });
        return loss;
    }

    public override Tensor CrossEntropy(Tensor logits, int[] label)
    {
        int classes = logits.Shape[0];
        Workspace space = logits.Workspace;
        Tensor loss = space.Output(Shape.Scalar, logits.RequiresGradient);
        Vector512<float> max = TileReduction.Max(logits.Pointer, classes), sum = default;
        for (int i = 0; i < classes; i++) sum += VectorMath.Exp(Tile.Load(logits.Pointer, i) - max);
        for (int s = 0; s < Tensor.Samples; s++)
            loss.Pointer[s] = MathF.Log(sum[s]) + max[s] - logits.Pointer[label[s] * Tensor.Samples + s];
        if (loss.RequiresGradient) space.Record(loss, () =>
        {
            float* d = space.BeginGradient(logits);
            Vector512<float> g = Tile.Load(loss.GradientPointer), inverse = Vector512<float>.One / sum;
            for (int i = 0; i < classes; i++)
                (g * inverse * VectorMath.Exp(Tile.Load(logits.Pointer, i) - max)).Store(d + i * Tile.Samples);
            for (int s = 0; s < Tensor.Samples; s++) d[label[s] * Tensor.Samples + s] -= g[s];
            space.EndGradient(logits, d);
        });
        return loss;
    }
}
