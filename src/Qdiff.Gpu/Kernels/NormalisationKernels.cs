using System.Runtime.InteropServices;
using ILGPU;

namespace Qdiff.Gpu;

/// <summary>The sizes of a group normalisation, as the kernels take them.</summary>
/// <param name="Batch">Samples of an element.</param>
/// <param name="Members">Channels of a group.</param>
/// <param name="Area">Pixels.</param>
/// <param name="Silu">1 if SiLU follows.</param>
/// <param name="Pieces">Pieces of a channel's pixels that are summed by a thread group each; they divide the area.</param>
/// <param name="Parts">Groups that share the pixels of a channel, where they need not meet.</param>
readonly record struct GroupNormSizes(int Batch, int Channels, int Members, int Area, float Epsilon, int Silu, int Pieces,
    int Parts);

/// <summary>Group and layer normalisation. Those of groups have a thread group for some pixels of a channel and 32
/// samples.</summary>
static class NormalisationKernels
{
    /// <summary>Mean of each piece of a channel and sample, and the sum of the squared distances from it.</summary>
    public static void ChannelStatistics(GroupNormSizes z, ArrayView<float> x, [Out] ArrayView<float> mean,
        [Out] ArrayView<float> squares)
    {
        ArrayView<float> shared = SharedMemory.Allocate<float>(GroupSum.Lanes * GroupSum.MaxWarps);
        int slabs = (z.Batch + GroupSum.Lanes - 1) / GroupSum.Lanes, piece = Grid.IdxX / slabs, area = z.Area / z.Pieces;
        int s = Grid.IdxX % slabs * GroupSum.Lanes + Group.IdxX % GroupSum.Lanes, warps = Group.DimX / GroupSum.Lanes;
        int first = Group.IdxX / GroupSum.Lanes, plane = piece * area * z.Batch + s;
        bool isLive = s < z.Batch;
        // Four at once, so that more is on its way from memory.
        float sum = 0, sum1 = 0, sum2 = 0, sum3 = 0;
        int step = warps * z.Batch, end = isLive ? area : 0, p = first;
        for (; p + 3 * warps < end; p += 4 * warps)
        {
            int at = plane + p * z.Batch;
            sum += x[at];
            sum1 += x[at + step];
            sum2 += x[at + 2 * step];
            sum3 += x[at + 3 * step];
        }

        for (; p < end; p += warps) sum += x[plane + p * z.Batch];
        float m = GroupSum.OverWarps(shared, sum + sum1 + (sum2 + sum3)) / area;
        (sum, sum1, sum2, sum3, p) = (0, 0, 0, 0, first);
        for (; p + 3 * warps < end; p += 4 * warps)
        {
            int at = plane + p * z.Batch;
            float d0 = x[at] - m, d1 = x[at + step] - m, d2 = x[at + 2 * step] - m, d3 = x[at + 3 * step] - m;
            sum += d0 * d0;
            sum1 += d1 * d1;
            sum2 += d2 * d2;
            sum3 += d3 * d3;
        }

        for (; p < end; p += warps)
        {
            float d = x[plane + p * z.Batch] - m;
            sum += d * d;
        }

        sum += sum1 + (sum2 + sum3);
        sum = GroupSum.OverWarps(shared, sum);
        if (Group.IdxX >= GroupSum.Lanes || !isLive) return;
        mean[piece * z.Batch + s] = m;
        squares[piece * z.Batch + s] = sum;
    }

    /// <summary>The normalised, modulated and activated result, plus <paramref name="addend"/> if it is not empty.</summary>
    public static void GroupNorm(GroupNormSizes z, ArrayView<float> x, ArrayView<float> mean, ArrayView<float> squares,
        ArrayView<float> scale, ArrayView<float> bias, ArrayView<float> film, ArrayView<float> addend,
        [Out] ArrayView<float> y)
    {
        int slabs = (z.Batch + GroupSum.Lanes - 1) / GroupSum.Lanes, block = Grid.IdxX / z.Parts, channel = block / slabs;
        int s = block % slabs * GroupSum.Lanes + Group.IdxX % GroupSum.Lanes;
        if (s >= z.Batch) return;
        Statistics group = Statistics.Of(z, mean, squares, channel, s);
        Modulation modulation = Modulation.Of(z, scale, bias, film, channel, s);
        int plane = channel * z.Area * z.Batch + s;
        int warps = Group.DimX / GroupSum.Lanes;
        for (int p = Grid.IdxX % z.Parts * warps + Group.IdxX / GroupSum.Lanes; p < z.Area; p += warps * z.Parts)
        {
            int at = plane + p * z.Batch;
            float h = (x[at] - group.Mean) * group.Inverse * modulation.Scale + modulation.Shift;
            h = z.Silu != 0 ? h * DeviceMath.Sigmoid(h) : h;
            y[at] = addend.Length > 0 ? h + addend[at] : h;
        }
    }

