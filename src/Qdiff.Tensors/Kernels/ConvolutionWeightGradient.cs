using System.Collections.Concurrent;
using System.Runtime.CompilerServices;

namespace Qdiff.Tensors;

/// <summary>
/// dw[o,i,tap] += Σ_p Σ_samples dy[o][p] · x[i][source(p, tap)]: the weight gradient of a convolution.
/// </summary>
/// <remarks>
/// For one tap the valid positions are a rectangle. A block of 5 output × 5 input channels (4 × 3 of 16 registers) stays in
/// registers while the rectangle is swept: 10 loads feed 25 multiply-adds; the sixteen samples are summed at the end.
/// </remarks>
static unsafe class ConvolutionWeightGradient<V> where V : struct, ILanes<V>
{
    /// <summary>Rows and columns of the largest block.</summary>
    const int Largest = 5;

    /// <summary>Sums of a block, rounded up to whole tiles.</summary>
    const int Rounded = 2 * Tensor.Samples;

    static readonly ConcurrentDictionary<SpatialGeometry, Tap[]> s_taps = new();

    /// <summary>The output rows and columns for which a tap reads inside the input.</summary>
    readonly record struct Tap(int Index, int Row0, int Row1, int Column0, int Column1, int InputRow0, int InputColumn0);

    /// <summary>What the sweep of a tap needs of the sizes: floats from channel to channel, pixels of a row.</summary>
    readonly record struct Planes(nint DyPlane, nint XPlane, int DyWidth, int XWidth, int Stride);

    public static void Run(SpatialGeometry g, float* dy, int outputs, float* x, int inputs, float* dw, int outputStride,
        int inputStride)
    {
        Tap[] taps = s_taps.GetOrAdd(g, FindTaps);
        int outputWidth = g.OutputWidth;
        nint dyPlane = (nint)g.OutputHeight * outputWidth * Tensor.Samples,
            xPlane = (nint)g.InputHeight * g.InputWidth * Tensor.Samples;
        Planes planes = new(dyPlane, xPlane, outputWidth, g.InputWidth, g.Stride);
        // A row of sixteen samples for each sum of a block, on a cache line of its own.
        float* memory = stackalloc float[(Rounded + 1) * Tensor.Samples], totals = stackalloc float[Rounded];
        float* sums = (float*)((nint)memory + 63 & ~(nint)63);
        for (int o = 0; o < outputs;)
        {
            int rows = RegisterBlock.Rows(outputs - o);
            for (int i = 0; i < inputs;)
            {
                int columns = MachineVectors.Has32Registers ? RegisterBlock.Rows(inputs - i) : RegisterBlock.Columns(inputs - i);
                float* dyo = dy + o * dyPlane, xi = x + i * xPlane;
                foreach (ref readonly Tap tap in taps.AsSpan())
                {
                    for (int lane = 0; lane < Tensor.Samples; lane += V.Count)
                        switch (rows)
                        {
                            case 5: Columns<Size5>(planes, tap, dyo + lane, xi + lane, columns, sums + lane); break;
                            case 4: Columns<Size4>(planes, tap, dyo + lane, xi + lane, columns, sums + lane); break;
                            case 3: Columns<Size3>(planes, tap, dyo + lane, xi + lane, columns, sums + lane); break;
                            case 2: Columns<Size2>(planes, tap, dyo + lane, xi + lane, columns, sums + lane); break;
                            default: Columns<Size1>(planes, tap, dyo + lane, xi + lane, columns, sums + lane); break;
                        }

                    float* target = dw + (nint)o * outputStride + (nint)i * inputStride + tap.Index;
                    TileReduction<V>.Totals(sums, (rows - 1) * Largest + columns, totals);
                    Add(totals, rows, columns, target, outputStride, inputStride);
                }

                i += columns;
            }

            o += rows;
        }
    }

