using Qdiff.Tensors;

namespace Qdiff;

/// <summary>What the two attention networks share: the image, the gate and the table of layers.</summary>
abstract class AttentionNetwork(AttentionUNet spec, Control control) : Network
{
    readonly List<LayerRow> rows = [];

    protected const int TimeFeatures = 128;

    public override Shape Image { get; } = [spec.ImageChannels, spec.ImageSize, spec.ImageSize];

    public override IReadOnlyList<LayerRow> Layers => rows;

    public override IReadOnlyList<QuantumLayer> Circuits => Gate?.Circuit is { } circuit ? [circuit] : [];

    public override IReadOnlyList<Parameter> Frozen => control == Control.Frozen ? [Gate!.Circuit!.Angles!] : [];

    protected abstract BottleneckGate? Gate { get; }

    protected BottleneckGate? MakeGate(bool projected)
    {
        if (spec.Gate == ChannelGate.None) return null;
        rows.Add(new("gate", spec.Gate == ChannelGate.SqueezeExcite ? "squeeze-excite gate" : "quantum attention gate", 128,
            [128]));
        return new(Parameters, "gate", spec.Gate, projected, control);
    }

    protected ConvolutionLayer Convolution(string name, int inputs, int outputs, int kernel, int size, int stride = 1)
    {
        rows.Add(new(name, $"conv {kernel}×{kernel}{(stride > 1 ? $" stride {stride}" : "")}", inputs, [outputs, size, size]));
        return TorchLayers.Convolution(Parameters, name, inputs, outputs, kernel, stride, kernel / 2);
    }

    protected TransposedConvolutionLayer Up(string name, int inputs, int outputs, int size)
    {
        rows.Add(new(name, "transposed conv 2×2 stride 2", inputs, [outputs, size, size]));
        return TorchLayers.TransposedConvolution(Parameters, name, inputs, outputs, 2, 2);
    }

    protected DenseLayer Dense(string name, int inputs, int outputs)
    {
        rows.Add(new(name, "dense", inputs, [outputs]));
        return TorchLayers.Dense(Parameters, name, inputs, outputs);
    }

    protected void Row(string name, string kind, int inputs, Shape output) => rows.Add(new(name, kind, inputs, output));
}
