using System.Runtime.InteropServices;
using ILGPU;

namespace Qdiff.Gpu;

/// <summary>The sizes of an attention's queries: [heads·features][pixels] of every sample.</summary>
/// <param name="Channels">Of what they are projected from.</param>
/// <param name="Root">√features, by which the softmax over a head's features is divided.</param>
readonly record struct QuerySizes(int Batch, int Channels, int Area, int Heads, int Features, float Root) : ISizes
{
    public double Operations => 2.0 * Heads * Features * Channels * Area * Batch;
}

/// <summary>
/// Queries of linear attention with their softmax over the features: a thread group for a head, a pixel and 128 samples, a warp
/// for four features, a thread for four samples. Their twins are a product and <see cref="ProductKernels.Softmax"/> or
/// <see cref="ProductKernels.SoftmaxGradient"/>, which write and read all queries once more.
/// </summary>
static class QueryKernels
{
    /// <summary>Features of a warp.</summary>
    const int Rows = 4;

    /// <summary>Warps of a group.</summary>
    public static int Warps(int features) => (features + Rows - 1) / Rows;

    /// <summary>Groups.</summary>
    public static int Groups(QuerySizes z) => z.Heads * z.Area * Slabs(z);

    /// <summary>softmax(W·x)/√features.</summary>
    public static void Queries(QuerySizes z, ArrayView<float> x, ArrayView<float> weights, [Out] ArrayView<float> q)
    {
        ArrayView<float> shared = SharedMemory.Allocate<float>(Four.Samples * GroupSum.Lanes * GroupSum.MaxWarps);
        Place place = Place.Of(z);
        int weight = place.Row * z.Channels, row1 = place.Least(1) * z.Channels, row2 = place.Least(2) * z.Channels,
            row3 = place.Least(3) * z.Channels;
        int w1 = weight + row1, w2 = weight + row2, w3 = weight + row3, at = place.Pixel, plane = z.Area * z.Batch / Four.Samples;
        ArrayView<Four> from = x.Cast<Four>(), to = q.Cast<Four>();
        Four a0 = default, a1 = default, a2 = default, a3 = default;
        for (int c = 0; c < z.Channels; c++)
        {
            Four v = from[at];
            a0.MultiplyAdd(weights[weight], v);
            a1.MultiplyAdd(weights[w1], v);
            a2.MultiplyAdd(weights[w2], v);
            a3.MultiplyAdd(weights[w3], v);
            at += plane;
            (weight, w1, w2, w3) = (weight + 1, w1 + 1, w2 + 1, w3 + 1);
        }

        // Rows that are there twice do not change the largest.
        Four max = OverWarps(shared, Largest(Largest(a0, a1), Largest(a2, a3)), isSum: false);
        a0 = Exp(a0, max);
        a1 = Exp(a1, max);
        a2 = Exp(a2, max);
        a3 = Exp(a3, max);
        Four sum = a0;
        if (place.Count > 1) sum.Add(a1);
        if (place.Count > 2) sum.Add(a2);
        if (place.Count > 3) sum.Add(a3);
        sum = OverWarps(shared, sum, isSum: true);
        Four factor = new()
        {
            A = 1 / (z.Root * sum.A),
            B = 1 / (z.Root * sum.B),
            C = 1 / (z.Root * sum.C),
            D = 1 / (z.Root * sum.D),
        };
        if (!place.IsLive) return;
        int result = place.Row * plane + place.Pixel;
        to[result] = Four.Product(a0, factor);
        if (place.Count > 1) to[result + plane] = Four.Product(a1, factor);
        if (place.Count > 2) to[result + 2 * plane] = Four.Product(a2, factor);
        if (place.Count > 3) to[result + 3 * plane] = Four.Product(a3, factor);
    }

