namespace Qdiff.Tensors;

/// <summary>
/// x + attention(layer norm(x)), where attention is linear (followed by another layer norm) or full. Parameters: <c>norm</c>,
/// <c>qkv</c> (1×1, no bias), <c>out</c> (1×1) and, if linear, <c>outnorm</c>.
/// </summary>
public sealed class AttentionLayer
{
    readonly LayerNormLayer norm;
    readonly ConvolutionLayer qkv, output;
    readonly LayerNormLayer? outputNorm;
    readonly Parameter? mix;
    readonly int heads;

    /// <summary>Attention over the pixels of [channels, H, W] with this many heads of this many features.</summary>
    public AttentionLayer(ParameterTable table, string name, int channels, bool linear, int heads = 4, int features = 32)
    {
        this.heads = heads;
        norm = new(table, name + ".norm", channels);
        qkv = new(table, name + ".qkv", channels, 3 * heads * features, 1, bias: false);
        output = new(table, name + ".out", heads * features, channels, 1);
        if (!linear) return;
        outputNorm = new(table, name + ".outnorm", channels);
        mix = Derive.ValueThroughOutput(table, qkv.Weight, output.Weight, heads);
    }

    /// <summary>[channels, H, W] to the same.</summary>
    public Tensor Apply(Tensor x)
    {
        Tensor h = norm.Apply(x);
        return mix is null
            ? Operation.Add(output.Apply(Operation.FullAttention(qkv.Apply(h), heads)), x)
            : outputNorm!.Apply(Operation.LinearAttention(h, qkv.Weight, mix, output.Bias!, heads), x);
    }
}
