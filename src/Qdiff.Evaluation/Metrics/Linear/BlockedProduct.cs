using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Qdiff.Evaluation;

/// <summary>
/// The one product under every metric on features: P[i, j] = Σₖ a(i, k)·b(j, k) in double, made tile by tile and handed to
/// whoever asked, so that a 10,000 × 10,000 table of distances or kernels never has to exist.
/// </summary>
/// <remarks>
/// Work is divided by rows of P and never by k, and k always ascends: every element is one chain of fused multiply-adds, so the
/// result depends neither on the number of threads nor on the tile an element falls into, and equal rows give equal
/// elements bit for bit. Packed panels and register tiles as in Goto and van de Geijn 2008, "Anatomy of high-performance matrix
/// multiplication".
/// </remarks>
static class BlockedProduct
{
    /// <summary>
    /// Writes element (first + i, k + p) of an operand to panel[p·width + i] for i below count and p below depth, where width is
    /// the panel's width; the lanes from count to width are zero already and must stay so.
    /// </summary>
    internal delegate void Pack(int first, int count, int k, int depth, int width, Span<double> panel);

    /// <summary>
    /// Takes a finished tile: element (row + i, column + j) is at tile[i·stride + j]. The tiles of a row come in ascending column
    /// order and from one thread only, so state that belongs to a row needs no lock.
    /// </summary>
    internal delegate void TileDone(int row, int rows, int column, int columns, Span<double> tile, int stride);

    const int PanelA = 4, PanelB = 32, TileRows = 128, TileColumns = 256, Depth = 128;

    /// <summary>Runs the product; with <paramref name="upper"/> tiles wholly below the diagonal are left out.</summary>
    internal static void Run(int rows, int columns, int depth, Pack a, Pack b, TileDone done, bool upper = false)
    {
        // Smaller tiles where there are few rows, so that there is a tile for every thread; the arithmetic is the same.
        int tileRows = rows >= 4 * TileRows ? TileRows : Math.Max(PanelA * 4, RoundUp((rows + 3) / 4, PanelA));
        int blocks = (rows + tileRows - 1) / tileRows;
        if (blocks <= 1 || (long)rows * columns * depth < 1 << 17)
            for (int block = 0; block < blocks; block++) Take(block);
        else
            Parallel.For(0, blocks, Take);

        void Take(int block)
        {
            int row = block * tileRows, tall = Math.Min(tileRows, rows - row);
            int widest = Math.Min(TileColumns, RoundUp(columns, PanelB)), deepest = Math.Min(Depth, depth);
            double[] tile = ArrayPool<double>.Shared.Rent(RoundUp(tall, PanelA) * widest);
            double[] packedA = ArrayPool<double>.Shared.Rent(RoundUp(tall, PanelA) * deepest);
            double[] packedB = ArrayPool<double>.Shared.Rent(widest * deepest);
            try
            {
                int start = upper ? row / PanelB * PanelB : 0;
                for (int column = start; column < columns; column += TileColumns)
                {
                    int wide = Math.Min(TileColumns, columns - column), stride = RoundUp(wide, PanelB);
                    Array.Clear(tile, 0, RoundUp(tall, PanelA) * stride);
                    for (int k = 0; k < depth; k += Depth)
                    {
                        int deep = Math.Min(Depth, depth - k);
                        PackAll(a, row, tall, k, deep, PanelA, packedA);
                        PackAll(b, column, wide, k, deep, PanelB, packedB);
                        for (int j = 0; j < stride; j += PanelB)
                            for (int i = 0; i < tall; i += PanelA)
                                Accumulate(packedA.AsSpan(i * deep), packedB.AsSpan(j * deep), tile.AsSpan(i * stride + j),
                                    stride, deep);
                    }

                    done(row, tall, column, wide, tile, stride);
                }
            }
            finally
            {
                ArrayPool<double>.Shared.Return(tile);
                ArrayPool<double>.Shared.Return(packedA);
                ArrayPool<double>.Shared.Return(packedB);
            }
        }
    }

    /// <summary>Packs rows of a row-major matrix: element (i, k) is values[offset + i·stride + k].</summary>
    internal static Pack Rows(ReadOnlyMemory<double> values, int stride) => (first, count, k, depth, width, panel) =>
        Transpose(values.Span[(first * stride + k)..], stride, count, depth, width, panel);

    /// <summary>Packs columns of a row-major matrix: element (i, k) is values[k·stride + i].</summary>
    internal static Pack Columns(ReadOnlyMemory<double> values, int stride) => (first, count, k, depth, width, panel) =>
    {
        ReadOnlySpan<double> source = values.Span;
        for (int p = 0; p < depth; p++) source.Slice((k + p) * stride + first, count).CopyTo(panel[(p * width)..]);
    };

