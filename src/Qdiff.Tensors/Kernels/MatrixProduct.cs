using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using static Qdiff.Tensors.RegisterRow;

namespace Qdiff.Tensors;

/// <summary>
/// y[o][p] = Σ_i w[o,i] · x[i][p]: a matrix of plain numbers, shared by the sixteen samples, times columns of vectors. Swapping
/// the two strides of w multiplies by its transpose.
/// </summary>
static unsafe class MatrixProduct
{
    /// <summary>A matrix of numbers: element (o, i) is at o·OutputStride + i·InputStride.</summary>
    public readonly struct Matrix(float* values, nint outputStride, nint inputStride)
    {
        public readonly float* Values = values;
        public readonly nint OutputStride = outputStride, InputStride = inputStride;
    }

    /// <summary>The definition. Kept as the oracle for <see cref="Run"/>.</summary>
    public static void Reference(Matrix w, float* x, nint xRow, float* y, nint yRow, int outputs, int inputs, int positions,
        bool accumulate)
    {
        for (int o = 0; o < outputs; o++)
            for (int p = 0; p < positions * Tile.Samples; p++)
            {
                double sum = accumulate ? y[o * yRow + p] : 0;
                for (int i = 0; i < inputs; i++)
                    sum += (double)w.Values[o * w.OutputStride + i * w.InputStride] * x[i * xRow + p];
                y[o * yRow + p] = (float)sum;
            }
    }

    /// <summary>Rows of x and y are <paramref name="xRow"/> and <paramref name="yRow"/> floats apart; positions are
    /// adjacent.</summary>
    public static void Run(Matrix w, float* x, nint xRow, float* y, nint yRow, int outputs, int inputs, int positions,
        bool accumulate)
    {
        for (int o = 0; o < outputs;)
        {
            int rows = ConvolutionKernel.Rows(outputs - o);
            Matrix block = new(w.Values + o * w.OutputStride, w.OutputStride, w.InputStride);
            switch (rows)
            {
                case 5: Sweep<Size5>(block, x, xRow, y + o * yRow, yRow, inputs, positions, accumulate); break;
                case 4: Sweep<Size4>(block, x, xRow, y + o * yRow, yRow, inputs, positions, accumulate); break;
                case 3: Sweep<Size3>(block, x, xRow, y + o * yRow, yRow, inputs, positions, accumulate); break;
                case 2: Sweep<Size2>(block, x, xRow, y + o * yRow, yRow, inputs, positions, accumulate); break;
                default: Sweep<Size1>(block, x, xRow, y + o * yRow, yRow, inputs, positions, accumulate); break;
            }

            o += rows;
        }
    }

    static void Sweep<TRows>(Matrix w, float* x, nint xRow, float* y, nint yRow, int inputs, int positions, bool accumulate)
        where TRows : struct, IBlockSize
    {
        int p = 0;
        for (; p + 4 <= positions; p += 4)
            Block<TRows, Size4>(w, x + p * Tile.Samples, xRow, y + p * Tile.Samples, yRow, inputs, accumulate);
        if (p + 2 <= positions)
        {
            Block<TRows, Size2>(w, x + p * Tile.Samples, xRow, y + p * Tile.Samples, yRow, inputs, accumulate);
            p += 2;
        }

        if (p < positions) Block<TRows, Size1>(w, x + p * Tile.Samples, xRow, y + p * Tile.Samples, yRow, inputs, accumulate);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Block<TRows, TColumns>(Matrix matrix, float* x, nint xRow, float* y, nint yRow, int inputs, bool accumulate)
        where TRows : struct, IBlockSize where TColumns : struct, IBlockSize
    {
        Vector512<float> a00 = default, a01 = default, a02 = default, a03 = default;
        Vector512<float> a10 = default, a11 = default, a12 = default, a13 = default;
        Vector512<float> a20 = default, a21 = default, a22 = default, a23 = default;
        Vector512<float> a30 = default, a31 = default, a32 = default, a33 = default;
        Vector512<float> a40 = default, a41 = default, a42 = default, a43 = default;
        float* w = matrix.Values;
        nint wRow = matrix.OutputStride, wColumn = matrix.InputStride;
        const nint yColumn = Tile.Samples;
        for (int i = 0; i < inputs; i++, w += wColumn, x += xRow)
        {
            Vector512<float> x0, x1 = default, x2 = default, x3 = default;
            x0 = Tile.Load(x);
            if (TColumns.Value > 1) x1 = Tile.Load(x + Tile.Samples);
            if (TColumns.Value > 2) x2 = Tile.Load(x + 2 * Tile.Samples);
            if (TColumns.Value > 3) x3 = Tile.Load(x + 3 * Tile.Samples);

            Add<TColumns>(Vector512.Create(*w), x0, x1, x2, x3, ref a00, ref a01, ref a02, ref a03);
            if (TRows.Value > 1) Add<TColumns>(Vector512.Create(*(w + wRow)), x0, x1, x2, x3, ref a10, ref a11, ref a12, ref a13);
            if (TRows.Value > 2)
                Add<TColumns>(Vector512.Create(*(w + 2 * wRow)), x0, x1, x2, x3, ref a20, ref a21, ref a22, ref a23);
            if (TRows.Value > 3)
                Add<TColumns>(Vector512.Create(*(w + 3 * wRow)), x0, x1, x2, x3, ref a30, ref a31, ref a32, ref a33);
            if (TRows.Value > 4)
                Add<TColumns>(Vector512.Create(*(w + 4 * wRow)), x0, x1, x2, x3, ref a40, ref a41, ref a42, ref a43);
        }

        Store<TColumns>(y, yColumn, accumulate, a00, a01, a02, a03);
        if (TRows.Value > 1) Store<TColumns>(y + yRow, yColumn, accumulate, a10, a11, a12, a13);
        if (TRows.Value > 2) Store<TColumns>(y + 2 * yRow, yColumn, accumulate, a20, a21, a22, a23);
        if (TRows.Value > 3) Store<TColumns>(y + 3 * yRow, yColumn, accumulate, a30, a31, a32, a33);
        if (TRows.Value > 4) Store<TColumns>(y + 4 * yRow, yColumn, accumulate, a40, a41, a42, a43);
    }
}
