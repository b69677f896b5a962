using Qdiff.Tensors;

/// <summary>
/// Every operation at sizes that reach its border cases, with its definition. A new row is compared with its definition, has its
/// gradients checked and everything else that <see cref="OperationTests"/> promises.
/// </summary>
static class OperationTable
{
    public static OperationCase[] Rows { get; } =
    [
        .. Convolutions(), .. Elementwise(), .. Normalisations(), .. Attentions(), .. Pooling(), .. Losses(), .. Layers(), .. UsedTwice(),
    ];

    public static IEnumerable<TheoryDataRow<string>> Names => Rows.Select(row => new TheoryDataRow<string>(row.Name));

    public static OperationCase Row(string name) => Rows.Single(row => row.Name == name);

    static IEnumerable<OperationCase> Convolutions()
    {
        yield return Convolution(1, 5, 6, 1, 1, 1);
        yield return Convolution(3, 5, 6, 4, 3, 3, padding: 1);
        yield return Convolution(6, 4, 4, 7, 3, 3, padding: 1, bias: false);
        yield return Convolution(2, 6, 7, 3, 4, 4, stride: 2, padding: 1);
        yield return Convolution(1, 5, 5, 11, 7, 7, padding: 3);
        yield return Convolution(9, 3, 3, 2, 2, 3);
        // Pixels that no kernel reads, and kernels that lie in the padding altogether.
        yield return Convolution(2, 7, 8, 3, 2, 2, stride: 3);
        yield return Convolution(2, 3, 3, 3, 2, 2, padding: 2);
        foreach ((int size, int kernel, int stride, bool bias) in ((int, int, int, bool)[])
            [(3, 2, 2, true), (4, 3, 1, true), (3, 4, 2, false), (2, 2, 3, true)])
            yield return new($"transposed convolution of {size}×{size}, kernel {kernel}, stride {stride}", [[3, size, size]],
                table =>
                {
                    Parameter w = table.Add("w", [3, 4, kernel, kernel], Initialisers.Zeros), b = table.Add("b", [4], Initialisers.Zeros);
                    return (_, x) => Operation.TransposedConvolution(x[0], w, bias ? b : null, stride);
                },
                (_, x, w) => ConvolutionOracle.Transposed(new(3, size, size, x[0]), w[0], bias ? w[1] : null, 4, kernel, kernel, stride));
        yield return new("dense", [[7]],
            table =>
            {
                Parameter w = table.Add("w", [9, 7], Initialisers.Zeros), b = table.Add("b", [9], Initialisers.Zeros);
                return (_, x) => Operation.Dense(x[0], w, b);
            },
            (_, x, w) => ConvolutionOracle.Dense(x[0], w[0], w[1]));
        yield return new("dense without bias", [[10]],
            table =>
            {
                Parameter w = table.Add("w", [1, 10], Initialisers.Zeros);
                return (_, x) => Operation.Dense(x[0], w);
            },
            (_, x, w) => ConvolutionOracle.Dense(x[0], w[0], null));
        yield return new("standardised kernel", [[3, 4, 4]],
            table =>
            {
                Parameter kernel = Derive.Standardised(table, table.Add("w", [4, 3, 3, 3], Initialisers.Zeros));
                return (_, x) => Operation.Convolution(x[0], kernel, padding: 1);
            },
            (_, x, w) => new ConvolutionOracle(3, 4, 4, 4, 3, 3, 1, 1).Forward(x[0], NormalisationOracle.StandardisedKernel(w[0], 4), null));
    }

    static OperationCase Convolution(int inputs, int height, int width, int outputs, int kernelHeight, int kernelWidth, int stride = 1,
        int padding = 0, bool bias = true)
    {
        var definition = new ConvolutionOracle(inputs, height, width, outputs, kernelHeight, kernelWidth, stride, padding);
        return new($"convolution of {inputs}×{height}×{width} to {outputs}, kernel {kernelHeight}×{kernelWidth}, stride {stride}, padding {padding}",
            [[inputs, height, width]],
            table =>
            {
                Parameter w = table.Add("w", [outputs, inputs, kernelHeight, kernelWidth], Initialisers.Zeros);
                Parameter? b = bias ? table.Add("b", [outputs], Initialisers.Zeros) : null;
                return (_, x) => Operation.Convolution(x[0], w, b, stride, padding);
            },
            (_, x, w) => definition.Forward(x[0], w[0], bias ? w[1] : null));
    }

