namespace Qdiff.Imaging;

/// <summary>
/// PNG files: every colour type, bit depth and interlacing is read; grey and red-green-blue of 8 bits are written. Sixteen bits
/// are rounded to eight; transparency is laid over white, as a page would show it; the image is turned as its Exif data say;
/// colour profiles and gamma are ignored.
/// </summary>
/// <remarks>W3C Recommendation "Portable Network Graphics (PNG) Specification", third edition.</remarks>
public static class Png
{
    /// <summary>Reads a file.</summary>
    /// <exception cref="InputException">The file is missing, no PNG or damaged.</exception>
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
    /// <exception cref="InputException">They are no PNG or damaged.</exception>
    public static Raster Decode(byte[] file, string where) => new PngDecoder(file, where).Decode();

    /// <summary>The text chunks (tEXt, and iTXt that is not compressed) in the order of the file: keyword and text.</summary>
    /// <exception cref="InputException">The bytes are no PNG or damaged.</exception>
    public static IReadOnlyList<KeyValuePair<string, string>> ReadTexts(byte[] file, string where) => PngText.Read(file, where);

    /// <summary>The file for an image, with text chunks (for instance the seed it was made from).</summary>
    public static byte[] Encode(Raster raster, params IEnumerable<KeyValuePair<string, string>> texts) =>
        PngEncoder.Encode(raster, texts);

    /// <summary>Writes a file, replacing one that is there when the new one is complete.</summary>
    public static void Save(Raster raster, string path, params IEnumerable<KeyValuePair<string, string>> texts) =>
        WholeFile.Write(path, Encode(raster, texts));
}
