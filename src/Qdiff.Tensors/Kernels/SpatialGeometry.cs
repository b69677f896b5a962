namespace Qdiff.Tensors;

/// <summary>The sizes of a convolution's images and kernel; PaddingY rows above and below, PaddingX columns on either
/// side.</summary>
public readonly record struct SpatialGeometry(int InputHeight, int InputWidth, int KernelHeight, int KernelWidth, int Stride,
    int PaddingY, int PaddingX)
{
    /// <summary>With as much padding on all sides.</summary>
    public SpatialGeometry(int inputHeight, int inputWidth, int kernelHeight, int kernelWidth, int stride, int padding)
        : this(inputHeight, inputWidth, kernelHeight, kernelWidth, stride, padding, padding)
    {
    }

    /// <summary>Rows of the result.</summary>
    public int OutputHeight => (InputHeight + 2 * PaddingY - KernelHeight) / Stride + 1;

    /// <summary>Columns of the result.</summary>
    public int OutputWidth => (InputWidth + 2 * PaddingX - KernelWidth) / Stride + 1;

    /// <summary>Pixels of the kernel.</summary>
    public int Taps => KernelHeight * KernelWidth;

    /// <summary>Every (output position, input position, tap) that the convolution multiplies; this is its definition.</summary>
    internal IEnumerable<(int Output, int Input, int Tap)> Connections()
    {
        for (int y = 0; y < OutputHeight; y++)
            for (int x = 0; x < OutputWidth; x++)
                for (int r = 0; r < KernelHeight; r++)
                    for (int s = 0; s < KernelWidth; s++)
                    {
                        int inputY = y * Stride + r - PaddingY, inputX = x * Stride + s - PaddingX;
                        if ((uint)inputY < (uint)InputHeight && (uint)inputX < (uint)InputWidth)
                            yield return (y * OutputWidth + x, inputY * InputWidth + inputX, r * KernelWidth + s);
                    }
    }
}
