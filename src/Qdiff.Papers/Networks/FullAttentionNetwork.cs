using Qdiff.Tensors;

namespace Qdiff.Papers;

/// <summary>The full network: a residual block with the time at each size, two skips.</summary>
/// <remarks>Chen et al. 2025, arXiv 2504.00034, second release.</remarks>
sealed class FullAttentionNetwork : AttentionNetwork
{
    readonly ConvolutionLayer init, down1, down2, output;
    readonly TimedBlock enc1, enc2, enc3, mid, dec1, dec2;
    readonly TransposedConvolutionLayer up1, up2;

    public FullAttentionNetwork(AttentionUNet spec, Control control) : base(spec, control)
    {
        init = Convolution("init", Image[0], 32, 3, 1);
        enc1 = Block("enc1", 32, 32, 1);
        down1 = Convolution("down1", 32, 64, 3, 2, 2);
        enc2 = Block("enc2", 64, 64, 2);
        down2 = Convolution("down2", 64, 128, 3, 4, 2);
        enc3 = Block("enc3", 128, 128, 4);
        mid = Block("mid", 128, 128, 4);
        Gate = MakeGate();
        up1 = Up("up1", 128, 64, 2);
        dec1 = Block("dec1", 128, 64, 2);
        up2 = Up("up2", 64, 32, 1);
        dec2 = Block("dec2", 64, 32, 1);
        output = Convolution("out", 32, Image[0], 1, 1);
    }

    protected override ChannelGate? Gate { get; }

    public override Tensor Predict(Tensor xt, ReadOnlySpan<int> timesteps, ReadOnlySpan<int> labels = default)
    {
        Tensor t = Operation.SinusoidalEmbedding(xt.Workspace, timesteps, TimeFeatures);
        Tensor h1 = enc1.Apply(init.Apply(xt), t);
        Tensor h2 = enc2.Apply(down1.Apply(h1), t);
        Tensor h = mid.Apply(enc3.Apply(down2.Apply(h2), t), t);
        if (Gate is not null) h = Gate.Apply(h);
        h = dec1.Apply(Operation.Concatenate(up1.Apply(h), h2), t);
        h = dec2.Apply(Operation.Concatenate(up2.Apply(h), h1), t);
        return output.Apply(h);
    }

    TimedBlock Block(string name, int inputs, int outputs, int scale)
    {
        Row(name, "residual block", inputs, At(outputs, scale));
        return new(Parameters, name, inputs, outputs);
    }

    /// <summary>h = ReLU(conv x) + ReLU(dense t); ReLU(conv h) + shortcut.</summary>
    sealed class TimedBlock(ParameterTable table, string name, int inputs, int outputs)
    {
        readonly ConvolutionLayer conv0 = TorchLayers.Convolution(table, name + ".conv0", inputs, outputs, 3, padding: 1);
        readonly ConvolutionLayer conv1 = TorchLayers.Convolution(table, name + ".conv1", outputs, outputs, 3, padding: 1);
        readonly DenseLayer time = TorchLayers.Dense(table, name + ".time", TimeFeatures, outputs);
        readonly ConvolutionLayer? skip = inputs == outputs ? null
            : TorchLayers.Convolution(table, name + ".skip", inputs, outputs, 1);

        public Tensor Apply(Tensor x, Tensor t)
        {
            Tensor h = Operation.AddChannels(Operation.Relu(conv0.Apply(x)), Operation.Relu(time.Apply(t)));
            return Operation.Add(Operation.Relu(conv1.Apply(h)), skip?.Apply(x) ?? x);
        }
    }
}
