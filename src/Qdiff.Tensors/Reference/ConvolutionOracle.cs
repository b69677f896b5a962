using System.Runtime.CompilerServices;

namespace Qdiff.Tensors;

/// <summary>The definition of a cross-correlation with zero padding, of its two gradients and of its transpose, one sample at a
/// time.</summary>
/// <remarks>Kernels are [out, in, kernelHeight, kernelWidth] for a convolution.</remarks>
sealed record ConvolutionOracle(int Inputs, int Height, int Width, int Outputs, int KernelHeight, int KernelWidth, int Stride,
    int PaddingY, int PaddingX)
{
    public ConvolutionOracle(int inputs, int height, int width, int outputs, int kernelHeight, int kernelWidth, int stride,
        int padding)
        : this(inputs, height, width, outputs, kernelHeight, kernelWidth, stride, padding, padding)
    {
    }

    public int OutputHeight => (Height + 2 * PaddingY - KernelHeight) / Stride + 1;

    public int OutputWidth => (Width + 2 * PaddingX - KernelWidth) / Stride + 1;

    /// <summary>y[o,i,j] = bias[o] + Σ w[o,c,r,s]·x[c, i·stride + r − paddingY, j·stride + s − paddingX].</summary>
    /// <remarks>Summed weight by weight, each times the whole image shifted, because whole networks are computed by it.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public double[] Forward(double[] x, double[] weight, double[]? bias)
    {
        // With padding all around, pixel (i, j) of the shifted image is at one distance from (i, j) of the result, for all i and
        // j.
        int pitch = Width + 2 * PaddingX, plane = (Height + 2 * PaddingY) * pitch, area = OutputHeight * OutputWidth;
        var padded = new double[Inputs * plane];
        for (int c = 0; c < Inputs; c++)
            for (int i = 0; i < Height; i++)
                Array.Copy(x, (c * Height + i) * Width, padded, c * plane + (i + PaddingY) * pitch + PaddingX, Width);

        var y = new double[Outputs * area];
        // Every pixel, also those that a stride leaves out.
        var sum = new double[(OutputHeight - 1) * Stride * pitch + (OutputWidth - 1) * Stride + 1];
        for (int o = 0; o < Outputs; o++)
        {
            Array.Fill(sum, bias?[o] ?? 0);
            for (int c = 0; c < Inputs; c++)
                for (int r = 0; r < KernelHeight; r++)
                    for (int s = 0; s < KernelWidth; s++)
                        ScaledSum.Add(weight[Weight(o, c, r, s)], padded.AsSpan(c * plane + r * pitch + s, sum.Length), sum);
            for (int i = 0; i < OutputHeight; i++)
                for (int j = 0; j < OutputWidth; j++)
                    y[o * area + i * OutputWidth + j] = sum[i * Stride * pitch + j * Stride];
        }

        return y;
    }

    /// <summary>Every product of the forward pass, w·x going to y, sends w·dy back to x.</summary>
    public double[] InputGradient(double[] dy, double[] weight)
    {
        Image cotangent = new(Outputs, OutputHeight, OutputWidth, dy), dx = new(Inputs, Height, Width);
        for (int o = 0; o < Outputs; o++)
            for (int i = 0; i < OutputHeight; i++)
                for (int j = 0; j < OutputWidth; j++)
                    for (int c = 0; c < Inputs; c++)
                        for (int r = 0; r < KernelHeight; r++)
                            for (int s = 0; s < KernelWidth; s++)
                                dx.Add(c, i * Stride + r - PaddingY, j * Stride + s - PaddingX,
                                    weight[Weight(o, c, r, s)] * cotangent[o, i, j]);
        return dx.Values;
    }

    /// <summary>… and x·dy to w: one sample's share, added to <paramref name="gradient"/>.</summary>
    public void AddWeightGradient(double[] x, double[] dy, double[] gradient)
    {
        Image image = new(Inputs, Height, Width, x), cotangent = new(Outputs, OutputHeight, OutputWidth, dy);
        for (int o = 0; o < Outputs; o++)
            for (int c = 0; c < Inputs; c++)
                for (int r = 0; r < KernelHeight; r++)
                    for (int s = 0; s < KernelWidth; s++)
                    {
                        double sum = 0;
                        for (int i = 0; i < OutputHeight; i++)
                            for (int j = 0; j < OutputWidth; j++)
                                sum += cotangent[o, i, j] * image[c, i * Stride + r - PaddingY, j * Stride + s - PaddingX];
                        gradient[Weight(o, c, r, s)] += sum;
                    }
    }

    public void AddBiasGradient(double[] dy, double[] gradient)
    {
        int area = OutputHeight * OutputWidth;
        for (int i = 0; i < dy.Length; i++) gradient[i / area] += dy[i];
    }

    /// <summary>
    /// The transposed convolution of x [C, H, W] with a kernel [C, K, kernelHeight, kernelWidth]: each pixel stamps its kernel on
    /// the result, <paramref name="stride"/> pixels from the next.
    /// </summary>
    public static double[] Transposed(Image x, double[] weight, double[]? bias, int outputs, int kernelHeight, int kernelWidth,
        int stride)
    {
        Image y = new(outputs, (x.Height - 1) * stride + kernelHeight, (x.Width - 1) * stride + kernelWidth);
        for (int k = 0; k < outputs; k++)
            for (int i = 0; i < y.Height; i++)
                for (int j = 0; j < y.Width; j++)
                    y[k, i, j] = bias?[k] ?? 0;
        for (int c = 0; c < x.Channels; c++)
            for (int k = 0; k < outputs; k++)
                for (int i = 0; i < x.Height; i++)
                    for (int j = 0; j < x.Width; j++)
                        for (int r = 0; r < kernelHeight; r++)
                            for (int s = 0; s < kernelWidth; s++)
                                y.Add(k, i * stride + r, j * stride + s,
                                    weight[((c * outputs + k) * kernelHeight + r) * kernelWidth + s] * x[c, i, j]);
        return y.Values;
    }

    /// <summary>W·x + b.</summary>
    public static double[] Dense(double[] x, double[] weight, double[]? bias)
    {
        var y = new double[weight.Length / x.Length];
        for (int o = 0; o < y.Length; o++)
        {
            y[o] = bias?[o] ?? 0;
            for (int i = 0; i < x.Length; i++) y[o] += weight[o * x.Length + i] * x[i];
        }

        return y;
    }

    int Weight(int output, int input, int row, int column) =>
        ((output * Inputs + input) * KernelHeight + row) * KernelWidth + column;
}
