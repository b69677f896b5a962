namespace Qdiff.Imaging;

/// <summary>Puts an image together from its planes: chroma to full resolution, luma and chroma to red, green and blue.</summary>
/// <remarks>ITU-T T.871 section 7, with 16 bits behind the point.</remarks>
static class JpegImage
{
    const int Point = 16, Half = 1 << (Point - 1);
    const int RedOfCr = (int)(1.40200 * (1 << Point) + 0.5), BlueOfCb = (int)(1.77200 * (1 << Point) + 0.5);
    const int GreenOfCr = (int)(0.71414 * (1 << Point) + 0.5), GreenOfCb = (int)(0.34414 * (1 << Point) + 0.5);

    /// <summary>The image; three components are luma and chroma, or red, green and blue.</summary>
    public static Raster Assemble(JpegFrame frame, bool isYCbCr)
    {
        Raster raster = new(frame.Width, frame.Height, frame.Components.Length);
        int mostAcross = frame.MostAcross, mostDown = frame.MostDown;
        var sums = new int[frame.Width];
        // A unit is at most four samples wide, so that a row of whole samples may go beyond the image by three.
        byte[][] rows = [.. frame.Components.Select(_ => new byte[frame.Width + 4])];
        for (int y = 0; y < frame.Height; y++)
        {
            for (int c = 0; c < rows.Length; c++)
            {
                JpegComponent component = frame.Components[c];
                int across = mostAcross / component.AcrossFactor, down = mostDown / component.DownFactor;
                JpegUpsampling.Fill(component, across, down, y, sums, rows[c]);
            }

            Span<byte> output = raster.Row(y);
            if (rows.Length == 1) rows[0].AsSpan(0, frame.Width).CopyTo(output);
            else if (isYCbCr) Convert(rows[0], rows[1], rows[2], output);
            else Interleave(rows, output);
        }

        return raster;
    }

    static void Convert(ReadOnlySpan<byte> luma, ReadOnlySpan<byte> blue, ReadOnlySpan<byte> red, Span<byte> output)
    {
        int width = output.Length / 3;
        luma = luma[..width];
        blue = blue[..width];
        red = red[..width];
        for (int x = 0, at = 0; x < luma.Length && at + 2 < output.Length; x++, at += 3)
        {
            int y = luma[x], cb = blue[x] - 128, cr = red[x] - 128;
            output[at] = Clamp(y + (RedOfCr * cr + Half >> Point));
            output[at + 1] = Clamp(y + (Half - GreenOfCb * cb - GreenOfCr * cr >> Point));
            output[at + 2] = Clamp(y + (BlueOfCb * cb + Half >> Point));
        }
    }

    static void Interleave(byte[][] rows, Span<byte> output)
    {
        for (int i = 0; i < output.Length; i++) output[i] = rows[i % 3][i / 3];
    }

    static byte Clamp(int value) => (byte)Math.Clamp(value, 0, 255);
}
