namespace Qdiff.Onnx;

/// <summary>The operators of the standard that we use, by what they do. The batch is the first size everywhere.</summary>
static class Operators
{
    public static string Plus(this OnnxGraph graph, string a, string b) => graph.Add("Add", [a, b]);

    public static string Times(this OnnxGraph graph, string a, string b) => graph.Add("Mul", [a, b]);

    public static string Times(this OnnxGraph graph, string a, float factor) =>
        factor == 1 ? a : graph.Times(a, graph.Constant([factor]));

    public static string MatMul(this OnnxGraph graph, string a, string b) => graph.Add("MatMul", [a, b]);

    public static string Sigmoid(this OnnxGraph graph, string x) => graph.Add("Sigmoid", [x]);

    public static string Reshape(this OnnxGraph graph, string x, params long[] shape) =>
        graph.Add("Reshape", [x, graph.Constant(shape, shape.Length)]);

    public static string Transpose(this OnnxGraph graph, string x, params long[] order) =>
        graph.Add("Transpose", [x], ("perm", order));

    public static string Concatenate(this OnnxGraph graph, long axis, params string[] parts) =>
        parts.Length == 1 ? parts[0] : graph.Add("Concat", parts, ("axis", axis));

    /// <summary>Equal parts along an axis.</summary>
    public static string[] Split(this OnnxGraph graph, string x, int parts, long axis, long size) =>
        graph.Add("Split", parts, [x, graph.Constant([.. Enumerable.Repeat(size, parts)], parts)], ("axis", axis));

    /// <summary>The elements of these numbers along an axis; the numbers' shape takes the axis' place.</summary>
    public static string Gather(this OnnxGraph graph, string x, ReadOnlySpan<long> indices, long axis, params long[] shape) =>
        graph.Add("Gather", [x, graph.Constant(indices, shape.Length == 0 ? [indices.Length] : shape)], ("axis", axis));

    /// <summary>The sum, mean, product or largest along an axis.</summary>
    public static string ReduceSum(this OnnxGraph graph, string x, long axis, bool keep = false) =>
        graph.Add("ReduceSum", [x, graph.Constant([axis], 1)], ("keepdims", keep ? 1L : 0L));

    public static string ReduceMean(this OnnxGraph graph, string x, long axis) =>
        graph.Add("ReduceMean", [x], ("axes", (long[])[axis]), ("keepdims", 1L));

    public static string ReduceProduct(this OnnxGraph graph, string x, long axis) =>
        graph.Add("ReduceProd", [x], ("axes", (long[])[axis]), ("keepdims", 0L));

    public static string ReduceMax(this OnnxGraph graph, string x, long axis) =>
        graph.Add("ReduceMax", [x], ("axes", (long[])[axis]), ("keepdims", 1L));

    /// <summary>The Euclidean length along an axis.</summary>
    public static string Length(this OnnxGraph graph, string x, long axis) =>
        graph.Add("ReduceL2", [x], ("axes", (long[])[axis]), ("keepdims", 1L));

    /// <summary>[batch, elements] from columns of [batch, elements].</summary>
    public static string Columns(this OnnxGraph graph, string x, IEnumerable<int> columns) =>
        graph.Gather(x, [.. columns.Select(column => (long)column)], 1);
}
