using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

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
static unsafe class LinearAttentionKernel
{
    /// <summary>Tokens that go through the heads together: small enough for their features to stay in the first-level
    /// cache.</summary>
    const int ForwardTokens = 8, BackwardTokens = 16;
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
        nint row = (nint)n * Tile.Samples;
        float* keys = space.Allocate(KeyRows * n);
        for (int h = 0; h < call.Heads; h++)
        {
            float* m = saved.M + (nint)h * call.HeadSize * Tile.Samples, p = saved.P + (nint)h * call.HeadSize * Tile.Samples;
            for (int j = 0; j < d; j += KeyRows)
            {
                int rows = Math.Min(KeyRows, d - j);
                MatrixProduct.Run(new(qkv + (nint)(inner + h * d + j) * c, c, 1), x, row, keys, row, rows, c, n,
                    accumulate: false);
                for (int i = 0; i < rows; i++)
                    SoftmaxRow(keys + i * row, n, saved.KeyMax + (h * d + j + i) * Tile.Samples,
                        saved.KeyInverse + (h * d + j + i) * Tile.Samples);
                BatchedMatrixProduct.Run(new(keys, row, Tile.Samples), new(x, row, Tile.Samples),
                    new(m + j * Tile.Samples, Tile.Samples, d * Tile.Samples),
                    rows, c, n, accumulate: false);
                for (int i = 0; i < c; i++)
                    for (int f = j; f < j + rows; f++)
                        (Tile.Load(m, i * d + f) * Tile.Load(saved.KeyInverse, h * d + f)).Store(m + (i * d + f) * Tile.Samples);
            }

            MatrixProduct.Run(new(mix + (nint)h * c * c, c, 1), m, d * Tile.Samples, p, d * Tile.Samples, c, c, d,
                accumulate: false);
            var factor = Vector512.Create(call.Factor);
            for (int i = 0; i < call.HeadSize; i++) (factor * Tile.Load(p, i)).Store(p + i * Tile.Samples);
        }

