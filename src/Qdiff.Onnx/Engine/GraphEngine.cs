using Qdiff.Tensors;

namespace Qdiff.Onnx;

/// <summary>
/// An engine that computes nothing: while a network runs once, it writes down each operation as operators of a graph. So whatever
/// a network is made of, it can be exported if this engine knows the operations that it calls.
/// </summary>
/// <remarks>
/// Timesteps and labels reach an engine as plain numbers. The tile is given numbers that differ from sample to sample, so that it
/// can be told whether an operation gets the timesteps, the labels, or something that the network computed of them. What remains
/// unseen is a network that chooses its operations, their settings or its constants by those numbers: the graph has what it chose
/// for the tile's.
/// </remarks>
sealed partial class GraphEngine : ComputeEngine
{
    readonly Network network;
    readonly int steps;
    readonly int[] timesteps, labels;
    readonly float[] image;
    readonly Dictionary<Parameter, string> parameters = [];

    /// <param name="steps">Timesteps are 0 to <paramref name="steps"/> − 1.</param>
    public GraphEngine(Network network, int steps)
    {
        (this.network, this.steps) = (network, steps);
        var random = new RandomStream(1, "what an exported network is given");
        image = new float[network.Image.Count * Tensor.Samples];
        foreach (ref float value in image.AsSpan()) value = random.NextSingle();
        timesteps = [.. Enumerable.Range(0, Tensor.Samples).Select(s => (s * 61 + 7) % steps)];
        labels = [.. Enumerable.Range(0, network.Labels > 0 ? Tensor.Samples : 0).Select(s => (s * s + 1) % network.Labels)];
    }

    const string Prediction = "prediction";

    public OnnxGraph Graph { get; } = new();

    public override string Name => "graph";

    public override bool HasGradients => false;

    /// <summary>Runs the network on what stands for a tile, with inputs <c>image</c>, <c>timestep</c> and, if it takes labels,
    /// <c>label</c>, and the output <c>prediction</c>.</summary>
    public void Write(Weights weights)
    {
        long[] shape = Sizes(network.Image);
        var space = new Workspace(weights, engine: this);
        Graph.Input("image", OnnxElement.Single, shape);
        Graph.Input("timestep", OnnxElement.Integer);
        if (labels.Length > 0) Graph.Input("label", OnnxElement.Integer);
        Graph.Reserve(Prediction);
        Tensor xt = space.Input(network.Image);
        image.CopyTo(xt.Values);
        Of(space).SetImage("image", network.Image);
        Tensor y = network.Predict(xt, timesteps, labels);
        Check(y.Shape == network.Image, $"The network's prediction has the shape {y.Shape}, its image {network.Image}.");
        Graph.Output(Prediction, Read(y), shape);
    }

    public override TileMemory CreateMemory(Workspace space) =>
        new GraphMemory(Graph, image);

    public override Tensor SinusoidalEmbedding(Workspace space, ReadOnlySpan<int> each, int dimension)
    {
        Check(each.SequenceEqual(timesteps), "The network embeds other numbers than the timesteps that it is given, which a "
            + "graph cannot follow.");

        // A table is exact on every machine; sines of large numbers in single precision are not.
        string table = Graph.Named("timestep.embedding", Sinusoids.Table(steps, dimension), steps, dimension);
        return Result(space, [dimension], Graph.Add("Gather", [table, "timestep"], ("axis", 0L)));
    }

    public override Tensor Embedding(Workspace space, int[] rows, Parameter table)
    {
        bool byLabel = labels.Length > 0 && rows.AsSpan().SequenceEqual(labels);
        Check(byLabel || rows.AsSpan().SequenceEqual(timesteps), $"The network looks up '{table.Name}' by other numbers than "
            + "the timesteps or labels that it is given, which a graph cannot follow.");
        return Result(space, [table.Shape[1]],
            Graph.Add("Gather", [Numbers(space, table), byLabel ? "label" : "timestep"], ("axis", 0L)));
    }

