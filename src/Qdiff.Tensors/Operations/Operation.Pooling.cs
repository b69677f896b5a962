using System.Runtime.Intrinsics;

namespace Qdiff.Tensors;

public static unsafe partial class Operation
{
    /// <summary>The mean of each channel: [C, H, W] to [C].</summary>
    public static Tensor GlobalAveragePool(Tensor x)
    {
        Require.Rank(x, 3);
        int channels = x.Shape[0], area = x.Count / channels;
        Workspace space = x.Workspace;
        if (space.IsReference)
            return space.Define([channels],
                s => PoolingOracle.GlobalAverage(new(channels, x.Shape[1], x.Shape[2], x.Definition[s])));
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

    /// <summary>
    /// The mean over windows of <paramref name="kernel"/>² pixels. With <paramref name="countPadding"/> false, padded pixels do
    /// not count in the divisor, as in the FID network.
    /// </summary>
    public static Tensor AveragePool(Tensor x, int kernel, int stride, int padding = 0, bool countPadding = true)
    {
        SpatialGeometry g = Window(x, kernel, stride, padding);
        if (x.Workspace.IsReference)
            return x.Workspace.Define([x.Shape[0], g.OutputHeight, g.OutputWidth],
                s => PoolingOracle.Average(new(x.Shape[0], g.InputHeight, g.InputWidth, x.Definition[s]), kernel, stride, padding,
                    countPadding));
        GatherPlan plan = GatherPlan.Forward(g);
        int channels = x.Shape[0], inputArea = g.InputHeight * g.InputWidth, outputArea = g.OutputHeight * g.OutputWidth;
        Workspace space = x.Workspace;
        Tensor y = space.Output([channels, g.OutputHeight, g.OutputWidth], x.RequiresGradient);
        foreach (GatherPlan.Group group in plan.Groups)
        {
            var scale = Vector512.Create(1f / (countPadding ? kernel * kernel : group.Offsets.Length));
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
                var scale = Vector512.Create(1f / (countPadding ? kernel * kernel : group.Offsets.Length));
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

    /// <summary>The largest value in windows of <paramref name="kernel"/>² pixels; padding never wins.</summary>
    public static Tensor MaxPool(Tensor x, int kernel, int stride, int padding = 0)
    {
        SpatialGeometry g = Window(x, kernel, stride, padding);
        if (x.Workspace.IsReference)
            return x.Workspace.Define([x.Shape[0], g.OutputHeight, g.OutputWidth],
                s => PoolingOracle.Max(new(x.Shape[0], g.InputHeight, g.InputWidth, x.Definition[s]), kernel, stride, padding));
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

    static SpatialGeometry Window(Tensor x, int kernel, int stride, int padding)
    {
        Require.Rank(x, 3);
        Require.That(kernel > 0 && stride > 0 && padding >= 0 && 2 * padding <= kernel,
            $"Kernel {kernel} and stride {stride} must be positive and padding {padding} at most half the kernel.");
        Require.That(x.Shape[1] + 2 * padding >= kernel && x.Shape[2] + 2 * padding >= kernel,
            $"An image of {x.Shape[1]}×{x.Shape[2]} with padding {padding} is smaller than the window of {kernel}.");
        return new(x.Shape[1], x.Shape[2], kernel, kernel, stride, padding);
    }
}
