namespace Qdiff.Evaluation;

/// <summary>
/// Bilinear and bicubic resize as Pillow does it on float planes: half-pixel centres, and a filter as wide as a destination pixel
/// when shrinking, so that nothing is skipped.
/// </summary>
/// <remarks>
/// Pillow's convolution resampling, mode F: triangle filter, or Keys' cubic with a = −0.5; horizontally, then vertically.
/// Protocols "bilinear-antialiased" and "bicubic-antialiased". Parmar, Zhang and Zhu 2022, arXiv 2104.11222, on why it matters.
/// </remarks>
public static class AntialiasedResize
{
    /// <summary>Resizes one plane height × width with the triangle filter.</summary>
    /// <exception cref="ArgumentException">A span whose length is not height × width.</exception>
    public static void Bilinear(ReadOnlySpan<float> source, int height, int width, Span<float> destination, int outHeight,
        int outWidth) =>
        Resize(source, height, width, destination, outHeight, outWidth, 1, static x => Math.Max(0, 1 - Math.Abs(x)));

    /// <summary>Resizes one plane height × width with the cubic filter; values may leave the range of the source.</summary>
    /// <exception cref="ArgumentException">A span whose length is not height × width.</exception>
    public static void Bicubic(ReadOnlySpan<float> source, int height, int width, Span<float> destination, int outHeight,
        int outWidth) =>
        Resize(source, height, width, destination, outHeight, outWidth, 2, static x => Keys(Math.Abs(x)));

    internal static void Check(int length, int height, int width, int outLength, int outHeight, int outWidth)
    {
        if (height < 1 || width < 1 || outHeight < 1 || outWidth < 1)
            throw new ArgumentException($"A resize from {height} × {width} to {outHeight} × {outWidth}: every size must be "
                + "positive.");
        if (length != (long)height * width)
            throw new ArgumentException($"The source should hold {height} × {width} = {(long)height * width} values; it holds "
                + $"{length}.");
        if (outLength != (long)outHeight * outWidth)
            throw new ArgumentException($"The destination should hold {outHeight} × {outWidth} = {(long)outHeight * outWidth} "
                + $"values; it holds {outLength}.");
    }

    /// <summary>Keys 1981, "Cubic convolution interpolation for digital image processing", a = −0.5.</summary>
    static double Keys(double x) => x switch
    {
        < 1 => (1.5 * x - 2.5) * x * x + 1,
        < 2 => ((-0.5 * x + 2.5) * x - 4) * x + 2,
        _ => 0,
    };

    static void Resize(ReadOnlySpan<float> source, int height, int width, Span<float> destination, int outHeight, int outWidth,
        double support, Func<double, double> filter)
    {
        Check(source.Length, height, width, destination.Length, outHeight, outWidth);
        (int First, double[] Weights)[] columns = Taps(width, outWidth, support, filter),
            rows = Taps(height, outHeight, support, filter);
        var between = new float[height * outWidth];
        for (int i = 0; i < height; i++)
            for (int j = 0; j < outWidth; j++)
            {
                (int first, double[] weights) = columns[j];
                double sum = 0;
                for (int k = 0; k < weights.Length; k++) sum += weights[k] * source[i * width + first + k];
                between[i * outWidth + j] = (float)sum;
            }

        var line = new double[outWidth];
        for (int i = 0; i < outHeight; i++)
        {
            (int first, double[] weights) = rows[i];
            Array.Clear(line);
            for (int k = 0; k < weights.Length; k++)
                for (int j = 0; j < outWidth; j++) line[j] += weights[k] * between[(first + k) * outWidth + j];
            for (int j = 0; j < outWidth; j++) destination[i * outWidth + j] = (float)line[j];
        }
    }

    /// <summary>For each output index the first source index and the weights from there on, which sum to 1.</summary>
    static (int First, double[] Weights)[] Taps(int size, int outSize, double support, Func<double, double> filter)
    {
        double scale = size / (double)outSize, stretch = Math.Max(scale, 1), reach = support * stretch;
        var taps = new (int, double[])[outSize];
        for (int i = 0; i < outSize; i++)
        {
            double centre = (i + 0.5) * scale;
            int first = Math.Max(0, (int)(centre - reach + 0.5)), end = Math.Min(size, (int)(centre + reach + 0.5));
            double[] weights = [.. Enumerable.Range(first, end - first).Select(s => filter((s - centre + 0.5) / stretch))];
            double sum = weights.Sum();
            for (int k = 0; k < weights.Length; k++) weights[k] /= sum;
            taps[i] = (first, weights);
        }

        return taps;
    }
}
