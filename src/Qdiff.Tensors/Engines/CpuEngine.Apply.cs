namespace Qdiff.Tensors;

sealed unsafe partial class CpuEngine<V> where V : struct, ILanes<V>
{
    /// <summary>Without a copy: tensors are in this machine's memory.</summary>
    public override Tensor Apply(Tensor x, TileOperation operation)
    {
        Workspace space = x.Workspace;
        Tensor y = space.Output(operation.Output, space.Records(x, operation.Parameter));
        operation.Forward(space, x.Values, y.Values);
        if (y.RequiresGradient) space.Record(y, () =>
        {
            float* dx = space.BeginGradient(x);
            Span<float> into = space.Span(dx, x.Count);
            into.Clear();
            operation.Backward(space, x.Values, y.Gradient, into, operation.GradientIn(space));
            space.EndGradient(x, dx);
        });
        return y;
    }
}
