using System.Runtime.InteropServices;
using ILGPU;

namespace Qdiff.Gpu;

/// <summary>The sizes of a product that slides over an image, as the kernels take them.</summary>
/// <param name="Batch">Samples of an element.</param>
/// <param name="Inputs">Channels that are read.</param>
/// <param name="Outputs">Channels that are written.</param>
/// <param name="WeightOutput">Distance in the weights from one written channel to the next.</param>
/// <param name="WeightInput">From one read channel to the next, within a block of them.</param>
/// <param name="InputBlock">Read channels of a block.</param>
/// <param name="WeightBlock">From one block to the next.</param>
/// <param name="Transposed">1 if pixels that are read are spread, 0 if they are gathered.</param>
readonly record struct ConvolutionSizes(int Batch, int Inputs, int InputHeight, int InputWidth, int Outputs, int OutputHeight,
    int OutputWidth, int KernelHeight, int KernelWidth, int Stride, int PaddingY, int PaddingX, int WeightOutput, int WeightInput,
    int InputBlock, int WeightBlock, int Transposed) : ISizes
{
    public double Operations => 2.0 * KernelHeight * KernelWidth * Inputs * Outputs * Batch
        * (Transposed == 0 ? OutputHeight * OutputWidth : InputHeight * InputWidth);
}

/// <summary>The sizes of a weight gradient: a small image (a convolution's result) against a large one.</summary>
readonly record struct WeightGradientSizes(int Batch, int Small, int SmallHeight, int SmallWidth, int Large, int LargeHeight,
    int LargeWidth, int KernelHeight, int KernelWidth, int Stride, int PaddingY, int PaddingX, int WeightSmall, int WeightLarge,
    int LargeBlock, int WeightBlock, int Count, int Rows, int Chunks) : ISizes
{
    public double Operations => 2.0 * KernelHeight * KernelWidth * Small * Large * Batch * SmallHeight * SmallWidth;
}

/// <summary>Convolution in both directions and its weight gradient; dense layers are images of one pixel.</summary>
static class ConvolutionKernels
{
    /// <summary>Channels that a thread computes.</summary>
    public const int Channels = 5;

    /// <summary>Samples that a thread computes, a quarter of the batch apart, so that neighbours read neighbours.</summary>
    public const int Samples = 4;

    /// <summary>Threads of <see cref="Convolution"/>.</summary>
    public static int Threads(ConvolutionSizes z) =>
        (z.Outputs + Channels - 1) / Channels * z.OutputHeight * z.OutputWidth * (z.Batch / Samples);

