using Qdiff;
using Qdiff.Tensors;

/// <summary>The inference kernels against the definition, at sizes around their blocks and patches.</summary>
[Trait("Runs", "on every instruction set")]
public class RectifiedConvolutionTests
{
    [Theory]
    // Minimal filters: whole patches, patches that reach beyond the image, images smaller than a patch.
    [InlineData(3, 3, 1, 1, 1, 12, 12)]
    [InlineData(3, 3, 1, 0, 0, 14, 9)]
    [InlineData(3, 3, 1, 1, 1, 3, 17)]
    [InlineData(3, 3, 1, 2, 0, 4, 5)]
    [InlineData(5, 5, 1, 2, 2, 9, 13)]
    [InlineData(5, 5, 1, 2, 2, 3, 1)]
    [InlineData(1, 7, 1, 0, 3, 3, 17)]
    [InlineData(7, 1, 1, 3, 0, 17, 4)]
    [InlineData(1, 3, 1, 0, 1, 8, 8)]
    [InlineData(3, 1, 1, 1, 0, 9, 5)]
    // Every product.
    [InlineData(1, 1, 1, 0, 0, 5, 7)]
    [InlineData(3, 3, 2, 0, 0, 9, 8)]
    [InlineData(3, 3, 2, 1, 1, 8, 9)]
    [InlineData(2, 4, 1, 1, 2, 5, 6)]
    public void AgreesWithTheDefinition(int kernelHeight, int kernelWidth, int stride, int paddingY, int paddingX, int height,
        int width)
    {
        foreach ((int inputs, int outputs) in ((int, int)[])[(1, 1), (3, 8), (5, 9), (16, 24)])
        {
            var table = new ParameterTable();
            var layer = new RectifiedConvolutionLayer(table, "c", inputs, outputs, kernelHeight, kernelWidth, stride, paddingY,
                paddingX);
            var weights = new Weights(table);
            var random = new RandomStream(1, $"{inputs} {outputs} {kernelHeight} {kernelWidth} {height} {width}");
            random.FillNormal(weights.Values);
            weights.Refresh();
            Tensor x = null!;
            Tensor[] results = [.. ((ComputeEngine[])[new CpuEngine<Lanes4>(), new CpuEngine<Lanes8>(), new CpuEngine<Lanes16>()])
                .Select(engine =>
                {
                    x = new Workspace(weights, engine: engine).Input([inputs, height, width]);
                    new RandomStream(2, "input").FillNormal(x.Values);
                    return layer.Apply(x);
                })];
            Tensor y = results[0];
            Assert.All(results, other => Assert.Equal(y.Values, other.Values));

            var definition = new ConvolutionOracle(inputs, height, width, outputs, kernelHeight, kernelWidth, stride, paddingY,
                paddingX);
            double[] w = Tile.Widen(weights[layer.Weight]), b = Tile.Widen(weights[layer.Bias]);
            Assert.Equal(new Shape(outputs, definition.OutputHeight, definition.OutputWidth), y.Shape);
            Tile.Near(Tile.Read(y.Values),
                [.. Tile.Read(x.Values).Select(v => definition.Forward(v, w, b).Select(value => Math.Max(value, 0)).ToArray())],
                // Interpolation at 12 points multiplies rounding errors, see WinogradFilter.
                20 * Tolerance.Sum, definition.ToString());
        }
    }

    /// <summary>Where its 30,001 taps read takes 360 kB, more than the stack of this thread.</summary>
    [Fact]
    public void ALongKernelNeedsNoStack()
    {
        const int reach = 15_000;
        var table = new ParameterTable();
        var layer = new RectifiedConvolutionLayer(table, "c", 1, 1, 1, 2 * reach + 1, paddingX: reach);
        var weights = new Weights(table);
        weights[layer.Weight].Fill(1);
        weights[layer.Weight][reach] = 2;
        weights[layer.Bias].Fill(0.5f);
        weights.Refresh();
        float[] y = [];
        var thread = new Thread(() =>
        {
            Tensor x = new Workspace(weights).Input([1, 1, 1]);
            x.Values.Fill(3);
            y = layer.Apply(x).Values.ToArray();
        }, maxStackSize: 256 << 10);
        thread.Start();
        thread.Join();
        // All other taps read the zeros around.
        Assert.Equal([.. Enumerable.Repeat(6.5f, Tensor.Samples)], y);
    }

    [Fact]
    public void HasGradientsWhenTheyAreAskedFor()
    {
        var table = new ParameterTable();
        var layer = new RectifiedConvolutionLayer(table, "c", 2, 3, 3, 3, 1, 1, 1);
        Weights weights = new Weights(table).Initialise(1);
        var gradient = new WeightGradient(table);
        var space = new Workspace(weights, gradient);
        Tensor x = space.Input([2, 5, 5], requiresGradient: true);
        new RandomStream(2, "x").FillNormal(x.Values);
        Tensor y = layer.Apply(x), same = Operation.Relu(Operation.Convolution(x, layer.Weight, layer.Bias, padding: 1));
        Assert.Equal(same.Values.ToArray(), y.Values.ToArray());
        float[] ones = new float[y.Values.Length];
        Array.Fill(ones, 1);
        space.Backward(y, ones);
        Assert.Contains(gradient[layer.Bias].ToArray(), value => value != 0);
        Assert.False(x.Gradient.IsEmpty);
    }

    /// <summary>y = Aᵀ[(G g) ⊙ (Bᵀ d)] for every filter that the kernels use, in one dimension.</summary>
    [Theory]
    [InlineData(6, 3)]
    [InlineData(4, 5)]
    [InlineData(8, 3)]
    [InlineData(6, 7)]
    public unsafe void MinimalFiltersInterpolateTheCorrelation(int outputs, int taps)
    {
        var filter = new WinogradFilter(outputs, taps);
        Assert.Equal(outputs + taps - 1, filter.Points);
        var random = new RandomStream(5, "filter");
        AlignedBuffer d = new(filter.Points * 16), v = new(filter.Points * 16), y = new(outputs * 16), g = new(taps * 16);
        random.FillNormal(d.Span);
        random.FillNormal(g.Span);
        filter.Input<Lanes4>(d.Pointer, 16, v.Pointer, 16);
        for (int i = 0; i < filter.Points; i++)
        {
            double at = 0;
            for (int k = 0; k < taps; k++) at += filter.Filter(i, k) * g.Span[k];
            for (int s = 0; s < 16; s++) v.Span[i * 16 + s] *= (float)at;
        }

        filter.Output<Lanes4>(v.Pointer, 16, y.Pointer, 16);
        for (int i = 0; i < outputs; i++)
            for (int s = 0; s < 16; s++)
            {
                double right = 0;
                for (int k = 0; k < taps; k++) right += g.Span[k] * d.Span[(i + k) * 16 + s];
                Assert.Equal(right, y.Span[i * 16 + s], 5e-4);
            }
    }
}
