using System.Runtime.Intrinsics;

namespace Qdiff.Tensors;

public static unsafe partial class Operation
{
    /// <summary>The channels of <paramref name="a"/> followed by those of <paramref name="b"/>: [A, H, W] and [B, H, W] to [A +
    /// B, H, W].</summary>
    public static Tensor Concatenate(Tensor a, Tensor b) => Concatenate([a, b]);

    /// <summary>The channels of all parts, one part after another; they agree in every size but the first.</summary>
    public static Tensor Concatenate(params Tensor[] parts)
    {
        Require.That(parts.Length > 0, "There is nothing to concatenate.");
        int[] sizes = parts[0].Shape.ToArray();
        for (int i = 1; i < parts.Length; i++)
        {
            Require.That(sizes is [_, .. var rest] && parts[i].Shape.ToArray() is [_, .. var restOfPart]
                && rest.SequenceEqual(restOfPart),
                $"Shapes {parts[0].Shape} and {parts[i].Shape} can only be concatenated if they agree in everything but the "
                    + $"first size.");
            sizes[0] += parts[i].Shape[0];
        }

        Workspace space = parts[0].Workspace;
        if (space.IsReference) return space.Define(new(sizes), s => [.. parts.SelectMany(part => part.Definition[s])]);
        Tensor y = space.Output(new(sizes), parts.Any(part => part.RequiresGradient));
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

    /// <summary>Channels <paramref name="first"/> … <paramref name="first"/> + <paramref name="count"/> − 1.</summary>
    public static Tensor Channels(Tensor x, int first, int count)
    {
        Require.That(first >= 0 && count > 0 && first + count <= x.Shape[0],
            $"Channels {first} to {first + count - 1} are asked for, of {x.Shape[0]}.");
        int[] sizes = x.Shape.ToArray();
        sizes[0] = count;
        int offset = x.Count / x.Shape[0] * first;
        Workspace space = x.Workspace;
        if (space.IsReference)
            return space.Define(new(sizes), s => x.Definition[s][offset..(offset + x.Count / x.Shape[0] * count)]);
        Tensor y = space.Output(new(sizes), x.RequiresGradient);
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

    /// <summary>Nearest-neighbour resize of [C, H, W]: output pixel i reads input pixel ⌊(i + ½)·input/output⌋.</summary>
    public static Tensor ResizeNearest(Tensor x, int height, int width)
    {
        Require.Rank(x, 3);
        Require.That(height > 0 && width > 0, $"The new size {height}×{width} must be positive.");
        int channels = x.Shape[0], oldHeight = x.Shape[1], oldWidth = x.Shape[2];
        if (x.Workspace.IsReference)
            return x.Workspace.Define([channels, height, width],
                s => PoolingOracle.ResizeNearest(new(channels, oldHeight, oldWidth, x.Definition[s]), height, width));
        int[] rows = Sources(oldHeight, height), columns = Sources(oldWidth, width);
        Workspace space = x.Workspace;
        Tensor y = space.Output([channels, height, width], x.RequiresGradient);
        float* to = y.Pointer;
        for (int c = 0; c < channels; c++)
            foreach (int row in rows)
            {
                float* from = x.Pointer + ((nint)c * oldHeight + row) * oldWidth * Lane.Width;
                foreach (int column in columns)
                {
                    Lane.Load(from, column).Store(to);
                    to += Lane.Width;
                }
            }

        if (y.RequiresGradient) space.Record(y, () =>
        {
            float* dx = space.BeginGradient(x), from = y.GradientPointer;
            space.Span(dx, x.Count).Clear();
            for (int c = 0; c < channels; c++)
                foreach (int row in rows)
                {
                    float* target = dx + ((nint)c * oldHeight + row) * oldWidth * Lane.Width;
                    foreach (int column in columns)
                    {
                        (Lane.Load(target, column) + Lane.Load(from)).Store(target + column * Lane.Width);
                        from += Lane.Width;
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
