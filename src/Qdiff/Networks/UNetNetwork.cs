using Qdiff.Tensors;

namespace Qdiff;

/// <summary>The layers of a <see cref="UNet"/> and how a tile goes through them.</summary>
sealed class UNetNetwork : Network
{
    sealed record EncoderLevel(IResidualBlock Block0, IResidualBlock Block1, AttentionLayer Attention, ConvolutionLayer Down);

    sealed record DecoderLevel(IResidualBlock Block0, IResidualBlock Block1, AttentionLayer Attention, ConvolutionLayer? Up,
        (int Height, int Width) UpSize);

    readonly UNetLayers layers;
    readonly ConvolutionLayer init, decoderOut, finalConv;
    readonly TimeEmbedding time;
    readonly EncoderLevel[] encoder;
    readonly IResidualBlock vertex0, vertex1, finalBlock;
    readonly AttentionLayer vertexAttention;
    readonly ChannelGate? gate;
    readonly DecoderLevel[] decoder;

    public UNetNetwork(UNet unet, Control control)
    {
        unet.Validate();
        Image = unet.Image;
        Classes = unet.Classes;
        if (unet.NullLabel) NullLabel = unet.Classes;
        int levels = unet.Multipliers.Count, last = levels - 1, dim = unet.Dimension, channels = unet.DecoderChannels(last);
        layers = new(unet, Parameters, control);

        init = layers.Convolution("init", Image[0], dim, kernel: 7, level: 0, padding: 3);
        time = layers.Time("time", Labels);
        encoder = new EncoderLevel[levels];
        for (int i = 0; i < levels; i++) encoder[i] = Encoder(i);

        vertex0 = layers.Hybrid("mid.res0", channels, last, unet.Vertex, unet.VertexHidden);
        vertexAttention = layers.Attention("mid.attn", channels, last, linear: false);
        vertex1 = layers.Hybrid("mid.res1", channels, last, unet.Vertex, unet.VertexHidden);
        if (unet.Gate is not null) gate = layers.Gate("gate", unet.Gate, channels);

        decoder = new DecoderLevel[levels];
        for (int i = last; i >= 0; i--) decoder[i] = Decoder(i);

        decoderOut = layers.Convolution("up.out", unet.DecoderChannels(0), dim, kernel: 3, level: 0, padding: 1);
        finalBlock = layers.Block("final.res", 2 * dim, dim, level: 0);
        finalConv = layers.Convolution("final.conv", dim, Image[0], kernel: 1, level: 0);

        EncoderLevel Encoder(int level)
        {
            int inside = unet.EncoderChannels(level), next = unet.DecoderChannels(level);
            HybridBlock? quantum = level == unet.QuanvolutionLevel ? unet.Quanvolution : null;
            return new(
                layers.Hybrid($"down.{level}.res0", inside, level, quantum),
                layers.Hybrid($"down.{level}.res1", inside, level, quantum),
                layers.Attention($"down.{level}.attn", inside, level, linear: true),
                level == last ? layers.Convolution("down.out", inside, next, kernel: 3, level, padding: 1)
                : layers.Convolution($"down.{level}.downsample", inside, next,
                    kernel: layers.SizeAt(level).Height % 2 == 0 ? 4 : 7, level + 1, stride: 2, padding: 1));
        }

        DecoderLevel Decoder(int level)
        {
            int inside = unet.DecoderChannels(level), skip = unet.EncoderChannels(level);
            return new(
                layers.Block($"up.{level}.res0", inside + skip, inside, level),
                layers.Block($"up.{level}.res1", inside + skip, inside, level),
                layers.Attention($"up.{level}.attn", inside, level, linear: true),
                level == 0 ? null
                : layers.Convolution($"up.{level}.upsample", inside, unet.DecoderChannels(level - 1), kernel: 3, level - 1,
                    padding: 1),
                level == 0 ? default : layers.SizeAt(level - 1));
        }
    }

    public override Shape Image { get; }

    public override int Classes { get; }

    public override IReadOnlyList<LayerRow> Layers => layers.Rows;

    public override int? NullLabel { get; }

    public override IReadOnlyList<QuantumLayer> Circuits => layers.Circuits;

    public override IReadOnlyList<Parameter> Frozen => layers.Frozen;

    public override Tensor Predict(Tensor xt, ReadOnlySpan<int> timesteps, ReadOnlySpan<int> labels = default)
    {
        Tensor embedding = Operation.Silu(time.Apply(xt.Workspace, timesteps, labels));

        Tensor h = init.Apply(xt);
        var skips = new Stack<Tensor>();
        skips.Push(h);
        foreach (EncoderLevel level in encoder)
        {
            h = level.Block0.Apply(h, embedding);
            skips.Push(h);
            h = level.Attention.Apply(level.Block1.Apply(h, embedding));
            skips.Push(h);
            h = level.Down.Apply(h);
        }

        h = vertex1.Apply(vertexAttention.Apply(vertex0.Apply(h, embedding)), embedding);
        if (gate is not null) h = gate.Apply(h);

        for (int i = decoder.Length - 1; i >= 0; i--)
        {
            DecoderLevel level = decoder[i];
            h = level.Block0.Apply(Operation.Concatenate(h, skips.Pop()), embedding);
            h = level.Block1.Apply(Operation.Concatenate(h, skips.Pop()), embedding);
            h = level.Attention.Apply(h);
            if (level.Up is not null) h = level.Up.Apply(Operation.ResizeNearest(h, level.UpSize.Height, level.UpSize.Width));
        }

        h = Operation.Concatenate(decoderOut.Apply(h), skips.Pop());
        return finalConv.Apply(finalBlock.Apply(h, embedding));
    }
}
