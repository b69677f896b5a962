namespace Qdiff.Tensors;

public static unsafe partial class Operation
{
    /// <summary>
    /// Linear attention with its projections: [C, H, W] to [C, H, W]. q, k and v are <paramref name="qkv"/>·x, each head-major; q
    /// is softmaxed over its features and divided by √features, k softmaxed over the tokens, v divided by the number of tokens;
    /// y = out·(q·(kᵀv)) + bias.
    /// </summary>
    /// <param name="qkv">[3·heads·features, C, 1, 1]; of v's rows only <paramref name="mix"/> knows.</param>
    /// <param name="mix">[heads, C, C], out_h·v_h of each head: see <see cref="Derive.ValueThroughOutput"/>.</param>
    /// <param name="bias">[C]</param>
    /// <remarks>Shen et al., "Efficient attention", arXiv 1812.01243.</remarks>
    public static Tensor LinearAttention(Tensor x, Parameter qkv, Parameter mix, Parameter bias, int heads)
    {
        Require.Rank(x, 3);
        Require.That(heads > 0 && qkv.Shape[0] % (3 * heads) == 0,
            $"'{qkv.Name}' has {qkv.Shape[0]} rows, which are not q, k and v of {heads} heads: they must be a multiple of "
                + $"{3 * heads}.");
        int channels = x.Shape[0], features = qkv.Shape[0] / (3 * heads);
        Require.Shape(qkv, [3 * heads * features, channels, 1, 1]);
        Require.Shape(mix, [heads, channels, channels]);
        Require.Shape(bias, [channels]);
        Workspace space = x.Workspace;
        if (space.IsReference)
        {
            // The definition knows nothing of the product that the mix is: it reads what the mix was made of.
            Require.That(mix.Derivation is { Sources.Count: 2 },
                $"'{mix.Name}' must come from {nameof(Derive)}.{nameof(Derive.ValueThroughOutput)}.");
            (double[] w, double[] output, double[] b) =
                (space.Definition(qkv), space.Definition(mix.Derivation.Sources[1]), space.Definition(bias));
            return space.Define(x.Shape, s => AttentionOracle.Linear(x.Definition[s], channels, w, output, b, heads));
        }

        Tensor y = space.Output(x.Shape, space.Records(x, qkv));
        LinearAttentionKernel.Call call = new(channels, x.Shape[1] * x.Shape[2], heads, features);
        LinearAttentionKernel.Saved saved = new(space, call);
        LinearAttentionKernel.Forward(space, call, x.Pointer, space.Values(qkv), space.Values(mix), space.Values(bias), y.Pointer,
            saved);
        if (y.RequiresGradient) space.Record(y, () =>
        {
            float* dx = space.BeginGradient(x);
            LinearAttentionKernel.Backward(space, call, x.Pointer, y.GradientPointer, space.Values(qkv), space.Values(mix), saved,
                dx, space.GradientOf(qkv), space.GradientOf(mix), space.GradientOf(bias));
            if (x.RequiresGradient) space.EndGradient(x, dx);
        });
        return y;
    }

    /// <summary>
    /// Full attention from [3·heads·features, H, W] (q | k | v, each head-major) to [heads·features, H, W]. q and k are divided
    /// by their norm over the tokens, feature by feature (at least 1e-12), logits are <paramref name="scale"/>·qᵀk, softmaxed
    /// over the keys.
    /// </summary>
    /// <remarks>
    /// The norm over tokens instead of features is what the published code does (divergence A-18 of docs/divergences.md); its
    /// scale is 10.
    /// </remarks>
    public static Tensor FullAttention(Tensor qkv, int heads, float scale = 10)
    {
        Require.Rank(qkv, 3);
        Require.That(heads > 0 && qkv.Shape[0] % (3 * heads) == 0,
            $"{qkv.Shape[0]} channels are not q, k and v of {heads} heads: they must be a multiple of {3 * heads}.");
        int features = qkv.Shape[0] / (3 * heads), tokens = qkv.Shape[1] * qkv.Shape[2], inner = heads * features;
        Workspace space = qkv.Workspace;
        if (space.IsReference)
            return space.Define([inner, qkv.Shape[1], qkv.Shape[2]],
                s => AttentionOracle.Full(qkv.Definition[s], tokens, heads, scale));
        Tensor y = space.Output([inner, qkv.Shape[1], qkv.Shape[2]], qkv.RequiresGradient);
        FullAttentionKernel.Call call = new(tokens, heads, features, scale);
        FullAttentionKernel.Saved saved = new(space, call);
        FullAttentionKernel.Forward(call, qkv.Pointer, y.Pointer, saved);
        if (y.RequiresGradient) space.Record(y, () =>
        {
            float* dqkv = space.BeginGradient(qkv);
            FullAttentionKernel.Backward(space, call, qkv.Pointer, y.GradientPointer, saved, dqkv);
            space.EndGradient(qkv, dqkv);
        });
        return y;
    }
}
