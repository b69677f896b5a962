using Qdiff.Imaging;
using Qdiff.Tensors;

namespace Qdiff;

/// <summary>Many images in one image.</summary>
public static class ImageGrid
{
    /// <summary>The images in rows from the upper left, on white.</summary>
    public static Raster Draw(ImageSet images, ImageGridLayout? layout = null)
    {
        layout ??= new();
        if (layout.Columns < 0 || layout.Scale < 1 || layout.Padding < 0)
            throw new ArgumentException($"Columns {layout.Columns} and padding {layout.Padding} must not be negative, and scale "
                + $"{layout.Scale} must be positive.", nameof(layout));
        if (layout.Captions.Count > images.Count)
            throw new ArgumentException($"There are {layout.Captions.Count} captions for {images.Count} images.", nameof(layout));

        int columns = Math.Min(images.Count, layout.Columns > 0 ? layout.Columns : (int)Math.Ceiling(Math.Sqrt(images.Count)));
        int rows = (images.Count + columns - 1) / columns, pad = layout.Padding, letter = Math.Max(1, layout.Scale / 2);
        if (layout.RowTitles.Count > rows || layout.ColumnTitles.Count > columns)
            throw new ArgumentException($"There are {layout.RowTitles.Count} titles for {rows} rows and "
                + $"{layout.ColumnTitles.Count} for "
                + $"{columns} columns.", nameof(layout));
        // A column is as wide as its images or the longest caption; a caption takes a line under its image.
        int caption = layout.Captions.Select(text => BitmapFont.WidthOf(text) * letter).DefaultIfEmpty(0).Max();
        long width = Math.Max((long)images.Width * layout.Scale, caption);
        long height = (long)images.Height * layout.Scale + (caption > 0 ? letter * (BitmapFont.Height + 2) : 0);
        // Titles take a margin on the left and one above.
        int margin = layout.RowTitles.Count == 0 ? 0 : layout.RowTitles.Max(BitmapFont.WidthOf) * letter + 2 * letter;
        int heading = layout.ColumnTitles.Count == 0 ? 0 : letter * (BitmapFont.Height + 2);
        if (layout.RowTitles.Count > 0) height = Math.Max(height, letter * BitmapFont.Height);
        if (layout.ColumnTitles.Count > 0) width = Math.Max(width, layout.ColumnTitles.Max(BitmapFont.WidthOf) * letter);
        (long totalWidth, long totalHeight) = (margin + pad + columns * (width + pad), heading + pad + rows * (height + pad));
        if (totalWidth > Raster.LargestSize || totalHeight > Raster.LargestSize || totalWidth * totalHeight > Raster.LargestSize)
            throw new InputException($"{images.Count} images of {images.Shape} at scale {layout.Scale} give "
                + $"{totalWidth}×{totalHeight} pixels; the most is {Raster.LargestSize}. Draw fewer images or "
                + "choose a smaller scale.");

        Raster grid = new((int)totalWidth, (int)totalHeight, images.Channels);
        grid.Pixels.AsSpan().Fill(255);
        for (int i = 0; i < images.Count; i++)
        {
            int x = margin + pad + i % columns * ((int)width + pad), y = heading + pad + i / columns * ((int)height + pad);
            Paste(images.ToRaster(i), grid, x + ((int)width - images.Width * layout.Scale) / 2, y, layout.Scale);
            if (i >= layout.Captions.Count) continue;
            int start = x + ((int)width - BitmapFont.WidthOf(layout.Captions[i]) * letter) / 2;
            grid.Text(start, y + images.Height * layout.Scale + 2 * letter, layout.Captions[i], letter, Ink.Black);
        }

        for (int row = 0; row < layout.RowTitles.Count; row++)
        {
            // In the middle of its images, or at the top of the row if the letters are higher than these.
            int spare = Math.Max(0, images.Height * layout.Scale - letter * BitmapFont.Height);
            grid.Text(pad, heading + pad + row * ((int)height + pad) + spare / 2, layout.RowTitles[row], letter, Ink.Black);
        }

        for (int column = 0; column < layout.ColumnTitles.Count; column++)
        {
            int spare = (int)width - BitmapFont.WidthOf(layout.ColumnTitles[column]) * letter;
            grid.Text(margin + pad + column * ((int)width + pad) + spare / 2, pad, layout.ColumnTitles[column], letter,
                Ink.Black);
        }

        return grid;
    }

    /// <summary>The same for numbers in [−1, 1], N × C × H × W for the shape C × H × W.</summary>
    public static Raster Draw(Shape shape, ReadOnlySpan<float> samples, ImageGridLayout? layout = null) =>
        Draw(ImageSet.FromSamples("samples", shape, samples), layout);

    /// <summary>Writes the grid as a PNG file, with text chunks.</summary>
    public static void Save(
        ImageSet images, string path, ImageGridLayout? layout = null, params IEnumerable<KeyValuePair<string, string>> texts) =>
        Png.Save(Draw(images, layout), path, texts);

    static void Paste(Raster image, Raster grid, int left, int top, int scale)
    {
        int channels = image.Channels, run = image.Width * scale * channels;
        for (int y = 0; y < image.Height; y++)
        {
            Span<byte> first = grid.Row(top + y * scale).Slice(left * channels, run);
            ReadOnlySpan<byte> row = image.Row(y);
            for (int x = 0; x < image.Width; x++)
                for (int copy = 0; copy < scale; copy++)
                    row.Slice(x * channels, channels).CopyTo(first[((x * scale + copy) * channels)..]);
            for (int copy = 1; copy < scale; copy++) first.CopyTo(grid.Row(top + y * scale + copy)[(left * channels)..]);
        }
    }
}
