using Qdiff.Tensors;

static partial class OperationTable
{
    static IEnumerable<OperationCase> Convolutions()
    {
        yield return Convolution(1, 5, 6, 1, 1, 1);
        yield return Convolution(3, 5, 6, 4, 3, 3, padding: 1);
        yield return Convolution(6, 4, 4, 7, 3, 3, padding: 1, bias: false);
        yield return Convolution(2, 6, 7, 3, 4, 4, stride: 2, padding: 1);
        yield return Convolution(1, 5, 5, 11, 7, 7, padding: 3);
        yield return Convolution(9, 3, 3, 2, 2, 3);
        // Pixels that no kernel reads, and kernels that lie in the padding altogether.
        yield return Convolution(2, 7, 8, 3, 2, 2, stride: 3);
        yield return Convolution(2, 3, 3, 3, 2, 2, padding: 2);
        yield return Convolution(3, 5, 6, 4, 1, 7, paddingX: 3);
        yield return Convolution(3, 6, 5, 4, 5, 1, paddingX: 0, padding: 2);
        foreach ((int size, int kernel, int stride, bool bias) in ((int, int, int, bool)[])
            [(3, 2, 2, true), (4, 3, 1, true), (3, 4, 2, false), (2, 2, 3, true)])
            yield return new($"transposed convolution of {size}×{size}, kernel {kernel}, stride {stride}", [[3, size, size]],
                table =>
                {
                    Parameter w = table.Add("w", [3, 4, kernel, kernel], Initialisers.Zeros),
                        b = table.Add("b", [4], Initialisers.Zeros);
                    return (_, x) => Operation.TransposedConvolution(x[0], w, bias ? b : null, stride);
                },
                (_, x, w) =>
                    ConvolutionOracle.Transposed(new(3, size, size, x[0]), w[0], bias ? w[1] : null, 4, kernel, kernel, stride));
        yield return new("dense", [[7]],
            table =>
            {
                Parameter w = table.Add("w", [9, 7], Initialisers.Zeros), b = table.Add("b", [9], Initialisers.Zeros);
                return (_, x) => Operation.Dense(x[0], w, b);
            },
            (_, x, w) => ConvolutionOracle.Dense(x[0], w[0], w[1]));
        yield return new("dense without bias", [[10]],
            table =>
            {
                Parameter w = table.Add("w", [1, 10], Initialisers.Zeros);
                return (_, x) => Operation.Dense(x[0], w);
            },
            (_, x, w) => ConvolutionOracle.Dense(x[0], w[0], null));
        yield return new("standardised kernel", [[3, 4, 4]],
            table =>
            {
                Parameter kernel = Derive.Standardised(table, table.Add("w", [4, 3, 3, 3], Initialisers.Zeros));
                return (_, x) => Operation.Convolution(x[0], kernel, padding: 1);
            },
            (_, x, w) => new ConvolutionOracle(3, 4, 4, 4, 3, 3, 1, 1)
                .Forward(x[0], NormalisationOracle.StandardisedKernel(w[0], 4), null));
    }

    static OperationCase Convolution(int inputs, int height, int width, int outputs, int kernelHeight, int kernelWidth,
        int stride = 1, int padding = 0, bool bias = true, int? paddingX = null)
    {
        var definition = new ConvolutionOracle(inputs, height, width, outputs, kernelHeight, kernelWidth, stride, padding,
            paddingX ?? padding);
        string name = $"convolution of {inputs}×{height}×{width} to {outputs}, kernel {kernelHeight}×{kernelWidth}";
        return new($"{name}, stride {stride}, padding {padding}×{paddingX ?? padding}",
            [[inputs, height, width]],
            table =>
            {
                Parameter w = table.Add("w", [outputs, inputs, kernelHeight, kernelWidth], Initialisers.Zeros);
                Parameter? b = bias ? table.Add("b", [outputs], Initialisers.Zeros) : null;
                return (_, x) => Operation.Convolution(x[0], w, b, stride, padding, paddingX ?? padding);
            },
            (_, x, w) => definition.Forward(x[0], w[0], bias ? w[1] : null));
    }
}