    /// <summary>For each piece of a channel and sample the sums over the pixels of the gradient before modulation's effect:
    /// S₁ = Σ dh and S₂ = Σ dh·x̂.</summary>
    public static void GradientSums(GroupNormSizes z, ArrayView<float> x, ArrayView<float> mean, ArrayView<float> squares,
        ArrayView<float> scale, ArrayView<float> bias, ArrayView<float> film, ArrayView<float> dy,
        [Out] ArrayView<float> sums)
    {
        ArrayView<float> shared = SharedMemory.Allocate<float>(GroupSum.Lanes * GroupSum.MaxWarps);
        int slabs = (z.Batch + GroupSum.Lanes - 1) / GroupSum.Lanes, piece = Grid.IdxX / slabs, channel = piece / z.Pieces;
        int s = Grid.IdxX % slabs * GroupSum.Lanes + Group.IdxX % GroupSum.Lanes, area = z.Area / z.Pieces;
        bool isLive = s < z.Batch;
        float s1 = 0, s2 = 0;
        if (isLive)
        {
            Statistics group = Statistics.Of(z, mean, squares, channel, s);
            Modulation modulation = Modulation.Of(z, scale, bias, film, channel, s);
            int plane = piece * area * z.Batch + s;
            for (int p = Group.IdxX / GroupSum.Lanes; p < area; p += Group.DimX / GroupSum.Lanes)
            {
                int at = plane + p * z.Batch;
                float normal = (x[at] - group.Mean) * group.Inverse, dh = Slope(z, dy[at], normal, modulation);
                s1 += dh;
                s2 += dh * normal;
            }
        }

        s1 = GroupSum.OverWarps(shared, s1);
        s2 = GroupSum.OverWarps(shared, s2);
        if (Group.IdxX >= GroupSum.Lanes || !isLive) return;
        sums[piece * z.Batch + s] = s1;
        sums[(z.Channels * z.Pieces + piece) * z.Batch + s] = s2;
    }

    /// <summary>The gradient of x, unless it is empty; that of the modulation, and the shares of those of scale and bias (a
    /// chunk for each 32 samples).</summary>
    public static void Gradient(GroupNormSizes z, ArrayView<float> x, ArrayView<float> mean, ArrayView<float> squares,
        ArrayView<float> scale, ArrayView<float> bias, ArrayView<float> film, ArrayView<float> dy, ArrayView<float> sums,
        [Out] ArrayView<float> dx, [Out] ArrayView<float> filmGradient, [Out] ArrayView<float> partial)
    {
        int slabs = (z.Batch + GroupSum.Lanes - 1) / GroupSum.Lanes, block = Grid.IdxX / z.Parts, channel = block / slabs;
        int s = block % slabs * GroupSum.Lanes + Group.IdxX % GroupSum.Lanes;
        if (Grid.IdxX % z.Parts == 0 && Group.IdxX < GroupSum.Lanes)
            OfModulation(z, scale, bias, film, sums, filmGradient, partial, channel, block % slabs);
        if (s >= z.Batch || dx.Length == 0) return;
        Statistics group = Statistics.Of(z, mean, squares, channel, s);
        Modulation modulation = Modulation.Of(z, scale, bias, film, channel, s);
        float g1 = 0, g2 = 0;
        for (int i = 0, c = channel / z.Members * z.Members; i < z.Members; i++, c++)
        {
            float factor = scale[c] * (film.Length > 0 ? 1 + film[c * z.Batch + s] : 1);
            g1 += factor * OverPieces(z, sums, c, s);
            g2 += factor * OverPieces(z, sums, z.Channels + c, s);
        }

        float size = z.Members * z.Area;
        g1 /= size;
        g2 /= size;
        int plane = channel * z.Area * z.Batch + s;
        int warps = Group.DimX / GroupSum.Lanes;
        for (int p = Grid.IdxX % z.Parts * warps + Group.IdxX / GroupSum.Lanes; p < z.Area; p += warps * z.Parts)
        {
            int at = plane + p * z.Batch;
            float normal = (x[at] - group.Mean) * group.Inverse;
            dx[at] = group.Inverse * (Slope(z, dy[at], normal, modulation) * modulation.Scale - g1 - normal * g2);
        }
    }

    /// <summary>By one warp: what a channel's sums say of the modulation, and of scale and bias.</summary>
    static void OfModulation(GroupNormSizes z, ArrayView<float> scale, ArrayView<float> bias, ArrayView<float> film,
        ArrayView<float> sums, ArrayView<float> filmGradient, ArrayView<float> partial, int channel, int slab)
    {
        int s = slab * GroupSum.Lanes + Group.IdxX;
        float s1 = 0, s2 = 0;
        if (s < z.Batch)
        {
            s1 = OverPieces(z, sums, channel, s);
            s2 = OverPieces(z, sums, z.Channels + channel, s);
            if (film.Length > 0)
            {
                filmGradient[channel * z.Batch + s] = scale[channel] * s2 + bias[channel] * s1;
                filmGradient[(z.Channels + channel) * z.Batch + s] = s1;
                float factor = 1 + film[channel * z.Batch + s];
                s1 *= factor;
                s2 *= factor;
            }
        }

        float scaleShare = GroupSum.OfWarp(s2), biasShare = GroupSum.OfWarp(s1);
        if (Group.IdxX > 0) return;
        partial[slab * 2 * z.Channels + channel] = scaleShare;
        partial[(slab * 2 + 1) * z.Channels + channel] = biasShare;
    }

