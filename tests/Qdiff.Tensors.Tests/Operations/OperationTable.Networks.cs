using Qdiff.Tensors;

static partial class OperationTable
{
    static IEnumerable<OperationCase> Layers()
    {
        yield return new("layers: standardised convolution, group norm with film, dense", [[4, 3, 3], [5]],
            table =>
            {
                var convolution = new ConvolutionLayer(table, "conv", 4, 6, 3, padding: 1, standardised: true);
                var norm = new GroupNormLayer(table, "norm", 6, 3);
                var film = new DenseLayer(table, "film", 5, 12);
                return (_, x) => norm.Apply(convolution.Apply(x[0]), film.Apply(x[1]), silu: true);
            },
            (_, x, w) => NormalisationOracle.GroupNorm(
                new ConvolutionOracle(4, 3, 3, 6, 3, 3, 1, 1)
                    .Forward(x[0], NormalisationOracle.StandardisedKernel(w[0], 6), w[1]),
                3, w[2], w[3], ConvolutionOracle.Dense(x[1], w[4], w[5]), silu: true));
        yield return new("layers: linear attention", [[5, 3, 3]],
            table =>
            {
                var layer = new AttentionLayer(table, "attn", 5, linear: true, heads: 2, features: 4);
                return (_, x) => layer.Apply(x[0]);
            },
            (_, x, w) => Sum(x[0], NormalisationOracle.LayerNorm(
                AttentionOracle.Linear(NormalisationOracle.LayerNorm(x[0], w[0]), 5, w[1], w[2], w[3], 2), w[4])));
        yield return new("layers: full attention", [[5, 2, 2]],
            table =>
            {
                var layer = new AttentionLayer(table, "attn", 5, linear: false, heads: 2, features: 4);
                return (_, x) => layer.Apply(x[0]);
            },
            (_, x, w) =>
            {
                double[] normal = NormalisationOracle.LayerNorm(x[0], w[0]);
                double[] qkv = new ConvolutionOracle(5, 2, 2, 24, 1, 1, 1, 0).Forward(normal, w[1], null);
                double[] merged = AttentionOracle.Full(qkv, 4, 2, 10);
                return Sum(x[0], new ConvolutionOracle(8, 2, 2, 5, 1, 1, 1, 0).Forward(merged, w[2], w[3]));
            });
    }

    static IEnumerable<OperationCase> UsedTwice()
    {
        yield return Weightless("x + x", [[3, 2, 2]], x => Operation.Add(x[0], x[0]), x => [.. x[0].Select(v => 2 * v)]);
        yield return Weightless("x beside x", [[3, 2, 2]], x => Operation.Concatenate(x[0], x[0]), x => [.. x[0], .. x[0]]);
        yield return Weightless("x scaled by its own means", [[3, 2, 2]],
            x => Operation.ScaleChannels(x[0], Operation.GlobalAveragePool(x[0])),
            x => ElementwiseOracle.ScaleChannels(x[0], PoolingOracle.GlobalAverage(new(3, 2, 2, x[0]))));
        var convolution = new ConvolutionOracle(3, 4, 4, 3, 3, 3, 1, 1);
        yield return new("one transposed kernel used twice", [[3, 2, 2]],
            table =>
            {
                Parameter w = table.Add("w", [3, 4, 2, 2], Initialisers.Zeros);
                return (_, x) => Operation.Add(Operation.TransposedConvolution(x[0], w, stride: 2),
                    Operation.TransposedConvolution(x[0], w, stride: 2));
            },
            (_, x, w) => [.. ConvolutionOracle.Transposed(new(3, 2, 2, x[0]), w[0], null, 4, 2, 2, 2).Select(v => 2 * v)]);
        yield return new("residual of one kernel used twice", [[3, 4, 4]],
            table =>
            {
                Parameter w = table.Add("w", [3, 3, 3, 3], Initialisers.Zeros), b = table.Add("b", [3], Initialisers.Zeros);
                return (_, x) =>
                {
                    Tensor once = Operation.Silu(Operation.Convolution(x[0], w, b, padding: 1));
                    return Operation.Add(Operation.Add(Operation.Convolution(once, w, b, padding: 1), x[0]), once);
                };
            },
            (_, x, w) =>
            {
                double[] once = [.. convolution.Forward(x[0], w[0], w[1]).Select(ElementwiseOracle.Silu)];
                return Sum(Sum(convolution.Forward(once, w[0], w[1]), x[0]), once);
            });
    }

    static double[] Sum(double[] a, double[] b) => [.. a.Zip(b, (p, q) => p + q)];
}