    /// <summary>Five channels of one pixel for four samples: each weight is read for all, each pixel for five.</summary>
    public static void Convolution(Index1D index, ConvolutionSizes z, ArrayView<float> x, ArrayView<float> weights,
        ArrayView<float> bias, [Out] ArrayView<float> y)
    {
        int quarter = z.Batch / Samples, s = index % quarter, rest = index / quarter, area = z.OutputHeight * z.OutputWidth;
        int pixel = rest % area, first = rest / area * Channels, row = pixel / z.OutputWidth, column = pixel % z.OutputWidth;
        int last = z.Outputs - 1, k1 = IntMin(first + 1, last), k2 = IntMin(first + 2, last), k3 = IntMin(first + 3, last),
            k4 = IntMin(first + 4, last);
        Quad a0 = default, a1 = default, a2 = default, a3 = default, a4 = default;
        int w0 = first * z.WeightOutput, w1 = k1 * z.WeightOutput, w2 = k2 * z.WeightOutput, w3 = k3 * z.WeightOutput,
            w4 = k4 * z.WeightOutput;
        int plane = z.InputHeight * z.InputWidth * z.Batch;
        for (int ky = 0; ky < z.KernelHeight; ky++)
        {
            int inputRow = Source(row, ky, z.Stride, z.PaddingY, z.Transposed);
            if (inputRow < 0 || inputRow >= z.InputHeight) continue;
            for (int kx = 0; kx < z.KernelWidth; kx++)
            {
                int inputColumn = Source(column, kx, z.Stride, z.PaddingX, z.Transposed);
                if (inputColumn < 0 || inputColumn >= z.InputWidth) continue;
                int at = (inputRow * z.InputWidth + inputColumn) * z.Batch + s;
                for (int block = 0, c = 0; c < z.Inputs; block++)
                {
                    int weight = ky * z.KernelWidth + kx + block * z.WeightBlock, end = IntMin(c + z.InputBlock, z.Inputs);
                    for (; c < end; c++)
                    {
                        Quad v = Quad.Read(x, at, quarter);
                        a0.MultiplyAdd(weights[weight + w0], v);
                        a1.MultiplyAdd(weights[weight + w1], v);
                        a2.MultiplyAdd(weights[weight + w2], v);
                        a3.MultiplyAdd(weights[weight + w3], v);
                        a4.MultiplyAdd(weights[weight + w4], v);
                        at += plane;
                        weight += z.WeightInput;
                    }
                }
            }
        }

        bool hasBias = bias.Length > 0;
        int stride = area * z.Batch, to = first * stride + pixel * z.Batch + s;
        a0.Write(y, to, quarter, hasBias ? bias[first] : 0f);
        if (first + 1 <= last) a1.Write(y, to + stride, quarter, hasBias ? bias[k1] : 0f);
        if (first + 2 <= last) a2.Write(y, to + 2 * stride, quarter, hasBias ? bias[k2] : 0f);
        if (first + 3 <= last) a3.Write(y, to + 3 * stride, quarter, hasBias ? bias[k3] : 0f);
        if (first + 4 <= last) a4.Write(y, to + 4 * stride, quarter, hasBias ? bias[k4] : 0f);
    }

    /// <summary>The most warps that share a pixel's read channels.</summary>
    public const int MaxShares = 8;

