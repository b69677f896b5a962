using System.Buffers.Binary;

namespace Qdiff.Imaging;

/// <summary>
/// What the start of an image file says of it, read without its pixels: the size as it is seen, the channels, and the bits of
/// a number.
/// </summary>
readonly record struct ImageHeader(int Width, int Height, int Channels, int Depth = 8)
{
    /// <summary>The signature of a format and a few bytes: what copying may leave of a file.</summary>
    const int Shortest = 16;

    /// <summary>
    /// Whether a file begins as a PNG or JPEG file and ends with that: there is no image in it that could be damaged.
    /// </summary>
    public static bool IsStub(string path)
    {
        if (InputFile.LengthOf(path) is 0 or >= Shortest) return false;
        byte[] bytes = InputFile.ReadAll(path);
        return bytes.AsSpan().StartsWith(Jpeg.Signature) || bytes.AsSpan().StartsWith(PngChunks.Signature);
    }

    /// <summary>The header of a PNG or JPEG file, whatever it is called; null for anything else.</summary>
    /// <exception cref="InputException">It is one, but damaged or of a kind that is not read.</exception>
    public static ImageHeader? Read(string path)
    {
        using FileStream file = InputFile.Open(path);
        Span<byte> start = stackalloc byte[8];
        start = start[..file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)];
        if (start.StartsWith(PngChunks.Signature)) return OfPng(file, path);
        if (!start.StartsWith(Jpeg.Signature)) return null;
        if (OfJpeg(file) is { } header) return header;
        // Whatever is wrong, the decoder knows how to say it.
        Raster image = Raster.Read(path);
        return new(image.Width, image.Height, image.Channels);
    }

    static ImageHeader OfPng(FileStream file, string path)
    {
        Span<byte> chunk = stackalloc byte[8];
        Span<byte> content = stackalloc byte[13];
        PngHeader? header = null;
        int orientation = 1;
        while (file.ReadAtLeast(chunk, chunk.Length, throwOnEndOfStream: false) == chunk.Length)
        {
            uint length = BinaryPrimitives.ReadUInt32BigEndian(chunk);
            long next = file.Position + length + 4;
            if (header is null)
            {
                if (!chunk[4..].SequenceEqual("IHDR"u8) || length != content.Length) break;
                if (file.ReadAtLeast(content, content.Length, throwOnEndOfStream: false) < content.Length) break;
                header = PngHeader.Parse(content, path);
            }
            else if (chunk[4..].SequenceEqual("eXIf"u8))
            {
                var exif = new byte[Math.Min(length, 1 << 16)];
                orientation = ExifOrientation.Of(exif.AsSpan(0, file.ReadAtLeast(exif, exif.Length, throwOnEndOfStream: false)));
                break;
            }

            if (next > file.Length) break;
            file.Position = next;
        }

        if (header is not { } found) throw new InputException($"{path} is damaged: its first chunk is not IHDR.");
        return Seen(new(found.Width, found.Height, found.IsGrey ? 1 : 3, found.Depth), orientation);
    }

    /// <summary>Goes from marker to marker up to the frame header; null if there is none that is read.</summary>
    static ImageHeader? OfJpeg(FileStream file)
    {
        file.Position = 2;
        Span<byte> frame = stackalloc byte[6];
        int orientation = 1;
        while (true)
        {
            int marker = file.ReadByte();
            while (marker >= 0 && marker != 0xFF) marker = file.ReadByte();
            while (marker == 0xFF) marker = file.ReadByte();
            if (marker is < 0 or JpegMarker.Scan or JpegMarker.End) return null;
            bool isBare = marker is JpegMarker.Stuffing or JpegMarker.Temporary
                or (>= JpegMarker.FirstRestart and <= JpegMarker.Start);
            if (isBare) continue;
            int length = (file.ReadByte() << 8 | file.ReadByte()) - 2;
            if (length < 0) return null;
            long next = file.Position + length;
            if (marker is JpegMarker.BaselineFrame or JpegMarker.ExtendedFrame or JpegMarker.ProgressiveFrame)
            {
                if (file.ReadAtLeast(frame, frame.Length, throwOnEndOfStream: false) < frame.Length) return null;
                int height = BinaryPrimitives.ReadUInt16BigEndian(frame[1..]);
                int width = BinaryPrimitives.ReadUInt16BigEndian(frame[3..]);
                bool isRead = frame[0] == 8 && frame[5] is 1 or 3 && width > 0 && height > 0
                    && (long)width * height <= Raster.LargestSize;
                return isRead ? Seen(new(width, height, frame[5]), orientation) : null;
            }

            if (marker == JpegMarker.Application1 && orientation == 1)
            {
                var segment = new byte[length];
                if (file.ReadAtLeast(segment, length, throwOnEndOfStream: false) < length) return null;
                orientation = Jpeg.OrientationOf(segment);
            }

            file.Position = next;
        }
    }

    static ImageHeader Seen(ImageHeader stored, int orientation) => ExifOrientation.Turns(orientation)
        ? stored with { Width = stored.Height, Height = stored.Width } : stored;
}
