namespace Qdiff.Tensors;

sealed unsafe partial class CpuEngine<V> where V : struct, ILanes<V>
{
    public override Tensor LinearAttention(Tensor x, Parameter qkv, Parameter mix, Parameter bias, int heads)
    {
        Workspace space = x.Workspace;
        int channels = x.Shape[0], features = qkv.Shape[0] / (3 * heads);
        Tensor y = space.Output(x.Shape, space.Records(x, qkv));
        LinearAttentionKernel<V>.Call call = new(channels, x.Shape[1] * x.Shape[2], heads, features);
        LinearAttentionKernel<V>.Saved saved = new(space, call);
        LinearAttentionKernel<V>.Forward(space, call, x.Pointer, space.Values(qkv), space.Values(mix), space.Values(bias),
            y.Pointer, saved);
        if (y.RequiresGradient) space.Record(y, () =>
        {
            float* dx = space.BeginGradient(x);
            LinearAttentionKernel<V>.Backward(space, call, x.Pointer, y.GradientPointer, space.Values(qkv), space.Values(mix),
                saved, dx, space.GradientOf(qkv), space.GradientOf(mix), space.GradientOf(bias));
            if (x.RequiresGradient) space.EndGradient(x, dx);
        });
        return y;
    }

    public override Tensor FullAttention(Tensor qkv, int heads, float scale)
    {
        int features = qkv.Shape[0] / (3 * heads), tokens = qkv.Shape[1] * qkv.Shape[2], inner = heads * features;
        Workspace space = qkv.Workspace;
        Tensor y = space.Output([inner, qkv.Shape[1], qkv.Shape[2]], qkv.RequiresGradient);
        FullAttentionKernel<V>.Call call = new(tokens, heads, features, scale);
        FullAttentionKernel<V>.Saved saved = new(space, call);
        FullAttentionKernel<V>.Forward(call, qkv.Pointer, y.Pointer, saved);
        if (y.RequiresGradient) space.Record(y, () =>
        {
            float* dqkv = space.BeginGradient(qkv);
            FullAttentionKernel<V>.Backward(space, call, qkv.Pointer, y.GradientPointer, saved, dqkv);
            space.EndGradient(qkv, dqkv);
        });
        return y;
    }
}
