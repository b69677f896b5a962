namespace Qdiff.Evaluation;

/// <summary>Structural similarity over several scales: contrast and structure of each, luminance of the coarsest.</summary>
/// <remarks>
/// Wang, Simoncelli and Bovik 2003, "Multiscale structural similarity for image quality assessment", equation 7: the product over
/// scales of (mean contrast · structure)^wᵢ, the last scale's with luminance. Weights 0.0448, 0.2856, 0.3001, 0.2363, 0.1333 from
/// fine to coarse; fewer scales use the first ones divided by their sum. Between scales means of 2 × 2 pixels, an odd last row or
/// column left out. A negative mean counts as 0, because it has no real power. Windows and constants are those of
/// <see cref="Ssim"/>; mean over channels.
/// </remarks>
public static class MsSsim
{
    static readonly double[] s_weights = [0.0448, 0.2856, 0.3001, 0.2363, 0.1333];

    /// <summary>The most scales, up to five, that images of this size bear: 28 × 28 bears 2, five need 176 × 176.</summary>
    public static int Scales(int height, int width)
    {
        int scales = 1;
        while (scales < s_weights.Length && Math.Min(height, width) >> scales >= Ssim.Window) scales++;
        return scales;
    }

    /// <summary>Of two images C × H × W, planes one after the other, whose values span <paramref name="range"/>.</summary>
    /// <param name="scales">Part of the metric's definition: values of different numbers of scales do not compare.</param>
    /// <exception cref="InputException">Images too small for that many scales, or of different sizes.</exception>
    public static double Between(ReadOnlySpan<float> a, ReadOnlySpan<float> b, int channels, int height, int width,
        double range = 1, int scales = 5)
    {
        if (scales < 1 || scales > s_weights.Length)
            throw new InputException($"Multiscale similarity is defined for 1 to {s_weights.Length} scales, got {scales}.");
        Ssim.Check(a.Length, b.Length, channels, height, width, range, scales);
        double sum = 0, weightSum = s_weights.Take(scales).Sum();
        int plane = height * width;
        for (int c = 0; c < channels; c++)
        {
            double[] x = Ssim.Widen(a.Slice(c * plane, plane)), y = Ssim.Widen(b.Slice(c * plane, plane));
            double product = 1;
            for (int scale = 0, h = height, w = width; scale < scales; scale++, h /= 2, w /= 2)
            {
                (double similarity, double structure) = Ssim.Components(x, y, h, w, range);
                double factor = scale == scales - 1 ? similarity : structure;
                product *= Math.Pow(Math.Max(factor, 0), s_weights[scale] / weightSum);
                if (scale < scales - 1) (x, y) = (Halve(x, h, w), Halve(y, h, w));
            }

            sum += product;
        }

        return sum / channels;
    }

    /// <summary>Of two images of bytes, which span 255.</summary>
    /// <inheritdoc cref="Between(ReadOnlySpan{float}, ReadOnlySpan{float}, int, int, int, double, int)" path="/exception"/>
    public static double Between(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b, int channels, int height, int width,
        int scales = 5) =>
        Between(Ssim.ToFloat(a), Ssim.ToFloat(b), channels, height, width, 255, scales);

    static double[] Halve(double[] plane, int height, int width)
    {
        var half = new double[height / 2 * (width / 2)];
        for (int i = 0; i < height / 2; i++)
            for (int j = 0; j < width / 2; j++)
            {
                int from = 2 * i * width + 2 * j;
                half[i * (width / 2) + j] = (plane[from] + plane[from + 1] + plane[from + width] + plane[from + width + 1]) / 4;
            }

        return half;
    }
}
