using System.Runtime.CompilerServices;

namespace Qdiff.Tensors;

/// <summary>
/// y[row][column] = Σ_k w[k][row] · panel[k][column] for 8 rows and 3 columns, both operands packed in the order in which they
/// are read: the inner loop of inference, where weights are packed once and each column is a vector of sixteen samples.
/// </summary>
/// <remarks>24 sums stay in registers, in 16 of them 12 at a time; 3 loads and 8 broadcasts feed 24 multiply-adds.</remarks>
static unsafe class PackedMatrixProduct
{
    public const int Rows = 8, Columns = 3;

    /// <summary>Blocks of rows that hold <paramref name="outputs"/> rows; packed weights are zero beyond them.</summary>
    public static int Blocks(int outputs) => (outputs + Rows - 1) / Rows;

    /// <summary>Where packed weights keep output o, term k of <paramref name="depth"/>.</summary>
    public static int WeightIndex(int o, int k, int depth) => (o / Rows * depth + k) * Rows + o % Rows;

    /// <summary>One block. Row r is written at y + r·stride; with a bias, the sums start there and what is negative becomes
    /// 0.</summary>
    public static void Multiply<V>(float* panel, float* w, int depth, float* bias, float* y, nint stride)
        where V : struct, ILanes<V>
    {
        for (int lane = 0; lane < Tensor.Samples; lane += V.Count, panel += V.Count, y += V.Count)
            if (MachineVectors.Has32Registers) Multiply<V, Size8>(panel, w, depth, bias, y, stride);
            else
            {
                Multiply<V, Size4>(panel, w, depth, bias, y, stride);
                Multiply<V, Size4>(panel, w + 4, depth, bias is null ? null : bias + 4, y + 4 * stride, stride);
            }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Multiply<V, TRows>(float* panel, float* w, int depth, float* bias, float* y, nint stride)
        where V : struct, ILanes<V> where TRows : struct, IBlockSize
    {
        V a0 = default, a1 = default, a2 = default, b0 = default, b1 = default, b2 = default;
        V c0 = default, c1 = default, c2 = default, d0 = default, d1 = default, d2 = default;
        V e0 = default, e1 = default, e2 = default, f0 = default, f1 = default, f2 = default;
        V g0 = default, g1 = default, g2 = default, h0 = default, h1 = default, h2 = default;
        if (bias is not null)
        {
            a0 = a1 = a2 = V.Create(bias[0]);
            b0 = b1 = b2 = V.Create(bias[1]);
            c0 = c1 = c2 = V.Create(bias[2]);
            d0 = d1 = d2 = V.Create(bias[3]);
            if (TRows.Value > 4)
            {
                e0 = e1 = e2 = V.Create(bias[4]);
                f0 = f1 = f2 = V.Create(bias[5]);
                g0 = g1 = g2 = V.Create(bias[6]);
                h0 = h1 = h2 = V.Create(bias[7]);
            }
        }

        float* end = w + (nint)depth * Rows;
        for (; w < end; w += Rows, panel += Columns * Tensor.Samples)
        {
            V x0 = V.Load(panel), x1 = V.Load(panel, 1), x2 = V.Load(panel, 2);
            RegisterRow<V>.Add(V.Create(w[0]), x0, x1, x2, ref a0, ref a1, ref a2);
            RegisterRow<V>.Add(V.Create(w[1]), x0, x1, x2, ref b0, ref b1, ref b2);
            RegisterRow<V>.Add(V.Create(w[2]), x0, x1, x2, ref c0, ref c1, ref c2);
            RegisterRow<V>.Add(V.Create(w[3]), x0, x1, x2, ref d0, ref d1, ref d2);
            if (TRows.Value == 4) continue;
            RegisterRow<V>.Add(V.Create(w[4]), x0, x1, x2, ref e0, ref e1, ref e2);
            RegisterRow<V>.Add(V.Create(w[5]), x0, x1, x2, ref f0, ref f1, ref f2);
            RegisterRow<V>.Add(V.Create(w[6]), x0, x1, x2, ref g0, ref g1, ref g2);
            RegisterRow<V>.Add(V.Create(w[7]), x0, x1, x2, ref h0, ref h1, ref h2);
        }

        bool rectify = bias is not null;
        Store(y, rectify, a0, a1, a2);
        Store(y += stride, rectify, b0, b1, b2);
        Store(y += stride, rectify, c0, c1, c2);
        Store(y += stride, rectify, d0, d1, d2);
        if (TRows.Value == 4) return;
        Store(y += stride, rectify, e0, e1, e2);
        Store(y += stride, rectify, f0, f1, f2);
        Store(y += stride, rectify, g0, g1, g2);
        Store(y + stride, rectify, h0, h1, h2);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Store<V>(float* y, bool rectify, V x0, V x1, V x2) where V : struct, ILanes<V>
    {
        if (rectify) (x0, x1, x2) = (V.AtLeast(x0, default), V.AtLeast(x1, default), V.AtLeast(x2, default));
        x0.Store(y);
        x1.Store(y + Tensor.Samples);
        x2.Store(y + 2 * Tensor.Samples);
    }
}
