
namespace Qdiff.Tensors;

/// <summary>Scaled attention over all tokens with q and k normalised over the tokens, for q, k, v rows [features, tokens] a
/// head.</summary>
static unsafe class FullAttentionKernel<V> where V : struct, ILanes<V>
{
    public readonly record struct Call(int Tokens, int Heads, int Features, float Scale)
    {
        public int Inner => Heads * Features;
    }

    /// <summary>What the forward pass leaves for the backward pass.</summary>
    public readonly struct Saved(Workspace space, Call call)
    {
        /// <summary>Normalised q and k, then their inverse norms.</summary>
        public readonly float* Normal = space.Allocate(2 * call.Inner * call.Tokens);
        public readonly float* Inverse = space.Allocate(2 * call.Inner);
        /// <summary>[heads, query, key]</summary>
        public readonly float* Attention = space.Allocate(call.Heads * call.Tokens * call.Tokens);
    }

    const nint W = Tensor.Samples;

    public static void Forward(Call call, float* qkv, float* y, in Saved saved)
    {
        int n = call.Tokens, d = call.Features;
        nint row = n * W;
        for (int i = 0; i < 2 * call.Inner; i++) Normalise(qkv + i * row, saved.Normal + i * row, saved.Inverse + i * W, n);
        for (int h = 0; h < call.Heads; h++)
        {
            float* q = saved.Normal + h * d * row, k = saved.Normal + (call.Inner + h * d) * row,
                v = qkv + (2 * call.Inner + h * d) * row;
            float* attention = saved.Attention + (nint)h * n * n * W;
            BatchedMatrixProduct<V>.Run(new(q, W, row), new(k, W, row), new(attention, row, W), n, n, d, accumulate: false);
            for (int i = 0; i < n; i++) SoftmaxRow(attention + i * row, n, call.Scale);
            BatchedMatrixProduct<V>.Run(new(v, row, W), new(attention, row, W), new(y + h * d * row, row, W), d, n, n,
                accumulate: false);
        }
    }

    public static void Backward(Workspace space, Call call, float* qkv, float* dy, in Saved saved, float* dqkv)
    {
        Arena.Mark mark = space.Mark();
        int n = call.Tokens, d = call.Features;
        nint row = n * W;
        float* dattention = space.Allocate(n * n);
        for (int h = 0; h < call.Heads; h++)
        {
            nint qRow = h * d * row, kRow = (call.Inner + h * d) * row, vRow = (2 * call.Inner + h * d) * row;
            float* attention = saved.Attention + (nint)h * n * n * W, dyh = dy + h * d * row;
            BatchedMatrixProduct<V>.Run(new(dyh, row, W), new(attention, W, row), new(dqkv + vRow, row, W), d, n, n,
                accumulate: false);
            BatchedMatrixProduct<V>.Run(new(dyh, W, row), new(qkv + vRow, W, row), new(dattention, row, W), n, n, d,
                accumulate: false);
            for (int i = 0; i < n; i++) SoftmaxRowGradient(attention + i * row, dattention + i * row, n, call.Scale);
            BatchedMatrixProduct<V>.Run(new(saved.Normal + kRow, row, W), new(dattention, row, W), new(dqkv + qRow, row, W),
                d, n, n, accumulate: false);
            BatchedMatrixProduct<V>.Run(new(saved.Normal + qRow, row, W), new(dattention, W, row), new(dqkv + kRow, row, W),
                d, n, n, accumulate: false);
        }

        for (int i = 0; i < 2 * call.Inner; i++)
            NormaliseGradient(saved.Normal + i * row, saved.Inverse + i * W, dqkv + i * row, n);
        space.Release(mark);
    }

    /// <summary>y = x/max(‖x‖, 1e-12).</summary>
    static void Normalise(float* x, float* y, float* inverse, int count)
    {
        for (int lane = 0; lane < W; lane += V.Count, x += V.Count, y += V.Count)
        {
            V sum = default;
            for (int i = 0; i < count; i++) sum = V.MultiplyAdd(V.Load(x, i), V.Load(x, i), sum);
            V scale = V.One / V.AtLeast(V.Sqrt(sum), V.Create(1e-12f));
            scale.Store(inverse + lane);
            for (int i = 0; i < count; i++) (scale * V.Load(x, i)).Store(y + i * W);
        }
    }

    /// <summary>d becomes (d − y·Σ y·d)/‖x‖.</summary>
    static void NormaliseGradient(float* y, float* inverse, float* d, int count)
    {
        for (int lane = 0; lane < W; lane += V.Count, y += V.Count, d += V.Count)
        {
            V sum = default, scale = V.Load(inverse + lane);
            for (int i = 0; i < count; i++) sum = V.MultiplyAdd(V.Load(y, i), V.Load(d, i), sum);
            for (int i = 0; i < count; i++) (scale * (V.Load(d, i) - V.Load(y, i) * sum)).Store(d + i * W);
        }
    }

    static void SoftmaxRow(float* z, int count, float scale)
    {
        var factor = V.Create(scale);
        for (int lane = 0; lane < W; lane += V.Count, z += V.Count)
        {
            V max = factor * TileReduction<V>.Max(z, count, W), sum = default;
            for (int i = 0; i < count; i++)
            {
                V e = V.Exp(V.MultiplyAdd(factor, V.Load(z, i), -max));
                e.Store(z + i * W);
                sum += e;
            }

            V inverse = V.One / sum;
            for (int i = 0; i < count; i++) (inverse * V.Load(z, i)).Store(z + i * W);
        }
    }

    static void SoftmaxRowGradient(float* a, float* d, int count, float scale)
    {
        var factor = V.Create(scale);
        for (int lane = 0; lane < W; lane += V.Count, a += V.Count, d += V.Count)
        {
            V sum = default;
            for (int i = 0; i < count; i++) sum = V.MultiplyAdd(V.Load(a, i), V.Load(d, i), sum);
            for (int i = 0; i < count; i++) (factor * V.Load(a, i) * (V.Load(d, i) - sum)).Store(d + i * W);
        }
    }
}