        float* queries = space.Allocate(d * ForwardTokens);
        for (int t = 0; t < n; t += ForwardTokens)
        {
            int tokens = Math.Min(ForwardTokens, n - t);
            nint tokenRow = tokens * Tile.Samples;
            float* xt = x + (nint)t * Tile.Samples, yt = y + (nint)t * Tile.Samples;
            for (int i = 0; i < c; i++)
            {
                var b = Vector512.Create(bias[i]);
                for (int k = 0; k < tokens; k++) b.Store(yt + i * row + k * Tile.Samples);
            }

            for (int h = 0; h < call.Heads; h++)
            {
                MatrixProduct.Run(new(qkv + (nint)h * d * c, c, 1), xt, row, queries, tokenRow, d, c, tokens, accumulate: false);
                SoftmaxColumns(queries, d, tokens);
                BatchedMatrixProduct.Run(new(saved.P + (nint)h * call.HeadSize * Tile.Samples, d * Tile.Samples, Tile.Samples),
                    new(queries, Tile.Samples, tokenRow), new(yt, row, Tile.Samples), c, tokens, d, accumulate: true);
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
        nint row = (nint)n * Tile.Samples, head = (nint)headSize * Tile.Samples;
        const nint w = Tile.Samples;
        int all = call.Heads * headSize;
        float* dp = Zeros(space, all), dm = space.Allocate(all), dwq = Zeros(space, all), dwk = Zeros(space, all);
        float* features = space.Allocate(d * BackwardTokens), dfeatures = space.Allocate(d * BackwardTokens);
        float* keySums = space.Allocate(inner);

        // Queries, and with them the gradient of P.
        for (int t = 0; t < n; t += BackwardTokens)
        {
            int tokens = Math.Min(BackwardTokens, n - t);
            nint tokenRow = tokens * Tile.Samples;
            float* xt = x + t * w, dyt = dy + t * w, dxt = dx + t * w;
            for (int h = 0; h < call.Heads; h++)
            {
                float* wq = qkv + (nint)h * d * c;
                MatrixProduct.Run(new(wq, c, 1), xt, row, features, tokenRow, d, c, tokens, accumulate: false);
                SoftmaxColumns(features, d, tokens);
                BatchedMatrixProduct.Run(new(saved.P + h * head, w, d * w), new(dyt, w, row), new(dfeatures, tokenRow, w), d,
                    tokens,
                    c, accumulate: false);
                BatchedMatrixProduct.Run(new(dyt, row, w), new(features, tokenRow, w), new(dp + h * head, d * w, w), c, d, tokens,
                    accumulate: true);
                SoftmaxColumnsGradient(features, dfeatures, d, tokens);
                MatrixProduct.Run(new(wq, 1, c), dfeatures, tokenRow, dxt, row, c, d, tokens, accumulate: h > 0);
                BatchedMatrixProduct.Run(new(xt, row, w), new(dfeatures, tokenRow, w), new(dwq + h * head, d * w, w), c, d,
                    tokens,
                    accumulate: true);
            }
        }

        // P = factor·B·M, so dM = factor·Bᵀ·dP and dB = factor·dP·Mᵀ; Σ_n k·dk, which the softmax over tokens needs, is Σ_c dM·M.
        var factor = Vector512.Create(call.Factor);
        for (int i = 0; i < all; i++) (factor * Tile.Load(dp, i)).Store(dp + i * w);
        for (int h = 0; h < call.Heads; h++)
        {
            MatrixProduct.Run(new(mix + (nint)h * c * c, 1, c), dp + h * head, d * w, dm + h * head, d * w, c, c, d,
                accumulate: false);
            if (dmix is not null)
                ConvolutionWeightGradient.Run(new(1, d, 1, 1, 1, 0), dp + h * head, c, saved.M + h * head, c, dmix
                    + (nint)h * c * c, c,
                    1);
            for (int f = 0; f < d; f++)
            {
                Vector512<float> sum = default;
                for (int i = 0; i < c; i++)
                    sum = Tile.MultiplyAdd(Tile.Load(dm + h * head, i * d + f), Tile.Load(saved.M + h * head, i * d + f), sum);
                sum.Store(keySums + (h * d + f) * w);
            }
        }

        // Keys.
        for (int t = 0; t < n; t += BackwardTokens)
        {
            int tokens = Math.Min(BackwardTokens, n - t);
            nint tokenRow = tokens * Tile.Samples;
            float* xt = x + t * w, dxt = dx + t * w;
            for (int h = 0; h < call.Heads; h++)
            {
                float* wk = qkv + (nint)(inner + h * d) * c;
                MatrixProduct.Run(new(wk, c, 1), xt, row, features, tokenRow, d, c, tokens, accumulate: false);
                BatchedMatrixProduct.Run(new(dm + h * head, w, d * w), new(xt, w, row), new(dfeatures, tokenRow, w), d, tokens, c,
                    accumulate: false);
                KeysGradient(features, dfeatures, saved.KeyMax + h * d * w, saved.KeyInverse + h * d * w, keySums + h * d * w, d,
                    tokens);
                BatchedMatrixProduct.Run(new(dm + h * head, d * w, w), new(features, w, tokenRow), new(dxt, row, w), c, tokens, d,
                    accumulate: true);
                MatrixProduct.Run(new(wk, 1, c), dfeatures, tokenRow, dxt, row, c, d, tokens, accumulate: true);
                BatchedMatrixProduct.Run(new(xt, row, w), new(dfeatures, tokenRow, w), new(dwk + h * head, d * w, w), c, d,
                    tokens,
                    accumulate: true);
            }
        }

        if (dqkv is not null)
        {
            for (int h = 0; h < call.Heads; h++)
                for (int i = 0; i < c; i++)
                    for (int f = 0; f < d; f++)
                    {
                        dqkv[(nint)(h * d + f) * c + i] += Vector512.Sum(Tile.Load(dwq + h * head, i * d + f));
                        dqkv[(nint)(inner + h * d + f) * c + i] += Vector512.Sum(Tile.Load(dwk + h * head, i * d + f));
                    }
        }

        if (dbias is not null)
            for (int i = 0; i < c; i++) dbias[i] += TileReduction.Total(dy + i * row, n);
        space.Release(mark);
    }

    static float* Zeros(Workspace space, int count)
    {
        float* zeros = space.Allocate(count);
        new Span<float>(zeros, count * Tile.Samples).Clear();
        return zeros;
    }

    /// <summary>z becomes e^(z − max); the caller multiplies by 1/sum where it is cheaper.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void SoftmaxRow(float* z, int count, float* maximum, float* inverse)
    {
        Vector512<float> max = TileReduction.Max(z, count), a = default, b = default;
        nint i = 0;
        for (; i + 2 <= count; i += 2)
        {
            Vector512<float> e0 = VectorMath.Exp(Tile.Load(z, i) - max), e1 = VectorMath.Exp(Tile.Load(z, i + 1) - max);
            e0.Store(z + i * Tile.Samples);
            e1.Store(z + (i + 1) * Tile.Samples);
            a += e0;
            b += e1;
        }

        if (i < count)
        {
            Vector512<float> e = VectorMath.Exp(Tile.Load(z, i) - max);
            e.Store(z + i * Tile.Samples);
            a += e;
        }

        max.Store(maximum);
        (Vector512<float>.One / (a + b)).Store(inverse);
    }

    /// <summary>Softmax over the <paramref name="rows"/> features of each of the <paramref name="columns"/> tokens, in
    /// place.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void SoftmaxColumns(float* z, int rows, int columns)
    {
        nint row = columns * Tile.Samples;
        for (float* column = z; column < z + row; column += Tile.Samples)
        {
            Vector512<float> max = Tile.Load(column), sum = default;
            for (int i = 1; i < rows; i++) max = Vector512.Max(max, Tile.Load(column + i * row));
            for (int i = 0; i < rows; i++)
            {
                Vector512<float> e = VectorMath.Exp(Tile.Load(column + i * row) - max);
                e.Store(column + i * row);
                sum += e;
            }

            Vector512<float> inverse = Vector512<float>.One / sum;
            for (int i = 0; i < rows; i++) (inverse * Tile.Load(column + i * row)).Store(column + i * row);
        }
    }

    /// <summary>d becomes q·(d − Σ q·d).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void SoftmaxColumnsGradient(float* q, float* d, int rows, int columns)
    {
        nint row = columns * Tile.Samples;
        for (nint column = 0; column < row; column += Tile.Samples)
        {
            Vector512<float> sum = default;
            for (int i = 0; i < rows; i++) sum = Tile.MultiplyAdd(Tile.Load(q + column + i * row), Tile.Load(d + column
                + i * row), sum);
            for (int i = 0; i < rows; i++)
                (Tile.Load(q + column + i * row) * (Tile.Load(d + column + i * row) - sum)).Store(d + column + i * row);
        }
    }

    /// <summary>z becomes k = e^(z − max)/sum and d becomes k·(d − Σ k·d); both sums are known.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void KeysGradient(float* z, float* d, float* max, float* inverse, float* sums, int rows, int columns)
    {
        for (int i = 0; i < rows; i++)
        {
            Vector512<float> m = Tile.Load(max, i), v = Tile.Load(inverse, i), s = Tile.Load(sums, i);
            for (int j = 0; j < columns; j++, z += Tile.Samples, d += Tile.Samples)
            {
                Vector512<float> k = VectorMath.Exp(Tile.Load(z) - m) * v;
                k.Store(z);
                (k * (Tile.Load(d) - s)).Store(d);
            }
        }
    }
}
