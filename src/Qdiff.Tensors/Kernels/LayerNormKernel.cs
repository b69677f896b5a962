using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Qdiff.Tensors;

/// <summary>Normalisation over channels, pixel by pixel.</summary>
static unsafe class LayerNormKernel
{
    /// <summary>y[c] = scale[c]·(x[c] − mean)/√(variance + ε) at every pixel.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Forward(float* x, float* scale, float* y, int channels, int area, float epsilon)
    {
        nint plane = (nint)area * Tile.Samples;
        for (nint p = 0; p < plane; p += Tile.Samples)
        {
            (Vector512<float> mean, Vector512<float> inverse) = Statistics(x + p, plane, channels, epsilon);
            for (int c = 0; c < channels; c++)
                ((Tile.Load(x + p + c * plane) - mean) * (inverse * Vector512.Create(scale[c]))).Store(y + p + c * plane);
        }
    }

    /// <summary>
    /// dx = (g − mean(g) − x̂·mean(g·x̂))/deviation with g = scale·dy; <paramref name="scaleGradient"/>[c] receives Σ dy·x̂,
    /// sample by sample.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Backward(float* x, float* dy, float* scale, float* dx, float* scaleGradient, int channels, int area,
        float epsilon)
    {
        nint plane = (nint)area * Tile.Samples;
        var count = Vector512.Create((float)channels);
        new Span<float>(scaleGradient, channels * Tile.Samples).Clear();
        for (nint p = 0; p < plane; p += Tile.Samples)
        {
            (Vector512<float> mean, Vector512<float> inverse) = Statistics(x + p, plane, channels, epsilon);
            Vector512<float> sum = default, product = default;
            for (int c = 0; c < channels; c++)
            {
                Vector512<float> d = Tile.Load(dy + p + c * plane), normal = (Tile.Load(x + p + c * plane) - mean) * inverse;
                float* total = scaleGradient + c * Tile.Samples;
                Tile.MultiplyAdd(d, normal, Tile.Load(total)).Store(total);
                Vector512<float> g = Vector512.Create(scale[c]) * d;
                sum += g;
                product = Tile.MultiplyAdd(g, normal, product);
            }

            sum /= count;
            product /= count;
            for (int c = 0; c < channels; c++)
            {
                Vector512<float> normal = (Tile.Load(x + p + c * plane) - mean) * inverse;
                Vector512<float> g = Vector512.Create(scale[c]) * Tile.Load(dy + p + c * plane);
                ((g - sum - normal * product) * inverse).Store(dx + p + c * plane);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static (Vector512<float> Mean, Vector512<float> Inverse) Statistics(float* x, nint plane, int channels, float epsilon)
    {
        Vector512<float> sum = default, squares = default;
        var count = Vector512.Create((float)channels);
        for (int c = 0; c < channels; c++) sum += Tile.Load(x + c * plane);
        Vector512<float> mean = sum / count;
        for (int c = 0; c < channels; c++)
        {
            Vector512<float> d = Tile.Load(x + c * plane) - mean;
            squares = Tile.MultiplyAdd(d, d, squares);
        }

        return (mean, Vector512<float>.One / Vector512.Sqrt(squares / count + Vector512.Create(epsilon)));
    }
}
