using System.Globalization;
using System.Text;
using Qdiff.Imaging;

namespace Qdiff.Cli;

/// <summary>Images as characters of two colours each, an upper and a lower half: two rows of pixels a line.</summary>
static class TerminalImage
{
    const string Plain = "\u001b[0m";

    /// <summary>The image, so many pixels wide and in proportion.</summary>
    public static IEnumerable<string> Lines(Raster image, int columns)
    {
        int rows = Math.Max(2, (int)Math.Round((double)columns * image.Height / image.Width));
        for (int row = 0; row < rows; row += 2)
        {
            var line = new StringBuilder();
            int upper = -1, lower = -1;
            for (int column = 0; column < columns; column++)
            {
                int above = Colour(image, column, row, columns, rows),
                    below = Colour(image, column, Math.Min(row + 1, rows - 1), columns, rows);
                if ((above, below) != (upper, lower))
                    line.Append(CultureInfo.InvariantCulture, $"\u001b[38;5;{above};48;5;{below}m");
                (upper, lower) = (above, below);
                line.Append('▀');
            }

            yield return line.Append(Plain).ToString();
        }
    }

    /// <summary>The mean of the pixels that become one, as a colour of the usual 256: 24 greys, or a cube of 6×6×6.</summary>
    static int Colour(Raster image, int column, int row, int columns, int rows)
    {
        Span<double> mean = stackalloc double[3];
        (int left, int right) = Part(column, columns, image.Width);
        (int top, int bottom) = Part(row, rows, image.Height);
        for (int y = top; y < bottom; y++)
            for (int x = left; x < right; x++)
                for (int c = 0; c < 3; c++)
                    mean[c] += image.Row(y)[x * image.Channels + (image.Channels < 3 ? 0 : c)];
        int count = (right - left) * (bottom - top);
        for (int c = 0; c < 3; c++) mean[c] /= count;
        return image.Channels < 3 ? 232 + (int)Math.Round(mean[0] / 255 * 23)
            : 16 + 36 * Level(mean[0]) + 6 * Level(mean[1]) + Level(mean[2]);

        static int Level(double value) => (int)Math.Round(value / 255 * 5);

        static (int First, int End) Part(int i, int parts, int size) =>
            ((int)((long)i * size / parts), Math.Max((int)((long)i * size / parts) + 1, (int)((i + 1L) * size / parts)));
    }
}
