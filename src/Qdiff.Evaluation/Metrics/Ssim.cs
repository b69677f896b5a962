namespace Qdiff.Evaluation;

/// <summary>
/// Structural similarity of two images of the same scene, 1 for equal ones. It compares pixel with pixel: between a generated
/// image and an unrelated real one it is noise, whatever a paper prints.
/// </summary>
/// <remarks>
/// Wang et al. 2004, "Image quality assessment: from error visibility to structural similarity", equation 13, with the paper's
/// constants: 11 × 11 circular Gaussian window of deviation 1.5 normalised to 1, K₁ = 0.01, K₂ = 0.03, variances weighted by the
/// window (divided by 1, not n − 1), only windows that lie inside the image, no prior shrinking; mean over windows, then over
/// channels.
/// </remarks>
public static class Ssim
{
    internal const int Window = 11;
    const double K1 = 0.01, K2 = 0.03;
    static readonly double[] s_window = Gaussian(Window, 1.5);

    /// <summary>
    /// Of two images C × H × W, planes one after the other, whose values span <paramref name="range"/> (2 for −1 … 1).
    /// </summary>
    /// <exception cref="InputException">Images smaller than the window, or of different sizes.</exception>
    public static double Between(ReadOnlySpan<float> a, ReadOnlySpan<float> b, int channels, int height, int width,
        double range = 1)
    {
        Check(a.Length, b.Length, channels, height, width, range, scales: 1);
        double sum = 0;
        int plane = height * width;
        for (int c = 0; c < channels; c++)
            sum += Components(Widen(a.Slice(c * plane, plane)), Widen(b.Slice(c * plane, plane)), height, width,
                range).Similarity;
        return sum / channels;
    }

    /// <summary>Of two images of bytes, which span 255.</summary>
    /// <inheritdoc cref="Between(ReadOnlySpan{float}, ReadOnlySpan{float}, int, int, int, double)" path="/exception"/>
    public static double Between(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b, int channels, int height, int width) =>
        Between(ToFloat(a), ToFloat(b), channels, height, width, range: 255);

    /// <summary>
    /// Means over all windows of one plane of luminance · contrast · structure, and of contrast · structure alone.
    /// </summary>
    internal static (double Similarity, double Structure) Components(double[] x, double[] y, int height, int width, double range)
    {
        double c1 = K1 * range * (K1 * range), c2 = K2 * range * (K2 * range);
        double[] mx = Blur(x, height, width), my = Blur(y, height, width);
        double[] xx = Blur(Product(x, x), height, width), yy = Blur(Product(y, y), height, width),
            xy = Blur(Product(x, y), height, width);
        double similarity = 0, structure = 0;
        for (int i = 0; i < mx.Length; i++)
        {
            double varianceX = xx[i] - mx[i] * mx[i], varianceY = yy[i] - my[i] * my[i], covariance = xy[i] - mx[i] * my[i];
            double contrastStructure = (2 * covariance + c2) / (varianceX + varianceY + c2);
            structure += contrastStructure;
            similarity += (2 * mx[i] * my[i] + c1) / (mx[i] * mx[i] + my[i] * my[i] + c1) * contrastStructure;
        }

        return (similarity / mx.Length, structure / mx.Length);
    }

    internal static void Check(int lengthA, int lengthB, int channels, int height, int width, double range, int scales)
    {
        int smallest = Window << (scales - 1);
        if (channels < 1 || Math.Min(height, width) < smallest)
            throw new InputException($"Structural similarity with {scales} scale{(scales == 1 ? "" : "s")} needs images of at "
                + $"least {smallest} × {smallest}, one channel or more; got {channels} channels of {height} × {width}.");
        long expected = (long)channels * height * width;
        if (lengthA != expected || lengthB != expected)
            throw new InputException($"Images of {channels} × {height} × {width} have {expected} values; got {lengthA} and "
                + $"{lengthB}.");
        if (!(range > 0)) throw new InputException(Invariant($"The range of an image's values must be positive, got {range}."));
    }

    internal static double[] Widen(ReadOnlySpan<float> plane)
    {
        var wide = new double[plane.Length];
        for (int i = 0; i < wide.Length; i++) wide[i] = plane[i];
        return wide;
    }

    internal static float[] ToFloat(ReadOnlySpan<byte> bytes)
    {
        var values = new float[bytes.Length];
        for (int i = 0; i < values.Length; i++) values[i] = bytes[i];
        return values;
    }

    /// <summary>The window over rows, then over columns; (height − 10) × (width − 10).</summary>
    static double[] Blur(double[] plane, int height, int width)
    {
        int outHeight = height - Window + 1, outWidth = width - Window + 1;
        double[] rows = new double[height * outWidth], blurred = new double[outHeight * outWidth];
        for (int i = 0; i < height; i++)
            for (int k = 0; k < Window; k++)
                for (int j = 0; j < outWidth; j++) rows[i * outWidth + j] += s_window[k] * plane[i * width + j + k];
        for (int i = 0; i < outHeight; i++)
            for (int k = 0; k < Window; k++)
                for (int j = 0; j < outWidth; j++) blurred[i * outWidth + j] += s_window[k] * rows[(i + k) * outWidth + j];
        return blurred;
    }

    static double[] Product(double[] x, double[] y)
    {
        var product = new double[x.Length];
        for (int i = 0; i < product.Length; i++) product[i] = x[i] * y[i];
        return product;
    }

    static double[] Gaussian(int size, double deviation)
    {
        double[] weights = [.. Enumerable.Range(0, size).Select(i => i - size / 2).Select(d =>
            Math.Exp(-d * d / (2 * deviation * deviation)))];
        double sum = weights.Sum();
        return [.. weights.Select(weight => weight / sum)];
    }
}