    /// <summary>
    /// Packs the first <paramref name="count"/> rows of <paramref name="source"/>, which become the lanes of the panel.
    /// </summary>
    internal static void Transpose<T>(ReadOnlySpan<T> source, int stride, int count, int depth, int width, Span<double> panel)
        where T : INumberBase<T>
    {
        ref T from = ref MemoryMarshal.GetReference(source[..((count - 1) * stride + depth)]);
        ref double to = ref MemoryMarshal.GetReference(panel[..((depth - 1) * width + count)]);
        int i = 0;
        // Four rows at a time: a write then fills half a cache line instead of an eighth of one.
        for (; i + 4 <= count; i += 4)
        {
            ref T r0 = ref Unsafe.Add(ref from, i * stride), r1 = ref Unsafe.Add(ref r0, stride);
            ref T r2 = ref Unsafe.Add(ref r1, stride), r3 = ref Unsafe.Add(ref r2, stride);
            ref double lane = ref Unsafe.Add(ref to, i);
            for (int p = 0; p < depth; p++, lane = ref Unsafe.Add(ref lane, width))
            {
                lane = double.CreateTruncating(Unsafe.Add(ref r0, p));
                Unsafe.Add(ref lane, 1) = double.CreateTruncating(Unsafe.Add(ref r1, p));
                Unsafe.Add(ref lane, 2) = double.CreateTruncating(Unsafe.Add(ref r2, p));
                Unsafe.Add(ref lane, 3) = double.CreateTruncating(Unsafe.Add(ref r3, p));
            }
        }

        for (; i < count; i++)
            for (int p = 0; p < depth; p++)
                Unsafe.Add(ref to, p * width + i) = double.CreateTruncating(Unsafe.Add(ref from, i * stride + p));
    }

    static void PackAll(Pack pack, int first, int count, int k, int depth, int width, double[] packed)
    {
        for (int i = 0; i < count; i += width)
        {
            Span<double> panel = packed.AsSpan(i * depth, width * depth);
            int lanes = Math.Min(width, count - i);
            if (lanes < width) panel.Clear();
            pack(first + i, lanes, k, depth, width, panel);
        }
    }

    /// <summary>4 × 32 elements of the tile += their part of the sum over k, held in sixteen registers.</summary>
    static void Accumulate(ReadOnlySpan<double> a, ReadOnlySpan<double> b, Span<double> tile, int stride, int depth)
    {
        ref double pa = ref MemoryMarshal.GetReference(a[..(depth * PanelA)]);
        ref double pb = ref MemoryMarshal.GetReference(b[..(depth * PanelB)]);
        ref double t0 = ref MemoryMarshal.GetReference(tile[..(3 * stride + PanelB)]);
        ref double t1 = ref Unsafe.Add(ref t0, stride), t2 = ref Unsafe.Add(ref t1, stride), t3 = ref Unsafe.Add(ref t2, stride);
        Vector512<double> c00 = Load(ref t0, 0), c01 = Load(ref t0, 8), c02 = Load(ref t0, 16), c03 = Load(ref t0, 24);
        Vector512<double> c10 = Load(ref t1, 0), c11 = Load(ref t1, 8), c12 = Load(ref t1, 16), c13 = Load(ref t1, 24);
        Vector512<double> c20 = Load(ref t2, 0), c21 = Load(ref t2, 8), c22 = Load(ref t2, 16), c23 = Load(ref t2, 24);
        Vector512<double> c30 = Load(ref t3, 0), c31 = Load(ref t3, 8), c32 = Load(ref t3, 16), c33 = Load(ref t3, 24);
        for (int p = 0; p < depth; p++)
        {
            Vector512<double> b0 = Load(ref pb, 0), b1 = Load(ref pb, 8), b2 = Load(ref pb, 16), b3 = Load(ref pb, 24);
            Vector512<double> x = Vector512.Create(pa);
            (c00, c01, c02, c03) = (Add(x, b0, c00), Add(x, b1, c01), Add(x, b2, c02), Add(x, b3, c03));
            x = Vector512.Create(Unsafe.Add(ref pa, 1));
            (c10, c11, c12, c13) = (Add(x, b0, c10), Add(x, b1, c11), Add(x, b2, c12), Add(x, b3, c13));
            x = Vector512.Create(Unsafe.Add(ref pa, 2));
            (c20, c21, c22, c23) = (Add(x, b0, c20), Add(x, b1, c21), Add(x, b2, c22), Add(x, b3, c23));
            x = Vector512.Create(Unsafe.Add(ref pa, 3));
            (c30, c31, c32, c33) = (Add(x, b0, c30), Add(x, b1, c31), Add(x, b2, c32), Add(x, b3, c33));
            pa = ref Unsafe.Add(ref pa, PanelA);
            pb = ref Unsafe.Add(ref pb, PanelB);
        }

        Store(c00, c01, c02, c03, ref t0);
        Store(c10, c11, c12, c13, ref t1);
        Store(c20, c21, c22, c23, ref t2);
        Store(c30, c31, c32, c33, ref t3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector512<double> Load(ref double from, nuint offset) => Vector512.LoadUnsafe(ref from, offset);

    // Fused, not "multiply, then add where there is no instruction": a sum must be the same on every machine.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector512<double> Add(Vector512<double> x, Vector512<double> y, Vector512<double> sum) =>
        Vector512.FusedMultiplyAdd(x, y, sum);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Store(Vector512<double> v0, Vector512<double> v1, Vector512<double> v2, Vector512<double> v3, ref double to)
    {
        v0.StoreUnsafe(ref to);
        v1.StoreUnsafe(ref to, 8);
        v2.StoreUnsafe(ref to, 16);
        v3.StoreUnsafe(ref to, 24);
    }

    static int RoundUp(int value, int multiple) => (value + multiple - 1) / multiple * multiple;
}
