namespace Qdiff.Tensors;

public static partial class Operation
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
        int channels = x.Shape[0];
        Require.Shape(qkv, [qkv.Shape[0], channels, 1, 1]);
        Require.Shape(mix, [heads, channels, channels]);
        Require.Shape(bias, [channels]);
        return x.Workspace.Engine.LinearAttention(x, qkv, mix, bias, heads);
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
        long pixels = qkv.Shape[1] * qkv.Shape[2], logits = heads * pixels * pixels;
        Require.That(logits <= Array.MaxLength / Tensor.Samples,
            $"Attention of {heads} heads between {pixels} pixels has {logits} logits a sample; at most "
                + $"{Array.MaxLength / Tensor.Samples} are possible.");
        return qkv.Workspace.Engine.FullAttention(qkv, heads, scale);
    }
}
