using System.Runtime.CompilerServices;
using static Qdiff.Quantum.Tile;

namespace Qdiff.Quantum;

/// <summary>
/// One side of an edge. Its amplitudes are numbered base + Dense[r], r over the dense branch bits; the bases are grouped by the
/// value b of the diagonal bits, which chooses the matrix of a message. The kernels work on two bases or rows and two columns at
/// a time, so that there are as many multiply-adds as the loads can feed.
/// </summary>
sealed unsafe class EdgeKernels
{
    readonly int[] bases, dense;
    readonly int blocks;

    public EdgeKernels(int bits, int[] denseBits, int[] diagonalBits)
    {
        int denseMask = denseBits.Aggregate(0, (mask, bit) => mask | 1 << bit);
        dense = new int[1 << denseBits.Length];
        for (int r = 0; r < dense.Length; r++)
            for (int k = 0; k < denseBits.Length; k++) dense[r] |= (r >> k & 1) << denseBits[k];
        blocks = 1 << diagonalBits.Length;
        bases = [.. Enumerable.Range(0, 1 << bits).Where(index => (index & denseMask) == 0).OrderBy(Block)];

        int Block(int index)
        {
            int block = 0;
            for (int k = 0; k < diagonalBits.Length; k++) block |= (index >> diagonalBits[k] & 1) << k;
            return block;
        }
    }

    int Stride => dense.Length * dense.Length * Amplitude;

    /// <summary>
    /// to[…r'…] ← Σ_r M[b][r'][r] from[…r…], added to what is there if <paramref name="accumulate"/>; <paramref name="to"/> must
    /// not be <paramref name="from"/>.
    /// </summary>
    public void Multiply<V>(float* message, float* from, float* to, bool accumulate = false) where V : struct, ILanes<V>
    {
        int size = dense.Length, count = bases.Length / blocks;
        for (int block = 0; block < blocks; block++, message += Stride)
        {
            fixed (int* first = &bases[block * count])
            {
                // A single base or row is taken twice: it is stored twice, with the same value.
                for (int i = 0; i < count; i += 2)
                    for (int row = 0; row < size; row += 2)
                        MultiplyRows<V>(message, from, to, first[i], first[Math.Min(i + 1, count - 1)], row,
                            Math.Min(row + 1, size - 1), accumulate);
            }
        }
    }

    void MultiplyRows<V>(float* message, float* from, float* to, int base0, int base1, int row0, int row1, bool accumulate)
        where V : struct, ILanes<V>
    {
        int size = dense.Length;
        float* m = message + (nint)row0 * size * Amplitude, n = message + (nint)row1 * size * Amplitude;
        float* y00 = to + (nint)(base0 + dense[row0]) * Amplitude, y01 = to + (nint)(base0 + dense[row1]) * Amplitude;
        float* y10 = to + (nint)(base1 + dense[row0]) * Amplitude, y11 = to + (nint)(base1 + dense[row1]) * Amplitude;
        V r00 = default, i00 = default, r01 = default, i01 = default;
        V r10 = default, i10 = default, r11 = default, i11 = default;
        if (accumulate)
        {
            (r00, i00, r01, i01) = (V.Load(y00), V.Load(y00 + 16), V.Load(y01), V.Load(y01 + 16));
            (r10, i10, r11, i11) = (V.Load(y10), V.Load(y10 + 16), V.Load(y11), V.Load(y11 + 16));
        }

        for (int column = 0; column < size; column++, m += Amplitude, n += Amplitude)
        {
            float* x = from + (nint)(base0 + dense[column]) * Amplitude, z = from + (nint)(base1 + dense[column]) * Amplitude;
            V mr = V.Load(m), mi = V.Load(m + 16), nr = V.Load(n), ni = V.Load(n + 16);
            V xr = V.Load(x), xi = V.Load(x + 16), zr = V.Load(z), zi = V.Load(z + 16);
            ComplexMultiplyAdd(mr, mi, xr, xi, ref r00, ref i00);
            ComplexMultiplyAdd(nr, ni, xr, xi, ref r01, ref i01);
            ComplexMultiplyAdd(mr, mi, zr, zi, ref r10, ref i10);
            ComplexMultiplyAdd(nr, ni, zr, zi, ref r11, ref i11);
        }

        Store(y00, r00, i00);
        Store(y01, r01, i01);
        Store(y10, r10, i10);
        Store(y11, r11, i11);
    }

