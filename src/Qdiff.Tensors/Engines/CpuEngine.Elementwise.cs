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
            Vector512<float> g = Tile.Load(gate.Pointer, c);
            float* from = x.Pointer + (nint)c * area * Tile.Samples, to = y.Pointer + (nint)c * area * Tile.Samples;
            for (int i = 0; i < area; i++) (g * Tile.Load(from, i)).Store(to + i * Tile.Samples);
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
                    for (int i = 0; i < area; i++) sum = Tile.MultiplyAdd(Tile.Load(dy, start + i), Tile.Load(x.Pointer, start
                        + i), sum);
                    sum.Store(dg + c * Tile.Samples);
                }

                space.EndGradient(gate, dg);
            }

            if (!x.RequiresGradient) return;
            float* dx = space.BeginGradient(x);
            for (int c = 0; c < channels; c++)
            {
                Vector512<float> g = Tile.Load(gate.Pointer, c);
                nint start = (nint)c * area;
                for (int i = 0; i < area; i++) (g * Tile.Load(dy, start + i)).Store(dx + (start + i) * Tile.Samples);
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
            Vector512<float> s = Tile.Load(shift.Pointer, c);
            nint start = (nint)c * area;
            for (int i = 0; i < area; i++) (s + Tile.Load(x.Pointer, start + i)).Store(y.Pointer + (start + i) * Tile.Samples);
        }

        if (y.RequiresGradient) space.Record(y, () =>
        {
            if (shift.RequiresGradient)
            {
                float* ds = space.BeginGradient(shift);
                for (int c = 0; c < channels; c++)
                    TileReduction.Sum(y.GradientPointer + (nint)c * area * Tile.Samples, area).Store(ds + c * Tile.Samples);
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
            Tile.MultiplyAdd(Vector512.Create(space.Values(scale)[i]), Tile.Load(x.Pointer, i),
                Vector512.Create(space.Values(shift)[i])).Store(y.Pointer + i * Tile.Samples);
        if (y.RequiresGradient) space.Record(y, () =>
        {
            float* dy = y.GradientPointer;
            if (space.Gradient is not null)
                for (int i = 0; i < x.Count; i++)
                {
                    space.GradientOf(scale)[i] += Vector512.Sum(Tile.Load(dy, i) * Tile.Load(x.Pointer, i));
                    space.GradientOf(shift)[i] += Vector512.Sum(Tile.Load(dy, i));
                }

            if (!x.RequiresGradient) return;
            float* dx = space.BeginGradient(x);
            for (int i = 0; i < x.Count; i++)
                (Vector512.Create(space.Values(scale)[i]) * Tile.Load(dy, i)).Store(dx + i * Tile.Samples);
            space.EndGradient(x, dx);
        });
        return y;
    }
}
