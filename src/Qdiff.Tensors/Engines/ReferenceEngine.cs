namespace Qdiff.Tensors;

/// <summary>
/// Every operation by its definition, in double, forward only, so that a network checks itself. The samples of a tile are
/// computed side by side on all processors.
/// </summary>
/// <param name="weights">The numbers of parameters; null for those of the workspace, widened.</param>
/// <param name="samples">Samples that are computed: the others of a tile stay zero.</param>
public sealed class ReferenceEngine(ReferenceWeights? weights = null, int samples = Tensor.Samples) : ComputeEngine
{
    /// <inheritdoc/>
    public override string Name => "reference";

    /// <inheritdoc/>
    public override int Samples { get; } = samples is > 0 and <= Tensor.Samples ? samples
        : throw new ArgumentException($"A tile has 1 to {Tensor.Samples} samples, not {samples}.");

    /// <inheritdoc/>
    public override bool HasGradients => false;

    /// <summary>The trainable parameters that operations of a workspace with this engine have read.</summary>
    public static IReadOnlySet<Parameter> ReadBy(Workspace space) => Memory(space).Parameters;

    /// <inheritdoc/>
    public override TileMemory CreateMemory(Workspace space) => new ReferenceMemory(space, weights);

    /// <inheritdoc/>
    public override Tensor Convolution(Tensor x, Parameter weight, Parameter? bias, SpatialGeometry g)
    {
        var definition = new ConvolutionOracle(weight.Shape[1], g.InputHeight, g.InputWidth, weight.Shape[0], g.KernelHeight,
            g.KernelWidth, g.Stride, g.PaddingY, g.PaddingX);
        (double[] w, double[]? b) = (Numbers(x, weight), bias is null ? null : Numbers(x, bias));
        return Define(x, [weight.Shape[0], g.OutputHeight, g.OutputWidth], v => definition.Forward(v, w, b));
    }

    /// <inheritdoc/>
    public override Tensor TransposedConvolution(Tensor x, Parameter weight, Parameter? bias, SpatialGeometry g)
    {
        int outputs = weight.Shape[1];
        (double[] w, double[]? b) = (Numbers(x, weight), bias is null ? null : Numbers(x, bias));
        return Define(x, [outputs, g.InputHeight, g.InputWidth],
            v => ConvolutionOracle.Transposed(Image(x, v), w, b, outputs, g.KernelHeight, g.KernelWidth, g.Stride));
    }

    /// <inheritdoc/>
    public override Tensor Dense(Tensor x, Parameter weight, Parameter? bias)
    {
        (double[] w, double[]? b) = (Numbers(x, weight), bias is null ? null : Numbers(x, bias));
        return Define(x, [weight.Shape[0]], v => ConvolutionOracle.Dense(v, w, b));
    }

    /// <summary>The definition knows nothing of the product that the mix is: it reads what the mix was made of.</summary>
    public override Tensor LinearAttention(Tensor x, Parameter qkv, Parameter mix, Parameter bias, int heads)
    {
        Require.That(mix.Derivation is { Sources.Count: 2 },
            $"'{mix.Name}' must come from {nameof(Derive)}.{nameof(Derive.ValueThroughOutput)}.");
        (double[] w, double[] output, double[] b) =
            (Numbers(x, qkv), Numbers(x, mix.Derivation.Sources[1]), Numbers(x, bias));
        return Define(x, x.Shape, v => AttentionOracle.Linear(v, x.Shape[0], w, output, b, heads));
    }

    /// <inheritdoc/>
    public override Tensor FullAttention(Tensor qkv, int heads, float scale) =>
        Define(qkv, [qkv.Shape[0] / 3, qkv.Shape[1], qkv.Shape[2]],
            v => AttentionOracle.Full(v, qkv.Shape[1] * qkv.Shape[2], heads, scale));

