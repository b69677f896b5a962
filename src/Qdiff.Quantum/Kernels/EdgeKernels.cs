using System.Runtime.Intrinsics;
using static Qdiff.Quantum.Tile;

namespace Qdiff.Quantum;

/// <summary>
/// One side of an edge as index tables: amplitude = Bases[i] + Dense[r], where r counts the dense branch bits and Block[i] says which matrix
/// of the message (value of the diagonal bits) is meant.
/// </summary>
sealed unsafe class EdgeKernels
{
    readonly int[] bases, block, dense;

    public EdgeKernels(int bits, int[] denseBits, int[] diagonalBits)
    {
        int denseMask = 0;
        foreach (int bit in denseBits) denseMask |= 1 << bit;
        dense = new int[1 << denseBits.Length];
        for (int r = 0; r < dense.Length; r++)
            for (int k = 0; k < denseBits.Length; k++) dense[r] |= (r >> k & 1) << denseBits[k];
        bases = [.. Enumerable.Range(0, 1 << bits).Where(index => (index & denseMask) == 0)];
        block = new int[bases.Length];
        for (int i = 0; i < bases.Length; i++)
            for (int k = 0; k < diagonalBits.Length; k++) block[i] |= (bases[i] >> diagonalBits[k] & 1) << k;
    }

    int Stride => dense.Length * dense.Length * Amplitude;

    /// <summary>
    /// to[…r'…] ← Σ_r M[b][r'][r] from[…r…], added to what is there if <paramref name="accumulate"/>; <paramref name="to"/> must not be
    /// <paramref name="from"/>.
    /// </summary>
    public void Multiply(float* message, float* from, float* to, bool accumulate = false)
    {
        int size = dense.Length;
        for (int i = 0; i < bases.Length; i++)
        {
            float* m = message + (nint)block[i] * Stride, a = from + (nint)bases[i] * Amplitude, b = to + (nint)bases[i] * Amplitude;
            for (int row = 0; row < size; row++)
            {
                float* y = b + (nint)dense[row] * Amplitude;
                Vector512<float> real = default, imaginary = default;
                if (accumulate) (real, imaginary) = (Load(y), Load(y + 16));
                for (int column = 0; column < size; column++, m += Amplitude)
                {
                    float* x = a + (nint)dense[column] * Amplitude;
                    Vector512<float> mr = Load(m), mi = Load(m + 16), xr = Load(x), xi = Load(x + 16);
                    real = Subtract(mi, xi, Add(mr, xr, real));
                    imaginary = Add(mi, xr, Add(mr, xi, imaginary));
                }

                real.Store(y);
                imaginary.Store(y + 16);
            }
        }
    }

    /// <summary>M[b][r'][r] ← M + Σ conj(bra[…r'…]) ket[…r…].</summary>
    public void Gram(float* bra, float* ket, float* message)
    {
        int size = dense.Length;
        for (int i = 0; i < bases.Length; i++)
        {
            float* m = message + (nint)block[i] * Stride, a = bra + (nint)bases[i] * Amplitude, b = ket + (nint)bases[i] * Amplitude;
            for (int row = 0; row < size; row++)
            {
                float* x = a + (nint)dense[row] * Amplitude;
                Vector512<float> xr = Load(x), xi = Load(x + 16);
                for (int column = 0; column < size; column++, m += Amplitude)
                {
                    float* y = b + (nint)dense[column] * Amplitude;
                    Vector512<float> yr = Load(y), yi = Load(y + 16);
                    Add(xi, yi, Add(xr, yr, Load(m))).Store(m);
                    Subtract(xi, yr, Add(xr, yi, Load(m + 16))).Store(m + 16);
                }
            }
        }
    }
}
