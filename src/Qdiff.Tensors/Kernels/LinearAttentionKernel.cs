namespace Qdiff.Tensors;

/// <summary>
/// Linear attention from x [C, N] to y [C, N] with its projections, never materialising q, k, v (19 MB a tile at 28×28).
/// </summary>
/// <remarks>
/// With k softmaxed over the tokens and q over the features, the definition is context_h = k_h·v_hᵀ and y = Σ_h
/// Wo_h·context_hᵀ·q_h + b. v = Wv·x is linear, so Wo_h·context_hᵀ = (Wo_h·Wv_h)·M_hᵀ with M_h = k_h·xᵀ: C columns instead of 32,
/// and the C × C matrix B_h = Wo_h·Wv_h is shared by all samples and computed once a step. The same values with 2.6 times fewer
/// operations at C = 10. Backward recomputes q and k a few tokens at a time.
/// </remarks>
static unsafe class LinearAttentionKernel<V> where V : struct, ILanes<V>
{
    /// <summary>Tokens that go through the heads together: small enough for their features to stay in the first-level
    /// cache.</summary>
    const int ForwardTokens = 8, BackwardTokens = 16;

    /// <summary>Rows of keys at once: few enough for them to stay in the second-level cache between their product, softmax and
    /// next product.</summary>
    const int KeyRows = 4;

    public readonly record struct Call(int Channels, int Tokens, int Heads, int Features)
    {
        /// <summary>v is divided by the number of tokens and q by √features.</summary>
        public float Factor => 1 / (Tokens * MathF.Sqrt(Features));

        /// <summary>Elements of one head's M or P, laid out [C, features].</summary>
        public int HeadSize => Channels * Features;
    }

    /// <summary>What the forward pass leaves for the backward pass.</summary>
    public readonly struct Saved(Workspace space, Call call)
    {
        public readonly float* M = space.Allocate(call.Heads * call.HeadSize);
        public readonly float* P = space.Allocate(call.Heads * call.HeadSize);
        public readonly float* KeyMax = space.Allocate(call.Heads * call.Features);
        public readonly float* KeyInverse = space.Allocate(call.Heads * call.Features);
    }

    /// <summary>
    /// <paramref name="qkv"/> is [3·heads·features, C] (only q and k are read), <paramref name="mix"/> is B [heads, C, C],
    /// <paramref name="bias"/> [C].
    /// </summary>
    public static void Forward(Workspace space, Call call, float* x, float* qkv, float* mix, float* bias, float* y,
        in Saved saved)
    {
        Arena.Mark mark = space.Mark();
        int d = call.Features, c = call.Channels, n = call.Tokens, inner = call.Heads * d;
        nint row = (nint)n * Tensor.Samples;
        float* keys = space.Allocate(KeyRows * n);
        for (int h = 0; h < call.Heads; h++)
        {
            float* m = saved.M + (nint)h * call.HeadSize * Tensor.Samples, p = saved.P + (nint)h * call.HeadSize * Tensor.Samples;
            float* max = saved.KeyMax + h * d * Tensor.Samples, inverse = saved.KeyInverse + h * d * Tensor.Samples;
            for (int j = 0; j < d; j += KeyRows)
            {
                int rows = Math.Min(KeyRows, d - j);
                MatrixProduct<V>.Run(new(qkv + (nint)(inner + h * d + j) * c, c, 1), x, row, keys, row, rows, c, n,
                    accumulate: false);
                for (int i = 0; i < rows; i++)
                    LinearAttentionSoftmax<V>.Row(keys + i * row, n, max + (j + i) * Tensor.Samples,
                        inverse + (j + i) * Tensor.Samples);
                BatchedMatrixProduct<V>.Run(new(keys, row, Tensor.Samples), new(x, row, Tensor.Samples),
                    new(m + j * Tensor.Samples, Tensor.Samples, d * Tensor.Samples), rows, c, n, accumulate: false);
            }

            for (int i = 0; i < c; i++) Multiply(m + i * d * Tensor.Samples, inverse, d);
            MatrixProduct<V>.Run(new(mix + (nint)h * c * c, c, 1), m, d * Tensor.Samples, p, d * Tensor.Samples, c, c, d,
                accumulate: false);
            Scale(p, call.HeadSize, call.Factor);
        }

        float* queries = space.Allocate(d * ForwardTokens);
        for (int t = 0; t < n; t += ForwardTokens)
        {
            int tokens = Math.Min(ForwardTokens, n - t);
            nint tokenRow = tokens * Tensor.Samples;
            float* xt = x + (nint)t * Tensor.Samples, yt = y + (nint)t * Tensor.Samples;
            for (int i = 0; i < c; i++) new Span<float>(yt + i * row, tokens * Tensor.Samples).Fill(bias[i]);

            for (int h = 0; h < call.Heads; h++)
            {
                MatrixProduct<V>.Run(new(qkv + (nint)h * d * c, c, 1), xt, row, queries, tokenRow, d, c, tokens,
                    accumulate: false);
                LinearAttentionSoftmax<V>.Columns(queries, d, tokens);
                BatchedMatrixProduct<V>.Run(
                    new(saved.P + (nint)h * call.HeadSize * Tensor.Samples, d * Tensor.Samples, Tensor.Samples),
                    new(queries, Tensor.Samples, tokenRow), new(yt, row, Tensor.Samples), c, tokens, d, accumulate: true);
            }
        }

        space.Release(mark);
    }

