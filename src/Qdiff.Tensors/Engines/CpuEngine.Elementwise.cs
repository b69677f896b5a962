using System.Numerics.Tensors;

namespace Qdiff.Tensors;

sealed unsafe partial class CpuEngine<V> where V : struct, ILanes<V>
{
    public override Tensor Add(Tensor a, Tensor b)
    {
        Workspace space = a.Workspace;
        Tensor y = space.Output(a.Shape, a.RequiresGradient || b.RequiresGradient);
        TensorPrimitives.Add(a.Values, b.Values, y.Values);
        if (y.RequiresGradient) space.Record(y, () =>
        {
            if (b.RequiresGradient && a.RequiresGradient)
            {
                float* db = space.BeginGradient(b);
                y.Gradient.CopyTo(space.Span(db, b.Count));
                space.EndGradient(b, db);
            }

            space.HandOver(y, a.RequiresGradient ? a : b);
        });
        return y;
    }

    public override Tensor Scale(Tensor x, float factor)
    {
        Workspace space = x.Workspace;
        Tensor y = space.Output(x.Shape, x.RequiresGradient);
        TensorPrimitives.Multiply(x.Values, factor, y.Values);
        if (y.RequiresGradient) space.Record(y, () =>
        {
            float* dx = space.BeginGradient(x);
            TensorPrimitives.Multiply(y.Gradient, factor, space.Span(dx, x.Count));
            space.EndGradient(x, dx);
        });
        return y;
    }

    public override Tensor ScaleChannels(Tensor x, Tensor gate)
    {
        int channels = x.Shape[0], area = x.Count / channels;
        Workspace space = x.Workspace;
        Tensor y = space.Output(x.Shape, x.RequiresGradient || gate.RequiresGradient);
        ScaleChannels(x.Pointer, gate.Pointer, y.Pointer, channels, area);
        if (y.RequiresGradient) space.Record(y, () =>
        {
            float* dy = y.GradientPointer;
            if (gate.RequiresGradient)
            {
                float* dg = space.BeginGradient(gate);
                for (int c = 0; c < channels; c++)
                    for (int lane = 0; lane < Tensor.Samples; lane += V.Count)
                    {
                        V sum = default;
                        float* from = x.Pointer + (nint)c * area * Tensor.Samples + lane,
                            d = dy + (nint)c * area * Tensor.Samples + lane;
                        for (int i = 0; i < area; i++) sum = V.MultiplyAdd(V.Load(d, i), V.Load(from, i), sum);
                        sum.Store(dg + c * Tensor.Samples + lane);
                    }

                space.EndGradient(gate, dg);
            }

            if (!x.RequiresGradient) return;
            float* dx = space.BeginGradient(x);
            ScaleChannels(dy, gate.Pointer, dx, channels, area);
            space.EndGradient(x, dx);
        });
        return y;
    }

    static void ScaleChannels(float* x, float* gate, float* y, int channels, int area)
    {
        for (int c = 0; c < channels; c++)
            for (int lane = 0; lane < Tensor.Samples; lane += V.Count)
            {
                V g = V.Load(gate + lane, c);
                float* from = x + (nint)c * area * Tensor.Samples + lane, to = y + (nint)c * area * Tensor.Samples + lane;
                for (nint i = 0; i < area; i++) (g * V.Load(from, i)).Store(to + i * Tensor.Samples);
            }
    }

    public override Tensor AddChannels(Tensor x, Tensor shift)
    {
        int channels = x.Shape[0], area = x.Count / channels;
        Workspace space = x.Workspace;
        Tensor y = space.Output(x.Shape, x.RequiresGradient || shift.RequiresGradient);
        for (int c = 0; c < channels; c++)
            for (int lane = 0; lane < Tensor.Samples; lane += V.Count)
            {
                V s = V.Load(shift.Pointer + lane, c);
                float* from = x.Pointer + (nint)c * area * Tensor.Samples + lane,
                    to = y.Pointer + (nint)c * area * Tensor.Samples + lane;
                for (nint i = 0; i < area; i++) (s + V.Load(from, i)).Store(to + i * Tensor.Samples);
            }

        if (y.RequiresGradient) space.Record(y, () =>
        {
            if (shift.RequiresGradient)
            {
                float* ds = space.BeginGradient(shift);
                for (int c = 0; c < channels; c++)
                    for (int lane = 0; lane < Tensor.Samples; lane += V.Count)
                        TileReduction<V>.Sum(y.GradientPointer + (nint)c * area * Tensor.Samples + lane, area)
                            .Store(ds + c * Tensor.Samples + lane);
                space.EndGradient(shift, ds);
            }

            if (x.RequiresGradient) space.HandOver(y, x);
        });
        return y;
    }

    public override Tensor Affine(Tensor x, Parameter scale, Parameter shift)
    {
        Workspace space = x.Workspace;
        Tensor y = space.Output(x.Shape, space.Records(x, scale));
        for (int i = 0; i < x.Count; i++)
            for (int lane = 0; lane < Tensor.Samples; lane += V.Count)
                V.MultiplyAdd(V.Create(space.Values(scale)[i]), V.Load(x.Pointer + lane, i), V.Create(space.Values(shift)[i]))
                    .Store(y.Pointer + i * Tensor.Samples + lane);
        if (y.RequiresGradient) space.Record(y, () =>
        {
            float* dy = y.GradientPointer;
            if (space.Gradient is not null)
            {
                float* products = stackalloc float[Tensor.Samples];
                for (int i = 0; i < x.Count; i++)
                {
                    for (int lane = 0; lane < Tensor.Samples; lane += V.Count)
                        (V.Load(dy + lane, i) * V.Load(x.Pointer + lane, i)).Store(products + lane);
                    space.GradientOf(scale)[i] += Lanes.SumOfSamples<V>(products);
                    space.GradientOf(shift)[i] += Lanes.SumOfSamples<V>(dy + i * Tensor.Samples);
                }
            }

            if (!x.RequiresGradient) return;
            float* dx = space.BeginGradient(x);
            for (int i = 0; i < x.Count; i++)
                for (int lane = 0; lane < Tensor.Samples; lane += V.Count)
                    (V.Create(space.Values(scale)[i]) * V.Load(dy + lane, i)).Store(dx + i * Tensor.Samples + lane);
            space.EndGradient(x, dx);
        });
        return y;
    }
}
