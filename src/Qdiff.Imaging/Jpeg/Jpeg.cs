namespace Qdiff.Imaging;

/// <summary>
/// JPEG files: baseline and progressive Huffman coding of 8 bits, grey or in three colours, with any of the usual chroma
/// samplings, turned as Exif says the camera was held. Arithmetic coding, 12 bits, four colours, lossless and hierarchical files
/// are refused, and files that were cut off, if only by their end mark: nobody can tell what else is missing. Colour profiles are
/// ignored.
/// </summary>
/// <remarks>
/// ITU-T T.81 and T.871. What the standard leaves open is done as the most used decoder does it: the inverse transform of
/// Loeffler, Ligtenberg and Moschytz (1989) in 13-bit integers, chroma spread by a triangle filter, colours in 16-bit integers.
/// </remarks>
public static class Jpeg
{
    /// <summary>The bytes that every JPEG file starts with: "start of image" and the first byte of the next marker.</summary>
    internal static ReadOnlySpan<byte> Signature => [0xFF, 0xD8, 0xFF];

    /// <summary>Reads a file.</summary>
    /// <exception cref="InputException">The file is missing, no JPEG, of a kind that is not read, or damaged.</exception>
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

    /// <summary>The image in these bytes; <paramref name="where"/> names them in messages.</summary>
    /// <exception cref="InputException">They are no JPEG, of a kind that is not read, or damaged.</exception>
    public static Raster Decode(byte[] file, string where) => new JpegDecoder(file, where).Decode();

    /// <summary>The orientation in an APP1 segment; 1 if it is of another kind than Exif.</summary>
    internal static int OrientationOf(ReadOnlySpan<byte> segment) =>
        segment.StartsWith("Exif\0\0"u8) ? ExifOrientation.Of(segment[6..]) : 1;
}
