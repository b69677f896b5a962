using Qdiff.Quantum;
using Qdiff.Tensors;

namespace Qdiff;

/// <summary>
/// Channel weights from pooled bottleneck features [128]: reduced to 16 numbers, through a circuit (or its control), and out to
/// 128 weights, which multiply the feature map.
/// </summary>
sealed class BottleneckGate
{
    const int Channels = 128, Features = 16, Layers = 3;
    readonly string name;
    readonly bool detached;
    readonly DenseLayer? project;
    readonly IPatchLayer? circuit;
    readonly (Parameter Scale, Parameter Shift)[] squeeze = [];
    readonly DenseLayer output;

    /// <summary>With <paramref name="projected"/> a dense layer makes the 16 numbers; otherwise π·sigmoid of the means of 8
    /// channels each.</summary>
    public BottleneckGate(ParameterTable table, string name, ChannelGate gate, bool projected, Control control)
    {
        this.name = name;
        detached = gate == ChannelGate.QuantumReleased;
        if (gate == ChannelGate.SqueezeExcite)
        {
            // The circuit has 2 · 16 · 3 angles: as many scales and shifts.
            squeeze = [.. Enumerable.Range(0, Layers).Select(l => (
                table.Add($"{name}.layer{l}.weight", [Features], Initialisers.Ones),
                    table.Add($"{name}.layer{l}.bias", [Features], Initialisers.Zeros)))];
        }
        else
        {
            Wiring wiring = gate == ChannelGate.QuantumReleased ? Wiring.Released : Wiring.Paper;
            circuit = IPatchLayer.Create(table, name, PublishedCircuits.QuantumAttention(Features, Layers, wiring),
                Initialisers.Uniform(0, 2 * Math.PI), control);
        }

        if (projected) project = TorchLayers.Dense(table, name + ".project", Channels, Features);
        output = TorchLayers.Dense(table, name + ".out", Features, Channels);
    }

    public QuantumLayer? Circuit => circuit as QuantumLayer;

    public Tensor Apply(Tensor x)
    {
        Tensor pooled = Operation.GlobalAveragePool(x);
        Tensor features;
        if (project is not null)
        {
            // The released code detaches what the projection gives, so the projection never learns.
            features = project.Apply(pooled);
            if (detached) features = Operation.Detach(features, name + ".project");
        }
        else
        {
            if (detached) pooled = Operation.Detach(pooled, name + ".pooled");
            Tensor bins = Operation.GlobalAveragePool(Operation.Reshape(pooled, [Features, 1, Channels / Features]));
            features = Operation.Scale(Operation.Sigmoid(bins), MathF.PI);
        }

        if (circuit is not null) features = circuit.Apply(features, s_wires, [Features], s_wires);
        foreach ((Parameter scale, Parameter shift) in squeeze)
            features = Operation.Silu(Operation.Affine(features, scale, shift));
        return Operation.ScaleChannels(x, output.Apply(features));
    }

    static readonly int[][] s_wires = [[.. Enumerable.Range(0, Features)]];
}
