using Qdiff.Tensors;

namespace Qdiff.Onnx;

/// <summary>
/// Tensors that have a name instead of numbers: nothing is computed. Only what a network itself writes into an input has numbers,
/// and where these are the same for all samples they become a constant.
/// </summary>
/// <param name="image">The numbers of the first tensor, which is the network's image.</param>
sealed class GraphMemory(OnnxGraph graph, float[] image) : DeviceMemory
{
    const nint Image = 1;
    readonly Dictionary<nint, (string Name, Shape Shape)> values = [];
    readonly Dictionary<nint, int> sizes = [];
    nint taken;

    public override long Bytes => 0;

    public override nint Take(int elements)
    {
        sizes[++taken] = elements;
        return taken;
    }

    public override void Reset()
    {
        base.Reset();
        values.Clear();
        sizes.Clear();
    }

    public void SetImage(string name, Shape shape) => Set(Image, name, shape);

    public void Set(nint tensor, string name, Shape shape) => values[tensor] = (name, shape);

    /// <summary>The name of a tensor in this shape: the same memory may be read in several.</summary>
    public string Name(nint tensor, Shape shape)
    {
        if (!values.TryGetValue(tensor, out (string Name, Shape Shape) value))
            throw new InputException("The network reads a tensor that nothing was written to; it cannot be exported.");
        return value.Shape == shape ? value.Name
            : graph.Reshape(value.Name, [-1, .. shape.ToArray().Select(size => (long)size)]);
    }

    /// <summary>What the network wrote into an input.</summary>
    public override void Write(nint to, ReadOnlySpan<float> tile)
    {
        if (to == Image)
        {
            if (!tile.SequenceEqual(image)) throw new InputException("The network changes the image that it is given, number "
                + "by number, which a graph cannot follow; let it call Operation's functions instead.");
            return;
        }

        var sample = new float[sizes[to]];
        for (int i = 0; i < tile.Length; i++)
        {
            if (i % Tensor.Samples == 0) sample[i / Tensor.Samples] = tile[i];
            else if (tile[i] != sample[i / Tensor.Samples])
                throw new InputException("The network computes with numbers of single samples (pixels, timesteps or labels) "
                    + "outside of Operation's functions, which a graph cannot follow.");
        }

        string shape = graph.Concatenate(0, graph.Batch, graph.Constant([sample.Length], 1));
        Set(to, graph.Add("Expand", [graph.Constant(sample, 1, sample.Length), shape]), [sample.Length]);
    }

    /// <summary>Only memory that nothing was written to has numbers: zeros.</summary>
    public override void Read(nint from, Span<float> tile)
    {
        if (values.ContainsKey(from)) throw new InputException("The network reads the numbers of a tensor in between, "
            + "which a graph cannot follow; let it call Operation's functions instead.");
        tile.Clear();
    }

    public override nint Add(nint sum, nint other, int elements) =>
        throw new InvalidOperationException("A graph computes no gradients.");
}