    /// <inheritdoc/>
    public override Tensor GroupNorm(Tensor x, int groups, Parameter scale, Parameter bias, Tensor? film, bool silu,
        float epsilon, Tensor? addend)
    {
        (double[] w, double[] b) = (Numbers(x, scale), Numbers(x, bias));
        return Plus(film is null ? Define(x, x.Shape, v => NormalisationOracle.GroupNorm(v, groups, w, b, null, silu, epsilon))
            : Define(x, film, x.Shape, (v, f) => NormalisationOracle.GroupNorm(v, groups, w, b, f, silu, epsilon)), addend);
    }

    /// <inheritdoc/>
    public override Tensor LayerNorm(Tensor x, Parameter scale, float epsilon, Tensor? addend)
    {
        double[] w = Numbers(x, scale);
        return Plus(Define(x, x.Shape, v => NormalisationOracle.LayerNorm(v, w, epsilon)), addend);
    }

    /// <inheritdoc/>
    public override Tensor Activate(Tensor x, ActivationFunction function)
    {
        Converter<double, double> definition = function switch
        {
            ActivationFunction.Silu => ElementwiseOracle.Silu,
            ActivationFunction.Gelu => ElementwiseOracle.Gelu,
            ActivationFunction.Relu => ElementwiseOracle.Relu,
            ActivationFunction.Sigmoid => ElementwiseOracle.Sigmoid,
            _ => throw new ArgumentOutOfRangeException(nameof(function), function, "No definition of this function."),
        };
        return Define(x, x.Shape, v => Array.ConvertAll(v, definition));
    }

    /// <inheritdoc/>
    public override Tensor Add(Tensor a, Tensor b) => Define(a, b, a.Shape, ElementwiseOracle.Add);

    /// <inheritdoc/>
    public override Tensor Scale(Tensor x, float factor) =>
        Define(x, x.Shape, v => Array.ConvertAll(v, value => factor * value));

    /// <inheritdoc/>
    public override Tensor ScaleChannels(Tensor x, Tensor gate) => Define(x, gate, x.Shape, ElementwiseOracle.ScaleChannels);

    /// <inheritdoc/>
    public override Tensor AddChannels(Tensor x, Tensor shift) => Define(x, shift, x.Shape, ElementwiseOracle.AddChannels);

    /// <inheritdoc/>
    public override Tensor Affine(Tensor x, Parameter scale, Parameter shift)
    {
        (double[] a, double[] b) = (Numbers(x, scale), Numbers(x, shift));
        return Define(x, x.Shape, v => ElementwiseOracle.AddChannels(ElementwiseOracle.ScaleChannels(v, a), b));
    }

    /// <inheritdoc/>
    public override Tensor Concatenate(Tensor[] parts, Shape shape)
    {
        Workspace space = parts[0].Workspace;
        double[][][] values = [.. parts.Select(part => Memory(space).Doubles(space, part))];
        return Define(space, shape, s => [.. values.SelectMany(part => part[s])]);
    }

    /// <inheritdoc/>
    public override Tensor Channels(Tensor x, int first, Shape shape)
    {
        int start = x.Count / x.Shape[0] * first;
        return Define(x, shape, v => v[start..(start + shape.Count)]);
    }

    /// <inheritdoc/>
    public override Tensor ResizeNearest(Tensor x, int height, int width) =>
        Define(x, [x.Shape[0], height, width], v => PoolingOracle.ResizeNearest(Image(x, v), height, width));

    /// <inheritdoc/>
    public override Tensor GlobalAveragePool(Tensor x) =>
        Define(x, [x.Shape[0]], v => PoolingOracle.GlobalAverage(Image(x, v)));

    /// <inheritdoc/>
    public override Tensor AveragePool(Tensor x, SpatialGeometry g, bool countPadding) =>
        Define(x, [x.Shape[0], g.OutputHeight, g.OutputWidth],
            v => PoolingOracle.Average(Image(x, v), g.KernelHeight, g.Stride, g.PaddingY, countPadding));

