namespace Qdiff.Tensors;

/// <summary>The definitions of the normalisations, one sample at a time.</summary>
static class NormalisationOracle
{
    /// <summary>
    /// Each group of channels with mean 0 and variance 1, times scale plus bias, then h·(1 + film[c]) + film[C + c], then h·σ(h).
    /// </summary>
    public static double[] GroupNorm(double[] x, int groups, double[] scale, double[] bias, double[]? film, bool silu,
        double epsilon = 1e-6)
    {
        int channels = scale.Length, area = x.Length / channels, size = x.Length / groups;
        var y = new double[x.Length];
        for (int g = 0; g < groups; g++) Standardise(x.AsSpan(g * size, size), epsilon).CopyTo(y, g * size);
        for (int i = 0; i < y.Length; i++)
        {
            int c = i / area;
            y[i] = y[i] * scale[c] + bias[c];
            if (film is not null) y[i] = y[i] * (1 + film[c]) + film[channels + c];
            if (silu) y[i] = ElementwiseOracle.Silu(y[i]);
        }

        return y;
    }

    /// <summary>The channels of each pixel with mean 0 and variance 1, times a scale.</summary>
    public static double[] LayerNorm(double[] x, double[] scale, double epsilon = 1e-5)
    {
        int channels = scale.Length, area = x.Length / channels;
        var y = new double[x.Length];
        for (int p = 0; p < area; p++)
        {
            var pixel = new double[channels];
            for (int c = 0; c < channels; c++) pixel[c] = x[c * area + p];
            double[] normal = Standardise(pixel, epsilon);
            for (int c = 0; c < channels; c++) y[c * area + p] = scale[c] * normal[c];
        }

        return y;
    }

    /// <summary>Each output channel's kernel with mean 0 and variance 1.</summary>
    public static double[] StandardisedKernel(double[] weight, int outputs, double epsilon = 1e-5)
    {
        var y = new double[weight.Length];
        int size = weight.Length / outputs;
        for (int o = 0; o < outputs; o++) Standardise(weight.AsSpan(o * size, size), epsilon).CopyTo(y, o * size);
        return y;
    }

    /// <summary>(x − mean)/√(variance + ε), the variance that of the population.</summary>
    static double[] Standardise(ReadOnlySpan<double> x, double epsilon)
    {
        double mean = 0, variance = 0;
        foreach (double value in x) mean += value / x.Length;
        foreach (double value in x) variance += (value - mean) * (value - mean) / x.Length;
        var y = new double[x.Length];
        for (int i = 0; i < y.Length; i++) y[i] = (x[i] - mean) / Math.Sqrt(variance + epsilon);
        return y;
    }
}
