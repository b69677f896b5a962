namespace Qdiff.Tensors;

/// <summary>
/// The differentiable operations on tiles, one family a file. Each checks its arguments and hands its work to the
/// <see cref="ComputeEngine"/> of the workspace.
/// </summary>
public static partial class Operation
{
    /// <summary>
    /// Cross-correlation of [C, H, W] with kernels [K, C, kernelHeight, kernelWidth], zero-padded on all sides, plus a bias [K].
    /// The result has ⌊(H + 2·padding − kernelHeight)/stride⌋ + 1 rows.
    /// </summary>
    public static Tensor Convolution(Tensor x, Parameter weight, Parameter? bias = null, int stride = 1, int padding = 0) =>
        Convolution(x, weight, bias, stride, padding, padding);

    /// <summary>
    /// The same with <paramref name="paddingY"/> rows of zeros above and below and <paramref name="paddingX"/> columns on either
    /// side, for kernels that are not square.
    /// </summary>
    public static Tensor Convolution(Tensor x, Parameter weight, Parameter? bias, int stride, int paddingY, int paddingX)
    {
        SpatialGeometry g = Geometry(x, weight, stride, paddingY, paddingX);
        if (bias is not null) Require.Shape(bias, [weight.Shape[0]]);
        return x.Workspace.Engine.Convolution(x, weight, bias, g);
    }

    /// <summary>
    /// The transpose of a convolution without padding: [C, H, W] becomes [K, (H − 1)·stride + kernelHeight, …]. The kernel is
    /// [C, K, kernelHeight, kernelWidth], as PyTorch stores it; bias [K].
    /// </summary>
    public static Tensor TransposedConvolution(Tensor x, Parameter weight, Parameter? bias = null, int stride = 1)
    {
        Require.Rank(x, 3);
        Require.That(weight.Shape.Rank == 4 && weight.Shape[0] == x.Shape[0],
            $"Kernel '{weight.Name}' has shape {weight.Shape}; for an input of shape {x.Shape} it must be {x.Shape[0]}×K×h×w.");
        Require.That(stride > 0, $"Stride {stride} must be positive.");
        if (bias is not null) Require.Shape(bias, [weight.Shape[1]]);

        // The convolution whose transpose this is: it goes from the large image to the small one.
        int height = (x.Shape[1] - 1) * stride + weight.Shape[2], width = (x.Shape[2] - 1) * stride + weight.Shape[3];
        SpatialGeometry g = new(height, width, weight.Shape[2], weight.Shape[3], stride, 0);
        return x.Workspace.Engine.TransposedConvolution(x, weight, bias, g);
    }

    /// <summary>W·x + b for a vector x [in], W [out, in] and b [out].</summary>
    public static Tensor Dense(Tensor x, Parameter weight, Parameter? bias = null)
    {
        Require.Rank(x, 1);
        Require.That(weight.Shape.Rank == 2 && weight.Shape[1] == x.Shape[0],
            $"Weight '{weight.Name}' has shape {weight.Shape}; for an input of {x.Shape} it must be out×{x.Shape[0]}.");
        if (bias is not null) Require.Shape(bias, [weight.Shape[0]]);
        return x.Workspace.Engine.Dense(x, weight, bias);
    }

    /// <summary>The sizes of a convolution whose input, kernel, stride and padding were found to fit.</summary>
    internal static SpatialGeometry Geometry(Tensor x, Parameter weight, int stride, int paddingY, int paddingX)
    {
        Require.Rank(x, 3);
        Require.That(weight.Shape.Rank == 4 && weight.Shape[1] == x.Shape[0],
            $"Kernel '{weight.Name}' has shape {weight.Shape}; for an input of shape {x.Shape} it must be K×{x.Shape[0]}×h×w.");
        Require.That(stride > 0 && paddingY >= 0 && paddingX >= 0,
            $"Stride {stride} must be positive and padding {PaddingText(paddingY, paddingX)} not negative.");
        SpatialGeometry g = new(x.Shape[1], x.Shape[2], weight.Shape[2], weight.Shape[3], stride, paddingY, paddingX);
        Require.That(g.InputHeight + 2 * paddingY >= g.KernelHeight && g.InputWidth + 2 * paddingX >= g.KernelWidth,
            $"An image of {g.InputHeight}×{g.InputWidth} with padding {PaddingText(paddingY, paddingX)} is smaller than the "
                + $"kernel '{weight.Name}' of {g.KernelHeight}×{g.KernelWidth}.");
        return g;
    }

    static string PaddingText(int y, int x) => x == y ? $"{y}" : $"{y}×{x}";
}