    /// <summary>
    /// M[b][r'][r] ← M + Σ conj(bra[…r'…]) ket[…r…]. The ket is a hermitian operator applied to the bra, one that commutes with
    /// all that the edge sees; so the result is hermitian, is computed above the diagonal, and mirrored.
    /// </summary>
    public void Gram<V>(float* bra, float* ket, float* message) where V : struct, ILanes<V>
    {
        int size = dense.Length, count = bases.Length / blocks;
        for (int block = 0; block < blocks; block++, message += Stride)
        {
            fixed (int* first = &bases[block * count])
            {
                for (int row = 0; row < size; row += 2)
                    for (int column = row; column < size; column += 2) GramTile<V>(bra, ket, message, first, count, row, column);
            }

            for (int row = 2; row < size; row++)
            {
                for (int column = 0; column < (row & ~1); column++)
                {
                    float* from = message + (nint)(column * size + row) * Amplitude;
                    Store(message + (nint)(row * size + column) * Amplitude, V.Load(from), -V.Load(from + 16));
                }
            }
        }
    }

    void GramTile<V>(float* bra, float* ket, float* message, int* first, int count, int row, int column)
        where V : struct, ILanes<V>
    {
        int size = dense.Length, nextRow = Math.Min(row + 1, size - 1), nextColumn = Math.Min(column + 1, size - 1);
        float* x0 = bra + (nint)dense[row] * Amplitude, x1 = bra + (nint)dense[nextRow] * Amplitude;
        float* y0 = ket + (nint)dense[column] * Amplitude, y1 = ket + (nint)dense[nextColumn] * Amplitude;
        float* m00 = message + (nint)(row * size + column) * Amplitude,
            m01 = message + (nint)(row * size + nextColumn) * Amplitude;
        float* m10 = message + (nint)(nextRow * size + column) * Amplitude,
            m11 = message + (nint)(nextRow * size + nextColumn) * Amplitude;
        V r00 = V.Load(m00), i00 = V.Load(m00 + 16), r01 = V.Load(m01), i01 = V.Load(m01 + 16);
        V r10 = V.Load(m10), i10 = V.Load(m10 + 16), r11 = V.Load(m11), i11 = V.Load(m11 + 16);
        for (int i = 0; i < count; i++)
        {
            nint at = (nint)first[i] * Amplitude;
            V ar = V.Load(x0 + at), ai = V.Load(x0 + at + 16), br = V.Load(x1 + at), bi = V.Load(x1 + at + 16);
            V cr = V.Load(y0 + at), ci = V.Load(y0 + at + 16), dr = V.Load(y1 + at), di = V.Load(y1 + at + 16);
            ConjugateMultiplyAdd(ar, ai, cr, ci, ref r00, ref i00);
            ConjugateMultiplyAdd(ar, ai, dr, di, ref r01, ref i01);
            ConjugateMultiplyAdd(br, bi, cr, ci, ref r10, ref i10);
            ConjugateMultiplyAdd(br, bi, dr, di, ref r11, ref i11);
        }

        Store(m00, r00, i00);
        Store(m01, r01, i01);
        Store(m10, r10, i10);
        Store(m11, r11, i11);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void ComplexMultiplyAdd<V>(V ar, V ai, V br, V bi, ref V real, ref V imaginary) where V : struct, ILanes<V>
    {
        real = V.MultiplyAddNegated(ai, bi, V.MultiplyAdd(ar, br, real));
        imaginary = V.MultiplyAdd(ai, br, V.MultiplyAdd(ar, bi, imaginary));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void ConjugateMultiplyAdd<V>(V ar, V ai, V br, V bi, ref V real, ref V imaginary) where V : struct, ILanes<V>
    {
        real = V.MultiplyAdd(ai, bi, V.MultiplyAdd(ar, br, real));
        imaginary = V.MultiplyAddNegated(ai, br, V.MultiplyAdd(ar, bi, imaginary));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Store<V>(float* to, V real, V imaginary) where V : struct, ILanes<V>
    {
        real.Store(to);
        imaginary.Store(to + 16);
    }
}
