using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Qdiff.Imaging;

/// <summary>
/// The inverse cosine transform of an 8×8 block in integers with 13 bits behind the point. Decoders that round at the same two
/// places give the same samples, bit for bit.
/// </summary>
/// <remarks>
/// Loeffler, Ligtenberg and Moschytz 1989, "Practical fast 1-D DCT algorithms with 11 multiplications", figure 1.
/// </remarks>
static class JpegTransform
{
    const int Point = 13, Kept = 2;      // bits behind the point of the constants, and of what the first pass leaves

    // Sums of r(k) = √2·cos(kπ/16), which the even and the odd half of the flow graph share.
    const int R6 = (int)(0.541196100 * (1 << Point) + 0.5), R2MinusR6 = (int)(0.765366865 * (1 << Point) + 0.5);
    const int R2PlusR6 = (int)(1.847759065 * (1 << Point) + 0.5), R3 = (int)(1.175875602 * (1 << Point) + 0.5);
    const int OddA = (int)(0.298631336 * (1 << Point) + 0.5), OddB = (int)(2.053119869 * (1 << Point) + 0.5);
    const int OddC = (int)(3.072711026 * (1 << Point) + 0.5), OddD = (int)(1.501321110 * (1 << Point) + 0.5);
    const int PairAD = (int)(0.899976223 * (1 << Point) + 0.5), PairBC = (int)(2.562915447 * (1 << Point) + 0.5);
    const int PairAC = (int)(1.961570560 * (1 << Point) + 0.5), PairBD = (int)(0.390180644 * (1 << Point) + 0.5);

    /// <summary>Writes the samples of a block.</summary>
    /// <param name="coefficients">64 coefficients with their divisors multiplied in, row by row; overwritten.</param>
    /// <param name="last">No coefficient behind this one, in zigzag order, differs from zero.</param>
    /// <param name="samples">The upper left sample.</param>
    /// <param name="stride">From one row of samples to the next.</param>
    public static void Inverse(Span<int> coefficients, int last, Span<byte> samples, int stride)
    {
        if (last == 0)
        {
            // Both passes keep a lone DC value exactly up to the last rounding.
            byte flat = (byte)Math.Clamp(((coefficients[0] << Kept) + (1 << (Kept + 2)) >> (Kept + 3)) + 128, 0, 255);
            for (int y = 0; y < 8; y++) samples.Slice(y * stride, 8).Fill(flat);
            return;
        }

        Pass(coefficients, Point - Kept);
        Transpose(coefficients);
        Pass(coefficients, Point + Kept + 3);
        Transpose(coefficients);
        ref int first = ref MemoryMarshal.GetReference(coefficients);
        for (int y = 0; y < 8; y++)
        {
            Vector256<int> row = Vector256.LoadUnsafe(ref first, (nuint)(8 * y)) + Vector256.Create(128);
            row = Vector256.Min(Vector256.Max(row, Vector256<int>.Zero), Vector256.Create(255));
            Vector128<ushort> narrow = Vector128.Narrow(row.GetLower(), row.GetUpper()).AsUInt16();
            Vector64<byte> bytes = Vector128.Narrow(narrow, narrow).GetLower();
            bytes.CopyTo(samples.Slice(y * stride, 8));
        }
    }

    /// <summary>The transform of each of the eight columns at once, rounded to <paramref name="bits"/> fewer bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Pass(Span<int> block, int bits)
    {
        ref int first = ref MemoryMarshal.GetReference(block);
        Vector256<int> x0 = Row(ref first, 0), x1 = Row(ref first, 1), x2 = Row(ref first, 2), x3 = Row(ref first, 3),
            x4 = Row(ref first, 4), x5 = Row(ref first, 5), x6 = Row(ref first, 6), x7 = Row(ref first, 7);
        Vector256<int> half = Vector256.Create(1 << (bits - 1));

        // Even half: a butterfly of 0 and 4, a rotation of 2 and 6.
        Vector256<int> turn = (x2 + x6) * R6, low = turn - x6 * R2PlusR6, high = turn + x2 * R2MinusR6;
        Vector256<int> sum = ((x0 + x4) << Point) + half, difference = ((x0 - x4) << Point) + half;
        Vector256<int> e0 = sum + high, e3 = sum - high, e1 = difference + low, e2 = difference - low;

        // Odd half: every pair of inputs shares a product.
        Vector256<int> all = (x7 + x3 + x5 + x1) * R3, ac = all - (x7 + x3) * PairAC, bd = all - (x5 + x1) * PairBD;
        Vector256<int> ad = (x7 + x1) * PairAD, bc = (x5 + x3) * PairBC;
        Vector256<int> o3 = x7 * OddA - ad + ac, o2 = x5 * OddB - bc + bd, o1 = x3 * OddC - bc + ac, o0 = x1 * OddD - ad + bd;

        (e0 + o0 >> bits).StoreUnsafe(ref first, 0);
        (e1 + o1 >> bits).StoreUnsafe(ref first, 8);
        (e2 + o2 >> bits).StoreUnsafe(ref first, 16);
        (e3 + o3 >> bits).StoreUnsafe(ref first, 24);
        (e3 - o3 >> bits).StoreUnsafe(ref first, 32);
        (e2 - o2 >> bits).StoreUnsafe(ref first, 40);
        (e1 - o1 >> bits).StoreUnsafe(ref first, 48);
        (e0 - o0 >> bits).StoreUnsafe(ref first, 56);
    }

    static Vector256<int> Row(ref int first, nuint row) => Vector256.LoadUnsafe(ref first, 8 * row);

    static void Transpose(Span<int> block)
    {
        block = block[..64];
        for (int y = 0; y < 8; y++)
            for (int x = 0; x < y; x++) (block[8 * y + x], block[8 * x + y]) = (block[8 * x + y], block[8 * y + x]);
    }
}
