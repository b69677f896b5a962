using Qdiff.Tensors;

namespace Qdiff.Evaluation;

/// <summary>
/// Random changes of an image that keep its class, so that a classifier learns from more than the images there are. What becomes
/// of an image is a pure function of the random stream that it is given.
/// </summary>
/// <remarks>
/// Simard, Steinkraus and Platt 2003, "Best practices for convolutional neural networks applied to visual document analysis".
/// </remarks>
public sealed record Augmentation
{
    /// <summary>
    /// The largest shift, in pixels each way; whole pixels where nothing is rotated or scaled, so that fine structure stays as
    /// sharp as in the images that are classified later.
    /// </summary>
    public double Shift { get; init; }

    /// <summary>The largest rotation, in degrees each way.</summary>
    public double Rotation { get; init; }

    /// <summary>The largest change of size: 0.1 for 90 % to 110 %.</summary>
    public double Zoom { get; init; }

    /// <summary>Whether half of the images are mirrored left to right.</summary>
    public bool Flip { get; init; }

    /// <summary>Whether images are turned by 0, 90, 180 or 270 degrees; they must be square.</summary>
    public bool Turn { get; init; }

    /// <summary>
    /// The largest change of each channel's contrast and brightness: 0.1 for 90 % to 110 % of the one and ±0.1 of the other.
    /// </summary>
    public double Colour { get; init; }

    /// <summary>
    /// Writes the changed image (C × H × W bytes) as one lane of a tile: pixel e at <paramref name="lane"/>[16·e], in −1 … 1.
    /// What a shift or rotation brings in from beyond the border is the mirror image of what is inside.
    /// </summary>
    public void Fill(ReadOnlySpan<byte> image, Shape shape, RandomStream random, Span<float> lane)
    {
        (int channels, int height, int width) = (shape[0], shape[1], shape[2]);
        if (Turn && height != width)
            throw new InputException($"Images of {height}×{width} cannot be turned by 90 degrees; only square ones can.");
        // Every number is drawn whether it is used or not: switching one change on leaves the others as they were.
        bool mirrored = random.Next(2) == 1 && Flip;
        double angle = Rotation * Math.PI / 180 * Centred() + Math.PI / 2 * (random.Next(4) * (Turn ? 1 : 0));
        double scale = 1 / (1 + Zoom * Centred()), down = Shift * Centred(), across = Shift * Centred();
        if (Rotation == 0 && Zoom == 0) (down, across) = (Math.Round(down), Math.Round(across));
        (double sin, double cos) = Math.SinCos(angle);
        // For each output pixel, counted from the centre: where it comes from.
        float xx = (float)(scale * cos * (mirrored ? -1 : 1)), xy = (float)(-scale * sin),
            yx = (float)(scale * sin * (mirrored ? -1 : 1)), yy = (float)(scale * cos);
        float centreX = (width - 1) / 2f, centreY = (height - 1) / 2f;
        for (int c = 0; c < channels; c++)
        {
            ReadOnlySpan<byte> plane = image.Slice(c * height * width, height * width);
            float contrast = (float)(1 + Colour * Centred()), brightness = (float)(Colour * Centred());
            for (int y = 0; y < height; y++)
                for (int x = 0; x < width; x++)
                {
                    float dx = x - centreX, dy = y - centreY;
                    float fromY = centreY + yx * dx + yy * dy + (float)down, fromX = centreX + xx * dx + xy * dy + (float)across;
                    float value = Sample(plane, height, width, fromY, fromX) * (2f / 255) - 1;
                    lane[((c * height + y) * width + x) * Tensor.Samples] = Math.Clamp(value * contrast + brightness, -1, 1);
                }
        }

        double Centred() => 2 * random.NextDouble() - 1;
    }

    /// <summary>Bilinear, mirrored at the borders.</summary>
    static float Sample(ReadOnlySpan<byte> plane, int height, int width, float y, float x)
    {
        float floorY = MathF.Floor(y), floorX = MathF.Floor(x), shareY = y - floorY, shareX = x - floorX;
        int above = Mirror((int)floorY, height) * width, below = Mirror((int)floorY + 1, height) * width;
        int left = Mirror((int)floorX, width), right = Mirror((int)floorX + 1, width);
        float top = plane[above + left] + shareX * (plane[above + right] - plane[above + left]);
        float bottom = plane[below + left] + shareX * (plane[below + right] - plane[below + left]);
        return top + shareY * (bottom - top);
    }

    static int Mirror(int i, int size)
    {
        if ((uint)i < (uint)size) return i;
        int period = Math.Max(1, 2 * size - 2), at = (i % period + period) % period;
        return at < size ? at : period - at;
    }
}
