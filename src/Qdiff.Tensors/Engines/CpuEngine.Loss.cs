namespace Qdiff.Tensors;

sealed unsafe partial class CpuEngine<V> where V : struct, ILanes<V>
{
    public override Tensor SquaredError(Tensor prediction, Tensor target)
    {
        Workspace space = prediction.Workspace;
        Tensor loss = space.Output(Shape.Scalar, prediction.RequiresGradient || target.RequiresGradient);
        float scale = 1f / prediction.Count;
        for (int lane = 0; lane < Tensor.Samples; lane += V.Count)
        {
            float* p = prediction.Pointer + lane, t = target.Pointer + lane;
            V a = default, b = default;
            for (int i = 0; i < prediction.Count; i += 2)
            {
                V d = V.Load(p, i) - V.Load(t, i);
                a = V.MultiplyAdd(d, d, a);
                if (i + 1 == prediction.Count) break;
                d = V.Load(p, i + 1) - V.Load(t, i + 1);
                b = V.MultiplyAdd(d, d, b);
            }

            (V.Create(scale) * (a + b)).Store(loss.Pointer + lane);
        }

        if (loss.RequiresGradient) space.Record(loss, () =>
        {
            if (prediction.RequiresGradient) Contribute(prediction, target);
            if (target.RequiresGradient) Contribute(target, prediction);
        });
        return loss;

        void Contribute(Tensor x, Tensor other)
        {
            float* d = space.BeginGradient(x);
            for (int lane = 0; lane < Tensor.Samples; lane += V.Count)
            {
                float* a = x.Pointer + lane, b = other.Pointer + lane;
                V factor = V.Create(scale + scale) * V.Load(loss.GradientPointer + lane);
                for (nint i = 0; i < x.Count; i++)
                    (factor * (V.Load(a, i) - V.Load(b, i))).Store(d + lane + i * Tensor.Samples);
            }

            space.EndGradient(x, d);
        }
    }

    public override Tensor CrossEntropy(Tensor logits, int[] label)
    {
        int classes = logits.Shape[0];
        Workspace space = logits.Workspace;
        Tensor loss = space.Output(Shape.Scalar, logits.RequiresGradient);
        // Of e^(logit − max) the sum over the classes, then the logits' maximum.
        float* sums = space.Allocate(2), maxima = sums + Tensor.Samples;
        for (int lane = 0; lane < Tensor.Samples; lane += V.Count)
        {
            V max = TileReduction<V>.Max(logits.Pointer + lane, classes, Tensor.Samples), sum = default;
            for (int i = 0; i < classes; i++) sum += V.Exp(V.Load(logits.Pointer + lane, i) - max);
            sum.Store(sums + lane);
            max.Store(maxima + lane);
        }

        for (int s = 0; s < Tensor.Samples; s++)
            // The difference first: beside a large maximum the logarithm would lose its digits.
            loss.Pointer[s] = MathF.Log(sums[s]) + (maxima[s] - logits.Pointer[label[s] * Tensor.Samples + s]);
        if (loss.RequiresGradient) space.Record(loss, () =>
        {
            float* d = space.BeginGradient(logits);
            float* g = loss.GradientPointer;
            for (int lane = 0; lane < Tensor.Samples; lane += V.Count)
            {
                V factor = V.Load(g + lane) * (V.One / V.Load(sums + lane)), max = V.Load(maxima + lane);
                for (int i = 0; i < classes; i++)
                    (factor * V.Exp(V.Load(logits.Pointer + lane, i) - max)).Store(d + lane + i * Tensor.Samples);
            }

            for (int s = 0; s < Tensor.Samples; s++) d[label[s] * Tensor.Samples + s] -= g[s];
            space.EndGradient(logits, d);
        });
        return loss;
    }
}
