using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Qdiff.Tensors;

/// <summary>Group normalisation with modulation and SiLU, forward and backward.</summary>
static unsafe class GroupNormKernel
{
    public readonly record struct Call(int Channels, int Groups, int Area, float Epsilon, bool Silu)
    {
        public int ChannelsInGroup => Channels / Groups;
    }

    /// <summary>
    /// y = f(a·x + b) with a = (1 + film)·scale/deviation and b so that the mean maps to its place; f is SiLU or the identity.
    /// <paramref name="statistics"/> receives each group's mean and 1/deviation.
    /// </summary>
    public static void Forward(Call call, float* x, float* scale, float* bias, float* film, float* y, float* statistics)
    {
        int size = call.ChannelsInGroup * call.Area;
        var count = Vector512.Create((float)size);
        for (int g = 0; g < call.Groups; g++)
        {
            float* start = x + (nint)g * size * Tile.Samples;
            Vector512<float> mean = TileReduction.Sum(start, size) / count;
            Vector512<float> variance = TileReduction.SquaredDeviations(start, size, mean) / count;
            Vector512<float> inverse = Vector512<float>.One / Vector512.Sqrt(variance + Vector512.Create(call.Epsilon));
            mean.Store(statistics + 2 * g * Tile.Samples);
            inverse.Store(statistics + (2 * g + 1) * Tile.Samples);
            for (int c = g * call.ChannelsInGroup; c < (g + 1) * call.ChannelsInGroup; c++)
            {
                (Vector512<float> gain, Vector512<float> shift) = Affine(call, c, scale, bias, film);
                Vector512<float> a = gain * inverse, b = shift - mean * a;
                nint at = (nint)c * call.Area * Tile.Samples;
                if (call.Silu) ApplySilu(x + at, y + at, a, b, call.Area);
                else Apply(x + at, y + at, a, b, call.Area);
            }
        }
    }

    /// <summary>
    /// With u = a·x + b and du the gradient there: dx = (g·du − mean(g·du) − x̂·mean(g·du·x̂))/deviation, the means over the
    /// group, where g is scale·(1 + film) and x̂ the normalised value. u is recomputed: it costs less than keeping it.
    /// </summary>
    public static void Backward(Call call, float* x, float* dy, float* scale, float* bias, float* film, float* statistics,
        float* dx,
        float* dscale, float* dbias, float* dfilm)
    {
        int perGroup = call.ChannelsInGroup;
        var one = Vector512<float>.One;
        var count = Vector512.Create((float)perGroup * call.Area);
        for (int g = 0; g < call.Groups; g++)
        {
            Vector512<float> mean = Tile.Load(statistics, 2 * g), inverse = Tile.Load(statistics, 2 * g + 1);
            Vector512<float> groupSum = default, groupProduct = default;
            for (int c = g * perGroup; c < (g + 1) * perGroup; c++)
            {
                (Vector512<float> gain, Vector512<float> shift) = Affine(call, c, scale, bias, film);
                nint at = (nint)c * call.Area * Tile.Samples;
                Vector512<float> sum, product;
                if (call.Silu)
                    SiluSums(x + at, dy + at, dx + at, gain * inverse, shift - mean * gain * inverse, mean, call.Area, out sum,
                        out product);
                else Sums(x + at, dy + at, dx + at, mean, call.Area, out sum, out product);
                product *= inverse;   // Σ du·x̂

                groupSum = Tile.MultiplyAdd(gain, sum, groupSum);
                groupProduct = Tile.MultiplyAdd(gain, product, groupProduct);
                Vector512<float> modulation = film is null ? one : one + Tile.Load(film, c);
                if (dscale is not null) dscale[c] += Vector512.Sum(modulation * product);
                if (dbias is not null) dbias[c] += Vector512.Sum(modulation * sum);
                if (dfilm is null) continue;
                Tile.MultiplyAdd(Vector512.Create(scale[c]), product, Vector512.Create(bias[c]) * sum).Store(dfilm
                    + c * Tile.Samples);
                sum.Store(dfilm + (call.Channels + c) * Tile.Samples);
            }

            // dx = p·du + q·x + r, with the group's means folded into q and r.
            Vector512<float> q = -inverse * inverse * groupProduct / count, r = -inverse * groupSum / count - q * mean;
            for (int c = g * perGroup; c < (g + 1) * perGroup; c++)
            {
                (Vector512<float> gain, _) = Affine(call, c, scale, bias, film);
                nint at = (nint)c * call.Area * Tile.Samples;
                Finish(x + at, dx + at, gain * inverse, q, r, call.Area);
            }
        }
    }

    static (Vector512<float> Gain, Vector512<float> Shift) Affine(Call call, int c, float* scale, float* bias, float* film)
    {
        Vector512<float> gain = Vector512.Create(scale[c]), shift = Vector512.Create(bias[c]);
        if (film is null) return (gain, shift);
        Vector512<float> modulation = Vector512<float>.One + Tile.Load(film, c);
        return (gain * modulation, Tile.MultiplyAdd(shift, modulation, Tile.Load(film, call.Channels + c)));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Apply(float* x, float* y, Vector512<float> a, Vector512<float> b, int count)
    {
        for (nint i = 0; i < count; i++) Tile.MultiplyAdd(a, Tile.Load(x, i), b).Store(y + i * Tile.Samples);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void ApplySilu(float* x, float* y, Vector512<float> a, Vector512<float> b, int count)
    {
        for (nint i = 0; i < count; i++) Silu.Value(Tile.MultiplyAdd(a, Tile.Load(x, i), b)).Store(y + i * Tile.Samples);
    }

    /// <summary>Writes du to <paramref name="du"/> and sums du and du·(x − mean).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void SiluSums(float* x, float* dy, float* du, Vector512<float> a, Vector512<float> b, Vector512<float> mean, int count,
        out Vector512<float> sum, out Vector512<float> product)
    {
        sum = product = default;
        Vector512<float> s = default, p = default;
        for (nint i = 0; i < count; i++)
        {
            Vector512<float> xi = Tile.Load(x, i);
            Vector512<float> d = Tile.Load(dy, i) * Silu.Slope(Tile.MultiplyAdd(a, xi, b));
            d.Store(du + i * Tile.Samples);
            s += d;
            p = Tile.MultiplyAdd(d, xi - mean, p);
        }

        (sum, product) = (s, p);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Sums(float* x, float* dy, float* du, Vector512<float> mean, int count, out Vector512<float> sum,
        out Vector512<float> product)
    {
        Vector512<float> s = default, p = default;
        for (nint i = 0; i < count; i++)
        {
            Vector512<float> d = Tile.Load(dy, i);
            d.Store(du + i * Tile.Samples);
            s += d;
            p = Tile.MultiplyAdd(d, Tile.Load(x, i) - mean, p);
        }

        (sum, product) = (s, p);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Finish(float* x, float* dx, Vector512<float> p, Vector512<float> q, Vector512<float> r, int count)
    {
        for (nint i = 0; i < count; i++)
            Tile.MultiplyAdd(p, Tile.Load(dx, i), Tile.MultiplyAdd(q, Tile.Load(x, i), r)).Store(dx + i * Tile.Samples);
    }
}
