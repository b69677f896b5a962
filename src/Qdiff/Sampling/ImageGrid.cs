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

        ImageGridMeasures measures = ImageGridMeasures.Of(images.Shape, images.Count, layout);
        if (layout.RowTitles.Count > measures.Rows || layout.ColumnTitles.Count > measures.Columns)
            throw new ArgumentException($"There are {layout.RowTitles.Count} titles for {measures.Rows} rows and "
                + $"{layout.ColumnTitles.Count} for {measures.Columns} columns.", nameof(layout));
        if (!measures.MakeAnImage)
            throw new InputException($"{images.Count} images of {images.Shape} at scale {layout.Scale} give "
                + $"{measures.Width}×{measures.Height} pixels; the most is {Raster.LargestSize}. Draw fewer images or "
                + "choose a smaller scale.");

        int letter = ImageGridMeasures.Letter(layout.Scale), pad = layout.Padding, columns = (int)measures.Columns;
        (int width, int height) = ((int)measures.CellWidth, (int)measures.CellHeight);
        (int margin, int heading) = (measures.Margin, measures.Heading);
        Raster grid = new((int)measures.Width, (int)measures.Height, images.Channels);
        grid.Pixels.AsSpan().Fill(255);
        for (int i = 0; i < images.Count; i++)
        {
            int x = margin + pad + i % columns * (width + pad), y = heading + pad + i / columns * (height + pad);
            Paste(images.ToRaster(i), grid, x + (width - images.Width * layout.Scale) / 2, y, layout.Scale);
            if (i >= layout.Captions.Count) continue;
            int start = x + (width - BitmapFont.WidthOf(layout.Captions[i]) * letter) / 2;
            grid.Text(start, y + images.Height * layout.Scale + 2 * letter, layout.Captions[i], letter, Ink.Black);
        }

        for (int row = 0; row < layout.RowTitles.Count; row++)
        {
            // In the middle of its images, or at the top of the row if the letters are higher than these.
            int spare = Math.Max(0, images.Height * layout.Scale - letter * BitmapFont.Height);
            grid.Text(pad, heading + pad + row * (height + pad) + spare / 2, layout.RowTitles[row], letter, Ink.Black);
        }

        for (int column = 0; column < layout.ColumnTitles.Count; column++)
        {
            int spare = width - BitmapFont.WidthOf(layout.ColumnTitles[column]) * letter;
            grid.Text(margin + pad + column * (width + pad) + spare / 2, pad, layout.ColumnTitles[column], letter,
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
