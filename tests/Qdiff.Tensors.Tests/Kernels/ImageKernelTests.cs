using Qdiff.Tensors;

/// <summary>
/// Normalisations, attentions and pooling against their definitions at the sizes of real networks and around them.
/// </summary>
[Trait("Runs", "on every instruction set")]
public class ImageKernelTests
{
    public static TheoryData<int, int, int, bool, bool> GroupNorms() => new()
    {
        { 10, 10, 49, true, true }, { 20, 10, 49, true, true }, { 30, 10, 16, false, true }, { 40, 10, 4, true, false },
        { 37, 1, 7, false, false }, { 11, 11, 5, true, true }, { 9, 3, 196, false, true },
    };

    [Theory, MemberData(nameof(GroupNorms))]
    public void GroupNormEqualsItsDefinition(int channels, int groups, int area, bool film, bool silu)
    {
        var table = new ParameterTable();
        Parameter scale = table.Add("scale", [channels], Initialisers.Ones),
            bias = table.Add("bias", [channels], Initialisers.Zeros);
        (Workspace space, RandomStream random) = Start(table, channels * 1000 + area);
        Tensor x = Random(space, [channels, 1, area], random), modulation = Random(space, [2 * channels], random);
        // A mean far from zero: the variance must not come from a difference of large squares.
        foreach (ref float value in x.Values) value += 30;
        double[] w = Tile.Widen(space.Weights[scale]), b = Tile.Widen(space.Weights[bias]);
        double[][] f = Tile.Read(modulation.Values);
        Tensor y = Operation.GroupNorm(x, groups, scale, bias, film ? modulation : null, silu);
        // x − mean has lost log2(30) ≈ 5 of its 24 bits.
        Tile.Near(Tile.Read(y.Values),
            [.. Tile.Read(x.Values).Select((v, s) => NormalisationOracle.GroupNorm(v, groups, w, b, film ? f[s] : null, silu))],
            30 * Tolerance.Sum, "group norm");
    }

    [Theory]
    [InlineData(1, 5)]
    [InlineData(2, 1)]
    [InlineData(10, 49)]
    [InlineData(37, 3)]
    public void LayerNormEqualsItsDefinition(int channels, int area)
    {
        var table = new ParameterTable();
        Parameter scale = table.Add("scale", [channels], Initialisers.Ones);
        (Workspace space, RandomStream random) = Start(table, channels);
        Tensor x = Random(space, [channels, area, 1], random);
        double[] w = Tile.Widen(space.Weights[scale]);
        Tile.Near(Tile.Read(Operation.LayerNorm(x, scale).Values),
            [.. Tile.Read(x.Values).Select(v => NormalisationOracle.LayerNorm(v, w))], Tolerance.Chain, "layer norm");
    }

    [Theory]
    [InlineData(10, 1, 4, 32)]
    [InlineData(10, 4, 4, 32)]
    [InlineData(20, 7, 4, 32)]
    [InlineData(3, 16, 1, 8)]
    [InlineData(7, 17, 2, 5)]
    [InlineData(11, 49, 3, 6)]
    public void LinearAttentionEqualsItsDefinition(int channels, int tokens, int heads, int features)
    {
        var table = new ParameterTable();
        Parameter qkv = table.Add("qkv", [3 * heads * features, channels, 1, 1], Initialisers.Zeros),
            output = table.Add("out", [channels, heads * features, 1, 1], Initialisers.Zeros),
            bias = table.Add("bias", [channels], Initialisers.Zeros),
            mix = Derive.ValueThroughOutput(table, qkv, output, heads);
        (Workspace space, RandomStream random) = Start(table, channels);
        Tensor x = Random(space, [channels, 1, tokens], random);
        double[] wqkv = Tile.Widen(space.Weights[qkv]), wout = Tile.Widen(space.Weights[output]),
            b = Tile.Widen(space.Weights[bias]);
        Tile.Near(Tile.Widen(space.Weights[mix]), AttentionOracle.ValueThroughOutput(wqkv, wout, channels, heads),
            Tolerance.Rounding, "out·v");
        Tile.Near(Tile.Read(Operation.LinearAttention(x, qkv, mix, bias, heads).Values),
            [.. Tile.Read(x.Values).Select(v => AttentionOracle.Linear(v, channels, wqkv, wout, b, heads))], Tolerance.Chain,
            "linear attention");
    }

