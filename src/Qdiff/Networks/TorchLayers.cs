using Qdiff.Tensors;
using static Qdiff.Tensors.Initialisers;

namespace Qdiff;

/// <summary>Layers that start as PyTorch's do: weights and biases uniform within ±1/√fan-in.</summary>
public static class TorchLayers
{
    /// <summary>A convolution with a kernel of <paramref name="size"/>² pixels and a bias.</summary>
    public static ConvolutionLayer Convolution(ParameterTable table, string name, int inputs, int outputs, int size,
        int stride = 1, int padding = 0) =>
        new(table, name, inputs, outputs, size, stride, padding, initialise: WithinFanIn(inputs * size * size),
            initialiseBias: WithinFanIn(inputs * size * size));

    /// <summary>A transposed convolution with a bias.</summary>
    public static TransposedConvolutionLayer TransposedConvolution(ParameterTable table, string name, int inputs, int outputs,
        int size, int stride) =>
        // PyTorch takes the fan-in of a transposed convolution from its outputs.
        new(table, name, inputs, outputs, size, stride, WithinFanIn(outputs * size * size), WithinFanIn(outputs * size * size));

    /// <summary>A dense layer with a bias.</summary>
    public static DenseLayer Dense(ParameterTable table, string name, int inputs, int outputs) =>
        new(table, name, inputs, outputs, WithinFanIn(inputs), WithinFanIn(inputs));
}
