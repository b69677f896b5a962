using Qdiff.Tensors;

namespace Qdiff;

/// <summary>
/// Images whose colours stand side by side (H × W × C), as files and most programs keep them, made planes (C × H × W).
/// </summary>
static class PixelOrder
{
    /// <summary>Turns each image of this shape (C × H × W) in its place.</summary>
    public static void ToPlanes(byte[] pixels, Shape shape)
    {
        int channels = shape[0], plane = shape.Count / channels;
        if (channels == 1) return;
        var image = new byte[shape.Count];
        for (int start = 0; start < pixels.Length; start += image.Length)
        {
            pixels.AsSpan(start, image.Length).CopyTo(image);
            for (int i = 0; i < plane; i++)
                for (int c = 0; c < channels; c++) pixels[start + c * plane + i] = image[channels * i + c];
        }
    }
}
