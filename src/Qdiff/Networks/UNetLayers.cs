using Qdiff.Tensors;

namespace Qdiff;

/// <summary>Makes the layers of a <see cref="UNetNetwork"/>, in the order of the computation, and keeps account of
/// them.</summary>
/// <param name="parameters">Takes the layers' parameters in that order, which is the order of their initial values.</param>
/// <param name="control">What stands in the place of circuits.</param>
sealed class UNetLayers(UNet unet, ParameterTable parameters, Control control)
{
    readonly (int Height, int Width)[] sizes = unet.Sizes();
    readonly List<LayerRow> rows = [];
    readonly List<QuantumLayer> circuits = [];
    readonly List<Parameter> frozen = [];

    /// <summary>The table of layers.</summary>
    public IReadOnlyList<LayerRow> Rows => rows;

    /// <summary>The layers that are circuits.</summary>
    public IReadOnlyList<QuantumLayer> Circuits => circuits;

    /// <summary>The angles that the control leaves as they begin.</summary>
    public IReadOnlyList<Parameter> Frozen => frozen;

    /// <summary>Height and width at a level.</summary>
    public (int Height, int Width) SizeAt(int level) => sizes[level];

    /// <summary>The embedding of timestep and label, from which every block takes its shift.</summary>
    public TimeEmbedding Time(string name, int labels)
    {
        rows.Add(new(name, "time embedding", unet.Dimension, [TimeFeatures]));
        return new(parameters, name, unet.Dimension, TimeFeatures, labels, unet.WithoutTimestep);
    }

    /// <summary>A convolution whose output has the size of a level.</summary>
    public ConvolutionLayer Convolution(string name, int inputs, int outputs, int kernel, int level, int stride = 1,
        int padding = 0)
    {
        string how = name.EndsWith("upsample", StringComparison.Ordinal) ? "nearest + " : "";
        rows.Add(new(name, $"{how}conv {kernel}×{kernel}{(stride > 1 ? $" stride {stride}" : "")}", inputs,
            Image(outputs, level)));
        return new(parameters, name, inputs, outputs, kernel, stride, padding);
    }

    /// <summary>A classical block.</summary>
    /// <param name="hidden">Channels inside; null for as many as come out.</param>
    public IResidualBlock Block(string name, int inputs, int outputs, int level, int? hidden = null)
    {
        rows.Add(new(name, "residual block", inputs, Image(outputs, level)));
        return new ResidualBlock(parameters, name, inputs, outputs, unet.NormGroups, TimeFeatures, hidden);
    }

    /// <summary>A block with circuits, or a classical one where there are none.</summary>
    public IResidualBlock Hybrid(string name, int channels, int level, HybridBlock? quantum, int? hidden = null)
    {
        if (quantum is null) return Block(name, channels, channels, level, hidden);
        Shape image = Image(channels, level);
        rows.Add(new(name, $"hybrid block, {quantum.Groups} × {quantum.Name}{Instead}", channels, image));
        var block = new HybridResidualBlock(parameters, name, image, unet.NormGroups, TimeFeatures, quantum, control);
        foreach (QuantumLayer circuit in block.Circuits) Add(circuit);
        return block;
    }

    /// <summary>A circuit that weighs channels.</summary>
    public ChannelGate Gate(string name, CircuitGate circuit, int channels)
    {
        rows.Add(new(name, $"channel gate, {circuit.Name}{Instead}", channels, [channels]));
        ChannelGate gate = ChannelGate.Create(parameters, name, channels, circuit, control);
        if (gate.Circuit is { } layer) Add(layer);
        return gate;
    }

    /// <summary>Attention between the pixels of a level.</summary>
    /// <exception cref="ArgumentException">There are too many for full attention.</exception>
    public AttentionLayer Attention(string name, int channels, int level, bool linear)
    {
        // They grow with the fourth power of the side: said now, not in the first step.
        (int height, int width) = sizes[level];
        long pixels = (long)height * width, logits = unet.Heads * pixels * pixels;
        if (!linear && logits > Array.MaxLength / Tensor.Samples)
            throw new ArgumentException(Invariant($"{name} has attention between {height}×{width} pixels, {logits:N0} logits ")
                + "a sample, which is too much. Give model.multipliers more levels, or take smaller images.");
        rows.Add(new(name, linear ? "linear attention" : "full attention", channels, Image(channels, level)));
        return new(parameters, name, channels, linear, unet.Heads, unet.HeadFeatures);
    }

    int TimeFeatures => 4 * unet.Dimension;

    string Instead => control == Control.None ? "" : $", {control.Name}";

    Shape Image(int channels, int level) => [channels, sizes[level].Height, sizes[level].Width];

    void Add(QuantumLayer circuit)
    {
        circuits.Add(circuit);
        if (control.IsFrozen && circuit.Angles is { } angles) frozen.Add(angles);
    }
}
