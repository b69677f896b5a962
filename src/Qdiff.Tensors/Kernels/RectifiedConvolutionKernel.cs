namespace Qdiff.Tensors;

/// <summary>relu(convolution + bias) with weights that were packed once, for when no gradient is wanted.</summary>
abstract unsafe class RectifiedConvolutionKernel(int inputs, int outputs)
{
    protected int Inputs => inputs;

    protected int Outputs => outputs;

    /// <summary>
    /// The kernel with the fewest multiplications for these weights [out, in, kernelHeight, kernelWidth]: minimal filters where
    /// the kernel is as long as in the FID network, else every product.
    /// </summary>
    public static RectifiedConvolutionKernel Create(ReadOnlySpan<float> weight, ReadOnlySpan<float> bias, Shape shape, int stride)
    {
        int height = shape[2], width = shape[3];
        (WinogradFilter? alongY, WinogradFilter? alongX) = stride > 1 ? default : (height, width) switch
        {
            (3, 3) => (new WinogradFilter(6, 3), new WinogradFilter(6, 3)),
            (5, 5) => (new(4, 5), new(4, 5)),
            (1, 3) => (null, new(8, 3)),
            (3, 1) => (new(8, 3), null),
            (1, 7) => (null, new(6, 7)),
            (7, 1) => (new(6, 7), null),
            _ => default((WinogradFilter?, WinogradFilter?)),
        };
        return alongY is null && alongX is null
            ? new DirectConvolution(weight, bias, shape[1], shape[0])
            : new WinogradConvolution(weight, bias, shape[1], shape[0], alongY, alongX);
    }

    /// <summary>x is [inputs, height, width] of the geometry, y [outputs, …]; scratch memory comes from the workspace.</summary>
    public abstract void Run<V>(Workspace space, SpatialGeometry g, float* x, float* y) where V : struct, ILanes<V>;

    /// <summary>A bias as the panel kernel reads it: zeros up to the whole block.</summary>
    protected static AlignedBuffer Padded(ReadOnlySpan<float> bias)
    {
        var padded = new AlignedBuffer(PackedMatrixProduct.Blocks(bias.Length) * PackedMatrixProduct.Rows);
        bias.CopyTo(padded.Span);
        return padded;
    }
}
