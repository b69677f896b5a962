namespace Qdiff.Tensors;

/// <summary>A convolution with its kernel [out, in, kernel, kernel] and bias [out].</summary>
public sealed class ConvolutionLayer
{
    readonly Parameter kernel;

    /// <summary>
    /// Declares <c>name.weight</c> and, with <paramref name="bias"/>, <c>name.bias</c>. A <paramref name="standardised"/> kernel
    /// is used with mean 0 and variance 1 in each output channel.
    /// </summary>
    public ConvolutionLayer(ParameterTable table, string name, int inputs, int outputs, int size, int stride = 1, int padding = 0,
        bool bias = true, bool standardised = false, Initialiser? initialise = null, Initialiser? initialiseBias = null)
    {
        Weight = table.Add(name + ".weight", [outputs, inputs, size, size], initialise ?? Initialisers.LecunNormal);
        if (bias) Bias = table.Add(name + ".bias", [outputs], initialiseBias ?? Initialisers.Zeros);
        kernel = standardised ? Derive.Standardised(table, Weight) : Weight;
        (Stride, Padding) = (stride, padding);
    }

    /// <summary>The kernel as it is trained.</summary>
    public Parameter Weight { get; }

    /// <summary>The bias, if there is one.</summary>
    public Parameter? Bias { get; }

    /// <summary>Pixels from one output to the next.</summary>
    public int Stride { get; }

    /// <summary>Zeros on each side.</summary>
    public int Padding { get; }

    /// <summary>[in, H, W] to [out, H', W'].</summary>
    public Tensor Apply(Tensor x) => Operation.Convolution(x, kernel, Bias, Stride, Padding);
}