    /// <summary>The gradient before the softmax, given the queries: after it, it is Σ over channels of mixed[channel,
    /// feature]·dy[channel, pixel].</summary>
    public static void QueriesGradient(QuerySizes z, ArrayView<float> mixed, ArrayView<float> dy, ArrayView<float> q,
        [Out] ArrayView<float> dq)
    {
        ArrayView<float> shared = SharedMemory.Allocate<float>(Four.Samples * GroupSum.Lanes * GroupSum.MaxWarps);
        Place place = Place.Of(z);
        int quads = z.Batch / Four.Samples, plane = z.Area * quads, inner = z.Heads * z.Features * quads;
        int m0 = place.Row * quads + place.Sample, m1 = m0 + place.Least(1) * quads, m2 = m0 + place.Least(2) * quads,
            m3 = m0 + place.Least(3) * quads, at = place.Pixel;
        ArrayView<Four> by = mixed.Cast<Four>(), from = dy.Cast<Four>(), queries = q.Cast<Four>(), to = dq.Cast<Four>();
        Four d0 = default, d1 = default, d2 = default, d3 = default;
        for (int c = 0; c < z.Channels; c++)
        {
            Four v = from[at];
            d0.Add(Four.Product(by[m0], v));
            d1.Add(Four.Product(by[m1], v));
            d2.Add(Four.Product(by[m2], v));
            d3.Add(Four.Product(by[m3], v));
            at += plane;
            (m0, m1, m2, m3) = (m0 + inner, m1 + inner, m2 + inner, m3 + inner);
        }

        int result = place.Row * plane + place.Pixel;
        Four q0 = queries[result], q1 = queries[result + place.Least(1) * plane], q2 = queries[result + place.Least(2) * plane],
            q3 = queries[result + place.Least(3) * plane];
        Four sum = Four.Product(q0, d0);
        if (place.Count > 1) sum.Add(Four.Product(q1, d1));
        if (place.Count > 2) sum.Add(Four.Product(q2, d2));
        if (place.Count > 3) sum.Add(Four.Product(q3, d3));
        sum = OverWarps(shared, sum, isSum: true);
        Four less = new() { A = -z.Root * sum.A, B = -z.Root * sum.B, C = -z.Root * sum.C, D = -z.Root * sum.D };
        d0.Add(less);
        d1.Add(less);
        d2.Add(less);
        d3.Add(less);
        if (!place.IsLive) return;
        to[result] = Four.Product(q0, d0);
        if (place.Count > 1) to[result + plane] = Four.Product(q1, d1);
        if (place.Count > 2) to[result + 2 * plane] = Four.Product(q2, d2);
        if (place.Count > 3) to[result + 3 * plane] = Four.Product(q3, d3);
    }

    static int Slabs(QuerySizes z) => (z.Batch / Four.Samples + GroupSum.Lanes - 1) / GroupSum.Lanes;

    /// <summary>Sum or largest over the warps of a group, in their order, for each lane's samples; all threads must come
    /// here.</summary>
    static Four OverWarps(ArrayView<float> shared, Four value, bool isSum)
    {
        int step = Group.DimX, warps = Group.DimX / GroupSum.Lanes;
        Group.Barrier();
        value.Share(shared, Group.IdxX, step);
        Group.Barrier();
        int lane = Group.IdxX % GroupSum.Lanes;
        Four all = Read(shared, lane, step);
        for (int w = 1; w < warps; w++)
        {
            Four other = Read(shared, w * GroupSum.Lanes + lane, step);
            if (isSum) all.Add(other);
            else all = Largest(all, other);
        }

        return all;
    }

    static Four Read(ArrayView<float> shared, int at, int step) =>
        new() { A = shared[at], B = shared[at + step], C = shared[at + 2 * step], D = shared[at + 3 * step] };

    static Four Largest(Four x, Four y) => new()
    {
        A = x.A > y.A ? x.A : y.A,
        B = x.B > y.B ? x.B : y.B,
        C = x.C > y.C ? x.C : y.C,
        D = x.D > y.D ? x.D : y.D,
    };

    static Four Exp(Four x, Four max) => new()
    {
        A = DeviceMath.Exp(x.A - max.A),
        B = DeviceMath.Exp(x.B - max.B),
        C = DeviceMath.Exp(x.C - max.C),
        D = DeviceMath.Exp(x.D - max.D),
    };

    /// <summary>What a thread computes: rows of the queries from Row on, Count of them, at a pixel of a channel's plane for
    /// samples from 4·Sample on.</summary>
    struct Place
    {
        public int Row, Count, Pixel, Sample;
        public bool IsLive;

        public static Place Of(QuerySizes z)
        {
            int quads = z.Batch / Four.Samples, slabs = Slabs(z), block = Grid.IdxX / slabs;
            int s = Grid.IdxX % slabs * GroupSum.Lanes + Group.IdxX % GroupSum.Lanes;
            int feature = Group.IdxX / GroupSum.Lanes * Rows, sample = s < quads ? s : quads - 1;
            return new()
            {
                Row = block / z.Area * z.Features + feature,
                Count = z.Features - feature,
                Pixel = block % z.Area * quads + sample,
                Sample = sample,
                IsLive = s < quads,
            };
        }

        /// <summary>The largest whole number up to <paramref name="wanted"/> that is below the count.</summary>
        public readonly int Least(int wanted) => wanted < Count ? wanted : Count - 1;
    }
}
