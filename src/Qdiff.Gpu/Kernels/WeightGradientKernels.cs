using System.Runtime.InteropServices;
using ILGPU;

namespace Qdiff.Gpu;

/// <summary>The sizes of a weight gradient: a small image (a convolution's result) against a large one.</summary>
/// <param name="Count">Weights of a share.</param>
/// <param name="Rows">Rows of the small image that make a share.</param>
/// <param name="Chunks">Shares.</param>
readonly record struct WeightGradientSizes(int Batch, int Small, int SmallHeight, int SmallWidth, int Large, int LargeHeight,
    int LargeWidth, int KernelHeight, int KernelWidth, int Stride, int PaddingY, int PaddingX, int WeightSmall, int WeightLarge,
    int Count, int Rows, int Chunks) : ISizes
{
    public double Operations => 2.0 * KernelHeight * KernelWidth * Small * Large * Batch * SmallHeight * SmallWidth;
}

/// <summary>Gradients of a convolution's weights and of its bias.</summary>
static class WeightGradientKernels
{
    const int Channels = ConvolutionKernels.Channels;

    /// <summary>Warps of <see cref="WeightGradient"/>, those of the bias behind them.</summary>
    public static int Warps(WeightGradientSizes z, bool bias) => OfWeights(z) + (bias ? Blocks(z.Small) * z.Chunks : 0);

    /// <summary>
    /// A warp for each five by five channels, tap and chunk of rows: samples side by side, pixel after pixel, and the lanes
    /// summed in the end. Chunk i writes its share of weight w to <paramref name="partial"/>[i·Count + w], and the sums of the
    /// small image's channels to <paramref name="biasPartial"/>[i·Small + channel], if there is a bias.
    /// </summary>
    public static void WeightGradient(WeightGradientSizes z, ArrayView<float> small, ArrayView<float> large,
        [Out] ArrayView<float> partial, [Out] ArrayView<float> biasPartial)
    {
        int warp = (Grid.IdxX * Group.DimX + Group.IdxX) / GroupSum.Lanes, weights = OfWeights(z);
        if (warp < weights) OfWeights(z, small.Cast<Four>(), large.Cast<Four>(), partial, warp);
        else if (biasPartial.Length > 0 && warp < weights + Blocks(z.Small) * z.Chunks)
            OfBias(z, small.Cast<Four>(), biasPartial, warp - weights);
    }

    /// <summary>The weights' by their definition, a thread for each weight and chunk: what the emulator runs.</summary>
    public static void WeightGradientByDefinition(Index1D index, WeightGradientSizes z, ArrayView<float> small,
        ArrayView<float> large, [Out] ArrayView<float> partial)
    {
        int taps = z.KernelHeight * z.KernelWidth, tap = index % taps, c = index / taps % z.Large;
        int k = index / taps / z.Large % z.Small, chunk = index / taps / z.Large / z.Small;
        float sum = 0;
        for (int row = chunk * z.Rows; row < z.SmallHeight && row < (chunk + 1) * z.Rows; row++)
            for (int column = 0; column < z.SmallWidth; column++)
            {
                int largeRow = row * z.Stride + tap / z.KernelWidth - z.PaddingY;
                int largeColumn = column * z.Stride + tap % z.KernelWidth - z.PaddingX;
                if (largeRow < 0 || largeRow >= z.LargeHeight || largeColumn < 0 || largeColumn >= z.LargeWidth) continue;
                int d = ((k * z.SmallHeight + row) * z.SmallWidth + column) * z.Batch;
                int x = ((c * z.LargeHeight + largeRow) * z.LargeWidth + largeColumn) * z.Batch;
                for (int s = 0; s < z.Batch; s++) sum += small[d + s] * large[x + s];
            }

        partial[chunk * z.Count + k * z.WeightSmall + c * z.WeightLarge + tap] = sum;
    }

    static int Blocks(int channels) => (channels + Channels - 1) / Channels;

    static int OfWeights(WeightGradientSizes z) => Blocks(z.Small) * Blocks(z.Large) * z.KernelHeight * z.KernelWidth * z.Chunks;

