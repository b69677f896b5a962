namespace Qdiff.Tensors;

/// <summary>
/// relu(convolution + bias). Without gradients it is computed in one pass by the kernel with the fewest multiplications, from
/// weights that are packed when they change: the layer for trained networks that are only read.
/// </summary>
public sealed class RectifiedConvolutionLayer
{
    /// <summary>Declares <c>name.weight</c> [out, in, kernelHeight, kernelWidth] and <c>name.bias</c> [out].</summary>
    public RectifiedConvolutionLayer(ParameterTable table, string name, int inputs, int outputs, int kernelHeight,
        int kernelWidth, int stride = 1, int paddingY = 0, int paddingX = 0)
    {
        Weight = table.Add(name + ".weight", [outputs, inputs, kernelHeight, kernelWidth], Initialisers.LecunNormal);
        Bias = table.Add(name + ".bias", [outputs], Initialisers.Zeros);
        (Stride, PaddingY, PaddingX) = (stride, paddingY, paddingX);
        Packed = table.Prepare<RectifiedConvolutionKernel>((weights, _) =>
            RectifiedConvolutionKernel.Create(weights[Weight], weights[Bias], Weight.Shape, stride));
    }

    /// <summary>[out, in, kernelHeight, kernelWidth]</summary>
    public Parameter Weight { get; }

    /// <summary>[out]</summary>
    public Parameter Bias { get; }

    /// <summary>Pixels from one output to the next.</summary>
    public int Stride { get; }

    /// <summary>Rows of zeros above and below.</summary>
    public int PaddingY { get; }

    /// <summary>Columns of zeros on either side.</summary>
    public int PaddingX { get; }

    /// <summary>Weights and bias as the processors' kernels read them.</summary>
    internal Prepared<RectifiedConvolutionKernel> Packed { get; }

    /// <summary>[in, H, W] to [out, H', W'].</summary>
    public Tensor Apply(Tensor x) =>
        x.Workspace.Engine.RectifiedConvolution(x, this, Operation.Geometry(x, Weight, Stride, PaddingY, PaddingX));
}
