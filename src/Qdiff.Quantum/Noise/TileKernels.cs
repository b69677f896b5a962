using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Qdiff.Quantum;

/// <summary>The loops of a <see cref="TrajectoryTile"/>: sixteen lanes are one vector.</summary>
static class TileKernels
{
    const int Lanes = TrajectoryTile.Lanes;

    /// <summary>A 2×2 matrix on the wire of <paramref name="bit"/> where all bits of <paramref name="control"/> are 1.</summary>
    public static void Apply(TrajectoryTile.Piece piece, int bit, int control, LaneMatrix matrix)
    {
        ReadOnlySpan<float> m = matrix.Entries;
        (Vector512<float> ar, Vector512<float> ai, Vector512<float> br, Vector512<float> bi) = (At(m, 0), At(m, 1), At(m, 2),
            At(m, 3));
        (Vector512<float> cr, Vector512<float> ci, Vector512<float> dr, Vector512<float> di) = (At(m, 4), At(m, 5), At(m, 6),
            At(m, 7));
        bool isDiagonal = (matrix.NonZero & 0b10010) == 0;
        ref float re = ref MemoryMarshal.GetArrayDataReference(piece.Real);
        ref float im = ref MemoryMarshal.GetArrayDataReference(piece.Imaginary);
        for (int block = 0; block < piece.Count; block += 2 * bit)
            for (int k = block; k < block + bit; k++)
            {
                if ((k & control) != control) continue;
                nuint zero = (nuint)(k * Lanes), one = (nuint)((k + bit) * Lanes);
                Vector512<float> zr = Vector512.LoadUnsafe(ref re, zero), zi = Vector512.LoadUnsafe(ref im, zero);
                Vector512<float> or = Vector512.LoadUnsafe(ref re, one), oi = Vector512.LoadUnsafe(ref im, one);
                if (isDiagonal)
                {
                    (ar * zr - ai * zi).StoreUnsafe(ref re, zero);
                    (ar * zi + ai * zr).StoreUnsafe(ref im, zero);
                    (dr * or - di * oi).StoreUnsafe(ref re, one);
                    (dr * oi + di * or).StoreUnsafe(ref im, one);
                    continue;
                }

                (ar * zr - ai * zi + br * or - bi * oi).StoreUnsafe(ref re, zero);
                (ar * zi + ai * zr + br * oi + bi * or).StoreUnsafe(ref im, zero);
                (cr * zr - ci * zi + dr * or - di * oi).StoreUnsafe(ref re, one);
                (cr * zi + ci * zr + dr * oi + di * or).StoreUnsafe(ref im, one);
            }
    }

    /// <summary>A matrix on one wire (<paramref name="second"/> 0) or on two, the first the more significant.</summary>
    public static void Apply(TrajectoryTile.Piece piece, LaneMatrix matrix, int first, int second)
    {
        if (second == 0) Apply(piece, first, 0, matrix);
        else ApplyPair(piece, first, second, matrix);
    }

    static void ApplyPair(TrajectoryTile.Piece piece, int first, int second, LaneMatrix matrix)
    {
        ReadOnlySpan<float> m = matrix.Entries;
        Span<Vector512<float>> re = stackalloc Vector512<float>[4], im = stackalloc Vector512<float>[4];
        for (int k = 0; k < piece.Count; k++)
        {
            if ((k & (first | second)) != 0) continue;
            for (int e = 0; e < 4; e++)
            {
                int at = (k | Offset(e, first, second)) * Lanes;
                (re[e], im[e]) = (Vector512.Create(piece.Real.AsSpan(at, Lanes)),
                    Vector512.Create(piece.Imaginary.AsSpan(at, Lanes)));
            }

            for (int row = 0; row < 4; row++)
            {
                Vector512<float> sumRe = Vector512<float>.Zero, sumIm = Vector512<float>.Zero;
                for (int column = 0; column < 4; column++)
                {
                    if ((matrix.NonZero >> (4 * row + column) & 1) == 0) continue;
                    Vector512<float> a = At(m, 2 * (4 * row + column)), b = At(m, 2 * (4 * row + column) + 1);
                    sumRe += a * re[column] - b * im[column];
                    sumIm += a * im[column] + b * re[column];
                }

                int at = (k | Offset(row, first, second)) * Lanes;
                sumRe.CopyTo(piece.Real.AsSpan(at, Lanes));
                sumIm.CopyTo(piece.Imaginary.AsSpan(at, Lanes));
            }
        }
    }

    /// <summary>The density matrix of one wire or two in each lane: entry (a, b) is Σ ψ_a ψ_b*, real and imaginary
    /// part.</summary>
    public static void Reduce(TrajectoryTile.Piece piece, int first, int second, Span<float> rho)
    {
        int d = second == 0 ? 2 : 4;
        if (second == 0) (first, second) = (0, first);
        Span<Vector512<float>> sums = stackalloc Vector512<float>[32], re = stackalloc Vector512<float>[4],
            im = stackalloc Vector512<float>[4];
        sums.Clear();
        for (int k = 0; k < piece.Count; k++)
        {
            if ((k & (first | second)) != 0) continue;
            for (int e = 0; e < d; e++)
            {
                int at = (k | Offset(e, first, second)) * Lanes;
                (re[e], im[e]) = (Vector512.Create(piece.Real.AsSpan(at, Lanes)),
                    Vector512.Create(piece.Imaginary.AsSpan(at, Lanes)));
            }

            for (int a = 0; a < d; a++)
                for (int b = 0; b < d; b++)
                {
                    sums[2 * (a * d + b)] += re[a] * re[b] + im[a] * im[b];
                    sums[2 * (a * d + b) + 1] += im[a] * re[b] - re[a] * im[b];
                }
        }

        for (int e = 0; e < 2 * d * d; e++) sums[e].CopyTo(rho[(e * Lanes)..]);
    }

    /// <summary>The product of two states, the first the more significant.</summary>
    public static void Multiply(TrajectoryTile.Piece a, TrajectoryTile.Piece b, TrajectoryTile.Piece product)
    {
        for (int i = 0; i < a.Count; i++)
        {
            Vector512<float> ar = Vector512.Create(a.Real.AsSpan(i * Lanes, Lanes)),
                ai = Vector512.Create(a.Imaginary.AsSpan(i * Lanes, Lanes));
            for (int k = 0; k < b.Count; k++)
            {
                Vector512<float> br = Vector512.Create(b.Real.AsSpan(k * Lanes, Lanes)),
                    bi = Vector512.Create(b.Imaginary.AsSpan(k * Lanes, Lanes));
                int at = (i * b.Count + k) * Lanes;
                (ar * br - ai * bi).CopyTo(product.Real.AsSpan(at, Lanes));
                (ar * bi + ai * br).CopyTo(product.Imaginary.AsSpan(at, Lanes));
            }
        }
    }

    static int Offset(int element, int first, int second) => (element >> 1) * first | (element & 1) * second;

    static Vector512<float> At(ReadOnlySpan<float> entries, int e) => Vector512.Create(entries.Slice(e * Lanes, Lanes));
}
