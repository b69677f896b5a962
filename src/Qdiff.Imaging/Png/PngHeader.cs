using System.Buffers.Binary;

namespace Qdiff.Imaging;

/// <summary>The IHDR chunk: size, bits a sample and colour type of a PNG file, all checked.</summary>
readonly record struct PngHeader(int Width, int Height, int Depth, PngColour Colour, bool Interlaced)
{
    /// <summary>Whether the image has one channel.</summary>
    public bool IsGrey => Colour is PngColour.Grey or PngColour.GreyAlpha;

    /// <summary>Numbers a pixel in the file.</summary>
    public int Samples => Colour switch
    {
        PngColour.Grey or PngColour.Palette => 1,
        PngColour.GreyAlpha => 2,
        PngColour.Rgb => 3,
        PngColour.Rgba => 4,
        _ => throw new InvalidOperationException($"No colour type {Colour}."),
    };

    /// <summary>Bytes of a row of <paramref name="width"/> pixels, without its filter byte.</summary>
    public int RowBytes(int width) => (int)(((long)width * Samples * Depth + 7) / 8);

    /// <summary>The parts that the image is stored in: itself, or seven when interlaced; empty ones are left out.</summary>
    public IEnumerable<PngPass> Passes()
    {
        if (!Interlaced) return [new(0, 0, 1, 1, Width, Height)];
        PngHeader header = this;
        // Adam7: column and row of the first pixel, distance to the next.
        (int X, int Y, int StepX, int StepY)[] adam7 =
            [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)];
        return adam7
            .Select(p => new PngPass(p.X, p.Y, p.StepX, p.StepY,
                (header.Width - p.X + p.StepX - 1) / p.StepX, (header.Height - p.Y + p.StepY - 1) / p.StepY))
            .Where(pass => pass.Width > 0 && pass.Height > 0);
    }

    /// <summary>Reads and checks the chunk.</summary>
    public static PngHeader Parse(ReadOnlySpan<byte> data, string where)
    {
        if (data.Length != 13) throw new InputException($"{where} is damaged: its IHDR chunk has {data.Length} bytes, not 13.");
        uint width = BinaryPrimitives.ReadUInt32BigEndian(data), height = BinaryPrimitives.ReadUInt32BigEndian(data[4..]);
        int depth = data[8];
        var colour = (PngColour)data[9];
        bool allowed = colour switch
        {
            PngColour.Grey => depth is 1 or 2 or 4 or 8 or 16,
            PngColour.Palette => depth is 1 or 2 or 4 or 8,
            PngColour.Rgb or PngColour.GreyAlpha or PngColour.Rgba => depth is 8 or 16,
            _ => false,
        };
        if (!allowed)
            throw new InputException($"{where} is damaged: colour type {data[9]} with {depth} bits does not exist in PNG.");
        if (data[10] != 0 || data[11] != 0 || data[12] > 1)
            throw new InputException($"{where} is damaged: compression {data[10]}, filter {data[11]}, interlace {data[12]} "
                + "do not exist in PNG.");
        if (width == 0 || height == 0 || (ulong)width * height > Raster.LargestSize)
            throw new InputException($"{where} claims {width}×{height} pixels; from 1 to {Raster.LargestSize} are read. "
                + "Scale the image down.");
        return new((int)width, (int)height, depth, colour, data[12] == 1);
    }
}

/// <summary>
/// Every <c>StepX</c>-th pixel of every <c>StepY</c>-th row from (X, Y) on: <c>Width</c> × <c>Height</c> of them.
/// </summary>
readonly record struct PngPass(int X, int Y, int StepX, int StepY, int Width, int Height);

/// <summary>What the numbers of a pixel mean.</summary>
enum PngColour : byte
{
    Grey = 0,
    Rgb = 2,
    Palette = 3,
    GreyAlpha = 4,
    Rgba = 6,
}