    static IEnumerable<OperationCase> Elementwise()
    {
        yield return Function("silu", Operation.Silu, ElementwiseOracle.Silu);
        yield return Function("gelu", Operation.Gelu, ElementwiseOracle.Gelu);
        yield return Function("relu", Operation.Relu, ElementwiseOracle.Relu);
        yield return Function("sigmoid", Operation.Sigmoid, ElementwiseOracle.Sigmoid);
        yield return Function("scale", x => Operation.Scale(x, -1.75f), x => -1.75 * x);
        yield return Weightless("add", [[3, 2, 2], [3, 2, 2]], x => Operation.Add(x[0], x[1]), x => [.. x[0].Zip(x[1], (a, b) => a + b)]);
        yield return Weightless("scale channels", [[5, 2, 3], [5]], x => Operation.ScaleChannels(x[0], x[1]),
            x => ElementwiseOracle.ScaleChannels(x[0], x[1]));
        yield return Weightless("add channels", [[3, 3, 3], [3]], x => Operation.AddChannels(x[0], x[1]),
            x => ElementwiseOracle.AddChannels(x[0], x[1]));
        yield return Weightless("concatenate", [[3, 2, 2], [5, 2, 2]], x => Operation.Concatenate(x[0], x[1]), x => [.. x[0], .. x[1]]);
        yield return Weightless("concatenate vectors", [[3], [4]], x => Operation.Concatenate(x[0], x[1]), x => [.. x[0], .. x[1]]);
        yield return Weightless("channels", [[6, 2, 3]], x => Operation.Channels(x[0], 2, 3), x => x[0][12..30]);
    }

    static OperationCase Function(string name, Func<Tensor, Tensor> operation, Func<double, double> definition) =>
        Weightless(name, [[3, 3, 5]], x => operation(x[0]), x => [.. x[0].Select(definition)]) with { ValueTolerance = Tolerance.Elementwise };

    static OperationCase Weightless(string name, Shape[] inputs, Func<Tensor[], Tensor> operation, Func<double[][], double[]> definition) =>
        new(name, inputs, _ => (_, x) => operation(x), (_, x, _) => definition(x));

    static IEnumerable<OperationCase> Normalisations()
    {
        foreach ((int channels, int groups, bool film, bool silu) in ((int, int, bool, bool)[])
            [(6, 3, false, false), (4, 4, false, true), (5, 1, true, false), (6, 2, true, true)])
        {
            Shape image = [channels, 3, 5];
            yield return new($"group norm of {channels} in {groups}{(film ? ", film" : "")}{(silu ? ", silu" : "")}",
                film ? [image, [2 * channels]] : [image],
                table =>
                {
                    Parameter scale = table.Add("scale", [channels], Initialisers.Ones), bias = table.Add("bias", [channels], Initialisers.Zeros);
                    return (_, x) => Operation.GroupNorm(x[0], groups, scale, bias, film ? x[1] : null, silu);
                },
                (_, x, w) => NormalisationOracle.GroupNorm(x[0], groups, w[0], w[1], film ? x[1] : null, silu));
        }

        foreach (Shape shape in (Shape[])[[5, 2, 3], [11, 1, 1], [9]])
            yield return new($"layer norm of {shape}", [shape],
                table =>
                {
                    Parameter scale = table.Add("scale", [shape[0]], Initialisers.Ones);
                    return (_, x) => Operation.LayerNorm(x[0], scale);
                },
                (_, x, w) => NormalisationOracle.LayerNorm(x[0], w[0]));
    }

