using System.Runtime.CompilerServices;

namespace Qdiff.Tensors;

/// <summary>Normalisation over channels, pixel by pixel.</summary>
static unsafe class LayerNormKernel<V> where V : struct, ILanes<V>
{
    /// <summary>y[c] = scale[c]·(x[c] − mean)/√(variance + ε) at every pixel, plus <paramref name="addend"/> unless that is
    /// null.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Forward(float* x, float* scale, float* addend, float* y, int channels, int area, float epsilon)
    {
        nint plane = (nint)area * Tensor.Samples;
        for (nint p = 0; p < plane; p += V.Count)
        {
            (V mean, V inverse) = Statistics(x + p, plane, channels, epsilon);
            for (int c = 0; c < channels; c++)
            {
                V normal = (V.Load(x + p + c * plane) - mean) * (inverse * V.Create(scale[c]));
                if (addend is not null) normal += V.Load(addend + p + c * plane);
                normal.Store(y + p + c * plane);
            }
        }
    }

    /// <summary>
    /// dx = (g − mean(g) − x̂·mean(g·x̂))/deviation with g = scale·dy, added to what is there if asked;
    /// <paramref name="scaleGradient"/>[c] receives Σ dy·x̂, sample by sample.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Backward(float* x, float* dy, float* scale, float* dx, bool accumulate, float* scaleGradient, int channels,
        int area, float epsilon)
    {
        nint plane = (nint)area * Tensor.Samples;
        var count = V.Create((float)channels);
        new Span<float>(scaleGradient, channels * Tensor.Samples).Clear();
        for (nint p = 0; p < plane; p += V.Count)
        {
            (V mean, V inverse) = Statistics(x + p, plane, channels, epsilon);
            float* totals = scaleGradient + p % Tensor.Samples;
            V sum = default, product = default;
            for (int c = 0; c < channels; c++)
            {
                V d = V.Load(dy + p + c * plane), normal = (V.Load(x + p + c * plane) - mean) * inverse;
                float* total = totals + c * Tensor.Samples;
                V.MultiplyAdd(d, normal, V.Load(total)).Store(total);
                V g = V.Create(scale[c]) * d;
                sum += g;
                product = V.MultiplyAdd(g, normal, product);
            }

            sum /= count;
            product /= count;
            for (int c = 0; c < channels; c++)
            {
                V normal = (V.Load(x + p + c * plane) - mean) * inverse;
                V g = V.Create(scale[c]) * V.Load(dy + p + c * plane);
                V d = (g - sum - normal * product) * inverse;
                if (accumulate) d = V.Load(dx + p + c * plane) + d;
                d.Store(dx + p + c * plane);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static (V Mean, V Inverse) Statistics(float* x, nint plane, int channels, float epsilon)
    {
        V sum = default, squares = default;
        var count = V.Create((float)channels);
        for (int c = 0; c < channels; c++) sum += V.Load(x + c * plane);
        V mean = sum / count;
        for (int c = 0; c < channels; c++)
        {
            V d = V.Load(x + c * plane) - mean;
            squares = V.MultiplyAdd(d, d, squares);
        }

        return (mean, V.One / V.Sqrt(squares / count + V.Create(epsilon)));
    }
}
