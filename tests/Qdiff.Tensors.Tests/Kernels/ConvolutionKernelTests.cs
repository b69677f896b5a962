using Qdiff.Tensors;

/// <summary>
/// The gather and correlation kernels against the definition, at sizes around the blocks of 5 channels × 4 positions that they
/// keep in registers: forward, input gradient and weight gradient.
/// </summary>
[Trait("Runs", "on every instruction set")]
public class ConvolutionKernelTests
{
    public static TheoryData<int, int> Channels()
    {
        var data = new TheoryData<int, int>();
        int[] sizes = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 16, 20, 37];
        for (int i = 0; i < sizes.Length; i++)
        {
            data.Add(sizes[i], sizes[^(i + 1)]);
            data.Add(sizes[i], sizes[(i + 5) % sizes.Length]);
        }

        return data;
    }

    public static TheoryData<int, int, int, int, int> Geometries()
    {
        var data = new TheoryData<int, int, int, int, int>();
        int i = 0;
        foreach (int size in (int[])[1, 2, 3, 4, 5, 6, 7, 8, 9, 14])
            foreach (int kernel in (int[])[1, 2, 3, 4, 7])
                foreach (int stride in (int[])[1, 2, 3])
                    foreach (int padding in (int[])[0, 1, 2, 3])
                        // A third of the combinations reaches each pair of values often enough; not all are needed.
                        if (size + 2 * padding >= kernel && i++ % 3 == 0)
                            data.Add(size, size % 4 + kernel, kernel, stride, padding);
        return data;
    }

    [Theory, MemberData(nameof(Channels))]
    public void AnyChannels(int inputs, int outputs)
    {
        Check(new(inputs, 4, 3, outputs, 3, 3, 1, 1));
        Check(new(inputs, 1, 7, outputs, 1, 1, 1, 0));
    }

    [Theory, MemberData(nameof(Geometries))]
    public void AnyGeometry(int height, int width, int kernel, int stride, int padding) =>
        Check(new(2, height, width, 3, kernel, kernel, stride, padding));

    [Theory]
    [InlineData(1, 7, 1, 0, 3)]
    [InlineData(7, 1, 1, 3, 0)]
    [InlineData(3, 2, 2, 1, 0)]
    [InlineData(2, 3, 2, 0, 2)]
    public void AnyPadding(int kernelHeight, int kernelWidth, int stride, int paddingY, int paddingX) =>
        Check(new(3, 9, 8, 4, kernelHeight, kernelWidth, stride, paddingY, paddingX));

    static void Check(ConvolutionOracle definition)
    {
        var table = new ParameterTable();
        Parameter w = table.Add("w", [definition.Outputs, definition.Inputs, definition.KernelHeight, definition.KernelWidth],
            Initialisers.Zeros),
            b = table.Add("b", [definition.Outputs], Initialisers.Zeros);
        var weights = new Weights(table);
        var random = new RandomStream(1, definition.ToString());
        random.FillNormal(weights.Values);
        var gradient = new WeightGradient(table);
        var space = new Workspace(weights, gradient);
        Tensor x = space.Input([definition.Inputs, definition.Height, definition.Width], requiresGradient: true);
        random.FillNormal(x.Values);
        Tensor y = Operation.Convolution(x, w, b, definition.Stride, definition.PaddingY, definition.PaddingX);
        float[] cotangent = Tile.Cotangent(y, random);
        space.Backward(y, cotangent);

        double[] wide = Tile.Widen(weights[w]), wideBias = Tile.Widen(weights[b]),
            dw = new double[w.Count], db = new double[b.Count];
        double[][] xs = Tile.Read(x.Values), dys = Tile.Read(cotangent);
        for (int s = 0; s < Tensor.Samples; s++)
        {
            definition.AddWeightGradient(xs[s], dys[s], dw);
            definition.AddBiasGradient(dys[s], db);
        }

        Tile.Near(Tile.Read(y.Values), [.. xs.Select(v => definition.Forward(v, wide, wideBias))], Tolerance.Sum,
            $"{definition}, forward");
        Tile.Near(Tile.Read(x.Gradient), [.. dys.Select(v => definition.InputGradient(v, wide))], Tolerance.Sum,
            $"{definition}, input gradient");
        // These are sums over pixels and then over samples, of terms that may cancel.
        Tile.Near(Tile.Widen(gradient[w]), dw, Tolerance.Chain, $"{definition}, weight gradient");
        Tile.Near(Tile.Widen(gradient[b]), db, Tolerance.Chain, $"{definition}, bias gradient");
    }
}
