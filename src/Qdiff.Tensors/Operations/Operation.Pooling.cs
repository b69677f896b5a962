namespace Qdiff.Tensors;

public static partial class Operation
{
    /// <summary>The mean of each channel: [C, H, W] to [C].</summary>
    public static Tensor GlobalAveragePool(Tensor x)
    {
        Require.Rank(x, 3);
        return x.Workspace.Engine.GlobalAveragePool(x);
    }

    /// <summary>
    /// The mean over windows of <paramref name="kernel"/>² pixels. With <paramref name="countPadding"/> false, padded pixels do
    /// not count in the divisor, as in the FID network.
    /// </summary>
    public static Tensor AveragePool(Tensor x, int kernel, int stride, int padding = 0, bool countPadding = true) =>
        x.Workspace.Engine.AveragePool(x, Window(x, kernel, stride, padding), countPadding);

    /// <summary>The largest value in windows of <paramref name="kernel"/>² pixels; padding never wins.</summary>
    public static Tensor MaxPool(Tensor x, int kernel, int stride, int padding = 0) =>
        x.Workspace.Engine.MaxPool(x, Window(x, kernel, stride, padding));

    static SpatialGeometry Window(Tensor x, int kernel, int stride, int padding)
    {
        Require.Rank(x, 3);
        Require.That(kernel > 0 && stride > 0 && padding >= 0 && 2 * padding <= kernel,
            $"Kernel {kernel} and stride {stride} must be positive and padding {padding} at most half the kernel.");
        Require.That(x.Shape[1] + 2 * padding >= kernel && x.Shape[2] + 2 * padding >= kernel,
            $"An image of {x.Shape[1]}×{x.Shape[2]} with padding {padding} is smaller than the window of {kernel}.");
        return new(x.Shape[1], x.Shape[2], kernel, kernel, stride, padding);
    }
}