    /// <summary>
    /// The same by several warps of a group, each for its share of the read channels, summed in the end: for images so small that
    /// one warp a pixel would leave most of a device idle.
    /// </summary>
    public static void ConvolutionInShares(ConvolutionSizes z, ArrayView<float> x, ArrayView<float> weights,
        ArrayView<float> bias,
        [Out] ArrayView<float> y)
    {
        ArrayView<float> shared = SharedMemory.Allocate<float>(Channels * Samples * GroupSum.Lanes * MaxShares);
        int warps = Group.DimX / GroupSum.Lanes, warp = Group.IdxX / GroupSum.Lanes, lane = Group.IdxX % GroupSum.Lanes;
        int index = Grid.IdxX * GroupSum.Lanes + lane, threads = Threads(z);
        bool isLive = index < threads;
        if (!isLive) index = threads - 1;
        int quarter = z.Batch / Samples, s = index % quarter, rest = index / quarter, area = z.OutputHeight * z.OutputWidth;
        int pixel = rest % area, first = rest / area * Channels, row = pixel / z.OutputWidth, column = pixel % z.OutputWidth;
        int last = z.Outputs - 1;
        Quad a0 = default, a1 = default, a2 = default, a3 = default, a4 = default;
        int w0 = first * z.WeightOutput, w1 = IntMin(first + 1, last) * z.WeightOutput, w2 = IntMin(first + 2,
            last) * z.WeightOutput,
            w3 = IntMin(first + 3, last) * z.WeightOutput, w4 = IntMin(first + 4, last) * z.WeightOutput;
        int plane = z.InputHeight * z.InputWidth * z.Batch;
        for (int ky = 0; ky < z.KernelHeight; ky++)
        {
            int inputRow = Source(row, ky, z.Stride, z.PaddingY, z.Transposed);
            if (inputRow < 0 || inputRow >= z.InputHeight) continue;
            for (int kx = 0; kx < z.KernelWidth; kx++)
            {
                int inputColumn = Source(column, kx, z.Stride, z.PaddingX, z.Transposed);
                if (inputColumn < 0 || inputColumn >= z.InputWidth) continue;
                int at = (inputRow * z.InputWidth + inputColumn) * z.Batch + s, tap = ky * z.KernelWidth + kx;
                int c = warp;
                for (; c + warps < z.Inputs; c += 2 * warps)
                {
                    // Two channels at once, so that more is on its way from memory.
                    int weight = tap + WeightOf(z, c), next = tap + WeightOf(z, c + warps);
                    Quad v = Quad.Read(x, at + c * plane, quarter), u = Quad.Read(x, at + (c + warps) * plane, quarter);
                    float f0 = weights[weight + w0], f1 = weights[weight + w1], f2 = weights[weight + w2], f3 = weights[weight
                        + w3],
                        f4 = weights[weight + w4];
                    float n0 = weights[next + w0], n1 = weights[next + w1], n2 = weights[next + w2], n3 = weights[next + w3],
                        n4 = weights[next + w4];
                    a0.MultiplyAdd(f0, v);
                    a1.MultiplyAdd(f1, v);
                    a2.MultiplyAdd(f2, v);
                    a3.MultiplyAdd(f3, v);
                    a4.MultiplyAdd(f4, v);
                    a0.MultiplyAdd(n0, u);
                    a1.MultiplyAdd(n1, u);
                    a2.MultiplyAdd(n2, u);
                    a3.MultiplyAdd(n3, u);
                    a4.MultiplyAdd(n4, u);
                }

                if (c < z.Inputs)
                {
                    int weight = tap + WeightOf(z, c);
                    Quad v = Quad.Read(x, at + c * plane, quarter);
                    a0.MultiplyAdd(weights[weight + w0], v);
                    a1.MultiplyAdd(weights[weight + w1], v);
                    a2.MultiplyAdd(weights[weight + w2], v);
                    a3.MultiplyAdd(weights[weight + w3], v);
                    a4.MultiplyAdd(weights[weight + w4], v);
                }
            }
        }

        // Number i of a thread is at (i·warps + warp)·32 + lane.
        int step = warps * GroupSum.Lanes;
        a0.Share(shared, Group.IdxX, step);
        a1.Share(shared, Group.IdxX + 4 * step, step);
        a2.Share(shared, Group.IdxX + 8 * step, step);
        a3.Share(shared, Group.IdxX + 12 * step, step);
        a4.Share(shared, Group.IdxX + 16 * step, step);
        Group.Barrier();
        for (int i = warp; isLive && i < Channels * Samples; i += warps)
        {
            int k = first + i / Samples;
            if (k > last) break;
            float sum = bias.Length > 0 ? bias[k] : 0f;
            for (int w = 0; w < warps; w++) sum += shared[i * step + w * GroupSum.Lanes + lane];
            y[(k * area + pixel) * z.Batch + s + i % Samples * quarter] = sum;
        }
    }

    /// <summary>The row or column that is read for one that is written; outside the image if none is.</summary>
    static int Source(int to, int tap, int stride, int padding, int transposed)
    {
        if (transposed == 0) return to * stride + tap - padding;
        int spread = to + padding - tap;
        return spread % stride == 0 ? spread / stride : -1;
    }

    static int WeightOf(ConvolutionSizes z, int channel) => z.WeightBlock == 0 ? channel * z.WeightInput
        : channel / z.InputBlock * z.WeightBlock + channel % z.InputBlock * z.WeightInput;

    /// <summary>Warps of <see cref="WeightGradient"/>.</summary>
    public static int Warps(WeightGradientSizes z) =>
        (z.Small + Channels - 1) / Channels * ((z.Large + Channels - 1) / Channels) * z.KernelHeight * z.KernelWidth * z.Chunks;

