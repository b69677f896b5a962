using System.Runtime.Intrinsics;

namespace Qdiff.Tensors;

/// <summary>
/// Any convolution: what three neighbouring outputs read is copied into a panel, which then meets all weights while it is in the
/// cache.
/// </summary>
sealed unsafe class DirectKernel : InferenceKernel
{
    /// <summary>Panels at a time: together they share each row of weights that comes from far away.</summary>
    const int Panels = 2;

    readonly AlignedBuffer packed, bias;

    public DirectKernel(ReadOnlySpan<float> weight, ReadOnlySpan<float> bias, int inputs, int outputs) : base(inputs, outputs)
    {
        int depth = weight.Length / outputs;
        this.bias = Padded(bias);
        packed = new(PanelKernel.Blocks(outputs) * PanelKernel.Rows * depth);
        for (int o = 0; o < outputs; o++)
            for (int k = 0; k < depth; k++) packed.Pointer[PanelKernel.WeightIndex(o, k, depth)] = weight[o * depth + k];
    }

    public override void Run(Workspace space, SpatialGeometry g, float* x, float* y)
    {
        const int Width = PanelKernel.Columns;
        int depth = Inputs * g.Taps, area = g.OutputHeight * g.OutputWidth, blocks = PanelKernel.Blocks(Outputs);
        nint panelLength = (nint)depth * Width * Lane.Width, outputStride = (nint)area * Lane.Width;
        Arena.Mark mark = space.Mark();
        float* panels = space.Allocate(Panels * depth * Width), block = space.Allocate(PanelKernel.Rows * Width);
        for (int start = 0; start < area; start += Panels * Width)
        {
            int count = Math.Min(Panels, (area - start + Width - 1) / Width);
            for (int p = 0; p < count; p++) Pack(g, x, start + p * Width, panels + p * panelLength);
            for (int b = 0; b < blocks; b++)
                for (int p = 0; p < count; p++)
                {
                    int position = start + p * Width, first = b * PanelKernel.Rows, columns = Math.Min(Width, area - position),
                        rows = Math.Min(PanelKernel.Rows, Outputs - first);
                    float* w = packed.Pointer + (nint)first * depth, to = y + first * outputStride + (nint)position * Lane.Width;
                    bool whole = columns == Width && rows == PanelKernel.Rows;
                    PanelKernel.Multiply(panels + p * panelLength, w, depth, bias.Pointer + first, whole ? to : block,
                        whole ? outputStride : Width * Lane.Width);
                    if (whole) continue;
                    for (int r = 0; r < rows; r++)
                        for (int c = 0; c < columns; c++)
                            Lane.Load(block, r * Width + c).Store(to + r * outputStride + c * Lane.Width);
                }
        }

        space.Release(mark);
    }

    void Pack(SpatialGeometry g, float* x, int position, float* panel)
    {
        const int Width = PanelKernel.Columns;
        int area = g.OutputHeight * g.OutputWidth, inputArea = g.InputHeight * g.InputWidth;
        int* offsets = stackalloc int[g.Taps * Width];
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
        for (int channel = 0; channel < Inputs; channel++, x += (nint)inputArea * Lane.Width)
            for (int i = 0; i < reads; i++, panel += Lane.Width)
                (offsets[i] < 0 ? Vector512<float>.Zero : Lane.Load(x, offsets[i])).Store(panel);
    }
}
