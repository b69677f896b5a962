using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using static Qdiff.Tensors.RegisterRow;

namespace Qdiff.Tensors;

/// <summary>
/// y[row][column] = Σ_k w[k][row] · panel[k][column] for 8 rows and 3 columns, both operands packed in the order in which they
/// are read: the inner loop of inference, where weights are packed once and each column is a vector of sixteen samples.
/// </summary>
/// <remarks>24 sums stay in registers; each step is 3 loads and 8 broadcasts for 24 fused multiply-adds.</remarks>
static unsafe class PackedMatrixProduct
{
    public const int Rows = 8, Columns = 3;

    /// <summary>Blocks of rows that hold <paramref name="outputs"/> rows; packed weights are zero beyond them.</summary>
    public static int Blocks(int outputs) => (outputs + Rows - 1) / Rows;

    /// <summary>Where packed weights keep output o, term k of <paramref name="depth"/>.</summary>
    public static int WeightIndex(int o, int k, int depth) => (o / Rows * depth + k) * Rows + o % Rows;

    /// <summary>One block. Row r is written at y + r·stride; with a bias, the sums start there and what is negative becomes
    /// 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply(float* panel, float* w, int depth, float* bias, float* y, nint stride)
    {
        Vector512<float> a0 = default, a1 = default, a2 = default, b0 = default, b1 = default, b2 = default;
        Vector512<float> c0 = default, c1 = default, c2 = default, d0 = default, d1 = default, d2 = default;
        Vector512<float> e0 = default, e1 = default, e2 = default, f0 = default, f1 = default, f2 = default;
        Vector512<float> g0 = default, g1 = default, g2 = default, h0 = default, h1 = default, h2 = default;
        if (bias is not null)
        {
            a0 = a1 = a2 = Vector512.Create(bias[0]);
            b0 = b1 = b2 = Vector512.Create(bias[1]);
            c0 = c1 = c2 = Vector512.Create(bias[2]);
            d0 = d1 = d2 = Vector512.Create(bias[3]);
            e0 = e1 = e2 = Vector512.Create(bias[4]);
            f0 = f1 = f2 = Vector512.Create(bias[5]);
            g0 = g1 = g2 = Vector512.Create(bias[6]);
            h0 = h1 = h2 = Vector512.Create(bias[7]);
        }

        float* end = w + (nint)depth * Rows;
        for (; w < end; w += Rows, panel += Columns * Tile.Samples)
        {
            Vector512<float> x0 = Tile.Load(panel), x1 = Tile.Load(panel, 1), x2 = Tile.Load(panel, 2);
            Add(Vector512.Create(w[0]), x0, x1, x2, ref a0, ref a1, ref a2);
            Add(Vector512.Create(w[1]), x0, x1, x2, ref b0, ref b1, ref b2);
            Add(Vector512.Create(w[2]), x0, x1, x2, ref c0, ref c1, ref c2);
            Add(Vector512.Create(w[3]), x0, x1, x2, ref d0, ref d1, ref d2);
            Add(Vector512.Create(w[4]), x0, x1, x2, ref e0, ref e1, ref e2);
            Add(Vector512.Create(w[5]), x0, x1, x2, ref f0, ref f1, ref f2);
            Add(Vector512.Create(w[6]), x0, x1, x2, ref g0, ref g1, ref g2);
            Add(Vector512.Create(w[7]), x0, x1, x2, ref h0, ref h1, ref h2);
        }

        if (bias is not null)
        {
            (a0, a1, a2) = (Rectify(a0), Rectify(a1), Rectify(a2));
            (b0, b1, b2) = (Rectify(b0), Rectify(b1), Rectify(b2));
            (c0, c1, c2) = (Rectify(c0), Rectify(c1), Rectify(c2));
            (d0, d1, d2) = (Rectify(d0), Rectify(d1), Rectify(d2));
            (e0, e1, e2) = (Rectify(e0), Rectify(e1), Rectify(e2));
            (f0, f1, f2) = (Rectify(f0), Rectify(f1), Rectify(f2));
            (g0, g1, g2) = (Rectify(g0), Rectify(g1), Rectify(g2));
            (h0, h1, h2) = (Rectify(h0), Rectify(h1), Rectify(h2));
        }

        Store(y, a0, a1, a2);
        Store(y += stride, b0, b1, b2);
        Store(y += stride, c0, c1, c2);
        Store(y += stride, d0, d1, d2);
        Store(y += stride, e0, e1, e2);
        Store(y += stride, f0, f1, f2);
        Store(y += stride, g0, g1, g2);
        Store(y + stride, h0, h1, h2);
    }

    public static Vector512<float> Rectify(Vector512<float> x) => Vector512.Max(x, Vector512<float>.Zero);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Store(float* y, Vector512<float> x0, Vector512<float> x1, Vector512<float> x2)
    {
        x0.Store(y);
        x1.Store(y + Tile.Samples);
        x2.Store(y + 2 * Tile.Samples);
    }
}
