using Qdiff.Tensors;

namespace Qdiff;

/// <summary>The layers of a <see cref="UNet"/> and how a tile goes through them.</summary>
sealed class UNetNetwork : Network
{
    sealed record EncoderLevel(IResidualBlock Block0, IResidualBlock Block1, AttentionLayer Attention, ConvolutionLayer Down);

    sealed record DecoderLevel(IResidualBlock Block0, IResidualBlock Block1, AttentionLayer Attention, ConvolutionLayer? Up,
        (int Height, int Width) UpSize);

    readonly List<LayerRow> rows = [];
    readonly ConvolutionLayer init, decoderOut, finalConv;
    readonly TimeEmbedding time;
    readonly EncoderLevel[] encoder;
    readonly IResidualBlock vertex0, vertex1, finalBlock;
    readonly List<QuantumLayer> circuits = [];
    readonly List<Parameter> frozen = [];
    readonly AttentionLayer vertexAttention;
    readonly ChannelGate? gate;
    readonly DecoderLevel[] decoder;

    public UNetNetwork(UNet unet, Control control)
    {
        unet.Validate();
        Image = unet.Image;
        Classes = unet.Classes;
        if (unet.NullLabel) NullLabel = unet.Classes;
        int levels = unet.Multipliers.Count, dim = unet.Dimension, features = 4 * dim;
        (int Height, int Width)[] sizes = unet.Sizes();

        init = Convolution("init", Image[0], dim, 7, sizes[0], padding: 3);
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
                : sizes[i].Height % 2 == 0 ? Convolution($"down.{i}.downsample", channels, next, 4, sizes[i + 1], stride: 2,
                    padding: 1)
                : Convolution($"down.{i}.downsample", channels, next, 7, sizes[i + 1], stride: 2, padding: 1));
        }

        int vertex = dim * unet.Multipliers[^1];
        vertex0 = Hybrid("mid.res0", vertex, sizes[^1], unet.Vertex, unet.VertexHidden);
        vertexAttention = Attention("mid.attn", vertex, sizes[^1], linear: false);
        vertex1 = Hybrid("mid.res1", vertex, sizes[^1], unet.Vertex, unet.VertexHidden);
        if (unet.Gate is not null) gate = Gate(unet.Gate, vertex);

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
            decoder[i] = new(block0, block1, attention, up, i == 0 ? default : sizes[i - 1]);
        }

        decoderOut = Convolution("up.out", incoming, dim, 3, sizes[0], padding: 1);
        finalBlock = Block("final.res", 2 * dim, dim, sizes[0]);
        finalConv = Convolution("final.conv", dim, Image[0], 1, sizes[0]);

        ConvolutionLayer Convolution(string name, int inputs, int outputs, int kernel, (int Height, int Width) size,
            int stride = 1, int padding = 0)
        {
            string how = name.EndsWith("upsample", StringComparison.Ordinal) ? "nearest + " : "";
            rows.Add(new(name, $"{how}conv {kernel}×{kernel}{(stride > 1 ? $" stride {stride}" : "")}", inputs,
                [outputs, size.Height, size.Width]));
            return new(Parameters, name, inputs, outputs, kernel, stride, padding);
        }

        IResidualBlock Block(string name, int inputs, int outputs, (int Height, int Width) size, int? hidden = null)
        {
            rows.Add(new(name, "residual block", inputs, [outputs, size.Height, size.Width]));
            return new ResidualBlock(Parameters, name, inputs, outputs, unet.NormGroups, features, hidden);
        }

        IResidualBlock EncoderBlock(string name, int channels, int level) =>
            Hybrid(name, channels, sizes[level], level == unet.QuanvolutionLevel ? unet.Quanvolution : null);

        IResidualBlock Hybrid(string name, int channels, (int Height, int Width) size, HybridBlock? quantum, int? hidden = null)
        {
            if (quantum is null) return Block(name, channels, channels, size, hidden);
            Shape image = [channels, size.Height, size.Width];
            rows.Add(new(name, $"hybrid block, {quantum.Groups} × {quantum.Name}{Instead()}", channels, image));
            var block = new HybridResidualBlock(Parameters, name, image, unet.NormGroups, features, quantum, control);
            Add(block.Circuits);
            return block;
        }

        ChannelGate Gate(CircuitGate circuit, int channels)
        {
            rows.Add(new("gate", $"channel gate, {circuit.Name}{Instead()}", channels, [channels]));
            ChannelGate made = ChannelGate.Create(Parameters, "gate", channels, circuit, control);
            if (made.Circuit is { } layer) Add([layer]);
            return made;
        }

        void Add(IEnumerable<QuantumLayer> layers)
        {
            foreach (QuantumLayer layer in layers)
            {
                circuits.Add(layer);
                if (control.IsFrozen && layer.Angles is { } angles) frozen.Add(angles);
            }
        }

        string Instead() => control == Control.None ? "" : $", {control.Name}";

        AttentionLayer Attention(string name, int channels, (int Height, int Width) size, bool linear)
        {
            // They grow with the fourth power of the side: said now, not in the first step.
            long pixels = size.Height * size.Width, logits = unet.Heads * pixels * pixels;
            if (!linear && logits > Array.MaxLength / Tensor.Samples)
                throw new ArgumentException(Invariant($"{name} has attention between {size.Height}×{size.Width} pixels, ")
                    + Invariant($"{logits:N0} logits a sample, which is too much. Give model.multipliers more levels, or take ")
                    + "smaller images.");
            rows.Add(new(name, linear ? "linear attention" : "full attention", channels, [channels, size.Height, size.Width]));
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
