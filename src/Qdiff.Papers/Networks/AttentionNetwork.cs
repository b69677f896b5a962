using Qdiff.Tensors;

namespace Qdiff.Papers;

/// <summary>What the two attention networks share: the image, the gate and the table of layers.</summary>
abstract class AttentionNetwork(AttentionUNet spec, Control control) : Network
{
    readonly List<LayerRow> rows = [];

    protected const int TimeFeatures = 128;

    public override Shape Image { get; } = spec.Image;

    public override IReadOnlyList<LayerRow> Layers => rows;

    public override IReadOnlyList<QuantumLayer> Circuits => Gate?.Circuit is { } circuit ? [circuit] : [];

    public override IReadOnlyList<Parameter> Frozen => control.IsFrozen && Gate?.Circuit?.Angles is { } angles ? [angles] : [];

    protected abstract ChannelGate? Gate { get; }

    /// <summary>How many features the published gates reduce the channels to, and how many layers they have.</summary>
    const int Features = 16, GateLayers = 3;

    protected ChannelGate? MakeGate()
    {
        const int channels = 128;
        if (spec.Gate is { } gate)
        {
            rows.Add(new("gate", "quantum attention gate", channels, [channels]));
            return ChannelGate.Create(Parameters, "gate", channels, gate, control);
        }

        if (!spec.Matched) return null;
        rows.Add(new("gate", "squeeze-excite gate", channels, [channels]));
        // The circuit has 2 · 16 · 3 angles: as many scales and shifts.
        (Parameter Scale, Parameter Shift)[] squeeze = [.. Enumerable.Range(0, GateLayers).Select(l => (
            Parameters.Add($"gate.layer{l}.weight", [Features], Initialisers.Ones),
            Parameters.Add($"gate.layer{l}.bias", [Features], Initialisers.Zeros)))];
        return new(Parameters, "gate", channels, Features, Features, features => squeeze.Aggregate(features, (h, layer) =>
            Operation.Silu(Operation.Affine(h, layer.Scale, layer.Shift))), projected: spec.Depth == AttentionDepth.Light);
    }

    protected ConvolutionLayer Convolution(string name, int inputs, int outputs, int kernel, int scale, int stride = 1)
    {
        rows.Add(new(name, $"conv {kernel}×{kernel}{(stride > 1 ? $" stride {stride}" : "")}", inputs, At(outputs, scale)));
        return TorchLayers.Convolution(Parameters, name, inputs, outputs, kernel, stride, kernel / 2);
    }

    protected TransposedConvolutionLayer Up(string name, int inputs, int outputs, int scale)
    {
        rows.Add(new(name, "transposed conv 2×2 stride 2", inputs, At(outputs, scale)));
        return TorchLayers.TransposedConvolution(Parameters, name, inputs, outputs, 2, 2);
    }

    protected DenseLayer Dense(string name, int inputs, int outputs)
    {
        rows.Add(new(name, "dense", inputs, [outputs]));
        return TorchLayers.Dense(Parameters, name, inputs, outputs);
    }

    /// <summary>So many channels of the image divided by this scale.</summary>
    protected Shape At(int channels, int scale) => [channels, Image[1] / scale, Image[2] / scale];

    protected void Row(string name, string kind, int inputs, Shape output) => rows.Add(new(name, kind, inputs, output));
}