    /// <inheritdoc/>
    public override Tensor MaxPool(Tensor x, SpatialGeometry g) =>
        Define(x, [x.Shape[0], g.OutputHeight, g.OutputWidth],
            v => PoolingOracle.Max(Image(x, v), g.KernelHeight, g.Stride, g.PaddingY));

    /// <inheritdoc/>
    public override Tensor SinusoidalEmbedding(Workspace space, ReadOnlySpan<int> timesteps, int dimension)
    {
        int[] each = [.. timesteps];
        return Define(space, [dimension],
            s => s < each.Length ? ElementwiseOracle.SinusoidalEmbedding(each[s], dimension) : new double[dimension]);
    }

    /// <inheritdoc/>
    public override Tensor Embedding(Workspace space, int[] rows, Parameter table)
    {
        (double[] w, int dimension) = (Memory(space).Numbers(table), table.Shape[1]);
        return Define(space, [dimension],
            s => s < rows.Length ? w[(rows[s] * dimension)..((rows[s] + 1) * dimension)] : new double[dimension]);
    }

    /// <inheritdoc/>
    public override Tensor SquaredError(Tensor prediction, Tensor target) =>
        Define(prediction, target, Shape.Scalar, ElementwiseOracle.SquaredError);

    /// <inheritdoc/>
    public override Tensor CrossEntropy(Tensor logits, int[] labels)
    {
        double[][] values = Memory(logits.Workspace).Doubles(logits.Workspace, logits);
        return Define(logits.Workspace, Shape.Scalar, s => ElementwiseOracle.CrossEntropy(values[s], labels[s]));
    }

    /// <inheritdoc/>
    public override Tensor Apply(Tensor x, TileOperation operation)
    {
        double[] w = operation.Parameter is null ? [] : Numbers(x, operation.Parameter);
        // Copies: other samples and operations read the same numbers, and the definition is somebody's own.
        return Define(x, operation.Output, v => operation.Define([.. v], [.. w]));
    }

    /// <summary>Whoever listens is told each sample's values and may change those that go on.</summary>
    public override Tensor Detach(Tensor x, string name)
    {
        double[][] values = Memory(x.Workspace).Doubles(x.Workspace, x);
        return Define(x.Workspace, x.Shape, s =>
        {
            double[] own = [.. values[s]];
            x.Workspace.OnDetach?.Invoke(name, s, own);
            return own;
        });
    }

    static ReferenceMemory Memory(Workspace space) => (ReferenceMemory)space.Memory;

    static double[] Numbers(Tensor x, Parameter parameter) => Memory(x.Workspace).Numbers(parameter);

    static Image Image(Tensor x, double[] values) => new(x.Shape[0], x.Shape[1], x.Shape[2], values);

    static Tensor Define(Tensor x, Shape shape, Func<double[], double[]> sample)
    {
        double[][] values = Memory(x.Workspace).Doubles(x.Workspace, x);
        return Define(x.Workspace, shape, s => sample(values[s]));
    }

    static Tensor Define(Tensor a, Tensor b, Shape shape, Func<double[], double[], double[]> sample)
    {
        Workspace space = a.Workspace;
        (double[][] left, double[][] right) = (Memory(space).Doubles(space, a), Memory(space).Doubles(space, b));
        return Define(space, shape, s => sample(left[s], right[s]));
    }

    static Tensor Define(Workspace space, Shape shape, Func<int, double[]> sample)
    {
        Tensor y = Result(space, shape, requiresGradient: false);
        double[][] values = Memory(space).Doubles(space, y);
        Parallel.For(0, space.Samples, s => values[s] = sample(s));
        foreach (double[] v in values.AsSpan(0, space.Samples))
            Require.That(v.Length == shape.Count, $"The definition of an operation gave {v.Length} numbers for {shape}.");
        return y;
    }
}
