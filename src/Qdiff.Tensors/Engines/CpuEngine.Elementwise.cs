using System.Numerics.Tensors;
using System.Runtime.Intrinsics;

namespace Qdiff.Tensors;

sealed unsafe partial class CpuEngine
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
        for (int c = 0; c < channels; c++)
        {
            Vector512<float> g = Lane.Load(gate.Pointer, c);
            float* from = x.Pointer + (nint)c * area * Lane.Width, to = y.Pointer + (nint)c * area * Lane.Width;
            for (int i = 0; i < area; i++) (g * Lane.Load(from, i)).Store(to + i * Lane.Width);
        }

        if (y.RequiresGradient) space.Record(y, () =>
        {
            float* dy = y.GradientPointer;
            if (gate.RequiresGradient)
            {
                float* dg = space.BeginGradient(gate);
                for (int c = 0; c < channels; c++)
                {
                    Vector512<float> sum = default;
                    nint start = (nint)c * area;
                    for (int i = 0; i < area; i++) sum = Lane.Fma(Lane.Load(dy, start + i), Lane.Load(x.Pointer, start + i), sum);
                    sum.Store(dg + c * Lane.Width);
                }

                space.EndGradient(gate, dg);
            }

            if (!x.RequiresGradient) return;
            float* dx = space.BeginGradient(x);
            for (int c = 0; c < channels; c++)
            {
                Vector512<float> g = Lane.Load(gate.Pointer, c);
                nint start = (nint)c * area;
                for (int i = 0; i < area; i++) (g * Lane.Load(dy, start + i)).Store(dx + (start + i) * Lane.Width);
            }

            space.EndGradient(x, dx);
        });
        return y;
    }

    public override Tensor AddChannels(Tensor x, Tensor shift)
    {
        int channels = x.Shape[0], area = x.Count / channels;
        Workspace space = x.Workspace;
        Tensor y = space.Output(x.Shape, x.RequiresGradient || shift.RequiresGradient);
        for (int c = 0; c < channels; c++)
        {
            Vector512<float> s = Lane.Load(shift.Pointer, c);
            nint start = (nint)c * area;
            for (int i = 0; i < area; i++) (s + Lane.Load(x.Pointer, start + i)).Store(y.Pointer + (start + i) * Lane.Width);
        }

        if (y.RequiresGradient) space.Record(y, () =>
        {
            if (shift.RequiresGradient)
            {
                float* ds = space.BeginGradient(shift);
                for (int c = 0; c < channels; c++)
                    LaneReduction.Sum(y.GradientPointer + (nint)c * area * Lane.Width, area).Store(ds + c * Lane.Width);
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
            Lane.Fma(Vector512.Create(space.Values(scale)[i]), Lane.Load(x.Pointer, i),
                Vector512.Create(space.Values(shift)[i])).Store(y.Pointer + i * Lane.Width);
        if (y.RequiresGradient) space.Record(y, () =>
        {
            float* dy = y.GradientPointer;
            if (space.Gradient is not null)
                for (int i = 0; i < x.Count; i++)
                {
                    space.GradientOf(scale)[i] += Vector512.Sum(Lane.Load(dy, i) * Lane.Load(x.Pointer, i));
                    space.GradientOf(shift)[i] += Vector512.Sum(Lane.Load(dy, i));
                }

            if (!x.RequiresGradient) return;
            float* dx = space.BeginGradient(x);
            for (int i = 0; i < x.Count; i++)
                (Vector512.Create(space.Values(scale)[i]) * Lane.Load(dy, i)).Store(dx + i * Lane.Width);
            space.EndGradient(x, dx);
        });
        return y;
    }
}
