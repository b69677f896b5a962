namespace Qdiff.Imaging;

/// <summary>
/// The five row filters of PNG. Each predicts a byte from the byte of the pixel to the left, above, and above left.
/// </summary>
static class PngFilter
{
    /// <summary>How many filters there are: none, left, up, average, Paeth.</summary>
    public const int Count = 5;

    /// <summary>Restores a row in place.</summary>
    /// <param name="filter">0 to 4.</param>
    /// <param name="row">The filtered bytes.</param>
    /// <param name="above">The restored row above, or zeros.</param>
    /// <param name="pixel">Bytes a pixel, at least 1.</param>
    public static void Restore(int filter, Span<byte> row, ReadOnlySpan<byte> above, int pixel)
    {
        switch (filter)
        {
            case 0:
                break;
            case 1:
                for (int i = pixel; i < row.Length; i++) row[i] += row[i - pixel];
                break;
            case 2:
                for (int i = 0; i < row.Length; i++) row[i] += above[i];
                break;
            default:
                for (int i = 0; i < row.Length; i++) row[i] += Predict(filter, row, above, i, pixel);
                break;
        }
    }

    /// <summary>Writes the filtered bytes of a row.</summary>
    public static void Apply(int filter, ReadOnlySpan<byte> row, ReadOnlySpan<byte> above, int pixel, Span<byte> filtered)
    {
        for (int i = 0; i < row.Length; i++) filtered[i] = (byte)(row[i] - Predict(filter, row, above, i, pixel));
    }

    static byte Predict(int filter, ReadOnlySpan<byte> row, ReadOnlySpan<byte> above, int i, int pixel)
    {
        int left = i < pixel ? 0 : row[i - pixel], up = above[i], corner = i < pixel ? 0 : above[i - pixel];
        return filter switch
        {
            0 => 0,
            1 => (byte)left,
            2 => (byte)up,
            3 => (byte)((left + up) / 2),
            4 => Paeth(left, up, corner),
            _ => throw new ArgumentOutOfRangeException(nameof(filter), filter, "PNG has the filters 0 to 4."),
        };
    }

    /// <summary>Of the three neighbours the one nearest to left + up − corner; left wins over up, up over corner.</summary>
    static byte Paeth(int left, int up, int corner)
    {
        int toLeft = Math.Abs(up - corner), toUp = Math.Abs(left - corner), toCorner = Math.Abs(left + up - 2 * corner);
        return (byte)(toLeft <= toUp && toLeft <= toCorner ? left : toUp <= toCorner ? up : corner);
    }
}