    static void OfWeights(WeightGradientSizes z, ArrayView<Four> small, ArrayView<Four> large, ArrayView<float> partial, int warp)
    {
        int taps = z.KernelHeight * z.KernelWidth, tap = warp % taps, rest = warp / taps, lane = Group.IdxX % GroupSum.Lanes;
        int c = rest % Blocks(z.Large) * Channels;
        rest /= Blocks(z.Large);
        int k = rest % Blocks(z.Small) * Channels, chunk = rest / Blocks(z.Small);
        int quads = z.Batch / Four.Samples, smallRow = z.SmallWidth * quads, largeRow = z.LargeWidth * quads;
        int firstRow = chunk * z.Rows, ky = tap / z.KernelWidth - z.PaddingY, kx = tap % z.KernelWidth - z.PaddingX;
        int endRow = Least(firstRow + z.Rows, z.SmallHeight);
        Sums g0 = default, g1 = default, g2 = default, g3 = default, g4 = default;
        for (int s = lane; s < quads; s += GroupSum.Lanes)
        {
            Places dRow = Places.Every(z.SmallHeight * smallRow, k, z.Small, firstRow * smallRow + s);
            Places xRow = Places.Every(z.LargeHeight * largeRow, c, z.Large, (firstRow * z.Stride + ky) * largeRow + kx * quads
                + s);
            for (int row = firstRow, y = firstRow * z.Stride + ky; row < endRow; row++)
            {
                Places d = dRow, x = xRow;
                // A row of padding is over before it begins.
                int column = y >= 0 && y < z.LargeHeight ? 0 : z.SmallWidth;
                for (int from = kx; column < z.SmallWidth; column++)
                {
                    if (from >= 0 && from < z.LargeWidth)
                    {
                        Four x0 = large[x.A], x1 = large[x.B], x2 = large[x.C], x3 = large[x.D], x4 = large[x.E];
                        g0.Add(small[d.A], x0, x1, x2, x3, x4);
                        g1.Add(small[d.B], x0, x1, x2, x3, x4);
                        g2.Add(small[d.C], x0, x1, x2, x3, x4);
                        g3.Add(small[d.D], x0, x1, x2, x3, x4);
                        g4.Add(small[d.E], x0, x1, x2, x3, x4);
                    }

                    from += z.Stride;
                    d = d.Moved(quads);
                    x = x.Moved(z.Stride * quads);
                }

                y += z.Stride;
                dRow = dRow.Moved(smallRow);
                xRow = xRow.Moved(z.Stride * largeRow);
            }
        }

        int to = chunk * z.Count + tap + k * z.WeightSmall + c * z.WeightLarge, channels = lane == 0 ? z.Large - c : 0;
        g0.OverLanes().Write(partial, to, z.WeightLarge, channels);
        g1.OverLanes().Write(partial, to + z.WeightSmall, z.WeightLarge, k + 1 < z.Small ? channels : 0);
        g2.OverLanes().Write(partial, to + 2 * z.WeightSmall, z.WeightLarge, k + 2 < z.Small ? channels : 0);
        g3.OverLanes().Write(partial, to + 3 * z.WeightSmall, z.WeightLarge, k + 3 < z.Small ? channels : 0);
        g4.OverLanes().Write(partial, to + 4 * z.WeightSmall, z.WeightLarge, k + 4 < z.Small ? channels : 0);
    }

    static void OfBias(WeightGradientSizes z, ArrayView<Four> small, ArrayView<float> partial, int warp)
    {
        int lane = Group.IdxX % GroupSum.Lanes, k = warp % Blocks(z.Small) * Channels, chunk = warp / Blocks(z.Small);
        int row = z.SmallWidth * (z.Batch / Four.Samples), first = chunk * z.Rows;
        int count = (Least(first + z.Rows, z.SmallHeight) - first) * row;
        Places d = Places.Every(z.SmallHeight * row, k, z.Small, first * row + lane);
        Sums sums = default;
        for (int i = lane; i < count; i += GroupSum.Lanes)
        {
            sums.Add(small[d.A].Sum, small[d.B].Sum, small[d.C].Sum, small[d.D].Sum, small[d.E].Sum);
            d = d.Moved(GroupSum.Lanes);
        }

        sums.OverLanes().Write(partial, chunk * z.Small + k, 1, lane == 0 ? z.Small - k : 0);
    }

    static int Least(int a, int b) => a < b ? a : b;

    /// <summary>Sums for five channels.</summary>
    struct Sums
    {
        float a, b, c, d, e;

        public void Add(Four y, Four x0, Four x1, Four x2, Four x3, Four x4)
        {
            a = Four.Dot(a, y, x0);
            b = Four.Dot(b, y, x1);
            c = Four.Dot(c, y, x2);
            d = Four.Dot(d, y, x3);
            e = Four.Dot(e, y, x4);
        }

        public void Add(float x0, float x1, float x2, float x3, float x4)
        {
            a += x0;
            b += x1;
            c += x2;
            d += x3;
            e += x4;
        }

        public readonly Sums OverLanes() => new()
        {
            a = GroupSum.OfWarp(a),
            b = GroupSum.OfWarp(b),
            c = GroupSum.OfWarp(c),
            d = GroupSum.OfWarp(d),
            e = GroupSum.OfWarp(e),
        };

        /// <summary>The first so many, every <paramref name="step"/>.</summary>
        public readonly void Write(ArrayView<float> to, int at, int step, int count)
        {
            if (count > 0) to[at] = a;
            if (count > 1) to[at + step] = b;
            if (count > 2) to[at + 2 * step] = c;
            if (count > 3) to[at + 3 * step] = d;
            if (count > 4) to[at + 4 * step] = e;
        }
    }
}
