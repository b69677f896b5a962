namespace Qdiff.Tensors;

/// <summary>
/// The differentiable operations on tiles, one family a file. Each computes its result and, only if a gradient can be asked for,
/// records how the gradient goes back.
/// </summary>
public static unsafe partial class Operation
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
        Workspace space = x.Workspace;
        int inputs = weight.Shape[1], outputs = weight.Shape[0], inputArea = g.InputHeight * g.InputWidth,
            outputArea = g.OutputHeight * g.OutputWidth;
        if (bias is not null) Require.Shape(bias, [outputs]);
        if (space.IsReference)
        {
            var definition = new ConvolutionOracle(inputs, g.InputHeight, g.InputWidth, outputs, g.KernelHeight, g.KernelWidth,
                stride, paddingY, paddingX);
            (double[] w, double[]? b) = (space.Definition(weight), bias is null ? null : space.Definition(bias));
            return space.Define([outputs, g.OutputHeight, g.OutputWidth], s => definition.Forward(x.Definition[s], w, b));
        }

        Tensor y = space.Output([outputs, g.OutputHeight, g.OutputWidth], space.Records(x, weight));
        GatherKernel.Run(GatherPlan.Forward(g), x.Pointer, inputs, inputArea, space.Values(weight), inputs * g.Taps, g.Taps,
            bias is null ? null : space.Values(bias), y.Pointer, outputs, outputArea);

        if (y.RequiresGradient) space.Record(y, () =>
        {
            float* dy = y.GradientPointer;
            if (space.Gradient is not null)
            {
                CorrelationKernel.Run(g, dy, outputs, x.Pointer, inputs, space.GradientOf(weight), inputs * g.Taps, g.Taps);
                if (bias is not null) BiasGradient(dy, outputs, outputArea, space.GradientOf(bias));
            }

            if (!x.RequiresGradient) return;
            float* dx = space.BeginGradient(x);
            GatherKernel.Run(GatherPlan.Transposed(g), dy, outputs, outputArea, space.Values(weight), g.Taps, inputs * g.Taps,
                null, dx, inputs, inputArea);
            space.EndGradient(x, dx);
        });
        return y;
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
        int inputs = weight.Shape[0], outputs = weight.Shape[1], height = (x.Shape[1] - 1) * stride + weight.Shape[2],
            width = (x.Shape[2] - 1) * stride + weight.Shape[3];

        // The convolution whose transpose this is: it goes from the large image to the small one.
        var g = new SpatialGeometry(height, width, weight.Shape[2], weight.Shape[3], stride, 0);
        int inputArea = x.Shape[1] * x.Shape[2], outputArea = height * width;
        Workspace space = x.Workspace;
        if (bias is not null) Require.Shape(bias, [outputs]);
        if (space.IsReference)
        {
            (double[] w, double[]? b) = (space.Definition(weight), bias is null ? null : space.Definition(bias));
            return space.Define([outputs, height, width], s => ConvolutionOracle.Transposed(
                new(inputs, x.Shape[1], x.Shape[2], x.Definition[s]), w, b, outputs, weight.Shape[2], weight.Shape[3], stride));
        }

        Tensor y = space.Output([outputs, height, width], space.Records(x, weight));
        GatherKernel.Run(GatherPlan.Transposed(g), x.Pointer, inputs, inputArea, space.Values(weight), g.Taps, outputs * g.Taps,
            bias is null ? null : space.Values(bias), y.Pointer, outputs, outputArea);

        if (y.RequiresGradient) space.Record(y, () =>
        {
            float* dy = y.GradientPointer;
            if (space.Gradient is not null)
            {
                CorrelationKernel.Run(g, x.Pointer, inputs, dy, outputs, space.GradientOf(weight), outputs * g.Taps, g.Taps);
                if (bias is not null) BiasGradient(dy, outputs, outputArea, space.GradientOf(bias));
            }

            if (!x.RequiresGradient) return;
            float* dx = space.BeginGradient(x);
            GatherKernel.Run(GatherPlan.Forward(g), dy, outputs, outputArea, space.Values(weight), outputs * g.Taps, g.Taps, null,
                dx, inputs, inputArea);
            space.EndGradient(x, dx);
        });
        return y;
    }

    /// <summary>W·x + b for a vector x [in], W [out, in] and b [out].</summary>
    public static Tensor Dense(Tensor x, Parameter weight, Parameter? bias = null)
    {
        Require.Rank(x, 1);
        Require.That(weight.Shape.Rank == 2 && weight.Shape[1] == x.Shape[0],
            $"Weight '{weight.Name}' has shape {weight.Shape}; for an input of {x.Shape} it must be out×{x.Shape[0]}.");
        int inputs = weight.Shape[1], outputs = weight.Shape[0];
        if (bias is not null) Require.Shape(bias, [outputs]);
        Workspace space = x.Workspace;
        if (space.IsReference)
        {
            (double[] w, double[]? b) = (space.Definition(weight), bias is null ? null : space.Definition(bias));
            return space.Define([outputs], s => ConvolutionOracle.Dense(x.Definition[s], w, b));
        }

        Tensor y = space.Output([outputs], space.Records(x, weight));
        GatherKernel.Run(s_onePixel, x.Pointer, inputs, 1, space.Values(weight), inputs, 1,
            bias is null ? null : space.Values(bias),
            y.Pointer, outputs, 1);

        if (y.RequiresGradient) space.Record(y, () =>
        {
            float* dy = y.GradientPointer;
            if (space.Gradient is not null)
            {
                CorrelationKernel.Run(s_pixel, dy, outputs, x.Pointer, inputs, space.GradientOf(weight), inputs, 1);
                if (bias is not null) BiasGradient(dy, outputs, 1, space.GradientOf(bias));
            }

            if (!x.RequiresGradient) return;
            float* dx = space.BeginGradient(x);
            GatherKernel.Run(s_onePixel, dy, outputs, 1, space.Values(weight), 1, inputs, null, dx, inputs, 1);
            space.EndGradient(x, dx);
        });
        return y;
    }

    static readonly SpatialGeometry s_pixel = new(1, 1, 1, 1, 1, 0);
    static readonly GatherPlan s_onePixel = GatherPlan.Forward(s_pixel);

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

    static void BiasGradient(float* dy, int channels, int area, float* gradient)
    {
        for (int c = 0; c < channels; c++) gradient[c] += LaneReduction.Total(dy + (nint)c * area * Lane.Width, area);
    }
}