    /// <summary>
    /// A warp for each five by five channels, tap and chunk of rows: samples side by side, pixel after pixel, and the lanes
    /// summed
    /// in the end. Chunk i writes its share of weight w to <paramref name="partial"/>[i·Count + w].
    /// </summary>
    public static void WeightGradient(WeightGradientSizes z, ArrayView<float> small, ArrayView<float> large,
        [Out] ArrayView<float> partial)
    {
        int warp = (Grid.IdxX * Group.DimX + Group.IdxX) / GroupSum.Lanes, lane = Group.IdxX % GroupSum.Lanes;
        if (warp >= Warps(z)) return;
        int taps = z.KernelHeight * z.KernelWidth, tap = warp % taps, rest = warp / taps;
        int blocks = (z.Large + Channels - 1) / Channels, c = rest % blocks * Channels;
        rest /= blocks;
        blocks = (z.Small + Channels - 1) / Channels;
        int k = rest % blocks * Channels, chunk = rest / blocks;
        int smallPlane = z.SmallHeight * z.SmallWidth * z.Batch, largePlane = z.LargeHeight * z.LargeWidth * z.Batch;
        int ky = tap / z.KernelWidth, kx = tap % z.KernelWidth;
        int d1 = IntMin(1, z.Small - 1 - k) * smallPlane, d2 = IntMin(2, z.Small - 1 - k) * smallPlane,
            d3 = IntMin(3, z.Small - 1 - k) * smallPlane, d4 = IntMin(4, z.Small - 1 - k) * smallPlane;
        int x1 = IntMin(1, z.Large - 1 - c) * largePlane, x2 = IntMin(2, z.Large - 1 - c) * largePlane,
            x3 = IntMin(3, z.Large - 1 - c) * largePlane, x4 = IntMin(4, z.Large - 1 - c) * largePlane;
        Five g0 = default, g1 = default, g2 = default, g3 = default, g4 = default;
        int end = IntMin((chunk + 1) * z.Rows, z.SmallHeight);
        for (int row = chunk * z.Rows; row < end; row++)
        {
            int largeRow = row * z.Stride + ky - z.PaddingY;
            if (largeRow < 0 || largeRow >= z.LargeHeight) continue;
            for (int column = 0; column < z.SmallWidth; column++)
            {
                int largeColumn = column * z.Stride + kx - z.PaddingX;
                if (largeColumn < 0 || largeColumn >= z.LargeWidth) continue;
                int d = k * smallPlane + (row * z.SmallWidth + column) * z.Batch;
                int x = c * largePlane + (largeRow * z.LargeWidth + largeColumn) * z.Batch;
                for (int s = lane; s < z.Batch; s += GroupSum.Lanes)
                {
                    Five v = new()
                    {
                        A = large[x + s],
                        B = large[x + x1 + s],
                        C = large[x + x2 + s],
                        D = large[x + x3 + s],
                        E = large[x + x4 + s]
                    };
                    g0.MultiplyAdd(small[d + s], v);
                    g1.MultiplyAdd(small[d + d1 + s], v);
                    g2.MultiplyAdd(small[d + d2 + s], v);
                    g3.MultiplyAdd(small[d + d3 + s], v);
                    g4.MultiplyAdd(small[d + d4 + s], v);
                }
            }
        }

        int to = chunk * z.Count + tap;
        Store(z, partial, to, g0.OverLanes(), k, c, lane);
        Store(z, partial, to, g1.OverLanes(), k + 1, c, lane);
        Store(z, partial, to, g2.OverLanes(), k + 2, c, lane);
        Store(z, partial, to, g3.OverLanes(), k + 3, c, lane);
        Store(z, partial, to, g4.OverLanes(), k + 4, c, lane);
    }

