using Qdiff.Imaging;
using Qdiff.Tensors;

namespace Qdiff;

/// <summary>
/// Image sets of another size: scaled or cropped. The new set holds its own pixels; labels and class names stay.
/// </summary>
public static class ImageSizes
{
    /// <summary>All images scaled (by the mean of areas unless it is said otherwise), first across, then down, rounded to bytes
    /// after each.</summary>
    /// <remarks>The same bytes as Pillow's resize with BOX, BILINEAR or BICUBIC.</remarks>
    public static ImageSet Resize(this ImageSet images, int height, int width, Resampling? resampling = null)
    {
        resampling ??= Resampling.Area;
        CheckSize(images, height, width);
        if (height == images.Height && width == images.Width) return images;
        long between = (long)images.Height * width;
        if (between > Array.MaxLength)
            throw new InputException($"{images.Name} cannot become {height}×{width}: scaled across, an image of "
                + $"{images.Height}×{width} pixels would lie between; the most is {Array.MaxLength}. Ask for a smaller width, "
                + "or crop first.");
        ReadingBudget.Require(between, $"{images.Name} as {images.Height}×{width}");
        ResamplingWeights across = new(images.Width, width, resampling), down = new(images.Height, height, resampling);
        var half = new byte[between];
        return Map(images, height, width, $"{height}×{width} {resampling.Name}", (plane, output) =>
        {
            for (int y = 0; y < images.Height; y++)
                across.Apply(plane.Slice(y * images.Width, images.Width), half.AsSpan(y * width, width), step: 1);
            for (int x = 0; x < width; x++) down.Apply(half.AsSpan(x), output[x..], step: width);
        });
    }

    /// <summary>
    /// The same rectangle of all images, <paramref name="top"/> rows and <paramref name="left"/> columns from the corner.
    /// </summary>
    public static ImageSet Crop(this ImageSet images, int top, int left, int height, int width)
    {
        CheckSize(images, height, width);
        if (top < 0 || left < 0 || top > images.Height - height || left > images.Width - width)
            throw new InputException($"A crop of {height}×{width} pixels at row {top}, column {left} does not fit into the "
                + $"{images.Height}×{images.Width} pixels of {images.Name}.");
        return Map(images, height, width, $"crop {height}×{width} at {top},{left}", (plane, output) =>
        {
            for (int y = 0; y < height; y++) plane.Slice((top + y) * images.Width + left, width).CopyTo(output[(y * width)..]);
        });
    }

    /// <summary>The middle of all images; where it cannot be exact, half a pixel towards the upper left corner.</summary>
    /// <exception cref="InputException">The images are smaller.</exception>
    public static ImageSet CropCentre(this ImageSet images, int height, int width) =>
        height > images.Height || width > images.Width
            ? throw new InputException($"A crop of {height}×{width} pixels does not fit into the {images.Height}×{images.Width} "
                + $"pixels of {images.Name}.")
            : images.Crop((images.Height - height) / 2, (images.Width - width) / 2, height, width);

    delegate void PlaneMap(ReadOnlySpan<byte> plane, Span<byte> output);

    static ImageSet Map(ImageSet images, int height, int width, string what, PlaneMap map)
    {
        Shape shape = [images.Channels, height, width];
        int before = images.Height * images.Width, after = height * width;
        ReadingBudget.Require((long)images.Count * shape.Count, $"{images.Name} as {shape}");
        byte[] pixels = GC.AllocateUninitializedArray<byte>(images.Count * shape.Count);
        for (int i = 0; i < images.Count; i++)
            for (int c = 0; c < images.Channels; c++)
                map(images.Image(i).Slice(c * before, before), pixels.AsSpan(i * shape.Count + c * after, after));
        return new($"{images.Name}[{what}]", shape, pixels, images.HasLabels ? images.Labels.ToArray() : null, images.ClassNames)
        {
            Notes = images.Notes,
        };
    }

    static void CheckSize(ImageSet images, int height, int width)
    {
        if (height <= 0 || width <= 0 || (long)height * width > Raster.LargestSize)
            throw new InputException($"Images have 1 to {Raster.LargestSize} pixels, so {images.Name} cannot become "
                + $"{height}×{width}.");
        if ((long)height * width * images.Channels * images.Count > Array.MaxLength)
            throw new InputException($"{images.Count} images of {images.Channels}×{height}×{width} are too many; "
                + $"the most is {Array.MaxLength / ((long)height * width * images.Channels)}.");
    }
}
