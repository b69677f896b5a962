using Qdiff.Tensors;

static partial class OperationTable
{
    static IEnumerable<OperationCase> Elementwise()
    {
        yield return Function("silu", Operation.Silu, ElementwiseOracle.Silu);
        yield return Function("gelu", Operation.Gelu, ElementwiseOracle.Gelu);
        yield return Function("relu", Operation.Relu, ElementwiseOracle.Relu);
        yield return Function("sigmoid", Operation.Sigmoid, ElementwiseOracle.Sigmoid);
        yield return Function("scale", x => Operation.Scale(x, -1.75f), x => -1.75 * x);
        yield return Weightless("add", [[3, 2, 2], [3, 2, 2]], x => Operation.Add(x[0], x[1]), x => Sum(x[0], x[1]));
        yield return Weightless("scale channels", [[5, 2, 3], [5]], x => Operation.ScaleChannels(x[0], x[1]),
            x => ElementwiseOracle.ScaleChannels(x[0], x[1]));
        yield return Weightless("add channels", [[3, 3, 3], [3]], x => Operation.AddChannels(x[0], x[1]),
            x => ElementwiseOracle.AddChannels(x[0], x[1]));
        yield return Weightless("concatenate", [[3, 2, 2], [5, 2, 2]], x => Operation.Concatenate(x[0], x[1]),
            x => [.. x[0], .. x[1]]);
        yield return Weightless("concatenate three", [[3, 2, 2], [1, 2, 2], [2, 2, 2]], x => Operation.Concatenate(x),
            x => [.. x[0], .. x[1], .. x[2]]);
        yield return Weightless("concatenate vectors", [[3], [4]], x => Operation.Concatenate(x[0], x[1]),
            x => [.. x[0], .. x[1]]);
        yield return Weightless("reshape", [[6, 2, 3]], x => Operation.Reshape(x[0], [4, 9]), x => x[0]);
        yield return new("affine", [[7]],
            table =>
            {
                Parameter scale = table.Add("scale", [7], Initialisers.Ones), shift = table.Add("shift", [7], Initialisers.Zeros);
                return (_, x) => Operation.Affine(x[0], scale, shift);
            },
            (_, x, w) => [.. x[0].Select((v, i) => w[0][i] * v + w[1][i])]);
        yield return Weightless("channels", [[6, 2, 3]], x => Operation.Channels(x[0], 2, 3), x => x[0][12..30]);
    }

    static IEnumerable<OperationCase> Pooling()
    {
        yield return Weightless("global average pool", [[3, 3, 5]], x => Operation.GlobalAveragePool(x[0]),
            x => PoolingOracle.GlobalAverage(new(3, 3, 5, x[0])));
        foreach ((int kernel, int stride, int padding) in ((int, int, int)[])
            [(1, 1, 0), (2, 2, 0), (3, 1, 1), (3, 2, 1), (2, 3, 1)])
        {
            string window = $"pool of {kernel}, stride {stride}, padding {padding}";
            yield return Weightless("max " + window, [[2, 5, 6]], x => Operation.MaxPool(x[0], kernel, stride, padding),
                x => PoolingOracle.Max(new(2, 5, 6, x[0]), kernel, stride, padding));
            foreach (bool countPadding in (bool[])[true, false])
                yield return Weightless($"average {window}{(countPadding ? " counted" : "")}", [[2, 5, 6]],
                    x => Operation.AveragePool(x[0], kernel, stride, padding, countPadding),
                    x => PoolingOracle.Average(new(2, 5, 6, x[0]), kernel, stride, padding, countPadding));
        }

        foreach ((int height, int width) in ((int, int)[])[(7, 7), (2, 3), (4, 6), (1, 1), (3, 5)])
            yield return Weightless($"resize 2×3 to {height}×{width}", [[2, 2, 3]],
                x => Operation.ResizeNearest(x[0], height, width),
                x => PoolingOracle.ResizeNearest(new(2, 2, 3, x[0]), height, width));
    }

    static IEnumerable<OperationCase> Losses()
    {
        foreach (Shape shape in (Shape[])[[3, 2, 2], [7], [1]])
            yield return Weightless($"squared error of {shape}", [shape, shape], x => Operation.SquaredError(x[0], x[1]),
                x => ElementwiseOracle.SquaredError(x[0], x[1]));

        foreach (int classes in (int[])[2, 10])
        {
            int[] labels = [.. Enumerable.Range(0, Tensor.Samples).Select(s => s * 7 % classes)];
            yield return new($"cross entropy of {classes} classes", [[classes]],
                _ => (_, x) => Operation.CrossEntropy(x[0], labels),
                (s, x, _) => ElementwiseOracle.CrossEntropy(x[0], labels[s]));
        }

        int[] rows = [.. Enumerable.Range(0, Tensor.Samples).Select(s => s * 3 % 5)];
        yield return new("embedding, times an input", [[4, 1, 1]],
            table =>
            {
                Parameter embedding = table.Add("table", [5, 4], Initialisers.Zeros);
                return (space, x) => Operation.ScaleChannels(x[0], Operation.Embedding(space, rows, embedding));
            },
            (s, x, w) => ElementwiseOracle.ScaleChannels(x[0], w[0][(rows[s] * 4)..(rows[s] * 4 + 4)]));
    }

    static OperationCase Function(string name, Func<Tensor, Tensor> operation, Func<double, double> definition)
    {
        OperationCase row = Weightless(name, [[3, 3, 5]], x => operation(x[0]), x => [.. x[0].Select(definition)]);
        return row with { ValueTolerance = Tolerance.Elementwise };
    }
}
