using System.Buffers.Binary;

namespace Qdiff.Imaging;

/// <summary>
/// How a camera was held: numbers 1 (as the pixels lie) to 8 of the tag "orientation" in Exif data, which is a TIFF file without
/// pixels, in either byte order.
/// </summary>
/// <remarks>CIPA DC-008, section 4.6.4.</remarks>
static class ExifOrientation
{
    const int Tag = 0x0112, Byte = 1, Short = 3, Long = 4;

    /// <summary>The orientation that the first directory gives; 1 if it gives none or is damaged, as other readers do.</summary>
    public static int Of(ReadOnlySpan<byte> tiff)
    {
        bool little = tiff.StartsWith("II"u8);
        if (tiff.Length < 8 || (!little && !tiff.StartsWith("MM"u8)) || Number(tiff, 2, Short) != 42) return 1;
        long directory = Number(tiff, 4, Long);
        if (directory > tiff.Length - 2) return 1;
        long count = Number(tiff, (int)directory, Short);
        for (long i = 0, at = directory + 2; i < count && at + 12 <= tiff.Length; i++, at += 12)
        {
            if (Number(tiff, (int)at, Short) != Tag) continue;
            long type = Number(tiff, (int)at + 2, Short);
            // A number of one is in the entry itself, at its start in either byte order.
            long value = type is Byte or Short or Long ? Number(tiff, (int)at + 8, (int)type) : 1;
            return value is >= 1 and <= 8 ? (int)value : 1;
        }

        return 1;

        long Number(ReadOnlySpan<byte> bytes, int at, int type) => type switch
        {
            Byte => bytes[at],
            Short when little => BinaryPrimitives.ReadUInt16LittleEndian(bytes[at..]),
            Short => BinaryPrimitives.ReadUInt16BigEndian(bytes[at..]),
            _ when little => BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]),
            _ => BinaryPrimitives.ReadUInt32BigEndian(bytes[at..]),
        };
    }

    /// <summary>Whether rows become columns.</summary>
    public static bool Turns(int orientation) => orientation >= 5;

    /// <summary>The image as it was seen.</summary>
    public static Raster Apply(Raster image, int orientation)
    {
        if (orientation == 1) return image;
        (int width, int height, int channels) = (image.Width, image.Height, image.Channels);
        Raster turned = Turns(orientation) ? new(height, width, channels) : new(width, height, channels);
        for (int y = 0; y < turned.Height; y++)
        {
            Span<byte> row = turned.Row(y);
            for (int x = 0; x < turned.Width; x++)
            {
                (int fromX, int fromY) = orientation switch
                {
                    2 => (width - 1 - x, y),
                    3 => (width - 1 - x, height - 1 - y),
                    4 => (x, height - 1 - y),
                    5 => (y, x),
                    6 => (y, height - 1 - x),
                    7 => (width - 1 - y, height - 1 - x),
                    _ => (width - 1 - y, x),
                };
                image.Pixels.AsSpan((fromY * width + fromX) * channels, channels).CopyTo(row[(x * channels)..]);
            }
        }

        return turned;
    }
}
