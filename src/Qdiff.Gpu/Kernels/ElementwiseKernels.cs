using System.Runtime.InteropServices;
using ILGPU;
using Qdiff.Tensors;

namespace Qdiff.Gpu;

/// <summary>A thread for each number.</summary>
static class ElementwiseKernels
{
    public static void Fill(Index1D i, float value, [Out] ArrayView<float> y) => y[i] = value;

    public static void Copy(Index1D i, ArrayView<float> x, [Out] ArrayView<float> y) => y[i] = x[i];

    /// <summary>a, then b.</summary>
    public static void Join(Index1D i, ArrayView<float> a, ArrayView<float> b, [Out] ArrayView<float> y) =>
        y[i] = i < a.Length ? a[i] : b[i - (int)a.Length];

    /// <summary>Elements that are the same for all samples.</summary>
    public static void Broadcast(Index1D i, int batch, ArrayView<float> x, [Out] ArrayView<float> y) => y[i] = x[i / batch];

    public static void Add(Index1D i, ArrayView<float> a, ArrayView<float> b, [Out] ArrayView<float> y) => y[i] = a[i] + b[i];

    public static void Multiply(Index1D i, ArrayView<float> a, ArrayView<float> b, [Out] ArrayView<float> y) =>
        y[i] = a[i] * b[i];

    public static void Scale(Index1D i, float factor, ArrayView<float> x, [Out] ArrayView<float> y) => y[i] = factor * x[i];

    /// <summary>factor[c]·x + shift[c], a factor and a shift for all samples of a channel; without them if they are
    /// empty.</summary>
    public static void Affine(Index1D i, int size, ArrayView<float> x, ArrayView<float> factor, ArrayView<float> shift,
        [Out] ArrayView<float> y)
    {
        int c = i / size;
        y[i] = factor[c] * x[i] + (shift.Length > 0 ? shift[c] : 0);
    }

    /// <summary>Each channel times a gate for each sample.</summary>
    public static void ScaleChannels(Index1D i, int batch, int size, ArrayView<float> x, ArrayView<float> gate,
        [Out] ArrayView<float> y) =>
        y[i] = x[i] * gate[i / size * batch + i % batch];

    /// <summary>Each channel plus a number for each sample.</summary>
    public static void AddChannels(Index1D i, int batch, int size, ArrayView<float> x, ArrayView<float> shift,
        [Out] ArrayView<float> y) =>
        y[i] = x[i] + shift[i / size * batch + i % batch];

    /// <summary>A number for each channel and sample, times a factor, at every pixel.</summary>
    public static void Spread(Index1D i, int batch, int size, float factor, ArrayView<float> x, [Out] ArrayView<float> y) =>
        y[i] = factor * x[i / size * batch + i % batch];

    public static void Activate(Index1D i, int function, ArrayView<float> x, [Out] ArrayView<float> y)
    {
        float v = x[i];
        y[i] = function == (int)ActivationFunction.Silu ? v * DeviceMath.Sigmoid(v)
            : function == (int)ActivationFunction.Relu ? v > 0 ? v : 0f
            : function == (int)ActivationFunction.Sigmoid ? DeviceMath.Sigmoid(v)
            : 0.5f * v * (1 + DeviceMath.Tanh(GeluArgument(v)));
    }

    public static void ActivateGradient(Index1D i, int function, ArrayView<float> x, ArrayView<float> dy,
        [Out] ArrayView<float> dx)
    {
        float v = x[i], slope;
        if (function == (int)ActivationFunction.Relu) slope = v > 0 ? 1f : 0f;
        else if (function == (int)ActivationFunction.Gelu)
        {
            float t = DeviceMath.Tanh(GeluArgument(v));
            slope = 0.5f * (1 + t) + 0.5f * v * (1 - t * t) * 0.79788456f * (1 + 3 * 0.044715f * v * v);
        }
        else
        {
            float sigma = DeviceMath.Sigmoid(v);
            slope = function == (int)ActivationFunction.Silu ? sigma * (1 + v * (1 - sigma)) : sigma * (1 - sigma);
        }

        dx[i] = slope * dy[i];
    }

    static float GeluArgument(float x) => 0.79788456f * (x + 0.044715f * x * x * x);
}
