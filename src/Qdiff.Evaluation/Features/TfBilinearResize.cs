namespace Qdiff.Evaluation;

/// <summary>
/// Bilinear resize as TensorFlow 1 did it, which the FID network's published numbers rest on: output index i reads at
/// i·size/outSize, with no half-pixel centres and no smoothing when shrinking. Wrong as a resize, right as a protocol
/// ("tf1bilinear").
/// </summary>
/// <remarks>tf.compat.v1.image.resize_bilinear with align_corners = False and half_pixel_centers = False.</remarks>
public static class TfBilinearResize
{
    /// <summary>Resizes one plane height × width to outHeight × outWidth.</summary>
    /// <exception cref="ArgumentException">A span whose length is not height × width.</exception>
    public static void Resize(ReadOnlySpan<float> source, int height, int width, Span<float> destination, int outHeight,
        int outWidth)
    {
        AntialiasedResize.Check(source.Length, height, width, destination.Length, outHeight, outWidth);
        (int[] left, int[] right, float[] across) = Positions(width, outWidth);
        (int[] top, int[] bottom, float[] down) = Positions(height, outHeight);
        for (int i = 0; i < outHeight; i++)
        {
            ReadOnlySpan<float> above = source.Slice(top[i] * width, width), below = source.Slice(bottom[i] * width, width);
            Span<float> row = destination.Slice(i * outWidth, outWidth);
            for (int j = 0; j < row.Length; j++)
            {
                float upper = above[left[j]] + (above[right[j]] - above[left[j]]) * across[j];
                float lower = below[left[j]] + (below[right[j]] - below[left[j]]) * across[j];
                row[j] = upper + (lower - upper) * down[i];
            }
        }
    }

    static (int[] Low, int[] High, float[] Fraction) Positions(int size, int outSize)
    {
        int[] low = new int[outSize], high = new int[outSize];
        var fraction = new float[outSize];
        for (int i = 0; i < outSize; i++)
        {
            // In integers: i·size/outSize must not land just below a pixel by rounding.
            (long whole, long rest) = Math.DivRem((long)i * size, outSize);
            (low[i], high[i], fraction[i]) = ((int)whole, (int)Math.Min(whole + 1, size - 1), (float)(rest / (double)outSize));
        }

        return (low, high, fraction);
    }
}
