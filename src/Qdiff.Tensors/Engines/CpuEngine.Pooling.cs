using System.Runtime.Intrinsics;

namespace Qdiff.Tensors;

sealed unsafe partial class CpuEngine
{
    public override Tensor GlobalAveragePool(Tensor x)
    {
        int channels = x.Shape[0], area = x.Count / channels;
        Workspace space = x.Workspace;
        Tensor y = space.Output([channels], x.RequiresGradient);
        var scale = Vector512.Create(1f / area);
        for (int c = 0; c < channels; c++)
            (scale * LaneReduction.Sum(x.Pointer + (nint)c * area * Lane.Width, area)).Store(y.Pointer + c * Lane.Width);
        if (y.RequiresGradient) space.Record(y, () =>
        {
            float* dx = space.BeginGradient(x);
            for (int c = 0; c < channels; c++)
            {
                Vector512<float> share = scale * Lane.Load(y.GradientPointer, c);
                for (int i = 0; i < area; i++) share.Store(dx + ((nint)c * area + i) * Lane.Width);
            }

            space.EndGradient(x, dx);
        });
        return y;
    }

    public override Tensor AveragePool(Tensor x, SpatialGeometry g, bool countPadding)
    {
        GatherPlan plan = GatherPlan.Forward(g);
        int channels = x.Shape[0], inputArea = g.InputHeight * g.InputWidth, outputArea = g.OutputHeight * g.OutputWidth;
        Workspace space = x.Workspace;
        Tensor y = space.Output([channels, g.OutputHeight, g.OutputWidth], x.RequiresGradient);
        foreach (GatherPlan.Group group in plan.Groups)
        {
            var scale = Vector512.Create(1f / (countPadding ? g.Taps : group.Offsets.Length));
            for (int c = 0; c < channels; c++)
                for (int i = 0; i < group.Bases.Length; i++)
                {
                    float* start = x.Pointer + ((nint)c * inputArea + group.Bases[i]) * Lane.Width;
                    Vector512<float> sum = default;
                    foreach (int offset in group.Offsets) sum += Lane.Load(start, offset);
                    (scale * sum).Store(y.Pointer + ((nint)c * outputArea + group.Outputs[i]) * Lane.Width);
                }
        }

        if (y.RequiresGradient) space.Record(y, () =>
        {
            float* dx = space.BeginGradient(x);
            space.Span(dx, x.Count).Clear();
            foreach (GatherPlan.Group group in plan.Groups)
            {
                var scale = Vector512.Create(1f / (countPadding ? g.Taps : group.Offsets.Length));
                for (int c = 0; c < channels; c++)
                    for (int i = 0; i < group.Bases.Length; i++)
                    {
                        Vector512<float> share = scale * Lane.Load(y.GradientPointer, (nint)c * outputArea + group.Outputs[i]);
                        float* start = dx + ((nint)c * inputArea + group.Bases[i]) * Lane.Width;
                        foreach (int offset in group.Offsets)
                            (Lane.Load(start, offset) + share).Store(start + offset * Lane.Width);
                    }
            }

            space.EndGradient(x, dx);
        });
        return y;
    }

    public override Tensor MaxPool(Tensor x, SpatialGeometry g)
    {
        GatherPlan plan = GatherPlan.Forward(g);
        int channels = x.Shape[0], inputArea = g.InputHeight * g.InputWidth, outputArea = g.OutputHeight * g.OutputWidth;
        Workspace space = x.Workspace;
        Tensor y = space.Output([channels, g.OutputHeight, g.OutputWidth], x.RequiresGradient);
        foreach (GatherPlan.Group group in plan.Groups)
            for (int c = 0; c < channels; c++)
                for (int i = 0; i < group.Bases.Length; i++)
                {
                    float* start = x.Pointer + ((nint)c * inputArea + group.Bases[i]) * Lane.Width;
                    Vector512<float> max = Lane.Load(start, group.Offsets[0]);
                    foreach (int offset in group.Offsets) max = Vector512.Max(max, Lane.Load(start, offset));
                    max.Store(y.Pointer + ((nint)c * outputArea + group.Outputs[i]) * Lane.Width);
                }

        if (y.RequiresGradient) space.Record(y, () =>
        {
            float* dx = space.BeginGradient(x);
            space.Span(dx, x.Count).Clear();
            foreach (GatherPlan.Group group in plan.Groups)
                for (int c = 0; c < channels; c++)
                    for (int i = 0; i < group.Bases.Length; i++)
                    {
                        nint output = (nint)c * outputArea + group.Outputs[i], start = (nint)c * inputArea + group.Bases[i];
                        Vector512<float> max = Lane.Load(y.Pointer, output), open = Lane.Load(y.GradientPointer, output);
                        foreach (int offset in group.Offsets)
                        {
                            // The first pixel that holds the maximum gets all of it.
                            Vector512<float> wins = Vector512.Equals(Lane.Load(x.Pointer, start + offset), max);
                            (Lane.Load(dx, start + offset)
                                + Vector512.ConditionalSelect(wins, open, Vector512<float>.Zero)).Store(dx
                                + (start + offset) * Lane.Width);
                            open = Vector512.ConditionalSelect(wins, Vector512<float>.Zero, open);
                        }
                    }

            space.EndGradient(x, dx);
        });
        return y;
    }
}
