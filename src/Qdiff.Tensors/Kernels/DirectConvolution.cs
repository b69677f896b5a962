using System.Buffers;

namespace Qdiff.Tensors;

/// <summary>
/// Any convolution: what three neighbouring outputs read is copied into a panel, which then meets all weights while it is in the
/// cache.
/// </summary>
sealed unsafe class DirectConvolution : RectifiedConvolutionKernel
{
    /// <summary>Panels at a time: together they share each row of weights that comes from far away.</summary>
    const int Panels = 2;

    readonly AlignedBuffer packed, bias;

    public DirectConvolution(ReadOnlySpan<float> weight, ReadOnlySpan<float> bias, int inputs, int outputs) : base(inputs,
        outputs)
    {
        int depth = weight.Length / outputs;
        this.bias = Padded(bias);
        packed = new(checked(PackedMatrixProduct.Blocks(outputs) * PackedMatrixProduct.Rows * depth));
        for (int o = 0; o < outputs; o++)
            for (int k = 0; k < depth; k++) packed.Pointer[PackedMatrixProduct.WeightIndex(o, k, depth)] = weight[o * depth + k];
    }

    public override void Run<V>(Workspace space, SpatialGeometry g, float* x, float* y)
    {
        const int Width = PackedMatrixProduct.Columns;
        int depth = Inputs * g.Taps, area = g.OutputHeight * g.OutputWidth, blocks = PackedMatrixProduct.Blocks(Outputs);
        nint panelLength = (nint)depth * Width * Tensor.Samples, outputStride = (nint)area * Tensor.Samples;
        Arena.Mark mark = space.Mark();
        float* panels = space.Allocate(Panels * depth * Width), block = space.Allocate(PackedMatrixProduct.Rows * Width);
        // Not on the stack, where a large kernel would not fit.
        int[] offsets = ArrayPool<int>.Shared.Rent(checked(g.Taps * Width));
        for (int start = 0; start < area; start += Panels * Width)
        {
            int count = Math.Min(Panels, (area - start + Width - 1) / Width);
            for (int p = 0; p < count; p++) Pack(g, x, start + p * Width, offsets, panels + p * panelLength);
            for (int b = 0; b < blocks; b++)
                for (int p = 0; p < count; p++)
                {
                    int position = start + p * Width, first = b * PackedMatrixProduct.Rows,
                        columns = Math.Min(Width, area - position), rows = Math.Min(PackedMatrixProduct.Rows, Outputs - first);
                    float* w = packed.Pointer + (nint)first * depth, to = y + first * outputStride
                        + (nint)position * Tensor.Samples;
                    bool whole = columns == Width && rows == PackedMatrixProduct.Rows;
                    PackedMatrixProduct.Multiply<V>(panels + p * panelLength, w, depth, bias.Pointer + first, whole ? to : block,
                        whole ? outputStride : Width * Tensor.Samples);
                    if (whole) continue;
                    for (int r = 0; r < rows; r++)
                        for (int c = 0; c < columns; c++)
                            Tile.Copy(block + (r * Width + c) * Tensor.Samples, to + r * outputStride + c * Tensor.Samples);
                }
        }

        ArrayPool<int>.Shared.Return(offsets);
        space.Release(mark);
    }

    /// <summary>Copies what three outputs from <paramref name="position"/> on read; <paramref name="offsets"/> is memory for
    /// where that is, longer than needed.</summary>
    void Pack(SpatialGeometry g, float* x, int position, int[] offsets, float* panel)
    {
        const int Width = PackedMatrixProduct.Columns;
        int area = g.OutputHeight * g.OutputWidth, inputArea = g.InputHeight * g.InputWidth;
        for (int c = 0; c < Width; c++)
        {
            // Columns beyond the last output read what the last one reads; nobody keeps them.
            (int row, int column) = Math.DivRem(Math.Min(position + c, area - 1), g.OutputWidth);
            for (int tap = 0; tap < g.Taps; tap++)
            {
                int i = row * g.Stride + tap / g.KernelWidth - g.PaddingY,
                    j = column * g.Stride + tap % g.KernelWidth - g.PaddingX;
                bool inside = (uint)i < (uint)g.InputHeight && (uint)j < (uint)g.InputWidth;
                offsets[tap * Width + c] = inside ? i * g.InputWidth + j : -1;
            }
        }

        int reads = g.Taps * Width;
        for (int channel = 0; channel < Inputs; channel++, x += (nint)inputArea * Tensor.Samples)
            for (int i = 0; i < reads; i++, panel += Tensor.Samples)
                if (offsets[i] < 0) Tile.Clear(panel);
                else Tile.Copy(x + (nint)offsets[i] * Tensor.Samples, panel);
    }
}
