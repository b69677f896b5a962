namespace Qdiff.Tensors;

/// <summary>
/// The operations on this machine's processors: loops over elements, with vectors across the samples. Forward and backward stand
/// together; the closure holds what the way back needs.
/// </summary>
sealed unsafe partial class CpuEngine<V> : ComputeEngine where V : struct, ILanes<V>
{
    public override string Name => "cpu";

    public override TileMemory CreateMemory(Workspace space) => new HostMemory(space.Arena);

    public override Tensor Convolution(Tensor x, Parameter weight, Parameter? bias, SpatialGeometry g)
    {
        Workspace space = x.Workspace;
        int inputs = weight.Shape[1], outputs = weight.Shape[0], inputArea = g.InputHeight * g.InputWidth,
            outputArea = g.OutputHeight * g.OutputWidth;
        Tensor y = space.Output([outputs, g.OutputHeight, g.OutputWidth], space.Records(x, weight));
        ConvolutionKernel<V>.Run(ConvolutionPlan.Forward(g), x.Pointer, inputs, inputArea, space.Values(weight), inputs * g.Taps,
            g.Taps, bias is null ? null : space.Values(bias), y.Pointer, outputs, outputArea);

        if (y.RequiresGradient) space.Record(y, () =>
        {
            float* dy = y.GradientPointer;
            if (space.Gradient is not null)
            {
                ConvolutionWeightGradient<V>.Run(g, dy, outputs, x.Pointer, inputs, space.GradientOf(weight), inputs * g.Taps,
                    g.Taps);
                if (bias is not null) BiasGradient(dy, outputs, outputArea, space.GradientOf(bias));
            }

            if (!x.RequiresGradient) return;
            float* dx = space.ContinueGradient(x, out bool accumulate);
            ConvolutionKernel<V>.Run(ConvolutionPlan.Transposed(g), dy, outputs, outputArea, space.Values(weight), g.Taps,
                inputs * g.Taps, null, dx, inputs, inputArea, accumulate);
            space.EndGradient(x, dx);
        });
        return y;
    }

    public override Tensor TransposedConvolution(Tensor x, Parameter weight, Parameter? bias, SpatialGeometry g)
    {
        int inputs = weight.Shape[0], outputs = weight.Shape[1], inputArea = x.Shape[1] * x.Shape[2],
            outputArea = g.InputHeight * g.InputWidth;
        Workspace space = x.Workspace;
        Tensor y = space.Output([outputs, g.InputHeight, g.InputWidth], space.Records(x, weight));
        ConvolutionKernel<V>.Run(ConvolutionPlan.Transposed(g), x.Pointer, inputs, inputArea, space.Values(weight), g.Taps,
            outputs * g.Taps, bias is null ? null : space.Values(bias), y.Pointer, outputs, outputArea);

        if (y.RequiresGradient) space.Record(y, () =>
        {
            float* dy = y.GradientPointer;
            if (space.Gradient is not null)
            {
                ConvolutionWeightGradient<V>.Run(g, x.Pointer, inputs, dy, outputs, space.GradientOf(weight), outputs * g.Taps,
                    g.Taps);
                if (bias is not null) BiasGradient(dy, outputs, outputArea, space.GradientOf(bias));
            }

            if (!x.RequiresGradient) return;
            float* dx = space.ContinueGradient(x, out bool accumulate);
            ConvolutionKernel<V>.Run(ConvolutionPlan.Forward(g), dy, outputs, outputArea, space.Values(weight), outputs * g.Taps,
                g.Taps, null, dx, inputs, inputArea, accumulate);
            space.EndGradient(x, dx);
        });
        return y;
    }

    public override Tensor Dense(Tensor x, Parameter weight, Parameter? bias)
    {
        int inputs = weight.Shape[1], outputs = weight.Shape[0];
        Workspace space = x.Workspace;
        Tensor y = space.Output([outputs], space.Records(x, weight));
        ConvolutionKernel<V>.Run(s_onePixel, x.Pointer, inputs, 1, space.Values(weight), inputs, 1,
            bias is null ? null : space.Values(bias), y.Pointer, outputs, 1);

        if (y.RequiresGradient) space.Record(y, () =>
        {
            float* dy = y.GradientPointer;
            if (space.Gradient is not null)
            {
                ConvolutionWeightGradient<V>.Run(s_pixel, dy, outputs, x.Pointer, inputs, space.GradientOf(weight), inputs, 1);
                if (bias is not null) BiasGradient(dy, outputs, 1, space.GradientOf(bias));
            }

            if (!x.RequiresGradient) return;
            float* dx = space.ContinueGradient(x, out bool accumulate);
            ConvolutionKernel<V>.Run(s_onePixel, dy, outputs, 1, space.Values(weight), 1, inputs, null, dx, inputs, 1, accumulate);
            space.EndGradient(x, dx);
        });
        return y;
    }

    public override Tensor RectifiedConvolution(Tensor x, RectifiedConvolutionLayer layer, SpatialGeometry g)
    {
        Workspace space = x.Workspace;
        if (space.Records(x, layer.Weight)) return base.RectifiedConvolution(x, layer, g);
        Tensor y = space.Output([layer.Weight.Shape[0], g.OutputHeight, g.OutputWidth], requiresGradient: false);
        space.Weights.Get(layer.Packed).Run<V>(space, g, x.Pointer, y.Pointer);
        return y;
    }

    static readonly SpatialGeometry s_pixel = new(1, 1, 1, 1, 1, 0);

    static readonly ConvolutionPlan s_onePixel = ConvolutionPlan.Forward(s_pixel);

    static void BiasGradient(float* dy, int channels, int area, float* gradient)
    {
        for (int c = 0; c < channels; c++) gradient[c] += TileReduction<V>.Total(dy + (nint)c * area * Tensor.Samples, area);
    }
}
