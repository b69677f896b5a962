using System.Buffers.Binary;

namespace Qdiff.Imaging;

/// <summary>
/// Turns the numbers of restored PNG rows into grey or red-green-blue bytes: bit depths, palette, transparency over white.
/// </summary>
sealed class PngPixels(PngHeader header, string where)
{
    byte[]? palette;              // red, green, blue of each entry
    byte[] paletteAlpha = [];     // of the first entries; the others are opaque
    int[]? transparent;           // the grey or red-green-blue value that means "nothing here"

    /// <summary>Whether a pixel was not opaque.</summary>
    public bool SawTransparency { get; private set; }

    /// <summary>Reads PLTE.</summary>
    public void ReadPalette(ReadOnlySpan<byte> data)
    {
        if (data.Length is 0 or > 768 || data.Length % 3 != 0)
            throw new InputException($"{where} is damaged: its palette has {data.Length} bytes; 3 to 768, a multiple of 3, "
                + "are allowed.");
        palette = data.ToArray();
    }

    /// <summary>Reads tRNS.</summary>
    public void ReadTransparency(ReadOnlySpan<byte> data)
    {
        int values = header.Colour switch { PngColour.Grey => 1, PngColour.Rgb => 3, _ => 0 };
        if (header.Colour == PngColour.Palette)
        {
            if (data.Length > 256)
                throw new InputException($"{where} is damaged: it has the transparency of {data.Length} palette entries; "
                    + "256 is the most.");
            paletteAlpha = data.ToArray();
            return;
        }

        if (values == 0 || data.Length != 2 * values)
            throw new InputException($"{where} is damaged: a tRNS chunk of {data.Length} bytes does not fit the colour type "
                + $"{header.Colour}.");
        transparent = new int[values];
        // Of the sixteen bits those count that samples have.
        for (int i = 0; i < values; i++)
            transparent[i] = BinaryPrimitives.ReadUInt16BigEndian(data[(2 * i)..]) & ((1 << header.Depth) - 1);
    }

    /// <summary>Checks, after all chunks, that a palette is there if one is needed.</summary>
    public void CheckComplete()
    {
        if (header.Colour == PngColour.Palette && palette is null)
            throw new InputException($"{where} is damaged: its colours come from a palette, but it has none.");
    }

    /// <summary>Writes a restored row of a pass to the row of the image that it belongs to.</summary>
    public void Write(ReadOnlySpan<byte> row, PngPass pass, Span<byte> output)
    {
        int most = (1 << header.Depth) - 1;
        Span<int> samples = stackalloc int[4];
        for (int x = 0; x < pass.Width; x++)
        {
            for (int i = 0; i < header.Samples; i++) samples[i] = Sample(row, x * header.Samples + i);
            int at = pass.X + x * pass.StepX;
            switch (header.Colour)
            {
                case PngColour.Grey:
                    output[at] = Blend(samples[0], transparent is [int grey] && samples[0] == grey ? 0 : most, most);
                    break;
                case PngColour.GreyAlpha:
                    output[at] = Blend(samples[0], samples[1], most);
                    break;
                case PngColour.Palette:
                    WriteEntry(samples[0], output.Slice(3 * at, 3));
                    break;
                default:
                    int alpha = header.Colour == PngColour.Rgba ? samples[3]
                        : transparent is not null && samples[..3].SequenceEqual(transparent) ? 0
                        : most;
                    for (int c = 0; c < 3; c++) output[3 * at + c] = Blend(samples[c], alpha, most);
                    break;
            }
        }
    }

    void WriteEntry(int entry, Span<byte> output)
    {
        if (3 * entry >= palette!.Length)
            throw new InputException($"{where} is damaged: a pixel has the palette entry {entry}, but the palette has only "
                + $"{palette.Length / 3}.");
        int alpha = entry < paletteAlpha.Length ? paletteAlpha[entry] : 255;
        for (int c = 0; c < 3; c++) output[c] = Blend(palette[3 * entry + c], alpha, 255);
    }

    int Sample(ReadOnlySpan<byte> row, int index) => header.Depth switch
    {
        8 => row[index],
        16 => BinaryPrimitives.ReadUInt16BigEndian(row[(2 * index)..]),
        // Smaller samples are packed from the high bits on.
        _ => row[index * header.Depth / 8] >> (8 - header.Depth - index * header.Depth % 8) & ((1 << header.Depth) - 1),
    };

    /// <summary>Over white, scaled from 0 … <paramref name="most"/> to 0 … 255, rounded once.</summary>
    byte Blend(int value, int alpha, int most)
    {
        if (most == 255 && alpha == 255) return (byte)value;
        SawTransparency |= alpha != most;
        long over = (long)value * alpha + (long)most * (most - alpha), whole = (long)most * most;
        return (byte)((over * 255 + whole / 2) / whole);
    }
}
