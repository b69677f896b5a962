using Qdiff.Tensors;

namespace Qdiff;

/// <summary>The layers of a <see cref="UNet"/> and how a tile goes through them.</summary>
sealed class UNetNetwork : Network
{
    sealed record EncoderLevel(IResidualBlock Block0, IResidualBlock Block1, AttentionLayer Attention, ConvolutionLayer Down);

    sealed record DecoderLevel(IResidualBlock Block0, IResidualBlock Block1, AttentionLayer Attention, ConvolutionLayer? Up,
        int UpSize);

    readonly List<LayerRow> rows = [];
    readonly ConvolutionLayer init, decoderOut, finalConv;
    readonly TimeEmbedding time;
    readonly EncoderLevel[] encoder;
    readonly IResidualBlock vertex0, vertex1, finalBlock;
    readonly List<QuantumLayer> circuits = [];
    readonly List<Parameter> frozen = [];
    readonly AttentionLayer vertexAttention;
    readonly DecoderLevel[] decoder;

    public UNetNetwork(UNet unet, Control control)
    {
        unet.Validate();
        Image = [unet.ImageChannels, unet.ImageSize, unet.ImageSize];
        Classes = unet.Classes;
        if (unet.NullLabel) NullLabel = unet.Classes;
        int levels = unet.Multipliers.Count, dim = unet.Dimension, features = 4 * dim;
        int[] sizes = unet.Sizes();

        init = Convolution("init", unet.ImageChannels, dim, 7, sizes[0], padding: 3);
        time = new(Parameters, "time", dim, features, Labels, unet.WithoutTimestep);
        rows.Add(new("time", "time embedding", dim, [features]));

        encoder = new EncoderLevel[levels];
        for (int i = 0; i < levels; i++)
        {
            int channels = unet.EncoderChannels(i), next = dim * unet.Multipliers[i];
            bool last = i == levels - 1;
            encoder[i] = new(
                EncoderBlock($"down.{i}.res0", channels, i),
                EncoderBlock($"down.{i}.res1", channels, i),
                Attention($"down.{i}.attn", channels, sizes[i], linear: true),
                last ? Convolution("down.out", channels, next, 3, sizes[i], padding: 1)
                : sizes[i] % 2 == 0 ? Convolution($"down.{i}.downsample", channels, next, 4, sizes[i + 1], stride: 2, padding: 1)
                : Convolution($"down.{i}.downsample", channels, next, 7, sizes[i + 1], stride: 2, padding: 1));
        }

        int vertex = dim * unet.Multipliers[^1];
        vertex0 = Hybrid("mid.res0", vertex, sizes[^1], unet.Vertex, unet.VertexHidden);
        vertexAttention = Attention("mid.attn", vertex, sizes[^1], linear: false);
        vertex1 = Hybrid("mid.res1", vertex, sizes[^1], unet.Vertex, unet.VertexHidden);

        decoder = new DecoderLevel[levels];
        int incoming = vertex;
        for (int i = levels - 1; i >= 0; i--)
        {
            int skip = unet.EncoderChannels(i), channels = unet.DecoderChannels(i);
            IResidualBlock block0 = Block($"up.{i}.res0", incoming + skip, channels, sizes[i]);
            IResidualBlock block1 = Block($"up.{i}.res1", channels + skip, channels, sizes[i]);
            AttentionLayer attention = Attention($"up.{i}.attn", channels, sizes[i], linear: true);
            if (i > 0) incoming = unet.DecoderChannels(i - 1);
            ConvolutionLayer? up = i == 0 ? null
                : Convolution($"up.{i}.upsample", channels, incoming, 3, sizes[i - 1], padding: 1);
            decoder[i] = new(block0, block1, attention, up, i == 0 ? 0 : sizes[i - 1]);
        }

        decoderOut = Convolution("up.out", incoming, dim, 3, sizes[0], padding: 1);
        finalBlock = Block("final.res", 2 * dim, dim, sizes[0]);
        finalConv = Convolution("final.conv", dim, unet.ImageChannels, 1, sizes[0]);

        ConvolutionLayer Convolution(string name, int inputs, int outputs, int kernel, int size, int stride = 1, int padding = 0)
        {
            string how = name.EndsWith("upsample", StringComparison.Ordinal) ? "nearest + " : "";
            rows.Add(new(name, $"{how}conv {kernel}×{kernel}{(stride > 1 ? $" stride {stride}" : "")}", inputs,
                [outputs, size, size]));
            return new(Parameters, name, inputs, outputs, kernel, stride, padding);
        }

        IResidualBlock Block(string name, int inputs, int outputs, int size, int? hidden = null)
        {
            rows.Add(new(name, "residual block", inputs, [outputs, size, size]));
            return new ResidualBlock(Parameters, name, inputs, outputs, unet.Groups, features, hidden);
        }

        IResidualBlock EncoderBlock(string name, int channels, int level) =>
            Hybrid(name, channels, sizes[level], level == unet.QuanvolutionLevel ? unet.Quanvolution : null);

        IResidualBlock Hybrid(string name, int channels, int size, QuantumBlock? quantum, int? hidden = null)
        {
            if (quantum is null) return Block(name, channels, channels, size, hidden);
            string instead = control == Control.None ? "" : $", {control.ToString().ToLowerInvariant()}";
            rows.Add(new(name, $"hybrid block, {quantum.Groups} × {quantum.Ansatz}{instead}", channels, [channels, size, size]));
            var block = new HybridResidualBlock(Parameters, name, channels, size, unet.Groups, features, quantum, control);
            circuits.AddRange(block.Circuits);
            if (control == Control.Frozen) frozen.AddRange(block.Circuits.Select(circuit => circuit.Angles).OfType<Parameter>());
            return block;
        }

        AttentionLayer Attention(string name, int channels, int size, bool linear)
        {
            rows.Add(new(name, linear ? "linear attention" : "full attention", channels, [channels, size, size]));
            return new(Parameters, name, channels, linear, unet.Heads, unet.HeadFeatures);
        }
    }

    public override Shape Image { get; }

    public override int Classes { get; }

    public override IReadOnlyList<LayerRow> Layers => rows;

    public override int? NullLabel { get; }

    public override IReadOnlyList<QuantumLayer> Circuits => circuits;

    public override IReadOnlyList<Parameter> Frozen => frozen;

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

        for (int i = decoder.Length - 1; i >= 0; i--)
        {
            DecoderLevel level = decoder[i];
            h = level.Block0.Apply(Operation.Concatenate(h, skips.Pop()), embedding);
            h = level.Block1.Apply(Operation.Concatenate(h, skips.Pop()), embedding);
            h = level.Attention.Apply(h);
            if (level.Up is not null) h = level.Up.Apply(Operation.ResizeNearest(h, level.UpSize, level.UpSize));
        }

        h = Operation.Concatenate(decoderOut.Apply(h), skips.Pop());
        return finalConv.Apply(finalBlock.Apply(h, embedding));
    }
}