    /// <summary>Samples whose arguments of the softmax may be beyond ±40 have their largest subtracted, the others beside them
    /// not: both equal the definition, and a sample's values and gradients are bit for bit those that it has alone.</summary>
    [Fact]
    public void LinearAttentionOfLargeArgumentsDependsOnNoOtherSample()
    {
        const int Channels = 5, Tokens = 49, Heads = 2, Features = 11;
        var table = new ParameterTable();
        Parameter qkv = table.Add("qkv", [3 * Heads * Features, Channels, 1, 1], Initialisers.Zeros),
            output = table.Add("out", [Channels, Heads * Features, 1, 1], Initialisers.Zeros),
            bias = table.Add("bias", [Channels], Initialisers.Zeros),
            mix = Derive.ValueThroughOutput(table, qkv, output, Heads);
        (Workspace space, RandomStream random) = Start(table, 1);
        Tensor x = Random(space, [Channels, 1, Tokens], random);
        foreach (int large in (int[])[0, 5, 6, 15])
            for (int i = 0; i < Channels * Tokens; i++) x.Values[i * Tensor.Samples + large] *= 12;
        float[] all = x.Values.ToArray(), cotangent = new float[all.Length];
        random.FillNormal(cotangent);
        (float[] y, float[] dx) = Pass(all);
        double[] wqkv = Tile.Widen(space.Weights[qkv]), wout = Tile.Widen(space.Weights[output]),
            b = Tile.Widen(space.Weights[bias]);
        // Arguments of 100 are known to 1e-5 in single precision, and so are their exponentials.
        Tile.Near(Tile.Read(y), [.. Tile.Read(all).Select(v => AttentionOracle.Linear(v, Channels, wqkv, wout, b, Heads))], 2e-5,
            "linear attention of large arguments");
        foreach (int alone in (int[])[3, 5])
        {
            var one = new float[all.Length];
            for (int i = alone; i < all.Length; i += Tensor.Samples) one[i] = all[i];
            (float[] y1, float[] dx1) = Pass(one);
            for (int i = alone; i < all.Length; i += Tensor.Samples) Assert.Equal((y[i], dx[i]), (y1[i], dx1[i]));
        }

        (float[], float[]) Pass(float[] values)
        {
            space.Reset(space.Weights);
            Tensor input = space.Input([Channels, 1, Tokens], requiresGradient: true);
            values.CopyTo(input.Values);
            Tensor result = Operation.LinearAttention(input, qkv, mix, bias, Heads);
            space.Backward(result, cotangent);
            return (result.Values.ToArray(), input.Gradient.ToArray());
        }
    }

    [Theory]
    [InlineData(1, 1, 4, 32)]
    [InlineData(2, 2, 4, 32)]
    [InlineData(1, 7, 2, 11)]
    [InlineData(4, 4, 1, 3)]
    [InlineData(1, 17, 3, 5)]
    [InlineData(7, 7, 2, 4)]
    public void FullAttentionEqualsItsDefinition(int height, int width, int heads, int features)
    {
        (Workspace space, RandomStream random) = Start(new(), height);
        Tensor qkv = Random(space, [3 * heads * features, height, width], random);
        Tile.Near(Tile.Read(Operation.FullAttention(qkv, heads).Values),
            [.. Tile.Read(qkv.Values).Select(v => AttentionOracle.Full(v, height * width, heads, 10))], Tolerance.Chain,
            "full attention");
    }

    /// <summary>An idle sample is all zeros: its norm is too, and it still must not give a NaN.</summary>
    [Fact]
    public void AttentionsOfZerosAreFinite()
    {
        (Workspace space, _) = Start(new(), 0);
        Tensor x = space.Input([6, 2, 2], requiresGradient: true), y = Operation.FullAttention(x, 1);
        space.Backward(y, new float[y.Values.Length]);
        Assert.All(y.Values.ToArray(), v => Assert.Equal(0, v));
        Assert.All(x.Gradient.ToArray(), v => Assert.Equal(0, v));
    }

    /// <summary>In a window with equal pixels the first one gets the gradient, so that it is not counted twice.</summary>
    [Fact]
    public void EqualPixelsShareNoGradientInMaxPool()
    {
        (Workspace space, _) = Start(new(), 0);
        Tensor x = space.Input([1, 2, 2], requiresGradient: true), y = Operation.MaxPool(x, 2, 2);
        float[] ones = new float[Tensor.Samples];
        Array.Fill(ones, 1);
        space.Backward(y, ones);
        Assert.Equal([1, 0, 0, 0], Tile.Read(x.Gradient)[7]);
    }

    [Theory]
    [InlineData(10)]
    [InlineData(4)]
    [InlineData(32)]
    public void SinusoidalEmbeddingEqualsItsDefinition(int dimension)
    {
        (Workspace space, _) = Start(new(), 0);
        int[] timesteps = [0, 1, 2, 10, 99, 500, 999];
        double[][] y = Tile.Read(Operation.SinusoidalEmbedding(space, timesteps, dimension).Values);
        for (int s = 0; s < timesteps.Length; s++)
            Tile.Near(y[s], ElementwiseOracle.SinusoidalEmbedding(timesteps[s], dimension), Tolerance.Rounding,
                $"timestep {timesteps[s]}");
        Assert.All(y[timesteps.Length..], idle => Assert.All(idle, v => Assert.Equal(0, v)));
    }

    static (Workspace, RandomStream) Start(ParameterTable table, int index)
    {
        var random = new RandomStream(1, "image kernels", index);
        var weights = new Weights(table);
        random.FillNormal(weights.Values);
        weights.Refresh();
        return (new(weights), random);
    }

    static Tensor Random(Workspace space, Shape shape, RandomStream random)
    {
        Tensor x = space.Input(shape);
        random.FillNormal(x.Values);
        return x;
    }
}
