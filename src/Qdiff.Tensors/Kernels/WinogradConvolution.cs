
namespace Qdiff.Tensors;

/// <summary>
/// A convolution of stride 1 by minimal filters along rows, columns or both: the image is cut into overlapping patches, each is
/// evaluated at the filter's points, the products over the channels are sums at every point by itself, and the outputs are
/// interpolated.
/// </summary>
/// <remarks>Lavin and Gray 2015, arXiv 1509.09308, section 4.</remarks>
sealed unsafe class WinogradConvolution : RectifiedConvolutionKernel
{
    const int Width = PackedMatrixProduct.Columns;

    readonly WinogradFilter? alongY, alongX;
    readonly AlignedBuffer packed, bias;
    readonly int pointsY, pointsX, outputsY, outputsX;

    public WinogradConvolution(ReadOnlySpan<float> weight, ReadOnlySpan<float> bias, int inputs, int outputs,
        WinogradFilter? alongY, WinogradFilter? alongX) : base(inputs, outputs)
    {
        (this.alongY, this.alongX) = (alongY, alongX);
        (pointsY, pointsX) = (alongY?.Points ?? 1, alongX?.Points ?? 1);
        (outputsY, outputsX) = (alongY?.Outputs ?? 1, alongX?.Outputs ?? 1);
        this.bias = Padded(bias);
        packed = new(checked(pointsY * pointsX * PointLength));
        int height = alongY?.Taps ?? 1, width = alongX?.Taps ?? 1;
        Span<double> columns = stackalloc double[width];
        for (int o = 0; o < outputs; o++)
            for (int c = 0; c < inputs; c++)
            {
                ReadOnlySpan<float> kernel = weight.Slice((o * inputs + c) * height * width, height * width);
                int index = PackedMatrixProduct.WeightIndex(o, c, inputs);
                for (int i = 0; i < pointsY; i++)
                {
                    columns.Clear();
                    for (int r = 0; r < height; r++)
                        for (int s = 0; s < width; s++) columns[s] += kernel[r * width + s] * (alongY?.Filter(i, r) ?? 1);
                    for (int j = 0; j < pointsX; j++)
                    {
                        double sum = 0;
                        for (int s = 0; s < width; s++) sum += columns[s] * (alongX?.Filter(j, s) ?? 1);
                        packed.Pointer[(i * pointsX + j) * PointLength + index] = (float)sum;
                    }
                }
            }
    }

    /// <summary>Packed weights of one point.</summary>
    int PointLength => checked(PackedMatrixProduct.Blocks(Outputs) * PackedMatrixProduct.Rows * Inputs);

    public override void Run<V>(Workspace space, SpatialGeometry g, float* x, float* y)
    {
        int points = pointsY * pointsX, rows = PackedMatrixProduct.Blocks(Outputs) * PackedMatrixProduct.Rows;
        var tiles = new Tiles(g, outputsY, outputsX);
        // Enough patches at a time that weights from far away are used more than once, and few enough for the second-level cache.
        int panels = Math.Clamp((1 << 20) / (points * (Inputs + rows) * Width * Tensor.Samples * sizeof(float)), 1, 4);
        Arena.Mark mark = space.Mark();
        nint inputPoint = (nint)panels * Inputs * Width * Tensor.Samples,
            outputPoint = (nint)panels * rows * Width * Tensor.Samples;
        float* values = space.Allocate(points * panels * Inputs * Width),
        products = space.Allocate(points * panels * rows * Width),
            patch = space.Allocate(points), half = space.Allocate(points);
        for (int start = 0; start < tiles.Count; start += panels * Width)
        {
            int count = Math.Min(panels * Width, tiles.Count - start), used = (count + Width - 1) / Width;
            for (int t = 0; t < count; t++)
                for (int c = 0; c < Inputs; c++)
                {
                    float* from = Patch(g, tiles, start + t, x + (nint)c * g.InputHeight * g.InputWidth * Tensor.Samples, patch,
                        out nint pitch);
                    Evaluate<V>(from, pitch, half, values + ((nint)(t / Width * Inputs + c) * Width + t % Width) * Tensor.Samples,
                        inputPoint);
                }

            for (int point = 0; point < points; point++)
                for (int o = 0; o < rows; o += PackedMatrixProduct.Rows)
                    for (int p = 0; p < used; p++)
                        PackedMatrixProduct.Multiply<V>(values + point * inputPoint + (nint)p * Inputs * Width * Tensor.Samples,
                            packed.Pointer + (nint)point * PointLength + (nint)o * Inputs, Inputs, null,
                            products + point * outputPoint + (nint)(p * rows + o) * Width * Tensor.Samples,
                            Width * Tensor.Samples);

            for (int t = 0; t < count; t++)
                for (int o = 0; o < Outputs; o++)
                {
                    Interpolate<V>(products + ((nint)(t / Width * rows + o) * Width + t % Width) * Tensor.Samples, outputPoint,
                        half, patch);
                    Write<V>(g, tiles, start + t, patch, bias.Pointer[o], y
                        + (nint)o * g.OutputHeight * g.OutputWidth * Tensor.Samples);
                }
        }

        space.Release(mark);
    }

