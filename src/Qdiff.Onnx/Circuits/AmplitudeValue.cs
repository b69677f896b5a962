namespace Qdiff.Onnx;

/// <summary>
/// Amplitudes of a cluster as a value of a graph: [rows, …] with an axis of two for each bit and one, <see cref="Part"/>, for
/// real and imaginary parts, in the order of <c>Axes</c>, outermost first.
/// </summary>
sealed record AmplitudeValue(string Name, int[] Axes)
{
    /// <summary>Stands for the axis of real and imaginary parts.</summary>
    public const int Part = -1;

    /// <summary>All axes that are not among these, in their order.</summary>
    public int[] Rest(params IEnumerable<int> axes) => [.. Axes.Except(axes)];

    /// <summary>[rows, 2^a, 2^b, …] for groups of a, b, … axes in this order.</summary>
    public string Arranged(OnnxGraph graph, params int[][] groups)
    {
        int[] order = [.. groups.SelectMany(group => group)];
        string x = order.SequenceEqual(Axes) ? Name : Permuted(graph, order);
        return graph.Reshape(x, [-1, .. groups.Select(group => 1L << group.Length)]);
    }

    string Permuted(OnnxGraph graph, int[] order)
    {
        // Axes that stay neighbours are moved as one.
        List<(int First, int Count)> runs = [];
        foreach (int axis in order)
        {
            int at = Array.IndexOf(Axes, axis);
            if (runs.Count > 0 && runs[^1].First + runs[^1].Count == at) runs[^1] = (runs[^1].First, runs[^1].Count + 1);
            else runs.Add((at, 1));
        }

        (int First, int Count)[] before = [.. runs.OrderBy(run => run.First)];
        string x = graph.Reshape(Name, [-1, .. before.Select(run => 1L << run.Count)]);
        return graph.Transpose(x, [0, .. runs.Select(run => 1L + Array.IndexOf(before, run))]);
    }
}
