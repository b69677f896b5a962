namespace Qdiff.Tensors;

sealed unsafe partial class CpuEngine<V> where V : struct, ILanes<V>
{
    public override Tensor GlobalAveragePool(Tensor x)
    {
        int channels = x.Shape[0], area = x.Count / channels;
        Workspace space = x.Workspace;
        Tensor y = space.Output([channels], x.RequiresGradient);
        var scale = V.Create(1f / area);
        for (int c = 0; c < channels; c++)
            for (int lane = 0; lane < Tensor.Samples; lane += V.Count)
                (scale * TileReduction<V>.Sum(x.Pointer + (nint)c * area * Tensor.Samples + lane, area))
                    .Store(y.Pointer + c * Tensor.Samples + lane);
        if (y.RequiresGradient) space.Record(y, () =>
        {
            float* dx = space.BeginGradient(x);
            for (int c = 0; c < channels; c++)
                for (int lane = 0; lane < Tensor.Samples; lane += V.Count)
                {
                    V share = scale * V.Load(y.GradientPointer + lane, c);
                    for (int i = 0; i < area; i++) share.Store(dx + ((nint)c * area + i) * Tensor.Samples + lane);
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
            var scale = V.Create(1f / (countPadding ? g.Taps : group.Offsets.Length));
            for (int c = 0; c < channels; c++)
                for (int i = 0; i < group.Bases.Length; i++)
                    for (int lane = 0; lane < Tensor.Samples; lane += V.Count)
                    {
                        float* start = x.Pointer + ((nint)c * inputArea + group.Bases[i]) * Tensor.Samples + lane;
                        V sum = default;
                        foreach (int offset in group.Offsets) sum += V.Load(start, offset);
                        (scale * sum).Store(y.Pointer + ((nint)c * outputArea + group.Outputs[i]) * Tensor.Samples + lane);
                    }
        }

        if (y.RequiresGradient) space.Record(y, () =>
        {
            float* dx = space.BeginGradient(x);
            space.Span(dx, x.Count).Clear();
            foreach (ConvolutionPlan.Group group in plan.Groups)
            {
                var scale = V.Create(1f / (countPadding ? g.Taps : group.Offsets.Length));
                for (int c = 0; c < channels; c++)
                    for (int i = 0; i < group.Bases.Length; i++)
                        for (int lane = 0; lane < Tensor.Samples; lane += V.Count)
                        {
                            V share = scale * V.Load(y.GradientPointer + lane, (nint)c * outputArea + group.Outputs[i]);
                            float* start = dx + ((nint)c * inputArea + group.Bases[i]) * Tensor.Samples + lane;
                            foreach (int offset in group.Offsets)
                                (V.Load(start, offset) + share).Store(start + offset * Tensor.Samples);
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
                    for (int lane = 0; lane < Tensor.Samples; lane += V.Count)
                    {
                        float* start = x.Pointer + ((nint)c * inputArea + group.Bases[i]) * Tensor.Samples + lane;
                        V max = V.Load(start, group.Offsets[0]);
                        foreach (int offset in group.Offsets) max = V.Max(max, V.Load(start, offset));
                        max.Store(y.Pointer + ((nint)c * outputArea + group.Outputs[i]) * Tensor.Samples + lane);
                    }

        if (y.RequiresGradient) space.Record(y, () =>
        {
            float* dx = space.BeginGradient(x);
            space.Span(dx, x.Count).Clear();
            foreach (ConvolutionPlan.Group group in plan.Groups)
                for (int c = 0; c < channels; c++)
                    for (int i = 0; i < group.Bases.Length; i++)
                        for (int lane = 0; lane < Tensor.Samples; lane += V.Count)
                        {
                            nint output = (nint)c * outputArea + group.Outputs[i], start = (nint)c * inputArea + group.Bases[i];
                            V max = V.Load(y.Pointer + lane, output), open = V.Load(y.GradientPointer + lane, output);
                            foreach (int offset in group.Offsets)
                            {
                                // The first pixel that holds the maximum gets all of it.
                                V wins = V.Equals(V.Load(x.Pointer + lane, start + offset), max);
                                float* to = dx + lane + (start + offset) * Tensor.Samples;
                                (V.Load(to) + V.Select(wins, open, default)).Store(to);
                                open = V.Select(wins, default, open);
                            }
                        }

            space.EndGradient(x, dx);
        });
        return y;
    }
}
