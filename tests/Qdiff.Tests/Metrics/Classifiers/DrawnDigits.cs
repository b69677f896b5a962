using Qdiff;

/// <summary>The ten digits as strokes with round ends on 28×28 pixels, about as wide and as large as those of MNIST.</summary>
static class DrawnDigits
{
    /// <summary>
    /// Corners of each digit's strokes, x and y from 0 to 10 within the box of the digit; strokes are divided by a bar.
    /// </summary>
    static readonly string[] s_strokes =
    [
        "3,0 7,0 9,3 9,7 7,10 3,10 1,7 1,3 3,0",
        "5,0 5,10",
        "1,2 3,0 7,0 8,2 8,4 1,10 9,10",
        "1,1 4,0 7,0 8,2 7,4 4,5 7,5 9,7 7,10 4,10 1,9",
        "2,0 1,5 8,5 | 8,0 8,10",
        "8,0 2,0 2,4 6,4 8,6 8,8 6,10 1,10",
        "7,0 4,1 2,4 1,7 3,10 6,10 8,8 7,6 5,5 2,7",
        "1,0 8,0 4,10",
        "5,5 2,3 3,1 5,0 7,1 8,3 5,5 2,7 3,9 5,10 7,9 8,7 5,5",
        "8,3 6,5 3,5 2,3 3,1 6,0 8,1 8,3 7,10",
    ];

    public static ImageSet Make()
    {
        var pixels = new byte[10 * 28 * 28];
        for (int digit = 0; digit < 10; digit++)
            foreach (string stroke in s_strokes[digit].Split('|'))
            {
                (double X, double Y)[] corners =
                [
                    .. stroke.Trim().Split(' ').Select(corner => corner.Split(','))
                        .Select(c => (7 + 1.4 * double.Parse(c[0]), 4.5 + 1.9 * double.Parse(c[1]))),
                ];
                for (int i = 1; i < corners.Length; i++) Draw(pixels.AsSpan(digit * 784, 784), corners[i - 1], corners[i]);
            }

        return new("drawn", [1, 28, 28], pixels, [.. Enumerable.Range(0, 10)]);
    }

    static void Draw(Span<byte> image, (double X, double Y) from, (double X, double Y) to)
    {
        (double dx, double dy) = (to.X - from.X, to.Y - from.Y);
        for (int y = 0; y < 28; y++)
            for (int x = 0; x < 28; x++)
            {
                double along = Math.Clamp(((x - from.X) * dx + (y - from.Y) * dy) / (dx * dx + dy * dy), 0, 1);
                double distance = Math.Sqrt(Math.Pow(x - from.X - along * dx, 2) + Math.Pow(y - from.Y - along * dy, 2));
                image[28 * y + x] = Math.Max(image[28 * y + x], (byte)(255 * Math.Clamp(1.9 - distance, 0, 1)));
            }
    }
}
