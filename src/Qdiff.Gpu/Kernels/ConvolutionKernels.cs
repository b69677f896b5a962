using System.Runtime.InteropServices;
using ILGPU;

namespace Qdiff.Gpu;

/// <summary>The sizes of a product that slides over an image, as the kernels take them.</summary>
/// <param name="Batch">Samples of an element.</param>
/// <param name="Inputs">Channels that are read.</param>
/// <param name="Outputs">Channels that are written.</param>
/// <param name="WeightOutput">Distance in the weights from one written channel to the next.</param>
/// <param name="WeightInput">From one read channel to the next.</param>
/// <param name="WeightRow">From the weights of one written row to those of the next, where each has its own.</param>
/// <param name="Transposed">1 if pixels that are read are spread, 0 if they are gathered.</param>
readonly record struct ConvolutionSizes(int Batch, int Inputs, int InputHeight, int InputWidth, int Outputs, int OutputHeight,
    int OutputWidth, int KernelHeight, int KernelWidth, int Stride, int PaddingY, int PaddingX, int WeightOutput, int WeightInput,
    int WeightRow, int Transposed) : ISizes
{
    public double Operations => 2.0 * KernelHeight * KernelWidth * Inputs * Outputs * Batch
        * (Transposed == 0 ? OutputHeight * OutputWidth : InputHeight * InputWidth);
}

/// <summary>Convolution in both directions; dense layers are images of one pixel. The weight gradient is
/// <see cref="WeightGradientKernels"/>.</summary>
static class ConvolutionKernels
{
    /// <summary>Channels that a thread computes.</summary>
    public const int Channels = 5;

    /// <summary>Threads of <see cref="Convolution"/>.</summary>
    public static int Threads(ConvolutionSizes z) =>
        (z.Outputs + Channels - 1) / Channels * z.OutputHeight * z.OutputWidth * (z.Batch / Four.Samples);

    /// <summary>Five channels of one pixel for four samples: each weight is read for all, each pixel for five. What is in
    /// <paramref name="addend"/>, if anything, is added.</summary>
    public static void Convolution(Index1D index, ConvolutionSizes z, ArrayView<float> x, ArrayView<float> weights,
        ArrayView<float> bias, ArrayView<float> addend, [Out] ArrayView<float> y)
    {
        Block sum = Sum(z, x.Cast<Four>(), weights, index, 0, 1);
        int quads = z.Batch / Four.Samples, area = z.OutputHeight * z.OutputWidth, rest = index / quads;
        int first = rest / area * Channels, to = (first * area + rest % area) * quads + index % quads;
        ArrayView<Four> also = addend.Cast<Four>(), result = y.Cast<Four>();
        Write(z, sum.A, bias, also, result, first, to);
        Write(z, sum.B, bias, also, result, first + 1, to + area * quads);
        Write(z, sum.C, bias, also, result, first + 2, to + 2 * area * quads);
        Write(z, sum.D, bias, also, result, first + 3, to + 3 * area * quads);
        Write(z, sum.E, bias, also, result, first + 4, to + 4 * area * quads);
    }

    /// <summary>The most warps that share a pixel's read channels.</summary>
    public const int MaxShares = 8;

    /// <summary>
    /// The same by several warps of a group, each for its share of the read channels, summed in the end: for images so small that
    /// one warp a pixel would leave most of a device idle.
    /// </summary>
    public static void ConvolutionInShares(ConvolutionSizes z, ArrayView<float> x, ArrayView<float> weights,
        ArrayView<float> bias, ArrayView<float> addend, [Out] ArrayView<float> y)
    {
        ArrayView<float> shared = SharedMemory.Allocate<float>(Channels * Four.Samples * GroupSum.Lanes * MaxShares);
        int warps = Group.DimX / GroupSum.Lanes, warp = Group.IdxX / GroupSum.Lanes, lane = Group.IdxX % GroupSum.Lanes;
        int index = Grid.IdxX * GroupSum.Lanes + lane, threads = Threads(z);
        bool isLive = index < threads;
        if (!isLive) index = threads - 1;
        Block sum = Sum(z, x.Cast<Four>(), weights, index, warp, warps);

        // Number i of a thread is at (i·warps + warp)·32 + lane.
        int step = warps * GroupSum.Lanes;
        sum.A.Share(shared, Group.IdxX, step);
        sum.B.Share(shared, Group.IdxX + 4 * step, step);
        sum.C.Share(shared, Group.IdxX + 8 * step, step);
        sum.D.Share(shared, Group.IdxX + 12 * step, step);
        sum.E.Share(shared, Group.IdxX + 16 * step, step);
        Group.Barrier();
        int quads = z.Batch / Four.Samples, area = z.OutputHeight * z.OutputWidth, rest = index / quads;
        int first = rest / area * Channels, pixel = rest % area, s = index % quads * Four.Samples;
        for (int i = warp; isLive && i < Channels * Four.Samples; i += warps)
        {
            int k = first + i / Four.Samples;
            if (k >= z.Outputs) break;
            float all = bias.Length > 0 ? bias[k] : 0f;
            for (int w = 0; w < warps; w++) all += shared[i * step + w * GroupSum.Lanes + lane];
            int to = (k * area + pixel) * z.Batch + s + i % Four.Samples;
            y[to] = addend.Length > 0 ? addend[to] + all : all;
        }
    }