    /// <summary>The same by its definition, a thread for each weight and all rows in one chunk: what the emulator runs.</summary>
    public static void WeightGradientByDefinition(Index1D index, WeightGradientSizes z, ArrayView<float> small,
        ArrayView<float> large, [Out] ArrayView<float> partial)
    {
        int taps = z.KernelHeight * z.KernelWidth, tap = index % taps, c = index / taps % z.Large, k = index / taps / z.Large;
        float sum = 0;
        for (int row = 0; row < z.SmallHeight; row++)
            for (int column = 0; column < z.SmallWidth; column++)
            {
                int largeRow = row * z.Stride + tap / z.KernelWidth - z.PaddingY;
                int largeColumn = column * z.Stride + tap % z.KernelWidth - z.PaddingX;
                if (largeRow < 0 || largeRow >= z.LargeHeight || largeColumn < 0 || largeColumn >= z.LargeWidth) continue;
                int d = ((k * z.SmallHeight + row) * z.SmallWidth + column) * z.Batch;
                int x = ((c * z.LargeHeight + largeRow) * z.LargeWidth + largeColumn) * z.Batch;
                for (int s = 0; s < z.Batch; s++) sum += small[d + s] * large[x + s];
            }

        partial[k * z.WeightSmall + c / z.LargeBlock * z.WeightBlock + c % z.LargeBlock * z.WeightLarge + tap] = sum;
    }

    static void Store(WeightGradientSizes z, ArrayView<float> partial, int to, Five sums, int k, int c, int lane)
    {
        if (lane > 0 || k >= z.Small) return;
        to += k * z.WeightSmall;
        partial[to + c / z.LargeBlock * z.WeightBlock + c % z.LargeBlock * z.WeightLarge] = sums.A;
        if (c + 1 < z.Large) partial[to + (c + 1) / z.LargeBlock * z.WeightBlock + (c + 1) % z.LargeBlock * z.WeightLarge] =
            sums.B;
        if (c + 2 < z.Large) partial[to + (c + 2) / z.LargeBlock * z.WeightBlock + (c + 2) % z.LargeBlock * z.WeightLarge] =
            sums.C;
        if (c + 3 < z.Large) partial[to + (c + 3) / z.LargeBlock * z.WeightBlock + (c + 3) % z.LargeBlock * z.WeightLarge] =
            sums.D;
        if (c + 4 < z.Large) partial[to + (c + 4) / z.LargeBlock * z.WeightBlock + (c + 4) % z.LargeBlock * z.WeightLarge] =
            sums.E;
    }

    static int IntMin(int a, int b) => a < b ? a : b;

    /// <summary>Four samples of an element.</summary>
    struct Quad
    {
        float a, b, c, d;

        public static Quad Read(ArrayView<float> x, int at, int quarter) =>
            new() { a = x[at], b = x[at + quarter], c = x[at + 2 * quarter], d = x[at + 3 * quarter] };

        public void MultiplyAdd(float weight, Quad x)
        {
            a += weight * x.a;
            b += weight * x.b;
            c += weight * x.c;
            d += weight * x.d;
        }

        public readonly void Write(ArrayView<float> y, int at, int quarter, float bias)
        {
            y[at] = a + bias;
            y[at + quarter] = b + bias;
            y[at + 2 * quarter] = c + bias;
            y[at + 3 * quarter] = d + bias;
        }

        public readonly void Share(ArrayView<float> shared, int at, int step)
        {
            shared[at] = a;
            shared[at + step] = b;
            shared[at + 2 * step] = c;
            shared[at + 3 * step] = d;
        }
    }

    /// <summary>Five channels of an image.</summary>
    struct Five
    {
        public float A, B, C, D, E;

        public void MultiplyAdd(float factor, Five x)
        {
            A += factor * x.A;
            B += factor * x.B;
            C += factor * x.C;
            D += factor * x.D;
            E += factor * x.E;
        }

        public readonly Five OverLanes() => new()
        {
            A = GroupSum.OfWarp(A),
            B = GroupSum.OfWarp(B),
            C = GroupSum.OfWarp(C),
            D = GroupSum.OfWarp(D),
            E = GroupSum.OfWarp(E),
        };
    }
}
