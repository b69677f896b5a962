using System.Buffers.Binary;

namespace Qdiff.Imaging;

/// <summary>
/// The frame header of a JPEG file: size, components and whether it is progressive. Checked before memory is taken.
/// </summary>
sealed class JpegFrame
{
    JpegFrame(int width, int height, bool progressive, JpegComponent[] components) =>
        (Width, Height, Progressive, Components) = (width, height, progressive, components);

    /// <summary>Columns of the image.</summary>
    public int Width { get; }

    /// <summary>Rows of the image.</summary>
    public int Height { get; }

    /// <summary>Whether the coefficients come in several scans, coarse to fine.</summary>
    public bool Progressive { get; }

    /// <summary>One (grey) or three.</summary>
    public JpegComponent[] Components { get; }

    /// <summary>The largest number of blocks side by side in a unit.</summary>
    public int MostAcross => Components.Max(component => component.AcrossFactor);

    /// <summary>The largest number of blocks one above the other in a unit.</summary>
    public int MostDown => Components.Max(component => component.DownFactor);

    /// <summary>Reads an SOF segment of a file of this length.</summary>
    public static JpegFrame Parse(int marker, ReadOnlySpan<byte> segment, int fileLength, string where)
    {
        bool progressive = marker == JpegMarker.ProgressiveFrame;
        if (segment.Length < 6 || segment.Length != 6 + 3 * segment[5]) throw Damaged("its frame header has the wrong length");
        int depth = segment[0], height = BinaryPrimitives.ReadUInt16BigEndian(segment[1..]),
            width = BinaryPrimitives.ReadUInt16BigEndian(segment[3..]);
        int count = segment[5];
        if (depth != 8) throw Refused($"has {depth} bits a sample; only 8 are read");
        if (count == 4) throw Refused("has four colours (CMYK); only grey and three colours are read");
        if (count is not (1 or 3)) throw Refused($"has {count} components; only 1 (grey) and 3 (colour) are read");
        if (width == 0 || height == 0)
            throw Refused($"has {width}×{height} pixels in its header (a height that follows later is not read)");
        if ((long)width * height > Raster.LargestSize)
            throw new InputException($"{where} claims {width}×{height} pixels; from 1 to {Raster.LargestSize} are read. "
                + "Scale the image down.");

        var components = new JpegComponent[count];
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<byte> entry = segment.Slice(6 + 3 * i, 3);
            int across = entry[1] >> 4, down = entry[1] & 15;
            if (across is < 1 or > 4 || down is < 1 or > 4 || entry[2] > 3)
                throw Damaged("its frame header describes a component wrongly");
            components[i] = new(entry[0], across, down, entry[2]);
        }

        if (components.DistinctBy(component => component.Id).Count() < count)
            throw Damaged("two components have the same number");
        // A single component is not interleaved, so that its factors mean nothing.
        if (count == 1) components[0] = new(components[0].Id, 1, 1, components[0].QuantisationPlace);
        JpegFrame frame = new(width, height, progressive, components);
        foreach (JpegComponent component in components)
        {
            if (frame.MostAcross % component.AcrossFactor != 0 || frame.MostDown % component.DownFactor != 0)
                throw Refused($"samples components {component.AcrossFactor}×{component.DownFactor} and "
                    + $"{frame.MostAcross}×{frame.MostDown} times; only whole ratios are read");
            component.Place(width, height, frame.MostAcross, frame.MostDown);
        }

        frame.CheckMemory(fileLength, where);
        foreach (JpegComponent component in components) component.Allocate(progressive);
        return frame;

        InputException Damaged(string what) => new($"{where} is damaged: {what}.");
        InputException Refused(string what) => new($"{where} {what}. Save it as a common JPEG or as PNG.");
    }

    void CheckMemory(int fileLength, string where)
    {
        long blocks = Components.Sum(c => (long)c.BlocksAcross * c.BlocksDown);
        // The shortest code is one bit. A block has a DC code and, unless it may come in a later scan, an end-of-block code.
        long least = blocks * (Progressive ? 1 : 2) / 8;
        if (least > fileLength)
            throw new InputException($"{where} is cut off: {Width}×{Height} pixels need {least} bytes at least, but the file "
                + $"has only {fileLength}.");

        long pixels = (long)Width * Height * Components.Length;
        long planes = Components.Sum(c => (long)c.StoredAcross * c.StoredDown * 64) * (Progressive ? 3 : 1);
        ReadingBudget.Require(pixels, fileLength, where);
        ReadingBudget.Require(pixels + planes, where);
    }
}
