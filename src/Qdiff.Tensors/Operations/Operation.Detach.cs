using System.Runtime.Intrinsics;

namespace Qdiff.Tensors;

public static unsafe partial class Operation
{
    /// <summary>The same values in another shape of as many numbers, without a copy.</summary>
    public static Tensor Reshape(Tensor x, Shape shape)
    {
        Require.That(shape.Count == x.Count, $"Shape {x.Shape} has {x.Count} numbers and cannot become {shape}.");
        if (x.Workspace.IsReference) return x.Workspace.Define(shape, s => x.Definition[s]);
        Tensor y = new(x.Workspace, shape, x.Pointer, x.RequiresGradient);
        if (y.RequiresGradient) x.Workspace.Record(y, () => x.Workspace.HandOver(y, x));
        return y;
    }

    /// <summary>
    /// The same values, through which no gradient passes: a stop that published code has by intention or mistake.
    /// <paramref name="name"/> is what an audit calls it.
    /// </summary>
    public static Tensor Detach(Tensor x, string name)
    {
        Workspace space = x.Workspace;
        if (space.IsReference)
        {
            return space.Define(x.Shape, s =>
            {
                double[] values = [.. x.Definition[s]];
                space.OnDetach?.Invoke(name, s, values);
                return values;
            });
        }

        space.OnDetach?.Invoke(name, 0, default);
        return space.IgnoresDetach ? x : new(space, x.Shape, x.Pointer, requiresGradient: false);
    }

    /// <summary>scale·x + shift, feature by feature, for a vector x [C].</summary>
    public static Tensor Affine(Tensor x, Parameter scale, Parameter shift)
    {
        Require.Rank(x, 1);
        Require.Shape(scale, x.Shape);
        Require.Shape(shift, x.Shape);
        Workspace space = x.Workspace;
        if (space.IsReference)
        {
            (double[] a, double[] b) = (space.Definition(scale), space.Definition(shift));
            return space.Define(x.Shape, s =>
                ElementwiseOracle.AddChannels(ElementwiseOracle.ScaleChannels(x.Definition[s], a), b));
        }

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