    /// <summary>Adds a block's totals to the weights' gradient.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Add(float* totals, int rows, int columns, float* target, nint outputStride, nint inputStride)
    {
        for (; rows > 0; rows--, totals += Largest, target += outputStride)
        {
            float* to = target;
            for (int c = 0; c < columns; c++, to += inputStride) *to += totals[c];
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

    static void Columns<TRows>(in Planes g, in Tap tap, float* dy, float* x, int columns, float* sums)
        where TRows : struct, IBlockSize
    {
        switch (columns)
        {
            case 5: Block<TRows, Size5>(g, tap, dy, x, sums); break;
            case 4: Block<TRows, Size4>(g, tap, dy, x, sums); break;
            case 3: Block<TRows, Size3>(g, tap, dy, x, sums); break;
            case 2: Block<TRows, Size2>(g, tap, dy, x, sums); break;
            default: Block<TRows, Size1>(g, tap, dy, x, sums); break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Block<TRows, TColumns>(in Planes g, in Tap tap, float* dy, float* x, float* sums)
        where TRows : struct, IBlockSize where TColumns : struct, IBlockSize
    {
        V a00 = default, a01 = default, a02 = default, a03 = default, a04 = default;
        V a10 = default, a11 = default, a12 = default, a13 = default, a14 = default;
        V a20 = default, a21 = default, a22 = default, a23 = default, a24 = default;
        V a30 = default, a31 = default, a32 = default, a33 = default, a34 = default;
        V a40 = default, a41 = default, a42 = default, a43 = default, a44 = default;

        nint dyPlane = g.DyPlane, xPlane = g.XPlane, step = g.Stride * Tensor.Samples;
        int width = tap.Column1 - tap.Column0;
        for (int row = tap.Row0; row < tap.Row1; row++)
        {
            float* d = dy + (row * g.DyWidth + tap.Column0) * Tensor.Samples;
            float* v = x + ((tap.InputRow0 + (row - tap.Row0) * g.Stride) * g.XWidth + tap.InputColumn0) * Tensor.Samples;
            for (int i = 0; i < width; i++, d += Tensor.Samples, v += step)
            {
                V x0 = V.Load(v), x1 = default, x2 = default, x3 = default, x4 = default;
                if (TColumns.Value > 1) x1 = V.Load(v + xPlane);
                if (TColumns.Value > 2) x2 = V.Load(v + 2 * xPlane);
                if (TColumns.Value > 3) x3 = V.Load(v + 3 * xPlane);
                if (TColumns.Value > 4) x4 = V.Load(v + 4 * xPlane);

                RegisterRow<V>.Add<TColumns>(V.Load(d), x0, x1, x2, x3, x4, ref a00, ref a01, ref a02, ref a03, ref a04);
                if (TRows.Value > 1)
                    RegisterRow<V>.Add<TColumns>(V.Load(d + dyPlane), x0, x1, x2, x3, x4,
                        ref a10, ref a11, ref a12, ref a13, ref a14);
                if (TRows.Value > 2)
                    RegisterRow<V>.Add<TColumns>(V.Load(d + 2 * dyPlane), x0, x1, x2, x3, x4,
                        ref a20, ref a21, ref a22, ref a23, ref a24);
                if (TRows.Value > 3)
                    RegisterRow<V>.Add<TColumns>(V.Load(d + 3 * dyPlane), x0, x1, x2, x3, x4,
                        ref a30, ref a31, ref a32, ref a33, ref a34);
                if (TRows.Value > 4)
                    RegisterRow<V>.Add<TColumns>(V.Load(d + 4 * dyPlane), x0, x1, x2, x3, x4,
                        ref a40, ref a41, ref a42, ref a43, ref a44);
            }
        }

        const nint next = Largest * Tensor.Samples;
        Store<TColumns>(sums, a00, a01, a02, a03, a04);
        if (TRows.Value > 1) Store<TColumns>(sums + next, a10, a11, a12, a13, a14);
        if (TRows.Value > 2) Store<TColumns>(sums + 2 * next, a20, a21, a22, a23, a24);
        if (TRows.Value > 3) Store<TColumns>(sums + 3 * next, a30, a31, a32, a33, a34);
        if (TRows.Value > 4) Store<TColumns>(sums + 4 * next, a40, a41, a42, a43, a44);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Store<TColumns>(float* sums, V a0, V a1, V a2, V a3, V a4) where TColumns : struct, IBlockSize
    {
        a0.Store(sums);
        if (TColumns.Value > 1) a1.Store(sums + Tensor.Samples);
        if (TColumns.Value > 2) a2.Store(sums + 2 * Tensor.Samples);
        if (TColumns.Value > 3) a3.Store(sums + 3 * Tensor.Samples);
        if (TColumns.Value > 4) a4.Store(sums + 4 * Tensor.Samples);
    }
}
