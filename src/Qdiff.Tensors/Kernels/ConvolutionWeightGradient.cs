using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using static Qdiff.Tensors.RegisterRow;

namespace Qdiff.Tensors;

/// <summary>
/// dw[o,i,tap] += Σ_p Σ_samples dy[o][p] · x[i][source(p, tap)]: the weight gradient of a convolution.
/// </summary>
/// <remarks>
/// For one tap the valid positions are a rectangle. A block of 5 output × 5 input channels stays in registers while the rectangle
/// is swept: 10 loads feed 25 multiply-adds; the sixteen samples are summed at the end.
/// </remarks>
static unsafe class ConvolutionWeightGradient
{
    static readonly ConcurrentDictionary<SpatialGeometry, Tap[]> s_taps = new();

    /// <summary>The output rows and columns for which a tap reads inside the input.</summary>
    readonly record struct Tap(int Index, int Row0, int Row1, int Column0, int Column1, int InputRow0, int InputColumn0);

    public static void Run(SpatialGeometry g, float* dy, int outputs, float* x, int inputs, float* dw, int outputStride,
        int inputStride)
    {
        Tap[] taps = s_taps.GetOrAdd(g, FindTaps);
        for (int o = 0; o < outputs;)
        {
            int rows = ConvolutionKernel.Rows(outputs - o);
            for (int i = 0; i < inputs;)
            {
                int columns = ConvolutionKernel.Rows(inputs - i);
                foreach (Tap tap in taps)
                {
                    float* target = dw + (nint)o * outputStride + (nint)i * inputStride + tap.Index;
                    float* dyo = dy + (nint)o * g.OutputHeight * g.OutputWidth * Tile.Samples;
                    float* xi = x + (nint)i * g.InputHeight * g.InputWidth * Tile.Samples;
                    switch (rows)
                    {
                        case 5: Columns<Size5>(g, tap, dyo, xi, columns, target, outputStride, inputStride); break;
                        case 4: Columns<Size4>(g, tap, dyo, xi, columns, target, outputStride, inputStride); break;
                        case 3: Columns<Size3>(g, tap, dyo, xi, columns, target, outputStride, inputStride); break;
                        case 2: Columns<Size2>(g, tap, dyo, xi, columns, target, outputStride, inputStride); break;
                        default: Columns<Size1>(g, tap, dyo, xi, columns, target, outputStride, inputStride); break;
                    }
                }

                i += columns;
            }

            o += rows;
        }
    }

    static Tap[] FindTaps(SpatialGeometry g)
    {
        var taps = new List<Tap>();
        for (int r = 0; r < g.KernelHeight; r++)
            for (int s = 0; s < g.KernelWidth; s++)
            {
                (int row0, int row1) = Range(g.OutputHeight, g.InputHeight, r - g.PaddingY);
                (int column0, int column1) = Range(g.OutputWidth, g.InputWidth, s - g.PaddingX);
                if (row0 < row1 && column0 < column1)
                    taps.Add(new(r * g.KernelWidth + s, row0, row1, column0, column1,
                        row0 * g.Stride + r - g.PaddingY, column0 * g.Stride + s - g.PaddingX));
            }

        return [.. taps];

        (int First, int End) Range(int outputs, int inputs, int shift)
        {
            int first = 0, end = outputs;
            while (first < end && first * g.Stride + shift < 0) first++;
            while (end > first && (end - 1) * g.Stride + shift >= inputs) end--;
            return (first, end);
        }
    }