    static IEnumerable<OperationCase> Attentions()
    {
        // Around the 8 and 16 tokens and the 4 key rows that go through the kernel together.
        foreach ((int channels, int height, int width, int heads, int features) in ((int, int, int, int, int)[])
            [(3, 2, 2, 2, 4), (2, 3, 3, 1, 5), (5, 1, 17, 3, 2), (6, 4, 4, 2, 7), (2, 1, 1, 1, 1)])
            yield return new($"linear attention over {channels}×{height}×{width}, {heads} heads of {features}", [[channels, height, width]],
                table =>
                {
                    Parameter qkv = table.Add("qkv", [3 * heads * features, channels, 1, 1], Initialisers.Zeros),
                        output = table.Add("out", [channels, heads * features, 1, 1], Initialisers.Zeros),
                        bias = table.Add("bias", [channels], Initialisers.Zeros),
                        mix = Derive.ValueThroughOutput(table, qkv, output, heads);
                    return (_, x) => Operation.LinearAttention(x[0], qkv, mix, bias, heads);
                },
                (_, x, w) => AttentionOracle.Linear(x[0], channels, w[0], w[1], w[2], heads));

        foreach ((int height, int width, int heads, int features) in ((int, int, int, int)[])
            [(2, 2, 2, 4), (1, 7, 1, 3), (3, 3, 3, 2), (1, 17, 1, 5)])
            yield return Weightless($"full attention over {height}×{width}, {heads} heads of {features}", [[3 * heads * features, height, width]],
                x => Operation.FullAttention(x[0], heads, 3), x => AttentionOracle.Full(x[0], height * width, heads, 3));
    }

    static IEnumerable<OperationCase> Pooling()
    {
        yield return Weightless("global average pool", [[3, 3, 5]], x => Operation.GlobalAveragePool(x[0]),
            x => PoolingOracle.GlobalAverage(new(3, 3, 5, x[0])));
        foreach ((int kernel, int stride, int padding) in ((int, int, int)[])[(1, 1, 0), (2, 2, 0), (3, 1, 1), (3, 2, 1), (2, 3, 1)])
        {
            yield return Weightless($"max pool of {kernel}, stride {stride}, padding {padding}", [[2, 5, 6]],
                x => Operation.MaxPool(x[0], kernel, stride, padding), x => PoolingOracle.Max(new(2, 5, 6, x[0]), kernel, stride, padding));
            foreach (bool countPadding in (bool[])[true, false])
                yield return Weightless($"average pool of {kernel}, stride {stride}, padding {padding}{(countPadding ? " counted" : "")}",
                    [[2, 5, 6]], x => Operation.AveragePool(x[0], kernel, stride, padding, countPadding),
                    x => PoolingOracle.Average(new(2, 5, 6, x[0]), kernel, stride, padding, countPadding));
        }

        foreach ((int height, int width) in ((int, int)[])[(7, 7), (2, 3), (4, 6), (1, 1), (3, 5)])
            yield return Weightless($"resize 2×3 to {height}×{width}", [[2, 2, 3]], x => Operation.ResizeNearest(x[0], height, width),
                x => PoolingOracle.ResizeNearest(new(2, 2, 3, x[0]), height, width));
    }

    static IEnumerable<OperationCase> Losses()
    {
        foreach (Shape shape in (Shape[])[[3, 2, 2], [7], [1]])
            yield return Weightless($"squared error of {shape}", [shape, shape], x => Operation.SquaredError(x[0], x[1]),
                x => ElementwiseOracle.SquaredError(x[0], x[1])) with { Differentiable = 1 };
        foreach (int classes in (int[])[2, 10])
        {
            int[] labels = [.. Enumerable.Range(0, Tensor.Samples).Select(s => s * 7 % classes)];
            yield return new($"cross entropy of {classes} classes", [[classes]], _ => (_, x) => Operation.CrossEntropy(x[0], labels),
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
                new ConvolutionOracle(4, 3, 3, 6, 3, 3, 1, 1).Forward(x[0], NormalisationOracle.StandardisedKernel(w[0], 6), w[1]),
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
                return Sum(x[0], new ConvolutionOracle(8, 2, 2, 5, 1, 1, 1, 0).Forward(AttentionOracle.Full(qkv, 4, 2, 10), w[2], w[3]));
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