    /// <summary>
    /// Writes <paramref name="dx"/> and adds to the gradients of q's and k's rows of <paramref name="dqkv"/>, of
    /// <paramref name="dmix"/> and of <paramref name="dbias"/>, unless they are null.
    /// </summary>
    public static void Backward(Workspace space, Call call, float* x, float* dy, float* qkv, float* mix, in Saved saved,
        float* dx, float* dqkv, float* dmix, float* dbias)
    {
        Arena.Mark mark = space.Mark();
        int d = call.Features, c = call.Channels, n = call.Tokens, inner = call.Heads * d, headSize = call.HeadSize;
        nint row = (nint)n * Tensor.Samples, head = (nint)headSize * Tensor.Samples;
        const nint w = Tensor.Samples;
        int all = call.Heads * headSize;
        float* dp = space.Allocate(all), dm = space.Allocate(all), dwq = space.Allocate(all), dwk = space.Allocate(all);
        float* features = space.Allocate(d * BackwardTokens), dfeatures = space.Allocate(d * BackwardTokens);
        float* keySums = space.Allocate(inner);

        // Queries, and with them the gradient of P.
        for (int t = 0; t < n; t += BackwardTokens)
        {
            int tokens = Math.Min(BackwardTokens, n - t);
            nint tokenRow = tokens * Tensor.Samples;
            float* xt = x + t * w, dyt = dy + t * w, dxt = dx + t * w;
            for (int h = 0; h < call.Heads; h++)
            {
                float* wq = qkv + (nint)h * d * c;
                MatrixProduct<V>.Run(new(wq, c, 1), xt, row, features, tokenRow, d, c, tokens, accumulate: false);
                LinearAttentionSoftmax<V>.Columns(features, d, tokens);
                BatchedMatrixProduct<V>.Run(new(saved.P + h * head, w, d * w), new(dyt, w, row), new(dfeatures, tokenRow, w),
                    d, tokens, c, accumulate: false);
                BatchedMatrixProduct<V>.Run(new(dyt, row, w), new(features, tokenRow, w), new(dp + h * head, d * w, w), c, d,
                    tokens, accumulate: t > 0);
                LinearAttentionSoftmax<V>.ColumnsGradient(features, dfeatures, d, tokens);
                MatrixProduct<V>.Run(new(wq, 1, c), dfeatures, tokenRow, dxt, row, c, d, tokens, accumulate: h > 0);
                BatchedMatrixProduct<V>.Run(new(xt, row, w), new(dfeatures, tokenRow, w), new(dwq + h * head, d * w, w), c, d,
                    tokens, accumulate: t > 0);
            }
        }

        // P = factor·B·M, so dM = factor·Bᵀ·dP and dB = factor·dP·Mᵀ; Σ_n k·dk, which the softmax over tokens needs, is Σ_c dM·M.
        Scale(dp, all, call.Factor);
        for (int h = 0; h < call.Heads; h++)
        {
            MatrixProduct<V>.Run(new(mix + (nint)h * c * c, 1, c), dp + h * head, d * w, dm + h * head, d * w, c, c, d,
                accumulate: false);
            if (dmix is not null)
                ConvolutionWeightGradient<V>.Run(new(1, d, 1, 1, 1, 0), dp + h * head, c, saved.M + h * head, c,
                    dmix + (nint)h * c * c, c, 1);
            for (nint f = 0; f < d * w; f += V.Count)
            {
                V sum = default;
                for (int i = 0; i < c; i++)
                    sum = V.MultiplyAdd(V.Load(dm + h * head + f, i * d), V.Load(saved.M + h * head + f, i * d), sum);
                sum.Store(keySums + h * d * w + f);
            }
        }

        // Keys.
        for (int t = 0; t < n; t += BackwardTokens)
        {
            int tokens = Math.Min(BackwardTokens, n - t);
            nint tokenRow = tokens * Tensor.Samples;
            float* xt = x + t * w, dxt = dx + t * w;
            for (int h = 0; h < call.Heads; h++)
            {
                float* wk = qkv + (nint)(inner + h * d) * c;
                MatrixProduct<V>.Run(new(wk, c, 1), xt, row, features, tokenRow, d, c, tokens, accumulate: false);
                BatchedMatrixProduct<V>.Run(new(dm + h * head, w, d * w), new(xt, w, row), new(dfeatures, tokenRow, w), d,
                    tokens, c, accumulate: false);
                LinearAttentionSoftmax<V>.KeysGradient(features, dfeatures, saved.KeyMax + h * d * w,
                    saved.KeyInverse + h * d * w, keySums + h * d * w, d, tokens);
                BatchedMatrixProduct<V>.Run(new(dm + h * head, d * w, w), new(features, w, tokenRow), new(dxt, row, w), c,
                    tokens, d, accumulate: true);
                MatrixProduct<V>.Run(new(wk, 1, c), dfeatures, tokenRow, dxt, row, c, d, tokens, accumulate: true);
                BatchedMatrixProduct<V>.Run(new(xt, row, w), new(dfeatures, tokenRow, w), new(dwk + h * head, d * w, w), c, d,
                    tokens, accumulate: t > 0);
            }
        }

        if (dqkv is not null)
        {
            for (int h = 0; h < call.Heads; h++)
                for (int i = 0; i < c; i++)
                    for (int f = 0; f < d; f++)
                    {
                        dqkv[(nint)(h * d + f) * c + i] += Lanes.SumOfSamples<V>(dwq + h * head + (i * d + f) * w);
                        dqkv[(nint)(inner + h * d + f) * c + i] += Lanes.SumOfSamples<V>(dwk + h * head + (i * d + f) * w);
                    }
        }

        if (dbias is not null)
            for (int i = 0; i < c; i++) dbias[i] += TileReduction<V>.Total(dy + i * row, n);
        space.Release(mark);
    }

    static void Scale(float* x, int count, float factor)
    {
        var v = V.Create(factor);
        for (float* end = x + (nint)count * Tensor.Samples; x < end; x += V.Count) (v * V.Load(x)).Store(x);
    }

    static void Multiply(float* x, float* factor, int count)
    {
        for (float* end = x + (nint)count * Tensor.Samples; x < end; x += V.Count, factor += V.Count)
            (V.Load(x) * V.Load(factor)).Store(x);
    }
}
