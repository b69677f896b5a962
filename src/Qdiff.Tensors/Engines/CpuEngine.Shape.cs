namespace Qdiff.Tensors;

sealed unsafe partial class CpuEngine<V> where V : struct, ILanes<V>
{
    public override Tensor Concatenate(Tensor[] parts, Shape shape)
    {
        Workspace space = parts[0].Workspace;
        Tensor y = space.Output(shape, parts.Any(part => part.RequiresGradient));
        int start = 0;
        foreach (Tensor part in parts)
        {
            part.Values.CopyTo(y.Values[start..]);
            start += part.Values.Length;
        }

        if (y.RequiresGradient) space.Record(y, () =>
        {
            int offset = 0;
            foreach (Tensor part in parts)
            {
                PassPart(y, part, offset);
                offset += part.Count;
            }
        });
        return y;
    }

    public override Tensor Channels(Tensor x, int first, Shape shape)
    {
        int offset = x.Count / x.Shape[0] * first;
        Workspace space = x.Workspace;
        Tensor y = space.Output(shape, x.RequiresGradient);
        x.Values.Slice(offset * Tensor.Samples, y.Values.Length).CopyTo(y.Values);
        if (y.RequiresGradient) space.Record(y, () =>
        {
            float* dx = space.BeginGradient(x);
            Span<float> into = space.Span(dx, x.Count);
            into.Clear();
            y.Gradient.CopyTo(into[(offset * Tensor.Samples)..]);
            space.EndGradient(x, dx);
        });
        return y;
    }

    public override Tensor ResizeNearest(Tensor x, int height, int width)
    {
        int channels = x.Shape[0], oldHeight = x.Shape[1], oldWidth = x.Shape[2];
        int[] rows = Sources(oldHeight, height), columns = Sources(oldWidth, width);
        Workspace space = x.Workspace;
        Tensor y = space.Output([channels, height, width], x.RequiresGradient);
        float* to = y.Pointer;
        for (int c = 0; c < channels; c++)
            foreach (int row in rows)
            {
                float* from = x.Pointer + ((nint)c * oldHeight + row) * oldWidth * Tensor.Samples;
                foreach (int column in columns)
                {
                    for (int lane = 0; lane < Tensor.Samples; lane += V.Count) V.Load(from + lane, column).Store(to + lane);
                    to += Tensor.Samples;
                }
            }

        if (y.RequiresGradient) space.Record(y, () =>
        {
            float* dx = space.BeginGradient(x), from = y.GradientPointer;
            space.Span(dx, x.Count).Clear();
            for (int c = 0; c < channels; c++)
                foreach (int row in rows)
                {
                    float* target = dx + ((nint)c * oldHeight + row) * oldWidth * Tensor.Samples;
                    foreach (int column in columns)
                    {
                        for (float* to = target + column * Tensor.Samples, end = to + Tensor.Samples; to < end; to += V.Count)
                        {
                            (V.Load(to) + V.Load(from)).Store(to);
                            from += V.Count;
                        }
                    }
                }

            space.EndGradient(x, dx);
        });
        return y;

        static int[] Sources(int inputs, int outputs)
        {
            var sources = new int[outputs];
            for (int i = 0; i < outputs; i++) sources[i] = (int)((2L * i + 1) * inputs / (2L * outputs));
            return sources;
        }
    }

    static void PassPart(Tensor y, Tensor part, int offset)
    {
        if (!part.RequiresGradient) return;
        Workspace space = y.Workspace;
        float* gradient = space.BeginGradient(part);
        y.Gradient.Slice(offset * Tensor.Samples,
            part.Count * Tensor.Samples).CopyTo(space.Span(gradient, part.Count));
        space.EndGradient(part, gradient);
    }
}
