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
            (scale * TileReduction.Sum(x.Pointer + (nint)c * area * Tile.Samples, area)).Store(y.Pointer + c * Tile.Samples);
        if (y.RequiresGradient) space.Record(y, () =>
        {
            float* dx = space.BeginGradient(x);
            for (int c = 0; c < channels; c++)
            {
                Vector512<float> share = scale * Tile.Load(y.GradientPointer, c);
                for (int i = 0; i < area; i++) share.Store(dx + ((nint)c * area + i) * Tile.Samples);
            }

            space.EndGradient(x, dx);
        });
        return y;
    }

    public override Tensor AveragePool(Tensor x, SpatialGeometry g, bool countPadding)
    {
        ConvolutionPlan plan = ConvolutionPlan.Forward(g);
        int channels = x.Shape[0], inputArea = g.InputHeight * g.InputWidth, outputArea = g.OutputHeight * g.OutputWidth;
        Workspace space = x.Workspace;
        Tensor y = space.Output([channels, g.OutputHeight, g.OutputWidth], x.RequiresGradient);
        foreach (ConvolutionPlan.Group group in plan.Groups)
        {
            var scale = Vector512.Create(1f / (countPadding ? g.Taps : group.Offsets.Length));
            for (int c = 0; c < channels; c++)
                for (int i = 0; i < group.Bases.Length; i++)
                {
                    float* start = x.Pointer + ((nint)c * inputArea + group.Bases[i]) * Tile.Samples;
                    Vector512<float> sum = default;
                    foreach (int offset in group.Offsets) sum += Tile.Load(start, offset);
                    (scale * sum).Store(y.Pointer + ((nint)c * outputArea + group.Outputs[i]) * Tile.Samples);
                }
        }

        if (y.RequiresGradient) space.Record(y, () =>
        {
            float* dx = space.BeginGradient(x);
            space.Span(dx, x.Count).Clear();
            foreach (ConvolutionPlan.Group group in plan.Groups)
            {
                var scale = Vector512.Create(1f / (countPadding ? g.Taps : group.Offsets.Length));
                for (int c = 0; c < channels; c++)
                    for (int i = 0; i < group.Bases.Length; i++)
                    {
                        Vector512<float> share = scale * Tile.Load(y.GradientPointer, (nint)c * outputArea + group.Outputs[i]);
                        float* start = dx + ((nint)c * inputArea + group.Bases[i]) * Tile.Samples;
                        foreach (int offset in group.Offsets)
                            (Tile.Load(start, offset) + share).Store(start + offset * Tile.Samples);
                    }
            }

            space.EndGradient(x, dx);
        });
        return y;
    }

    public override Tensor MaxPool(Tensor x, SpatialGeometry g)
    {
        ConvolutionPlan plan = ConvolutionPlan.Forward(g);
        int channels = x.Shape[0], inputArea = g.InputHeight * g.InputWidth, outputArea = g.OutputHeight * g.OutputWidth;
        Workspace space = x.Workspace;
        Tensor y = space.Output([channels, g.OutputHeight, g.OutputWidth], x.RequiresGradient);
        foreach (ConvolutionPlan.Group group in plan.Groups)
            for (int c = 0; c < channels; c++)
                for (int i = 0; i < group.Bases.Length; i++)
                {
                    float* start = x.Pointer + ((nint)c * inputArea + group.Bases[i]) * Tile.Samples;
                    Vector512<float> max = Tile.Load(start, group.Offsets[0]);
                    foreach (int offset in group.Offsets) max = Vector512.Max(max, Tile.Load(start, offset));
                    max.Store(y.Pointer + ((nint)c * outputArea + group.Outputs[i]) * Tile.Samples);
                }

        if (y.RequiresGradient) space.Record(y, () =>
        {
            float* dx = space.BeginGradient(x);
            space.Span(dx, x.Count).Clear();
            foreach (ConvolutionPlan.Group group in plan.Groups)
                for (int c = 0; c < channels; c++)
                    for (int i = 0; i < group.Bases.Length; i++)
                    {
                        nint output = (nint)c * outputArea + group.Outputs[i], start = (nint)c * inputArea + group.Bases[i];
                        Vector512<float> max = Tile.Load(y.Pointer, output), open = Tile.Load(y.GradientPointer, output);
                        foreach (int offset in group.Offsets)
                        {
                            // The first pixel that holds the maximum gets all of it.
                            Vector512<float> wins = Vector512.Equals(Tile.Load(x.Pointer, start + offset), max);
                            (Tile.Load(dx, start + offset)
                                + Vector512.ConditionalSelect(wins, open, Vector512<float>.Zero)).Store(dx
                                + (start + offset) * Tile.Samples);
                            open = Vector512.ConditionalSelect(wins, Vector512<float>.Zero, open);
                        }
                    }

            space.EndGradient(x, dx);
        });
        return y;
    }
}