    public override Tensor Apply(Tensor x, TileOperation operation) => operation switch
    {
        CircuitOperation circuit => Patches(x, operation, circuit.Inputs, circuit.Outputs,
            (features, weights) => new CircuitGraph(Graph, circuit.Circuit, weights).Expectations(features)),
        ClassicalPatchOperation layer => Patches(x, operation, layer.Inputs, layer.Outputs,
            (features, weights) => Classical(features, layer, weights)),
        _ => throw new InputException($"The network uses an operation of its own ({operation.GetType().Name}), of which only "
            + "numbers are known; made of Operation's functions and circuits it could be exported."),
    };

    public override Tensor SquaredError(Tensor prediction, Tensor target) => throw Loss();

    public override Tensor CrossEntropy(Tensor logits, int[] labels) => throw Loss();

    static InputException Loss() => new("The network computes a loss, which has no place in a graph that denoises.");

    /// <summary>A function of many small sets of elements: the sets of all samples become its rows.</summary>
    Tensor Patches(Tensor x, TileOperation operation, IReadOnlyList<IReadOnlyList<int>> inputs,
        IReadOnlyList<IReadOnlyList<int>> outputs, Func<string, double[], string> function)
    {
        int results = outputs[0].Count;
        string features = Graph.Columns(Graph.Reshape(Read(x), -1, x.Count), inputs.SelectMany(row => row));
        double[] weights = operation.Parameter is null ? []
            : Array.ConvertAll(x.Workspace.Weights[operation.Parameter].ToArray(), value => (double)value);
        string y = function(Graph.Reshape(features, -1, inputs[0].Count), weights);
        var from = new int[operation.Output.Count];
        Array.Fill(from, -1);
        for (int p = 0; p < inputs.Count; p++)
            for (int r = 0; r < results; r++) from[outputs[p][r]] = p * results + r;
        Check(!from.Contains(-1), "A layer on patches leaves elements of its result unset.");
        y = Graph.Columns(Graph.Reshape(y, -1, inputs.Count * results), from);
        return Result(x.Workspace, operation.Output, Graph.Reshape(y, [-1, .. Sizes(operation.Output)]));
    }

    /// <summary>tanh(W·x + b).</summary>
    string Classical(string features, ClassicalPatchOperation layer, double[] weights)
    {
        (double[,] matrix, double[] bias) = layer.Affine(weights);
        float[] transposed = new float[matrix.Length];
        (int results, int width) = (matrix.GetLength(0), matrix.GetLength(1));
        for (int i = 0; i < results; i++)
            for (int k = 0; k < width; k++) transposed[k * results + i] = (float)matrix[i, k];
        string sum = Graph.MatMul(features, Graph.Constant(transposed, width, results));
        return Graph.Add("Tanh", [Graph.Plus(sum, Graph.Constant(Array.ConvertAll(bias, b => (float)b), results))]);
    }

    static GraphMemory Of(Workspace space) => (GraphMemory)space.Memory;

    static void Check(bool condition, string message)
    {
        if (!condition) throw new InputException(message);
    }

    static long[] Sizes(Shape shape) => Array.ConvertAll(shape.ToArray(), size => (long)size);

    /// <summary>The value that a tensor is, in its shape.</summary>
    static string Read(Tensor x) => Of(x.Workspace).Name(Memory(x.Workspace, x), x.Shape);

    static Tensor Result(Workspace space, Shape shape, string value)
    {
        Tensor y = Result(space, shape, requiresGradient: false);
        Of(space).Set(Memory(space, y), value, shape);
        return y;
    }

    /// <summary>The numbers of a parameter, once.</summary>
    string Numbers(Workspace space, Parameter parameter)
    {
        if (!parameters.TryGetValue(parameter, out string? name))
            parameters[parameter] = name = Graph.Named(parameter.Name, space.Weights[parameter], Sizes(parameter.Shape));
        return name;
    }

    /// <summary>A vector of numbers, one a channel, for an image of channels.</summary>
    string ForChannels(Workspace space, Parameter parameter) =>
        Graph.Named(parameter.Name, space.Weights[parameter], parameter.Count, 1, 1);
}
