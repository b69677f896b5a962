using System.Runtime.CompilerServices;

namespace Qdiff.Tensors;

/// <summary>Group normalisation with modulation and SiLU, forward and backward.</summary>
static unsafe class GroupNormKernel<V> where V : struct, ILanes<V>
{
    public readonly record struct Call(int Channels, int Groups, int Area, float Epsilon, bool Silu)
    {
        public int ChannelsInGroup => Channels / Groups;
    }

    /// <summary>
    /// y = f(a·x + b) with a = (1 + film)·scale/deviation and b so that the mean maps to its place; f is SiLU or the identity.
    /// <paramref name="statistics"/> receives each group's mean and 1/deviation.
    /// </summary>
    public static void Forward(Call call, float* x, float* scale, float* bias, float* film, float* addend, float* y,
        float* statistics)
    {
        int size = call.ChannelsInGroup * call.Area;
        var count = V.Create(size);
        for (int g = 0; g < call.Groups; g++)
            for (int lane = 0; lane < Tensor.Samples; lane += V.Count)
            {
                float* start = x + lane + (nint)g * size * Tensor.Samples;
                V mean = TileReduction<V>.Sum(start, size) / count;
                V variance = TileReduction<V>.SquaredDeviations(start, size, mean) / count;
                V inverse = V.One / V.Sqrt(variance + V.Create(call.Epsilon));
                mean.Store(statistics + lane + 2 * g * Tensor.Samples);
                inverse.Store(statistics + lane + (2 * g + 1) * Tensor.Samples);
                for (int c = g * call.ChannelsInGroup; c < (g + 1) * call.ChannelsInGroup; c++)
                {
                    (V gain, V shift) = Affine(call, c, scale, bias, film, lane);
                    V a = gain * inverse, b = shift - mean * a;
                    nint at = (nint)c * call.Area * Tensor.Samples + lane;
                    float* plus = addend is null ? null : addend + at;
                    if (call.Silu) ApplySilu(x + at, plus, y + at, a, b, call.Area);
                    else Apply(x + at, plus, y + at, a, b, call.Area);
                }
            }
    }

    /// <summary>
    /// With u = a·x + b and du the gradient there: dx = (g·du − mean(g·du) − x̂·mean(g·du·x̂))/deviation, the means over the
    /// group, where g is scale·(1 + film) and x̂ the normalised value. u is recomputed: it costs less than keeping it.
    /// </summary>
    public static void Backward(Call call, float* x, float* dy, float* scale, float* bias, float* film, float* statistics,
        float* dx, float* dscale, float* dbias, float* dfilm)
    {
        int perGroup = call.ChannelsInGroup;
        var count = V.Create((float)perGroup * call.Area);
        // Of the group Σ g·du and Σ g·du·x̂, of the channel Σ du and Σ du·x̂; a row of samples each.
        float* groupSum = stackalloc float[4 * Tensor.Samples], groupProduct = groupSum + Tensor.Samples,
            channelSum = groupProduct + Tensor.Samples, channelProduct = channelSum + Tensor.Samples;
        for (int g = 0; g < call.Groups; g++)
        {
            float* means = statistics + 2 * g * Tensor.Samples, inverses = means + Tensor.Samples;
            new Span<float>(groupSum, 2 * Tensor.Samples).Clear();
            for (int c = g * perGroup; c < (g + 1) * perGroup; c++)
            {
                for (int lane = 0; lane < Tensor.Samples; lane += V.Count)
                {
                    V mean = V.Load(means + lane), inverse = V.Load(inverses + lane);
                    (V gain, V shift) = Affine(call, c, scale, bias, film, lane);
                    nint at = (nint)c * call.Area * Tensor.Samples + lane;
                    V sum, product;
                    if (call.Silu)
                        SiluSums(x + at, dy + at, dx + at, gain * inverse, shift - mean * gain * inverse, mean, call.Area,
                            out sum, out product);
                    else Sums(x + at, dy + at, dx + at, mean, call.Area, out sum, out product);
                    product *= inverse;   // Σ du·x̂

                    V.MultiplyAdd(gain, sum, V.Load(groupSum + lane)).Store(groupSum + lane);
                    V.MultiplyAdd(gain, product, V.Load(groupProduct + lane)).Store(groupProduct + lane);
                    V modulation = film is null ? V.One : V.One + V.Load(film + lane, c);
                    (modulation * sum).Store(channelSum + lane);
                    (modulation * product).Store(channelProduct + lane);
                    if (dfilm is null) continue;
                    V.MultiplyAdd(V.Create(scale[c]), product, V.Create(bias[c]) * sum).Store(dfilm + lane + c * Tensor.Samples);
                    sum.Store(dfilm + lane + (call.Channels + c) * Tensor.Samples);
                }

                if (dscale is not null) dscale[c] += Lanes.SumOfSamples<V>(channelProduct);
                if (dbias is not null) dbias[c] += Lanes.SumOfSamples<V>(channelSum);
            }

            for (int lane = 0; lane < Tensor.Samples; lane += V.Count)
            {
                // dx = p·du + q·x + r, with the group's means folded into q and r.
                V mean = V.Load(means + lane), inverse = V.Load(inverses + lane);
                V q = -inverse * inverse * V.Load(groupProduct + lane) / count,
                    r = -inverse * V.Load(groupSum + lane) / count - q * mean;
                for (int c = g * perGroup; c < (g + 1) * perGroup; c++)
                {
                    (V gain, _) = Affine(call, c, scale, bias, film, lane);
                    nint at = (nint)c * call.Area * Tensor.Samples + lane;
                    Finish(x + at, dx + at, gain * inverse, q, r, call.Area);
                }
            }
        }
    }

