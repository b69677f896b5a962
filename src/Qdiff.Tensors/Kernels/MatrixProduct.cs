using System.Runtime.CompilerServices;

namespace Qdiff.Tensors;

/// <summary>
/// y[o][p] = Σ_i w[o,i] · x[i][p]: a matrix of plain numbers, shared by the sixteen samples, times columns of vectors. Swapping
/// the two strides of w multiplies by its transpose.
/// </summary>
static unsafe class MatrixProduct<V> where V : struct, ILanes<V>
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
            for (int p = 0; p < positions * Tensor.Samples; p++)
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
            int rows = RegisterBlock.Rows(outputs - o);
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
        for (int p = 0; p < positions;)
        {
            int columns = RegisterBlock.Columns(positions - p);
            for (float* xp = x + p * Tensor.Samples, yp = y + p * Tensor.Samples, end = xp + Tensor.Samples; xp < end;
                xp += V.Count, yp += V.Count)
                switch (columns)
                {
                    case 4: Block<TRows, Size4>(w, xp, xRow, yp, yRow, inputs, accumulate); break;
                    case 3: Block<TRows, Size3>(w, xp, xRow, yp, yRow, inputs, accumulate); break;
                    case 2: Block<TRows, Size2>(w, xp, xRow, yp, yRow, inputs, accumulate); break;
                    default: Block<TRows, Size1>(w, xp, xRow, yp, yRow, inputs, accumulate); break;
                }

            p += columns;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Block<TRows, TColumns>(Matrix matrix, float* x, nint xRow, float* y, nint yRow, int inputs, bool accumulate)
        where TRows : struct, IBlockSize where TColumns : struct, IBlockSize
    {
        V a00 = default, a01 = default, a02 = default, a03 = default;
        V a10 = default, a11 = default, a12 = default, a13 = default;
        V a20 = default, a21 = default, a22 = default, a23 = default;
        V a30 = default, a31 = default, a32 = default, a33 = default;
        V a40 = default, a41 = default, a42 = default, a43 = default;
        float* w = matrix.Values;
        nint wRow = matrix.OutputStride, wColumn = matrix.InputStride;
        const nint yColumn = Tensor.Samples;
        for (int i = 0; i < inputs; i++, w += wColumn, x += xRow)
        {
            V x0, x1 = default, x2 = default, x3 = default;
            x0 = V.Load(x);
            if (TColumns.Value > 1) x1 = V.Load(x + Tensor.Samples);
            if (TColumns.Value > 2) x2 = V.Load(x + 2 * Tensor.Samples);
            if (TColumns.Value > 3) x3 = V.Load(x + 3 * Tensor.Samples);

            RegisterRow<V>.Add<TColumns>(V.Create(*w), x0, x1, x2, x3, ref a00, ref a01, ref a02, ref a03);
            if (TRows.Value > 1)
                RegisterRow<V>.Add<TColumns>(V.Create(*(w + wRow)), x0, x1, x2, x3, ref a10, ref a11, ref a12, ref a13);
            if (TRows.Value > 2)
                RegisterRow<V>.Add<TColumns>(V.Create(*(w + 2 * wRow)), x0, x1, x2, x3, ref a20, ref a21, ref a22, ref a23);
            if (TRows.Value > 3)
                RegisterRow<V>.Add<TColumns>(V.Create(*(w + 3 * wRow)), x0, x1, x2, x3, ref a30, ref a31, ref a32, ref a33);
            if (TRows.Value > 4)
                RegisterRow<V>.Add<TColumns>(V.Create(*(w + 4 * wRow)), x0, x1, x2, x3, ref a40, ref a41, ref a42, ref a43);
        }

        RegisterRow<V>.Store<TColumns>(y, yColumn, accumulate, a00, a01, a02, a03);
        if (TRows.Value > 1) RegisterRow<V>.Store<TColumns>(y + yRow, yColumn, accumulate, a10, a11, a12, a13);
        if (TRows.Value > 2) RegisterRow<V>.Store<TColumns>(y + 2 * yRow, yColumn, accumulate, a20, a21, a22, a23);
        if (TRows.Value > 3) RegisterRow<V>.Store<TColumns>(y + 3 * yRow, yColumn, accumulate, a30, a31, a32, a33);
        if (TRows.Value > 4) RegisterRow<V>.Store<TColumns>(y + 4 * yRow, yColumn, accumulate, a40, a41, a42, a43);
    }
}
