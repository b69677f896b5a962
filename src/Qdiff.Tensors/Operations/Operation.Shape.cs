namespace Qdiff.Tensors;

public static partial class Operation
{
    /// <summary>The channels of <paramref name="a"/> followed by those of <paramref name="b"/>: [A, H, W] and [B, H, W] to [A +
    /// B, H, W].</summary>
    public static Tensor Concatenate(Tensor a, Tensor b) => Concatenate([a, b]);

    /// <summary>The channels of all parts, one part after another; they agree in every size but the first.</summary>
    public static Tensor Concatenate(params Tensor[] parts)
    {
        Require.That(parts.Length > 0, "There is nothing to concatenate.");
        // The way back reads them once more, and the caller may have other parts in its array then.
        parts = [.. parts];
        int[] sizes = parts[0].Shape.ToArray();
        for (int i = 1; i < parts.Length; i++)
        {
            Require.That(sizes is [_, .. var rest] && parts[i].Shape.ToArray() is [_, .. var restOfPart]
                && rest.SequenceEqual(restOfPart),
                $"Shapes {parts[0].Shape} and {parts[i].Shape} can only be concatenated if they agree in everything but the "
                    + $"first size.");
            sizes[0] += parts[i].Shape[0];
        }

        return parts[0].Workspace.Engine.Concatenate(parts, new(sizes));
    }

    /// <summary>Channels <paramref name="first"/> … <paramref name="first"/> + <paramref name="count"/> − 1.</summary>
    public static Tensor Channels(Tensor x, int first, int count)
    {
        Require.That(first >= 0 && count > 0 && first + count <= x.Shape[0],
            $"Channels {first} to {first + count - 1} are asked for, of {x.Shape[0]}.");
        int[] sizes = x.Shape.ToArray();
        sizes[0] = count;
        return x.Workspace.Engine.Channels(x, first, new(sizes));
    }

    /// <summary>Nearest-neighbour resize of [C, H, W]: output pixel i reads input pixel ⌊(i + ½)·input/output⌋.</summary>
    public static Tensor ResizeNearest(Tensor x, int height, int width)
    {
        Require.Rank(x, 3);
        Require.That(height > 0 && width > 0, $"The new size {height}×{width} must be positive.");
        return x.Workspace.Engine.ResizeNearest(x, height, width);
    }

    /// <summary>The same values in another shape of as many numbers, without a copy.</summary>
    public static Tensor Reshape(Tensor x, Shape shape)
    {
        Require.That(shape.Count == x.Count, $"Shape {x.Shape} has {x.Count} numbers and cannot become {shape}.");
        Tensor y = new(x.Workspace, shape, x.Handle, x.RequiresGradient);
        if (y.RequiresGradient) x.Workspace.Record(y, () => x.Workspace.HandOver(y, x));
        return y;
    }

    /// <summary>
    /// The same values, through which no gradient passes: a stop that published code has by intention or mistake.
    /// <paramref name="name"/> is what an audit calls it.
    /// </summary>
    public static Tensor Detach(Tensor x, string name) => x.Workspace.Engine.Detach(x, name);
}
