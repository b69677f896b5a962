using Qdiff.Tensors;

namespace Qdiff;

/// <summary>
/// Multiplies each channel of [channels, H, W] with a factor: the means of the channels, reduced to a few features, go through
/// something that weighs them, and a dense layer makes the factors.
/// </summary>
/// <remarks>Squeeze and excitation: Hu et al., arXiv 1709.01507; with a circuit: Chen et al. 2025, arXiv 2504.00034.</remarks>
public sealed class ChannelGate
{
    readonly string name;
    readonly bool detached;
    readonly int inputs;
    readonly Func<Tensor, Tensor> weigh;
    readonly DenseLayer? project;
    readonly DenseLayer output;

    /// <summary>
    /// Declares <c>name.project</c>, if a dense layer makes the features, and <c>name.out</c>. The parameters of
    /// <paramref name="weigh"/>, from [inputs] to [outputs], come before.
    /// </summary>
    public ChannelGate(ParameterTable table, string name, int channels, int inputs, int outputs, Func<Tensor, Tensor> weigh,
        bool projected, bool detached = false)
    {
        if (!projected && channels % inputs != 0)
            throw new ArgumentException($"The gate cannot make {inputs} bundles of one size of {channels} channels; set "
                + "gate.projected to true.");
        (this.name, this.inputs, this.weigh, this.detached) = (name, inputs, weigh, detached);
        if (projected) project = TorchLayers.Dense(table, name + ".project", channels, inputs);
        output = TorchLayers.Dense(table, name + ".out", outputs, channels);
    }

    /// <summary>The gate whose features go through a circuit or its control.</summary>
    public static ChannelGate Create(ParameterTable table, string name, int channels, CircuitGate gate, Control control)
    {
        gate.Validate();
        IPatchLayer circuit = control.InPlaceOf(gate, table, name);
        int[][] inputs = [[.. Enumerable.Range(0, gate.Circuit.Inputs)]], outputs = [[.. Enumerable.Range(0, gate.Outputs)]];
        return new(table, name, channels, gate.Circuit.Inputs, gate.Outputs,
            features => circuit.Apply(features, inputs, [gate.Outputs], outputs), gate.Projected, gate.Detached)
        { Circuit = circuit as QuantumLayer };
    }

    /// <summary>The circuit, if it is one.</summary>
    public QuantumLayer? Circuit { get; private init; }

    /// <summary>[channels, H, W], each channel times its factor.</summary>
    public Tensor Apply(Tensor x)
    {
        Tensor features = weigh(Features(Operation.GlobalAveragePool(x)));
        return Operation.ScaleChannels(x, output.Apply(features));
    }

    Tensor Features(Tensor pooled)
    {
        if (project is not null)
        {
            Tensor features = project.Apply(pooled);
            return detached ? Operation.Detach(features, name + ".project") : features;
        }

        if (detached) pooled = Operation.Detach(pooled, name + ".pooled");
        Tensor bundles = Operation.GlobalAveragePool(Operation.Reshape(pooled, [inputs, 1, pooled.Count / inputs]));
        return Operation.Scale(Operation.Sigmoid(bundles), MathF.PI);
    }
}
