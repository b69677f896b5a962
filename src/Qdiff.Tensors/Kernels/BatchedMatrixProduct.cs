using System.Runtime.CompilerServices;

namespace Qdiff.Tensors;

/// <summary>
/// c[i,j] = Σ_l a[i,l] · b[j,l] with a matrix of its own for every sample: sixteen small matrix products at once. Any operand may
/// be transposed by swapping its strides.
/// </summary>
static unsafe class BatchedMatrixProduct<V> where V : struct, ILanes<V>
{
    /// <summary>A matrix of vectors: element (row, column) is Row·row + Column·column floats from the start.</summary>
    public readonly struct Matrix(float* values, nint row, nint column)
    {
        public readonly float* Values = values;
        public readonly nint Row = row, Column = column;

        public Matrix From(int row) => new(Values + row * Row, Row, Column);

        public Matrix FromColumn(int column) => new(Values + column * Column, Row, Column);

        public Matrix FromSample(int sample) => new(Values + sample, Row, Column);

        public Matrix Transposed => new(Values, Column, Row);
    }

    /// <summary>The definition. Kept as the oracle for <see cref="Run"/>.</summary>
    public static void Reference(Matrix a, Matrix b, Matrix c, int rows, int columns, int length, bool accumulate)
    {
        for (int i = 0; i < rows; i++)
            for (int j = 0; j < columns; j++)
                for (int s = 0; s < Tensor.Samples; s++)
                {
                    float* target = c.Values + i * c.Row + j * c.Column + s;
                    double sum = accumulate ? *target : 0;
                    for (int l = 0; l < length; l++)
                        sum += (double)a.Values[i * a.Row + l * a.Column + s] * b.Values[j * b.Row + l * b.Column + s];
                    *target = (float)sum;
                }
    }

    /// <summary>c has <paramref name="rows"/> × <paramref name="columns"/> vectors; <paramref name="length"/> is summed
    /// over.</summary>
    public static void Run(Matrix a, Matrix b, Matrix c, int rows, int columns, int length, bool accumulate)
    {
        for (int i = 0; i < rows;)
        {
            int block = RegisterBlock.Rows(rows - i);
            Matrix ai = a.From(i), ci = c.From(i);
            switch (block)
            {
                case 5: Sweep<Size5>(ai, b, ci, columns, length, accumulate); break;
                case 4: Sweep<Size4>(ai, b, ci, columns, length, accumulate); break;
                case 3: Sweep<Size3>(ai, b, ci, columns, length, accumulate); break;
                case 2: Sweep<Size2>(ai, b, ci, columns, length, accumulate); break;
                default: Sweep<Size1>(ai, b, ci, columns, length, accumulate); break;
            }

            i += block;
        }
    }

    static void Sweep<TRows>(Matrix a, Matrix b, Matrix c, int columns, int length, bool accumulate)
        where TRows : struct, IBlockSize
    {
        for (int j = 0; j < columns;)
        {
            int block = RegisterBlock.Columns(columns - j);
            for (int lane = 0; lane < Tensor.Samples; lane += V.Count)
            {
                Matrix ai = a.FromSample(lane), bj = b.From(j).FromSample(lane), cij = c.FromColumn(j).FromSample(lane);
                switch (block)
                {
                    case 4: Block<TRows, Size4>(ai, bj, cij, length, accumulate); break;
                    case 3: Block<TRows, Size3>(ai, bj, cij, length, accumulate); break;
                    case 2: Block<TRows, Size2>(ai, bj, cij, length, accumulate); break;
                    default: Block<TRows, Size1>(ai, bj, cij, length, accumulate); break;
                }
            }

            j += block;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Block<TRows, TColumns>(Matrix a, Matrix b, Matrix c, int length, bool accumulate)
        where TRows : struct, IBlockSize where TColumns : struct, IBlockSize
    {
        V a00 = default, a01 = default, a02 = default, a03 = default;
        V a10 = default, a11 = default, a12 = default, a13 = default;
        V a20 = default, a21 = default, a22 = default, a23 = default;
        V a30 = default, a31 = default, a32 = default, a33 = default;
        V a40 = default, a41 = default, a42 = default, a43 = default;
        float* v = a.Values, u = b.Values, y = c.Values;
        nint aRow = a.Row, aColumn = a.Column, bRow = b.Row, bColumn = b.Column, yRow = c.Row, yColumn = c.Column;
        for (int l = 0; l < length; l++, v += aColumn, u += bColumn)
        {
            V x0, x1 = default, x2 = default, x3 = default;
            x0 = V.Load(u);
            if (TColumns.Value > 1) x1 = V.Load(u + bRow);
            if (TColumns.Value > 2) x2 = V.Load(u + 2 * bRow);
            if (TColumns.Value > 3) x3 = V.Load(u + 3 * bRow);

            RegisterRow<V>.Add<TColumns>(V.Load(v), x0, x1, x2, x3, ref a00, ref a01, ref a02, ref a03);
            if (TRows.Value > 1)
                RegisterRow<V>.Add<TColumns>(V.Load(v + aRow), x0, x1, x2, x3, ref a10, ref a11, ref a12, ref a13);
            if (TRows.Value > 2)
                RegisterRow<V>.Add<TColumns>(V.Load(v + 2 * aRow), x0, x1, x2, x3, ref a20, ref a21, ref a22, ref a23);
            if (TRows.Value > 3)
                RegisterRow<V>.Add<TColumns>(V.Load(v + 3 * aRow), x0, x1, x2, x3, ref a30, ref a31, ref a32, ref a33);
            if (TRows.Value > 4)
                RegisterRow<V>.Add<TColumns>(V.Load(v + 4 * aRow), x0, x1, x2, x3, ref a40, ref a41, ref a42, ref a43);
        }

        RegisterRow<V>.Store<TColumns>(y, yColumn, accumulate, a00, a01, a02, a03);
        if (TRows.Value > 1) RegisterRow<V>.Store<TColumns>(y + yRow, yColumn, accumulate, a10, a11, a12, a13);
        if (TRows.Value > 2) RegisterRow<V>.Store<TColumns>(y + 2 * yRow, yColumn, accumulate, a20, a21, a22, a23);
        if (TRows.Value > 3) RegisterRow<V>.Store<TColumns>(y + 3 * yRow, yColumn, accumulate, a30, a31, a32, a33);
        if (TRows.Value > 4) RegisterRow<V>.Store<TColumns>(y + 4 * yRow, yColumn, accumulate, a40, a41, a42, a43);
    }
}
