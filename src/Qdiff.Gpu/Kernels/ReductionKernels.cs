using System.Runtime.InteropServices;
using ILGPU;

namespace Qdiff.Gpu;

/// <summary>Sums over pixels, over a channel, and of the shares of a weight gradient.</summary>
static class ReductionKernels
{
    /// <summary>
    /// For each channel and sample Σ over the pixels of a·b (of a alone if b is empty), times a factor. A group for each channel
    /// and 32 samples.
    /// </summary>
    public static void OverPixels(int batch, int area, float factor, ArrayView<float> a, ArrayView<float> b,
        [Out] ArrayView<float> sums)
    {
        ArrayView<float> shared = SharedMemory.Allocate<float>(GroupSum.Lanes * GroupSum.MaxWarps);
        int slabs = (batch + GroupSum.Lanes - 1) / GroupSum.Lanes, channel = Grid.IdxX / slabs;
        int lane = Group.IdxX % GroupSum.Lanes, s = Grid.IdxX % slabs * GroupSum.Lanes + lane;
        float sum = 0;
        if (s < batch)
            for (int p = Group.IdxX / GroupSum.Lanes; p < area; p += Group.DimX / GroupSum.Lanes)
            {
                int at = (channel * area + p) * batch + s;
                sum += b.Length > 0 ? a[at] * b[at] : a[at];
            }

        sum = GroupSum.OverWarps(shared, sum);
        if (Group.IdxX < GroupSum.Lanes && s < batch) sums[channel * batch + s] = factor * sum;
    }

    /// <summary>
    /// For each channel Σ over pixels and samples of a·(b − mean)·inverse (of a alone if b is empty), chunk by chunk:
    /// partial[chunk·channels + channel]. Mean and inverse are those of a pixel and sample.
    /// </summary>
    public static void OverChannel(int channels, int size, int chunk, ArrayView<float> a, ArrayView<float> b,
        ArrayView<float> mean, ArrayView<float> inverse, [Out] ArrayView<float> partial)
    {
        ArrayView<float> shared = SharedMemory.Allocate<float>(GroupSum.Lanes * GroupSum.MaxWarps);
        int channel = Grid.IdxX % channels, part = Grid.IdxX / channels, end = (part + 1) * chunk;
        if (end > size) end = size;
        float sum = 0;
        for (int i = part * chunk + Group.IdxX; i < end; i += Group.DimX)
        {
            float value = a[channel * size + i];
            sum += b.Length > 0 ? value * (b[channel * size + i] - mean[i]) * inverse[i] : value;
        }

        sum = GroupSum.OfWarp(GroupSum.OverWarps(shared, sum));
        if (Group.IdxX == 0) partial[part * channels + channel] = sum;
    }

    /// <summary>
    /// The gradient of each weight: the sum of its shares. <paramref name="ranges"/> has, for each range of weights that have one
    /// list of shares, its first weight, where its shares begin and how many they are; <paramref name="shares"/> has for each
    /// where its numbers begin, how many chunks there are, and how far apart.
    /// </summary>
    public static void OfShares(Index1D weight, int count, ArrayView<int> ranges, ArrayView<int> shares,
        ArrayView<float> partials, [Out] ArrayView<float> gradient)
    {
        int low = 0, high = count - 1;
        while (low < high)
        {
            int middle = (low + high + 1) / 2;
            if (ranges[middle * 3] <= weight) low = middle;
            else high = middle - 1;
        }

        float sum = 0;
        int within = weight - ranges[low * 3];
        for (int i = ranges[low * 3 + 1], end = i + ranges[low * 3 + 2]; i < end; i++)
        {
            int at = shares[i * 3] + within, chunks = shares[i * 3 + 1], stride = shares[i * 3 + 2];
            for (int c = 0; c < chunks; c++) sum += partials[at + c * stride];
        }

        gradient[weight] = sum;
    }
}