    /// <summary>
    /// Sums of a thread over the read channels from <paramref name="channel"/> on, every <paramref name="step"/>. What a loop
    /// needs is carried along in it: the compiler moves what is not into the innermost loop, divisions too.
    /// </summary>
    static Block Sum(ConvolutionSizes z, ArrayView<Four> x, ArrayView<float> weights, int index, int channel, int step)
    {
        int quads = z.Batch / Four.Samples, rest = index / quads, area = z.OutputHeight * z.OutputWidth, pixel = rest % area;
        int row = pixel / z.OutputWidth, plane = z.InputHeight * z.InputWidth * quads;
        Taps rows = Taps.Of(row, z.Stride, z.PaddingY, z.Transposed);
        Taps columns = Taps.Of(pixel % z.OutputWidth, z.Stride, z.PaddingX, z.Transposed);
        Places weightOfRow = Places.Every(z.WeightOutput, rest / area * Channels, z.Outputs, row * z.WeightRow
            + channel * z.WeightInput + rows.First * z.KernelWidth + columns.First);
        int atRow = (rows.Source * z.InputWidth + columns.Source) * quads + index % quads + channel * plane;
        Block sum = default;
        for (int ky = rows.First, sourceRow = rows.Source; ky < z.KernelHeight; ky += rows.Step)
        {
            Places weightOfTap = weightOfRow;
            int atTap = atRow, sourceColumn = columns.Source, kx = columns.First;
            if (sourceRow < 0 || sourceRow >= z.InputHeight) kx = z.KernelWidth;
            for (; kx < z.KernelWidth; kx += columns.Step)
            {
                Places weight = weightOfTap;
                int at = atTap, c = channel;
                if (sourceColumn < 0 || sourceColumn >= z.InputWidth) c = z.Inputs;
                for (; c + step < z.Inputs; c += 2 * step)
                {
                    // Two channels at once, so that more is on its way from memory.
                    Four v = x[at], u = x[at + step * plane];
                    Places next = weight.Moved(step * z.WeightInput);
                    sum.MultiplyAdd(weights, weight, v);
                    sum.MultiplyAdd(weights, next, u);
                    weight = next.Moved(step * z.WeightInput);
                    at += 2 * step * plane;
                }

                if (c < z.Inputs) sum.MultiplyAdd(weights, weight, x[at]);
                weightOfTap = weightOfTap.Moved(columns.Step);
                atTap += columns.SourceStep * quads;
                sourceColumn += columns.SourceStep;
            }

            weightOfRow = weightOfRow.Moved(rows.Step * z.KernelWidth);
            atRow += rows.SourceStep * z.InputWidth * quads;
            sourceRow += rows.SourceStep;
        }

        return sum;
    }

    static void Write(ConvolutionSizes z, Four sum, ArrayView<float> bias, ArrayView<Four> addend, ArrayView<Four> y, int channel,
        int to)
    {
        if (channel >= z.Outputs) return;
        if (bias.Length > 0) sum.Add(bias[channel]);
        if (addend.Length > 0) sum.Add(addend[to]);
        y[to] = sum;
    }

    /// <summary>The rows or columns that are read for one that is written: from tap First on, every Step, Source and what is
    /// SourceStep on.</summary>
    struct Taps
    {
        public int First, Step, Source, SourceStep;

        public static Taps Of(int to, int stride, int padding, int transposed)
        {
            if (transposed == 0) return new() { First = 0, Step = 1, Source = to * stride - padding, SourceStep = 1 };
            return new() { First = (to + padding) % stride, Step = stride, Source = (to + padding) / stride, SourceStep = -1 };
        }
    }

    /// <summary>Five channels of four samples.</summary>
    struct Block
    {
        public Four A, B, C, D, E;

        public void MultiplyAdd(ArrayView<float> weights, Places at, Four x)
        {
            A.MultiplyAdd(weights[at.A], x);
            B.MultiplyAdd(weights[at.B], x);
            C.MultiplyAdd(weights[at.C], x);
            D.MultiplyAdd(weights[at.D], x);
            E.MultiplyAdd(weights[at.E], x);
        }
    }
}
