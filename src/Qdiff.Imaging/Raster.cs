namespace Qdiff.Imaging;

/// <summary>An image: height × width × channels bytes, row after row, 1 (grey) or 3 (red, green, blue) bytes a pixel.</summary>
public sealed class Raster
{
    /// <summary>The most pixels an image may have.</summary>
    internal const int LargestSize = 1 << 25;

    /// <summary>A black image of this size.</summary>
    public Raster(int width, int height, int channels)
    {
        if (channels is not (1 or 3))
            throw new ArgumentException($"An image has 1 or 3 channels, got {channels}.", nameof(channels));
        if (width <= 0 || height <= 0 || (long)width * height > LargestSize)
            throw new ArgumentException($"An image has 1 to {LargestSize} pixels, got {width}×{height}.", nameof(width));
        (Width, Height, Channels) = (width, height, channels);
        Pixels = new byte[width * height * channels];
    }

    /// <summary>Columns.</summary>
    public int Width { get; }

    /// <summary>Rows.</summary>
    public int Height { get; }

    /// <summary>1 (grey) or 3 (red, green, blue).</summary>
    public int Channels { get; }

    /// <summary>Height × width × channels bytes.</summary>
    public byte[] Pixels { get; }

    /// <summary>Whether its file had transparent parts, through which white shows now.</summary>
    internal bool ShowsBackground { get; set; }

    /// <summary>The bytes of one row.</summary>
    public Span<byte> Row(int y) => Pixels.AsSpan(y * Width * Channels, Width * Channels);

    /// <summary>Reads a PNG or JPEG file. Which of them it is, its first bytes tell, not its name.</summary>
    /// <exception cref="InputException">The file is missing, neither of the two, or damaged.</exception>
    public static Raster Read(string path)
    {
        try
        {
            return Decode(InputFile.ReadAll(path), path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{path} cannot be read: {e.Message}", e);
        }
    }

    /// <summary>The image in the bytes of a PNG or JPEG file; <paramref name="where"/> names them in messages.</summary>
    /// <exception cref="InputException">They are neither of the two, or damaged.</exception>
    public static Raster Decode(byte[] file, string where) =>
        file.AsSpan().StartsWith(Jpeg.Signature) ? Jpeg.Decode(file, where)
        : file.AsSpan().StartsWith(PngChunks.Signature) ? Png.Decode(file, where)
        : throw new InputException($"{where} is no PNG or JPEG file: it does not start with the signature of either.");

    /// <summary>
    /// Writes the image plane by plane (channels × height × width); grey fills as many planes as there is room for.
    /// </summary>
    public void CopyPlanes(Span<byte> planes)
    {
        int size = Width * Height;
        if (planes.Length != size * Channels && (Channels != 1 || planes.Length != size * 3))
            throw new ArgumentException(
                $"A {Channels}×{Height}×{Width} image does not fill {planes.Length} bytes.", nameof(planes));
        for (int c = 0; c * size < planes.Length; c++)
            for (int i = 0; i < size; i++) planes[c * size + i] = Pixels[i * Channels + (Channels == 1 ? 0 : c)];
    }
}