    static (V Gain, V Shift) Affine(Call call, int c, float* scale, float* bias, float* film, int lane)
    {
        V gain = V.Create(scale[c]), shift = V.Create(bias[c]);
        if (film is null) return (gain, shift);
        V modulation = V.One + V.Load(film + lane, c);
        return (gain * modulation, V.MultiplyAdd(shift, modulation, V.Load(film + lane, call.Channels + c)));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Apply(float* x, float* addend, float* y, V a, V b, int count)
    {
        if (addend is not null)
            for (nint i = 0; i < count; i++)
                (V.MultiplyAdd(a, V.Load(x, i), b) + V.Load(addend, i)).Store(y + i * Tensor.Samples);
        else for (nint i = 0; i < count; i++) V.MultiplyAdd(a, V.Load(x, i), b).Store(y + i * Tensor.Samples);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void ApplySilu(float* x, float* addend, float* y, V a, V b, int count)
    {
        if (addend is not null)
            for (nint i = 0; i < count; i++)
                (Silu<V>.Value(V.MultiplyAdd(a, V.Load(x, i), b)) + V.Load(addend, i)).Store(y + i * Tensor.Samples);
        else for (nint i = 0; i < count; i++) Silu<V>.Value(V.MultiplyAdd(a, V.Load(x, i), b)).Store(y + i * Tensor.Samples);
    }

    /// <summary>Writes du to <paramref name="du"/> and sums du and du·(x − mean).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void SiluSums(float* x, float* dy, float* du, V a, V b, V mean, int count, out V sum, out V product)
    {
        V s = default, p = default;
        for (nint i = 0; i < count; i++)
        {
            V xi = V.Load(x, i);
            V d = V.Load(dy, i) * Silu<V>.Slope(V.MultiplyAdd(a, xi, b));
            d.Store(du + i * Tensor.Samples);
            s += d;
            p = V.MultiplyAdd(d, xi - mean, p);
        }

        (sum, product) = (s, p);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Sums(float* x, float* dy, float* du, V mean, int count, out V sum, out V product)
    {
        V s = default, p = default;
        for (nint i = 0; i < count; i++)
        {
            V d = V.Load(dy, i);
            d.Store(du + i * Tensor.Samples);
            s += d;
            p = V.MultiplyAdd(d, V.Load(x, i) - mean, p);
        }

        (sum, product) = (s, p);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Finish(float* x, float* dx, V p, V q, V r, int count)
    {
        for (nint i = 0; i < count; i++)
            V.MultiplyAdd(p, V.Load(dx, i), V.MultiplyAdd(q, V.Load(x, i), r)).Store(dx + i * Tensor.Samples);
    }
}
