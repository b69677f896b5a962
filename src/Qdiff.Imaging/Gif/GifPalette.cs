namespace Qdiff.Imaging;

/// <summary>256 colours, red-green-blue after red-green-blue, and the way from an image to their numbers.</summary>
/// <remarks>Median cut: Heckbert 1982, "Color image quantization for frame buffer display".</remarks>
sealed class GifPalette
{
    const int Count = 256;

    /// <summary>For every cell of 8×8×8 colours (five bits of red, green, blue), the number of its colour.</summary>
    readonly byte[] cells = new byte[32 * 32 * 32];

    readonly Dictionary<int, byte>? exact;

    GifPalette(IReadOnlyList<Raster> frames)
    {
        if (frames[0].Channels == 1)
        {
            for (int i = 0; i < Colours.Length; i++) Colours[i] = (byte)(i / 3);
            return;
        }

        exact = ExactNumbers(frames);
        if (exact is null) Cut(frames);
    }

    /// <summary>768 bytes.</summary>
    public byte[] Colours { get; } = new byte[3 * Count];

    /// <summary>The palette for these frames: exact if they have 256 colours at most.</summary>
    public static GifPalette For(IReadOnlyList<Raster> frames) => new(frames);

    /// <summary>The number of the colour of each pixel.</summary>
    public byte[] Apply(Raster frame)
    {
        if (frame.Channels == 1) return frame.Pixels;
        var numbers = new byte[frame.Width * frame.Height];
        for (int i = 0; i < numbers.Length; i++)
        {
            ReadOnlySpan<byte> pixel = frame.Pixels.AsSpan(3 * i, 3);
            numbers[i] = exact is null ? cells[Cell(pixel)] : exact[Rgb(pixel)];
        }

        return numbers;
    }

    static int Rgb(ReadOnlySpan<byte> pixel) => pixel[0] << 16 | pixel[1] << 8 | pixel[2];

    static int Cell(ReadOnlySpan<byte> pixel) => pixel[0] >> 3 << 10 | pixel[1] >> 3 << 5 | pixel[2] >> 3;

    Dictionary<int, byte>? ExactNumbers(IReadOnlyList<Raster> frames)
    {
        var numbers = new Dictionary<int, byte>();
        foreach (Raster frame in frames)
            for (int i = 0; i < frame.Pixels.Length; i += 3)
            {
                ReadOnlySpan<byte> pixel = frame.Pixels.AsSpan(i, 3);
                if (numbers.ContainsKey(Rgb(pixel))) continue;
                if (numbers.Count == Count) return null;
                pixel.CopyTo(Colours.AsSpan(3 * numbers.Count));
                numbers.Add(Rgb(pixel), (byte)numbers.Count);
            }

        return numbers;
    }

    /// <summary>
    /// Halves, again and again, the box of cells whose pixels are the most and the widest apart; a box becomes its mean colour.
    /// </summary>
    void Cut(IReadOnlyList<Raster> frames)
    {
        var sums = new long[cells.Length, 3];
        var counts = new long[cells.Length];
        foreach (Raster frame in frames)
            for (int i = 0; i < frame.Pixels.Length; i += 3)
            {
                int cell = Cell(frame.Pixels.AsSpan(i, 3));
                counts[cell]++;
                for (int c = 0; c < 3; c++) sums[cell, c] += frame.Pixels[i + c];
            }

        List<Box> boxes = [Box.Create([.. Enumerable.Range(0, counts.Length).Where(cell => counts[cell] > 0)], counts)];
        while (boxes.Count < Count)
        {
            int worst = Enumerable.Range(0, boxes.Count).MaxBy(i => boxes[i].Spread);
            (int[] box, int axis, long pixels, long spread) = boxes[worst];
            if (spread == 0) break;
            int[] sorted = [.. box.OrderBy(cell => Coordinate(cell, axis))];
            int cut = 1;
            for (long passed = counts[sorted[0]]; cut < sorted.Length - 1 && passed + counts[sorted[cut]] <= pixels / 2; cut++)
                passed += counts[sorted[cut]];
            boxes[worst] = Box.Create(sorted[..cut], counts);
            boxes.Add(Box.Create(sorted[cut..], counts));
        }

        for (int number = 0; number < boxes.Count; number++)
        {
            Box box = boxes[number];
            for (int c = 0; c < 3; c++)
                Colours[3 * number + c] = (byte)((box.Cells.Sum(cell => sums[cell, c]) + box.Pixels / 2) / box.Pixels);
            foreach (int cell in box.Cells) cells[cell] = (byte)number;
        }
    }

    static int Coordinate(int cell, int axis) => cell >> (10 - 5 * axis) & 31;

    /// <summary>
    /// Cells that share a colour, the direction in which they reach widest, and how much there is to gain from cutting them.
    /// </summary>
    sealed record Box(int[] Cells, int Axis, long Pixels, long Spread)
    {
        public static Box Create(int[] cells, long[] counts)
        {
            (int widest, int extent) = (0, 0);
            for (int axis = 0; axis < 3; axis++)
            {
                int reach = cells.Max(cell => Coordinate(cell, axis)) - cells.Min(cell => Coordinate(cell, axis));
                if (reach > extent) (widest, extent) = (axis, reach);
            }

            long pixels = cells.Sum(cell => counts[cell]);
            return new(cells, widest, pixels, pixels * extent);
        }
    }
}
