using Qdiff.Imaging;
using Qdiff.Tensors;

namespace Qdiff;

/// <summary>How large an <see cref="ImageGrid"/> becomes, in pixels, known before it is drawn.</summary>
/// <param name="Columns">Images side by side.</param>
/// <param name="Rows">Images one above the other.</param>
/// <param name="CellWidth">Of an image with its caption.</param>
/// <param name="CellHeight">Of an image with its caption.</param>
/// <param name="Margin">What row titles take on the left.</param>
/// <param name="Heading">What column titles take above.</param>
/// <param name="Padding">White around every image.</param>
readonly record struct ImageGridMeasures(long Columns, long Rows, long CellWidth, long CellHeight, int Margin, int Heading,
    int Padding)
{
    /// <summary>Of the whole grid.</summary>
    public long Width => Margin + Padding + Columns * (CellWidth + Padding);

    /// <inheritdoc cref="Width"/>
    public long Height => Heading + Padding + Rows * (CellHeight + Padding);

    /// <summary>Whether an image may be as large.</summary>
    public bool MakeAnImage =>
        Width <= Raster.LargestSize && Height <= Raster.LargestSize && Width * Height <= Raster.LargestSize;

    /// <summary>The pixels of a letter's dot at a scale.</summary>
    public static int Letter(int scale) => Math.Max(1, scale / 2);

    /// <summary>Of so many images. Of titles that repeat a few are enough: the longest counts.</summary>
    public static ImageGridMeasures Of(Shape image, long count, ImageGridLayout layout)
    {
        long columns = Math.Min(count, layout.Columns > 0 ? layout.Columns : (long)Math.Ceiling(Math.Sqrt(count)));
        int letter = Letter(layout.Scale), line = letter * (BitmapFont.Height + 2);
        // A column is as wide as its images or the longest caption; a caption takes a line under its image.
        int caption = Longest(layout.Captions);
        long width = Math.Max((long)image[2] * layout.Scale, caption);
        long height = (long)image[1] * layout.Scale + (caption > 0 ? line : 0);
        // Titles take a margin on the left and one above.
        int margin = layout.RowTitles.Count == 0 ? 0 : Longest(layout.RowTitles) + 2 * letter;
        int heading = layout.ColumnTitles.Count == 0 ? 0 : line;
        if (layout.RowTitles.Count > 0) height = Math.Max(height, letter * BitmapFont.Height);
        width = Math.Max(width, Longest(layout.ColumnTitles));
        return new(columns, (count + columns - 1) / columns, width, height, margin, heading, layout.Padding);

        int Longest(IReadOnlyList<string> texts) =>
            texts.Select(text => BitmapFont.WidthOf(text) * letter).DefaultIfEmpty(0).Max();
    }
}
