using Qdiff.Tensors;

namespace Qdiff.Onnx;

sealed partial class GraphEngine
{
    public override Tensor Convolution(Tensor x, Parameter weight, Parameter? bias, SpatialGeometry g) =>
        Result(x.Workspace, [weight.Shape[0], g.OutputHeight, g.OutputWidth], Graph.Add("Conv", Weighted(x, weight, bias),
            Kernel(g), Strides(g), Padding(g)));

    public override Tensor TransposedConvolution(Tensor x, Parameter weight, Parameter? bias, SpatialGeometry g) =>
        Result(x.Workspace, [weight.Shape[1], g.InputHeight, g.InputWidth], Graph.Add("ConvTranspose",
            Weighted(x, weight, bias), Kernel(g), Strides(g), Padding(g)));

    public override Tensor Dense(Tensor x, Parameter weight, Parameter? bias) =>
        Result(x.Workspace, [weight.Shape[0]], Graph.Add("Gemm", Weighted(x, weight, bias), ("transB", 1L)));

    /// <summary>
    /// k softmaxed over the tokens times xᵀ comes first: [features, C] a head, which the mix of the head takes to the result's
    /// channels before q brings the tokens back.
    /// </summary>
    public override Tensor LinearAttention(Tensor x, Parameter qkv, Parameter mix, Parameter bias, int heads)
    {
        Workspace space = x.Workspace;
        int channels = x.Shape[0], tokens = x.Shape[1] * x.Shape[2], inner = qkv.Shape[0] / 3, features = inner / heads;
        string flat = Graph.Reshape(Read(x), -1, channels, tokens);
        ReadOnlySpan<float> rows = space.Weights[qkv];
        string q = Projected("q", rows[..(inner * channels)]), k = Projected("k", rows.Slice(inner * channels, inner * channels));
        q = Graph.Reshape(q, -1, heads, features, tokens);
        q = Graph.Reshape(Graph.Add("Softmax", [q], ("axis", 2L)), -1, inner, tokens);
        k = Graph.Add("Softmax", [k], ("axis", 2L));
        string context = Graph.MatMul(k, Graph.Transpose(flat, 0, 2, 1));

        // Its transpose with both divisors: from the row [C] of a feature to the result's channels.
        var back = new float[mix.Count];
        ReadOnlySpan<float> forth = space.Weights[mix];
        double scale = 1 / (tokens * Math.Sqrt(features));
        for (int h = 0; h < heads; h++)
            for (int row = 0; row < channels; row++)
                for (int column = 0; column < channels; column++)
                    back[(h * channels + column) * channels + row] =
                        (float)(scale * forth[(h * channels + row) * channels + column]);
        context = Graph.MatMul(Graph.Reshape(context, -1, heads, features, channels),
            Graph.Named(mix.Name, back, heads, channels, channels));
        string y = Graph.MatMul(Graph.Transpose(Graph.Reshape(context, -1, inner, channels), 0, 2, 1), q);
        y = Graph.Reshape(y, [-1, .. Sizes(x.Shape)]);
        return Result(space, x.Shape, Graph.Plus(y, ForChannels(space, bias)));

        string Projected(string name, ReadOnlySpan<float> matrix) =>
            Graph.MatMul(Graph.Named($"{qkv.Name} ({name})", matrix, inner, channels), flat);
    }

    public override Tensor FullAttention(Tensor qkv, int heads, float scale)
    {
        int inner = qkv.Shape[0] / 3, tokens = qkv.Shape[1] * qkv.Shape[2];
        string[] parts = Graph.Split(Graph.Reshape(Read(qkv), -1, 3 * heads, inner / heads, tokens), 3, 1, heads);
        string logits = Graph.MatMul(Graph.Transpose(Normalised(parts[0]), 0, 1, 3, 2), Normalised(parts[1]));
        string attention = Graph.Add("Softmax", [Graph.Times(logits, scale)], ("axis", 3L));
        string y = Graph.MatMul(parts[2], Graph.Transpose(attention, 0, 1, 3, 2));
        Shape shape = [inner, qkv.Shape[1], qkv.Shape[2]];
        return Result(qkv.Workspace, shape, Graph.Reshape(y, [-1, .. Sizes(shape)]));

        string Normalised(string x) =>
            Graph.Add("Div", [x, Graph.Add("Max", [Graph.Length(x, 3), Graph.Constant([1e-12f])])]);
    }

    public override Tensor GroupNorm(Tensor x, int groups, Parameter scale, Parameter bias, Tensor? film, bool silu,
        float epsilon, Tensor? addend)
    {
        (Workspace space, int channels) = (x.Workspace, x.Shape[0]);
        string ones = Graph.Constant([.. Enumerable.Repeat(1f, groups)], groups);
        string zeros = Graph.Constant(new float[groups], groups);
        string h = Graph.Add("InstanceNormalization", [Graph.Reshape(Read(x), -1, groups, x.Count / groups), ones, zeros],
            ("epsilon", epsilon));
        h = Graph.Times(Graph.Reshape(h, [-1, .. Sizes(x.Shape)]), ForChannels(space, scale));
        h = Graph.Plus(h, ForChannels(space, bias));
        if (film is not null)
        {
            string[] parts = Graph.Split(Graph.Reshape(Read(film), -1, 2 * channels, 1, 1), 2, 1, channels);
            h = Graph.Plus(Graph.Times(h, Graph.Plus(parts[0], Graph.Constant([1f]))), parts[1]);
        }

        return Plus(Result(space, x.Shape, silu ? Graph.Times(h, Graph.Sigmoid(h)) : h), addend);
    }

    public override Tensor LayerNorm(Tensor x, Parameter scale, float epsilon, Tensor? addend)
    {
        string value = Read(x), centred = Graph.Add("Sub", [value, Graph.ReduceMean(value, 1)]);
        string variance = Graph.ReduceMean(Graph.Times(centred, centred), 1);
        string deviation = Graph.Add("Sqrt", [Graph.Plus(variance, Graph.Constant([epsilon]))]);
        return Plus(Result(x.Workspace, x.Shape, Graph.Times(Graph.Add("Div", [centred, deviation]), Scale(x, scale))),
            addend);
    }

    /// <summary>A number for each entry along the first size of a sample.</summary>
    string Scale(Tensor x, Parameter scale) => x.Shape.Rank switch
    {
        1 => Numbers(x.Workspace, scale),
        3 => ForChannels(x.Workspace, scale),
        _ => throw new InputException($"A layer norm of {x.Shape} has no counterpart in the graph; of vectors and images "
            + "it has."),
    };

    string[] Weighted(Tensor x, Parameter weight, Parameter? bias) => bias is null
        ? [Read(x), Numbers(x.Workspace, weight)]
        : [Read(x), Numbers(x.Workspace, weight), Numbers(x.Workspace, bias)];

    static (string, object) Kernel(SpatialGeometry g) => ("kernel_shape", (long[])[g.KernelHeight, g.KernelWidth]);

    static (string, object) Strides(SpatialGeometry g) => ("strides", (long[])[g.Stride, g.Stride]);

    static (string, object) Padding(SpatialGeometry g) =>
        ("pads", (long[])[g.PaddingY, g.PaddingX, g.PaddingY, g.PaddingX]);
}
