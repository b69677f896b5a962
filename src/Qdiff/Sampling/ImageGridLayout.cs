namespace Qdiff;

/// <summary>How an <see cref="ImageGrid"/> is laid out.</summary>
public sealed record ImageGridLayout
{
    /// <summary>Images side by side; 0 makes the grid about square.</summary>
    public int Columns { get; init; }

    /// <summary>Pixels of the image for one pixel of an image, in both directions.</summary>
    public int Scale { get; init; } = 1;

    /// <summary>White pixels around every image.</summary>
    public int Padding { get; init; } = 2;

    /// <summary>What stands under each image, in order; images beyond the last caption have none.</summary>
    public IReadOnlyList<string> Captions { get; init; } = [];

    /// <summary>What stands to the left of each row, in order.</summary>
    public IReadOnlyList<string> RowTitles { get; init; } = [];

    /// <summary>What stands above each column, in order.</summary>
    public IReadOnlyList<string> ColumnTitles { get; init; } = [];
}
