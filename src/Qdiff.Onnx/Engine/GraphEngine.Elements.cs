using Qdiff.Tensors;

namespace Qdiff.Onnx;

sealed partial class GraphEngine
{
    public override Tensor Activate(Tensor x, ActivationFunction function)
    {
        string value = Read(x);
        return Result(x.Workspace, x.Shape, function switch
        {
            ActivationFunction.Silu => Graph.Times(value, Graph.Sigmoid(value)),
            ActivationFunction.Gelu => Gelu(value),
            ActivationFunction.Relu => Graph.Add("Relu", [value]),
            ActivationFunction.Sigmoid => Graph.Sigmoid(value),
            _ => throw new ArgumentOutOfRangeException(nameof(function), function, "No operator for this function."),
        });
    }

    public override Tensor Add(Tensor a, Tensor b) => Result(a.Workspace, a.Shape, Graph.Plus(Read(a), Read(b)));

    public override Tensor Scale(Tensor x, float factor) =>
        Result(x.Workspace, x.Shape, Graph.Times(Read(x), Graph.Constant([factor])));

    public override Tensor ScaleChannels(Tensor x, Tensor gate) =>
        Result(x.Workspace, x.Shape, Graph.Times(Read(x), Graph.Reshape(Read(gate), -1, gate.Count, 1, 1)));

    public override Tensor AddChannels(Tensor x, Tensor shift) =>
        Result(x.Workspace, x.Shape, Graph.Plus(Read(x), Graph.Reshape(Read(shift), -1, shift.Count, 1, 1)));

    public override Tensor Affine(Tensor x, Parameter scale, Parameter shift) => Result(x.Workspace, x.Shape,
        Graph.Plus(Graph.Times(Read(x), Numbers(x.Workspace, scale)), Numbers(x.Workspace, shift)));

    public override Tensor Concatenate(Tensor[] parts, Shape shape) =>
        Result(parts[0].Workspace, shape, Graph.Concatenate(1, [.. parts.Select(Read)]));

    public override Tensor Channels(Tensor x, int first, Shape shape) => Result(x.Workspace, shape, Graph.Add("Slice",
        [Read(x), Graph.Constant([(long)first], 1), Graph.Constant([(long)first + shape[0]], 1), Graph.Constant([1L], 1)]));

    public override Tensor ResizeNearest(Tensor x, int height, int width)
    {
        string y = Read(x);
        if (height != x.Shape[1]) y = Graph.Gather(y, Sources(x.Shape[1], height), 2);
        if (width != x.Shape[2]) y = Graph.Gather(y, Sources(x.Shape[2], width), 3);
        return Result(x.Workspace, [x.Shape[0], height, width], y);

        static long[] Sources(int from, int to) =>
            [.. Enumerable.Range(0, to).Select(i => (long)Math.Floor((i + 0.5) * from / to))];
    }

    public override Tensor GlobalAveragePool(Tensor x) => Result(x.Workspace, [x.Shape[0]],
        Graph.Reshape(Graph.Add("GlobalAveragePool", [Read(x)]), -1, x.Shape[0]));

    public override Tensor AveragePool(Tensor x, SpatialGeometry g, bool countPadding) => Result(x.Workspace, Pooled(x, g),
        Graph.Add("AveragePool", [Read(x)], Kernel(g), Strides(g), Padding(g), ("count_include_pad", countPadding ? 1L : 0L)));

    public override Tensor MaxPool(Tensor x, SpatialGeometry g) => Result(x.Workspace, Pooled(x, g),
        Graph.Add("MaxPool", [Read(x)], Kernel(g), Strides(g), Padding(g)));

    static Shape Pooled(Tensor x, SpatialGeometry g) => [x.Shape[0], g.OutputHeight, g.OutputWidth];

    string Gelu(string x)
    {
        string cube = Graph.Times(Graph.Times(x, x), x);
        string inner = Graph.Times(Graph.Plus(x, Graph.Times(cube, 0.044715f)), (float)Math.Sqrt(2 / Math.PI));
        return Graph.Times(Graph.Times(x, 0.5f), Graph.Plus(Graph.Add("Tanh", [inner]), Graph.Constant([1f])));
    }
}
