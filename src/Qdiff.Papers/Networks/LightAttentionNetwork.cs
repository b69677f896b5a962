using Qdiff.Tensors;

namespace Qdiff.Papers;

/// <summary>The light network: no normalisation, one skip, the time added once.</summary>
/// <remarks>Chen et al. 2025, arXiv 2504.00034, first release.</remarks>
sealed class LightAttentionNetwork : AttentionNetwork
{
    readonly ConvolutionLayer enc1, enc2, enc3, res0, res1, output;
    readonly DenseLayer time;
    readonly TransposedConvolutionLayer dec1, dec2;

    public LightAttentionNetwork(AttentionUNet spec, Control control) : base(spec, control)
    {
        enc1 = Convolution("enc1", Image[0], 32, 3, 1);
        enc2 = Convolution("enc2", 32, 64, 3, 2, 2);
        enc3 = Convolution("enc3", 64, 128, 3, 4, 2);
        time = Dense("time", TimeFeatures, 128);
        Row("res", "residual block", 128, At(128, 4));
        res0 = TorchLayers.Convolution(Parameters, "res.conv0", 128, 128, 3, padding: 1);
        res1 = TorchLayers.Convolution(Parameters, "res.conv1", 128, 128, 3, padding: 1);
        Gate = MakeGate();
        dec1 = Up("dec1", 128, 64, 2);
        dec2 = Up("dec2", 64, 32, 1);
        output = Convolution("out", 64, Image[0], 3, 1);
    }

    protected override ChannelGate? Gate { get; }

    public override Tensor Predict(Tensor xt, ReadOnlySpan<int> timesteps, ReadOnlySpan<int> labels = default)
    {
        Tensor t = time.Apply(Operation.SinusoidalEmbedding(xt.Workspace, timesteps, TimeFeatures));
        Tensor e1 = Operation.Relu(enc1.Apply(xt));
        Tensor h = Operation.Relu(enc2.Apply(e1));
        h = Operation.AddChannels(Operation.Relu(enc3.Apply(h)), t);
        h = Operation.Relu(Operation.Add(res1.Apply(Operation.Relu(res0.Apply(h))), h));
        if (Gate is not null) h = Gate.Apply(h);
        h = Operation.Relu(dec1.Apply(h));
        h = Operation.Relu(dec2.Apply(h));
        return output.Apply(Operation.Concatenate(h, e1));
    }
}
