using System.IO.Compression;

namespace Qdiff.Imaging;

/// <summary>
/// Decodes one PNG file. Memory is taken only after the file has shown that it can hold what its header announces.
/// </summary>
sealed class PngDecoder(byte[] file, string where)
{
    /// <summary>Deflate makes at most 1,032 bytes of one.</summary>
    const long LargestExpansion = 1032;

    readonly List<Range> imageData = [];     // where the IDAT chunks' contents lie in the file
    PngHeader header;
    PngPixels? pixels;
    int orientation = 1;
    bool hasExif;

    /// <summary>The image: 1 channel for the grey colour types, 3 for the others.</summary>
    public Raster Decode()
    {
        ReadChunks();
        using var packed = new PngImageData(file, imageData);
        long needed = header.Passes().Sum(pass => (long)pass.Height * (1 + header.RowBytes(pass.Width)));
        if (needed > packed.Length * LargestExpansion) throw CutOff(needed);
        // The rows come one by one, beside the one above: what stays is the image, and a turned copy of it.
        long pixelBytes = (long)header.Width * header.Height * (header.IsGrey ? 1 : 3);
        long rowBytes = 2L * (1 + header.RowBytes(header.Width));
        ReadingBudget.Require((orientation == 1 ? pixelBytes : 2 * pixelBytes) + rowBytes, file.Length, where);

        Raster raster = new(header.Width, header.Height, header.IsGrey ? 1 : 3);
        using var unpacked = new ZLibStream(packed, CompressionMode.Decompress);
        try
        {
            foreach (PngPass pass in header.Passes()) DecodePass(unpacked, pass, raster, needed);
            // Reading on to the end makes the stream verify its check sum; more bytes than needed are ignored, as browsers do.
            unpacked.ReadByte();
        }
        // ZLibException, which a preset dictionary leads to, is an IOException.
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
            throw new InputException($"{where} is damaged: its image data cannot be unpacked ({e.Message}).", e);
        }

        Raster seen = ExifOrientation.Apply(raster, orientation);
        seen.ShowsBackground = pixels!.SawTransparency;
        return seen;
    }

    /// <summary>Reads the header, the palette, the transparency and the orientation, and finds the image data.</summary>
    void ReadChunks()
    {
        PngChunks chunks = new(file, where);
        if (!chunks.MoveNext() || chunks.Kind != "IHDR")
            throw new InputException($"{where} is damaged: its first chunk is not IHDR.");
        header = PngHeader.Parse(chunks.Data, where);
        pixels = new PngPixels(header, where);
        while (chunks.MoveNext())
            switch (chunks.Kind)
            {
                case "PLTE":
                    pixels.ReadPalette(chunks.Data);
                    break;
                case "tRNS":
                    pixels.ReadTransparency(chunks.Data);
                    break;
                case "IDAT":
                    imageData.Add(chunks.Place);
                    break;
                // PNG has it once; of more the first counts, as where only the header is read.
                case "eXIf" when !hasExif:
                    (orientation, hasExif) = (ExifOrientation.Of(chunks.Data), true);
                    break;
                case "IEND" or "IHDR":
                    break;
                default:
                    // A capital first letter says that the image means nothing without the chunk.
                    if (char.IsAsciiLetterUpper(chunks.Kind[0]))
                        throw new InputException($"{where} has a critical chunk that no PNG reader of this kind knows.");
                    break;
            }

        pixels.CheckComplete();
    }

    void DecodePass(Stream unpacked, PngPass pass, Raster raster, long needed)
    {
        int length = header.RowBytes(pass.Width), pixelBytes = Math.Max(1, header.Samples * header.Depth / 8);
        byte[] row = new byte[1 + length], above = new byte[1 + length];
        for (int y = 0; y < pass.Height; y++)
        {
            if (unpacked.ReadAtLeast(row, row.Length, throwOnEndOfStream: false) < row.Length) throw CutOff(needed);
            if (row[0] >= PngFilter.Count)
                throw new InputException($"{where} is damaged: row {y} has the filter {row[0]}; PNG has 0 to 4.");
            PngFilter.Restore(row[0], row.AsSpan(1), above.AsSpan(1), pixelBytes);
            pixels!.Write(row.AsSpan(1), pass, raster.Row(pass.Y + y * pass.StepY));
            (row, above) = (above, row);
        }
    }

    InputException CutOff(long needed) => new($"{where} is cut off: {header.Width}×{header.Height} pixels need {needed} "
        + "bytes of image data, and it holds less.");
}
