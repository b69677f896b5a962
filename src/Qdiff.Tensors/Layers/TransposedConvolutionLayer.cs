namespace Qdiff.Tensors;

/// <summary>A transposed convolution with its kernel [in, out, size, size], stored as PyTorch stores it, and bias
/// [out].</summary>
public sealed class TransposedConvolutionLayer(ParameterTable table, string name, int inputs, int outputs, int size, int stride,
    Initialiser initialise, Initialiser initialiseBias)
{
    /// <summary>[in, out, size, size]</summary>
    public Parameter Weight { get; } = table.Add(name + ".weight", [inputs, outputs, size, size], initialise);

    /// <summary>[out]</summary>
    public Parameter Bias { get; } = table.Add(name + ".bias", [outputs], initialiseBias);

    /// <summary>[in, H, W] to [out, (H − 1)·stride + size, …].</summary>
    public Tensor Apply(Tensor x) => Operation.TransposedConvolution(x, Weight, Bias, stride);
}
