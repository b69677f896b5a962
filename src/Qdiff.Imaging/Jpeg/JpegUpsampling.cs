namespace Qdiff.Imaging;

/// <summary>
/// Brings a row of a component to the width of the image. At half the resolution the new samples lie a quarter of the way
/// between the old ones, so a triangle filter gives the near one three quarters and the far one a quarter, in each direction that
/// is halved.
/// </summary>
static class JpegUpsampling
{
    /// <summary>Writes row <paramref name="y"/> of the image.</summary>
    /// <param name="across">How many columns of the image a sample stands for.</param>
    /// <param name="down">How many rows of the image a sample stands for.</param>
    /// <param name="sums">Room for a row of the component.</param>
    /// <param name="row">Room for a row of the image plus 4.</param>
    public static void Fill(JpegComponent component, int across, int down, int y, Span<int> sums, Span<byte> row)
    {
        ReadOnlySpan<byte> near = component.Row(y / down);
        // Rows and columns beyond the edge are the edge. As others do, columns are not filtered when there are fewer than three.
        ReadOnlySpan<byte> far = component.Row(Math.Clamp(y / down + (y % down == 0 ? -1 : 1), 0, component.Height - 1));
        if (across == 1 && down == 1) near.CopyTo(row);
        else if (across == 1 && down == 2) Between(near, far, y % 2 == 0 ? 1 : 2, row);
        else if (across == 2 && down == 1 && near.Length > 2) Double(near, row);
        else if (across == 2 && down == 2 && near.Length > 2) Double(near, far, sums, row);
        else Repeat(near, across, row);
    }

    static void Between(ReadOnlySpan<byte> near, ReadOnlySpan<byte> far, int round, Span<byte> row)
    {
        for (int x = 0; x < near.Length; x++) row[x] = (byte)(3 * near[x] + far[x] + round >> 2);
    }

    // Halves are rounded down on the left and up on the right, so that on the whole nothing gets brighter.
    static void Double(ReadOnlySpan<byte> near, Span<byte> row)
    {
        int last = near.Length - 1;
        row = row[..(2 * near.Length)];
        for (int x = 0; x <= last; x++)
        {
            int three = 3 * near[x];
            row[2 * x] = x == 0 ? near[0] : (byte)(three + near[x - 1] + 1 >> 2);
            row[2 * x + 1] = x == last ? near[last] : (byte)(three + near[x + 1] + 2 >> 2);
        }
    }

    static void Double(ReadOnlySpan<byte> near, ReadOnlySpan<byte> far, Span<int> sums, Span<byte> row)
    {
        int last = near.Length - 1;
        sums = sums[..near.Length];
        far = far[..near.Length];
        row = row[..(2 * near.Length)];
        for (int x = 0; x < near.Length; x++) sums[x] = 3 * near[x] + far[x];
        int before = sums[0], here = sums[0];
        for (int x = 0; x < sums.Length; x++)
        {
            int after = x < last ? sums[x + 1] : here;
            row[2 * x] = (byte)(3 * here + before + 8 >> 4);
            row[2 * x + 1] = (byte)(3 * here + after + 7 >> 4);
            (before, here) = (here, after);
        }
    }

    static void Repeat(ReadOnlySpan<byte> near, int across, Span<byte> row)
    {
        for (int x = 0; x < row.Length && x / across < near.Length; x++) row[x] = near[x / across];
    }
}
