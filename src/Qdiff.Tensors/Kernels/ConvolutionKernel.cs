using System.Runtime.CompilerServices;

namespace Qdiff.Tensors;

/// <summary>
/// y[o][p] = bias[o] + Σ_i Σ_tap w[o,i,tap] · x[i][source(p, tap)]: convolutions, their input gradients and transposed
/// convolutions, depending on the plan and the strides of w.
/// </summary>
/// <remarks>
/// A block of 5 output channels × 4 positions stays in registers: 9 loads feed 20 fused multiply-adds, enough for two units a
/// core. What a block reads stays in the first-level cache while it is computed for one part of the samples after another.
/// </remarks>
static unsafe class ConvolutionKernel<V> where V : struct, ILanes<V>
{
    readonly record struct Entry(int Input, int Weight);

    public static void Run(ConvolutionPlan plan, float* x, int inputs, int inputPositions, float* w, int outputStride,
        int inputStride, float* bias, float* y, int outputs, int outputPositions, bool accumulate = false)
    {
        int entriesNeeded = 0;
        foreach (ConvolutionPlan.Group group in plan.Groups) entriesNeeded = Math.Max(entriesNeeded, group.Taps.Length * inputs);
        Entry[] table = System.Buffers.ArrayPool<Entry>.Shared.Rent(Math.Max(1, entriesNeeded));
        fixed (Entry* entries = table)
        {
            foreach (ConvolutionPlan.Group group in plan.Groups)
            {
                int count = Fill(entries, group.Offsets, group.Taps, inputs, inputPositions, inputStride);
                fixed (int* bases = group.Bases, positions = group.Outputs)
                {
                    for (int o = 0; o < outputs;)
                    {
                        int rows = RegisterBlock.Rows(outputs - o);
                        float* b = bias is null ? null : bias + o;
                        float* wo = w + (nint)o * outputStride;
                        float* yo = y + (nint)o * outputPositions * Tensor.Samples;
                        var call = new Call(entries, count, x, wo, outputStride, b, yo, outputPositions * Tensor.Samples, bases,
                            positions, group.Bases.Length, accumulate);
                        switch (rows)
                        {
                            case 5: Sweep<Size5>(call); break;
                            case 4: Sweep<Size4>(call); break;
                            case 3: Sweep<Size3>(call); break;
                            case 2: Sweep<Size2>(call); break;
                            default: Sweep<Size1>(call); break;
                        }

                        o += rows;
                    }
                }
            }
        }

        System.Buffers.ArrayPool<Entry>.Shared.Return(table);
    }

