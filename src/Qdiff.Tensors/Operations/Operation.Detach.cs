namespace Qdiff.Tensors;

public static unsafe partial class Operation
{
    /// <summary>
    /// x, but no gradient goes back through it: a stop that some published code has by intention or mistake. <paramref name="name"/> is
    /// what an audit calls it.
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
        if (space.IgnoresDetach) return x;
        Tensor y = space.Output(x.Shape, requiresGradient: false);
        x.Values.CopyTo(y.Values);
        return y;
    }
}