    static void Columns<TRows>(SpatialGeometry g, in Tap tap, float* dy, float* x, int columns, float* dw, int outputStride,
        int inputStride)
        where TRows : struct, IBlockSize
    {
        switch (columns)
        {
            case 5: Block<TRows, Size5>(g, tap, dy, x, dw, outputStride, inputStride); break;
            case 4: Block<TRows, Size4>(g, tap, dy, x, dw, outputStride, inputStride); break;
            case 3: Block<TRows, Size3>(g, tap, dy, x, dw, outputStride, inputStride); break;
            case 2: Block<TRows, Size2>(g, tap, dy, x, dw, outputStride, inputStride); break;
            default: Block<TRows, Size1>(g, tap, dy, x, dw, outputStride, inputStride); break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Block<TRows, TColumns>(SpatialGeometry g, in Tap tap, float* dy, float* x, float* dw, nint outputStride,
        nint inputStride)
        where TRows : struct, IBlockSize where TColumns : struct, IBlockSize
    {
        Vector512<float> a00 = default, a01 = default, a02 = default, a03 = default, a04 = default;
        Vector512<float> a10 = default, a11 = default, a12 = default, a13 = default, a14 = default;
        Vector512<float> a20 = default, a21 = default, a22 = default, a23 = default, a24 = default;
        Vector512<float> a30 = default, a31 = default, a32 = default, a33 = default, a34 = default;
        Vector512<float> a40 = default, a41 = default, a42 = default, a43 = default, a44 = default;

        nint dyPlane = (nint)g.OutputHeight * g.OutputWidth * Tile.Samples,
            xPlane = (nint)g.InputHeight * g.InputWidth * Tile.Samples;
        nint step = g.Stride * Tile.Samples;
        int width = tap.Column1 - tap.Column0;
        for (int row = tap.Row0; row < tap.Row1; row++)
        {
            float* d = dy + (row * g.OutputWidth + tap.Column0) * Tile.Samples;
            float* v = x + ((tap.InputRow0 + (row - tap.Row0) * g.Stride) * g.InputWidth + tap.InputColumn0) * Tile.Samples;
            for (int i = 0; i < width; i++, d += Tile.Samples, v += step)
            {
                Vector512<float> x0 = Tile.Load(v), x1 = default, x2 = default, x3 = default, x4 = default;
                if (TColumns.Value > 1) x1 = Tile.Load(v + xPlane);
                if (TColumns.Value > 2) x2 = Tile.Load(v + 2 * xPlane);
                if (TColumns.Value > 3) x3 = Tile.Load(v + 3 * xPlane);
                if (TColumns.Value > 4) x4 = Tile.Load(v + 4 * xPlane);

                Add<TColumns>(Tile.Load(d), x0, x1, x2, x3, x4, ref a00, ref a01, ref a02, ref a03, ref a04);
                if (TRows.Value > 1)
                    Add<TColumns>(Tile.Load(d + dyPlane), x0, x1, x2, x3, x4, ref a10, ref a11, ref a12, ref a13, ref a14);
                if (TRows.Value > 2)
                    Add<TColumns>(Tile.Load(d + 2 * dyPlane), x0, x1, x2, x3, x4, ref a20, ref a21, ref a22, ref a23, ref a24);
                if (TRows.Value > 3)
                    Add<TColumns>(Tile.Load(d + 3 * dyPlane), x0, x1, x2, x3, x4, ref a30, ref a31, ref a32, ref a33, ref a34);
                if (TRows.Value > 4)
                    Add<TColumns>(Tile.Load(d + 4 * dyPlane), x0, x1, x2, x3, x4, ref a40, ref a41, ref a42, ref a43, ref a44);
            }
        }

        AddSums<TColumns>(dw, inputStride, a00, a01, a02, a03, a04);
        if (TRows.Value > 1) AddSums<TColumns>(dw + outputStride, inputStride, a10, a11, a12, a13, a14);
        if (TRows.Value > 2) AddSums<TColumns>(dw + 2 * outputStride, inputStride, a20, a21, a22, a23, a24);
        if (TRows.Value > 3) AddSums<TColumns>(dw + 3 * outputStride, inputStride, a30, a31, a32, a33, a34);
        if (TRows.Value > 4) AddSums<TColumns>(dw + 4 * outputStride, inputStride, a40, a41, a42, a43, a44);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void AddSums<TColumns>(float* dw, nint stride, Vector512<float> a0, Vector512<float> a1, Vector512<float> a2,
        Vector512<float> a3, Vector512<float> a4) where TColumns : struct, IBlockSize
    {
        dw[0] += Vector512.Sum(a0);
        if (TColumns.Value > 1) dw[stride] += Vector512.Sum(a1);
        if (TColumns.Value > 2) dw[2 * stride] += Vector512.Sum(a2);
        if (TColumns.Value > 3) dw[3 * stride] += Vector512.Sum(a3);
        if (TColumns.Value > 4) dw[4 * stride] += Vector512.Sum(a4);
    }
}