    /// <summary>Where the patch of a tile starts and how far apart its rows are: in the image, or copied with zeros
    /// around.</summary>
    float* Patch(SpatialGeometry g, Tiles tiles, int tile, float* x, float* copy, out nint pitch)
    {
        int top = tiles.Top(tile) - g.PaddingY, left = tiles.Left(tile) - g.PaddingX;
        if (top >= 0 && left >= 0 && top + pointsY <= g.InputHeight && left + pointsX <= g.InputWidth)
        {
            pitch = (nint)g.InputWidth * Tensor.Samples;
            return x + ((nint)top * g.InputWidth + left) * Tensor.Samples;
        }

        float* to = copy;
        for (int i = top; i < top + pointsY; i++)
            for (int j = left; j < left + pointsX; j++, to += Tensor.Samples)
            {
                bool inside = (uint)i < (uint)g.InputHeight && (uint)j < (uint)g.InputWidth;
                if (inside) Tile.Copy(x + ((nint)i * g.InputWidth + j) * Tensor.Samples, to);
                else Tile.Clear(to);
            }

        pitch = (nint)pointsX * Tensor.Samples;
        return copy;
    }

    void Evaluate<V>(float* patch, nint pitch, float* half, float* values, nint step) where V : struct, ILanes<V>
    {
        if (alongY is null) alongX!.Input<V>(patch, Tensor.Samples, values, step);
        else if (alongX is null) alongY.Input<V>(patch, pitch, values, step);
        else
        {
            for (int i = 0; i < pointsY; i++)
                alongX.Input<V>(patch + i * pitch, Tensor.Samples, half + i * pointsX * Tensor.Samples, Tensor.Samples);
            for (int j = 0; j < pointsX; j++)
                alongY.Input<V>(half + j * Tensor.Samples, pointsX * Tensor.Samples, values + j * step, pointsX * step);
        }
    }

    void Interpolate<V>(float* products, nint step, float* half, float* outputs) where V : struct, ILanes<V>
    {
        if (alongY is null) alongX!.Output<V>(products, step, outputs, Tensor.Samples);
        else if (alongX is null) alongY.Output<V>(products, step, outputs, Tensor.Samples);
        else
        {
            for (int j = 0; j < pointsX; j++)
                alongY.Output<V>(products + j * step, pointsX * step, half + j * Tensor.Samples, pointsX * Tensor.Samples);
            for (int i = 0; i < outputsY; i++)
                alongX.Output<V>(half + i * pointsX * Tensor.Samples, Tensor.Samples, outputs + i * outputsX * Tensor.Samples,
                    Tensor.Samples);
        }
    }

    void Write<V>(SpatialGeometry g, Tiles tiles, int tile, float* outputs, float bias, float* y) where V : struct, ILanes<V>
    {
        int top = tiles.Top(tile), left = tiles.Left(tile), height = Math.Min(outputsY, g.OutputHeight - top),
            width = Math.Min(outputsX, g.OutputWidth - left);
        var shift = V.Create(bias);
        for (int i = 0; i < height; i++)
        {
            float* to = y + ((nint)(top + i) * g.OutputWidth + left) * Tensor.Samples;
            float* from = outputs + i * outputsX * Tensor.Samples;
            for (float* end = to + width * Tensor.Samples; to < end; to += V.Count, from += V.Count)
                V.AtLeast(V.Load(from) + shift, default).Store(to);
        }
    }

    /// <summary>The patches of outputs that cover an image, row by row; the last of a row or column may reach beyond
    /// it.</summary>
    readonly struct Tiles(SpatialGeometry g, int height, int width)
    {
        readonly int columns = (g.OutputWidth + width - 1) / width;

        public int Count => (g.OutputHeight + height - 1) / height * columns;

        public int Top(int tile) => tile / columns * height;

        public int Left(int tile) => tile % columns * width;
    }
}