    /// <summary>What a position of a group reads, and with which weights.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static int Fill(Entry* entries, ReadOnlySpan<int> offsets, ReadOnlySpan<int> taps, int inputs, int inputPositions,
        int inputStride)
    {
        taps = taps[..offsets.Length];
        Entry* next = entries;
        for (int i = 0, x = 0, w = 0; i < inputs; i++, x += inputPositions, w += inputStride)
            for (int j = 0; j < offsets.Length; j++) *next++ = new((x + offsets[j]) * Tensor.Samples, w + taps[j]);
        return (int)(next - entries);
    }

    readonly record struct Call(nint EntriesAddress, int Count, nint XAddress, nint WAddress, int WStride, nint BiasAddress,
        nint YAddress, int YStride, nint BasesAddress, nint PositionsAddress, int PositionCount, bool Accumulate)
    {
        public Call(Entry* entries, int count, float* x, float* w, int wStride, float* bias, float* y, int yStride, int* bases,
            int* positions, int positionCount, bool accumulate)
            : this((nint)entries, count, (nint)x, (nint)w, wStride, (nint)bias, (nint)y, yStride, (nint)bases, (nint)positions,
                positionCount, accumulate)
        {
        }

        public Entry* Entries => (Entry*)EntriesAddress;
        public float* X => (float*)XAddress;
        public float* W => (float*)WAddress;
        public float* Bias => (float*)BiasAddress;
        public float* Y => (float*)YAddress;
        public int* Bases => (int*)BasesAddress;
        public int* Positions => (int*)PositionsAddress;
    }

    static void Sweep<TRows>(in Call call) where TRows : struct, IBlockSize
    {
        for (int p = 0; p < call.PositionCount;)
        {
            int columns = RegisterBlock.Columns(call.PositionCount - p);
            for (int lane = 0; lane < Tensor.Samples; lane += V.Count)
                switch (columns)
                {
                    case 4: Block<TRows, Size4>(call, p, lane); break;
                    case 3: Block<TRows, Size3>(call, p, lane); break;
                    case 2: Block<TRows, Size2>(call, p, lane); break;
                    default: Block<TRows, Size1>(call, p, lane); break;
                }

            p += columns;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Block<TRows, TColumns>(in Call call, int p, int lane)
        where TRows : struct, IBlockSize where TColumns : struct, IBlockSize
    {
        float* x = call.X + lane, y = call.Y + lane;
        float* x0 = x + call.Bases[p] * Tensor.Samples;
        float* x1 = TColumns.Value > 1 ? x + call.Bases[p + 1] * Tensor.Samples : null;
        float* x2 = TColumns.Value > 2 ? x + call.Bases[p + 2] * Tensor.Samples : null;
        float* x3 = TColumns.Value > 3 ? x + call.Bases[p + 3] * Tensor.Samples : null;
        float* w0 = call.W;
        nint s = call.WStride;
        float* w1 = w0 + s, w2 = w1 + s, w3 = w2 + s, w4 = w3 + s;

        V a00 = default, a01 = default, a02 = default, a03 = default;
        V a10 = default, a11 = default, a12 = default, a13 = default;
        V a20 = default, a21 = default, a22 = default, a23 = default;
        V a30 = default, a31 = default, a32 = default, a33 = default;
        V a40 = default, a41 = default, a42 = default, a43 = default;
        if (call.Bias is not null)
        {
            a00 = a01 = a02 = a03 = V.Create(call.Bias[0]);
            if (TRows.Value > 1) a10 = a11 = a12 = a13 = V.Create(call.Bias[1]);
            if (TRows.Value > 2) a20 = a21 = a22 = a23 = V.Create(call.Bias[2]);
            if (TRows.Value > 3) a30 = a31 = a32 = a33 = V.Create(call.Bias[3]);
            if (TRows.Value > 4) a40 = a41 = a42 = a43 = V.Create(call.Bias[4]);
        }

        Entry* end = call.Entries + call.Count;
        for (Entry* e = call.Entries; e < end; e++)
        {
            nint i = e->Input, k = e->Weight;
            V v0 = V.Load(x0 + i), v1 = default, v2 = default, v3 = default;
            if (TColumns.Value > 1) v1 = V.Load(x1 + i);
            if (TColumns.Value > 2) v2 = V.Load(x2 + i);
            if (TColumns.Value > 3) v3 = V.Load(x3 + i);

            RegisterRow<V>.Add<TColumns>(V.Create(w0[k]), v0, v1, v2, v3, ref a00, ref a01, ref a02, ref a03);
            if (TRows.Value > 1)
                RegisterRow<V>.Add<TColumns>(V.Create(w1[k]), v0, v1, v2, v3, ref a10, ref a11, ref a12, ref a13);
            if (TRows.Value > 2)
                RegisterRow<V>.Add<TColumns>(V.Create(w2[k]), v0, v1, v2, v3, ref a20, ref a21, ref a22, ref a23);
            if (TRows.Value > 3)
                RegisterRow<V>.Add<TColumns>(V.Create(w3[k]), v0, v1, v2, v3, ref a30, ref a31, ref a32, ref a33);
            if (TRows.Value > 4)
                RegisterRow<V>.Add<TColumns>(V.Create(w4[k]), v0, v1, v2, v3, ref a40, ref a41, ref a42, ref a43);
        }

        nint t = call.YStride;
        bool add = call.Accumulate;
        Store<TRows>(y + call.Positions[p] * Tensor.Samples, t, add, a00, a10, a20, a30, a40);
        if (TColumns.Value > 1) Store<TRows>(y + call.Positions[p + 1] * Tensor.Samples, t, add, a01, a11, a21, a31, a41);
        if (TColumns.Value > 2) Store<TRows>(y + call.Positions[p + 2] * Tensor.Samples, t, add, a02, a12, a22, a32, a42);
        if (TColumns.Value > 3) Store<TRows>(y + call.Positions[p + 3] * Tensor.Samples, t, add, a03, a13, a23, a33, a43);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Store<TRows>(float* y, nint stride, bool add, V a0, V a1, V a2, V a3, V a4) where TRows : struct, IBlockSize
    {
        if (add)
        {
            a0 = V.Load(y) + a0;
            if (TRows.Value > 1) a1 = V.Load(y + stride) + a1;
            if (TRows.Value > 2) a2 = V.Load(y + 2 * stride) + a2;
            if (TRows.Value > 3) a3 = V.Load(y + 3 * stride) + a3;
            if (TRows.Value > 4) a4 = V.Load(y + 4 * stride) + a4;
        }

        a0.Store(y);
        if (TRows.Value > 1) a1.Store(y + stride);
        if (TRows.Value > 2) a2.Store(y + 2 * stride);
        if (TRows.Value > 3) a3.Store(y + 3 * stride);
        if (TRows.Value > 4) a4.Store(y + 4 * stride);
    }
}