    static float OverPieces(GroupNormSizes z, ArrayView<float> sums, int channel, int s)
    {
        float sum = 0;
        for (int piece = 0, at = channel * z.Pieces * z.Batch + s; piece < z.Pieces; piece++, at += z.Batch) sum += sums[at];
        return sum;
    }

    /// <summary>The channels of each pixel with mean 0 and variance 1, times a scale; keeps the mean and 1/√(variance +
    /// ε). <paramref name="addend"/> is added if it is not empty.</summary>
    public static void LayerNorm(Index1D index, int channels, int size, float epsilon, ArrayView<float> x,
        ArrayView<float> scale, ArrayView<float> addend, [Out] ArrayView<float> mean, [Out] ArrayView<float> inverse,
        [Out] ArrayView<float> y)
    {
        float m = 0, squares = 0;
        for (int c = 0; c < channels; c++) m += x[c * size + index];
        m /= channels;
        for (int c = 0; c < channels; c++)
        {
            float d = x[c * size + index] - m;
            squares += d * d;
        }

        float r = 1f / MathF.Sqrt(squares / channels + epsilon);
        for (int c = 0; c < channels; c++)
        {
            float normal = (x[c * size + index] - m) * r * scale[c];
            y[c * size + index] = addend.Length > 0 ? normal + addend[c * size + index] : normal;
        }

        mean[index] = m;
        inverse[index] = r;
    }

    /// <summary>The gradient of x, plus <paramref name="addend"/> if it is not empty.</summary>
    public static void LayerNormGradient(Index1D index, int channels, int size, ArrayView<float> x, ArrayView<float> scale,
        ArrayView<float> mean, ArrayView<float> inverse, ArrayView<float> dy, ArrayView<float> addend,
        [Out] ArrayView<float> dx)
    {
        float m = mean[index], r = inverse[index], g1 = 0, g2 = 0;
        for (int c = 0; c < channels; c++)
        {
            float d = dy[c * size + index] * scale[c];
            g1 += d;
            g2 += d * (x[c * size + index] - m) * r;
        }

        g1 /= channels;
        g2 /= channels;
        for (int c = 0; c < channels; c++)
        {
            int at = c * size + index;
            float d = r * (dy[at] * scale[c] - g1 - (x[at] - m) * r * g2);
            dx[at] = addend.Length > 0 ? d + addend[at] : d;
        }
    }

    /// <summary>The gradient of what SiLU was applied to.</summary>
    static float Slope(GroupNormSizes z, float dy, float normal, Modulation modulation)
    {
        if (z.Silu == 0) return dy;
        float h = normal * modulation.Scale + modulation.Shift, sigma = DeviceMath.Sigmoid(h);
        return dy * sigma * (1 + h * (1 - sigma));
    }

    /// <summary>Mean and 1/√(variance + ε) of a channel's group.</summary>
    struct Statistics
    {
        public float Mean, Inverse;

        /// <remarks>Chan, Golub and LeVeque 1979: the variance of parts of equal size.</remarks>
        public static Statistics Of(GroupNormSizes z, ArrayView<float> mean, ArrayView<float> squares, int channel, int s)
        {
            int pieces = z.Members * z.Pieces, first = channel / z.Members * pieces, area = z.Area / z.Pieces;
            float m = 0, sum = 0;
            for (int piece = first; piece < first + pieces; piece++) m += mean[piece * z.Batch + s];
            m /= pieces;
            for (int piece = first; piece < first + pieces; piece++)
            {
                float d = mean[piece * z.Batch + s] - m;
                sum += squares[piece * z.Batch + s] + area * d * d;
            }

            return new() { Mean = m, Inverse = 1f / MathF.Sqrt(sum / (z.Members * z.Area) + z.Epsilon) };
        }
    }

    /// <summary>What a normalised number of a channel is multiplied with, and what is added.</summary>
    struct Modulation
    {
        public float Scale, Shift;

        public static Modulation Of(GroupNormSizes z, ArrayView<float> scale, ArrayView<float> bias, ArrayView<float> film,
            int channel, int s)
        {
            if (film.Length == 0) return new() { Scale = scale[channel], Shift = bias[channel] };
            float factor = 1 + film[channel * z.Batch + s];
            return new()
            {
                Scale = scale[channel] * factor,
                Shift = bias[channel] * factor + film[(z.Channels + channel) * z.Batch + s],
            };
        }
    }
}
