using Qdiff;
using Qdiff.Onnx;
using Qdiff.Tensors;

/// <summary>The operations that no published network calls, and what a graph cannot follow.</summary>
public sealed class GraphEngineTests
{
    /// <summary>A network of whatever a test calls.</summary>
    sealed class OwnNetwork(Shape image, Func<OwnNetwork, Tensor, int[], Tensor> predict, int classes = 0) : Network
    {
        public override Shape Image => image;

        public override int Classes => classes;

        public override Tensor Predict(Tensor xt, ReadOnlySpan<int> timesteps, ReadOnlySpan<int> labels = default) =>
            predict(this, xt, timesteps.ToArray());

        public Parameter Weight(string name, params ReadOnlySpan<int> shape) =>
            Parameters.Find(name) ?? Parameters.Add(name, new(shape), Initialisers.Uniform(-1, 1));
    }

    [Fact]
    public void OperationsOfAllKindsAgree()
    {
        var network = new OwnNetwork([2, 6, 6], (own, x, timesteps) =>
        {
            Workspace space = x.Workspace;
            Tensor constant = space.Input([2, 6, 6]);
            for (int i = 0; i < constant.Values.Length; i++) constant.Values[i] = i / Tensor.Samples * 0.1f;
            Tensor h = Operation.Add(Operation.Relu(x), constant);
            Tensor small = Operation.Concatenate(Operation.MaxPool(h, 3, 2, 1), Operation.AveragePool(x, 3, 2, 1),
                Operation.AveragePool(x, 3, 2, 1, countPadding: false));
            small = Operation.LayerNorm(small, own.Weight("norm", 6));
            h = Operation.TransposedConvolution(small, own.Weight("up", 6, 2, 2, 2), own.Weight("up.bias", 2), stride: 2);
            Tensor uneven = Operation.Convolution(x, own.Weight("uneven", 3, 2, 1, 3), null, 1, 0, 1);
            Tensor vector = Operation.Reshape(Operation.Channels(uneven, 1, 2), [72]);
            vector = Operation.LayerNorm(vector, own.Weight("scale", 72));
            vector = Operation.Affine(vector, own.Weight("a", 72), own.Weight("b", 72));
            vector = Operation.Sigmoid(Operation.Scale(Operation.Dense(vector, own.Weight("dense", 2, 72)), 0.7f));
            Tensor step = Operation.Embedding(space, timesteps, own.Weight("steps", 50, 2));
            h = Operation.AddChannels(Operation.ScaleChannels(h, vector), Operation.Detach(step, "step"));
            return Operation.ResizeNearest(Operation.ResizeNearest(Operation.Gelu(h), 4, 9), 6, 6);
        });
        Declare(network);
        Weights weights = new Weights(network.Parameters).Initialise(3);
        using var run = new OnnxRun(OnnxModel.Of(network, weights, NoiseSchedule.Cosine(50), Prediction.X0).ToBytes());
        Assert.InRange(run.Difference(network, weights, 5, 50), 0, 1e-5);
    }

    public static TheoryData<string> Refusals => ["reads", "changes", "computes of timesteps", "embeds others", "own operation",
        "loss", "other shape"];

    [Theory, MemberData(nameof(Refusals))]
    public void WhatAGraphCannotFollowIsRefused(string what)
    {
        var network = new OwnNetwork([4], (own, x, timesteps) =>
        {
            Workspace space = x.Workspace;
            switch (what)
            {
                case "reads":
                    return Operation.Scale(x, Operation.Relu(x).Values[0]);
                case "changes":
                    x.Values[0]++;
                    return Operation.Relu(x);
                case "computes of timesteps":
                    Tensor y = space.Input([4]);
                    for (int s = 0; s < Tensor.Samples; s++) y.Values[s] = timesteps[s] / 50f;
                    return Operation.Add(x, y);
                case "embeds others":
                    return Operation.SinusoidalEmbedding(space, Array.ConvertAll(timesteps, t => t / 2), 4);
                case "own operation":
                    return Operation.Apply(x, x.Shape, null, (from, to) => from.CopyTo(to), (_, _, _, _) => { }, (v, _) => v);
                case "loss":
                    return Operation.SquaredError(x, x);
                default:
                    return Operation.Reshape(x, [2, 2]);
            }
        });
        Assert.Throws<InputException>(() =>
            OnnxModel.Of(network, new Weights(network.Parameters), NoiseSchedule.Cosine(50), Prediction.Epsilon));
    }

    [Fact]
    public void AParameterMayHaveTheNameOfTheOutput()
    {
        var network = new OwnNetwork([2, 4, 4], (own, x, _) => Operation.Convolution(x, own.Weight("prediction", 2, 2, 1, 1)));
        network.Weight("prediction", 2, 2, 1, 1);
        var engine = new GraphEngine(network, steps: 50);
        engine.Write(new Weights(network.Parameters).Initialise(3));
        OnnxGraph graph = engine.Graph;
        string[] names = [.. graph.Inputs.Select(input => input.Name), .. graph.Constants.Select(constant => constant.Name),
            .. graph.Nodes.SelectMany(node => node.Outputs)];
        Assert.Equal(names.Distinct(), names);
        Assert.Equal("prediction", Assert.Single(graph.Outputs).Name);
    }

    /// <summary>Its scale is one number a row, and the last size of a table is that of its columns.</summary>
    [Fact]
    public void ALayerNormOfATableIsRefused()
    {
        var network = new OwnNetwork([2, 2], (own, x, _) => Operation.LayerNorm(x, own.Weight("norm", 2)));
        network.Weight("norm", 2);
        Assert.StartsWith("A layer norm of 2×2", Assert.Throws<InputException>(() => OnnxModel.Of(network,
            new Weights(network.Parameters).Initialise(3), NoiseSchedule.Cosine(50), Prediction.Epsilon)).Message);
    }

    /// <summary>A first pass on the processor declares the parameters.</summary>
    static void Declare(OwnNetwork network)
    {
        string[] before;
        do
        {
            before = [.. network.Parameters.Select(parameter => parameter.Name)];
            try
            {
                var space = new Workspace(new Weights(network.Parameters).Initialise(1));
                network.Predict(space.Input(network.Image), new int[Tensor.Samples]);
            }
            catch (ArgumentException)
            {
                // A parameter that was just declared has no numbers yet.
            }
        }
        while (network.Parameters.Count != before.Length);
    }
}
