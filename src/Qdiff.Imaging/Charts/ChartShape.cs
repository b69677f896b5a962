namespace Qdiff.Imaging;

/// <summary>
/// A part of a laid-out chart. Places are in points from the upper left corner. The ink is the number of a series, or one of the
/// negative numbers of <see cref="ChartInk"/>.
/// </summary>
abstract record ChartShape(int Ink);

/// <summary>A line through points; a single point is a dot.</summary>
sealed record ChartPath(IReadOnlyList<(double X, double Y)> Points, double Thickness, int Ink, bool IsFaint = false)
    : ChartShape(Ink)
{
    /// <summary>Lengths of strokes and gaps in turn; empty for a whole line.</summary>
    public IReadOnlyList<double> Dash { get; init; } = [];
}

/// <summary>The area between two lines over the same places.</summary>
sealed record ChartArea(IReadOnlyList<(double X, double Low, double High)> Points, int Ink) : ChartShape(Ink);

/// <summary>
/// A line of text; <c>Anchor</c> tells which part of it lies at X: −1 its start, 0 its middle, 1 its end. Y is the middle of a
/// capital.
/// </summary>
sealed record ChartText(double X, double Y, string Text, int Anchor, int Ink, bool Heading = false) : ChartShape(Ink);

/// <summary>
/// The colours of charts, chosen to be told apart by colour-blind readers and to be seen on white and on black.
/// </summary>
static class ChartInk
{
    /// <summary>Words and numbers.</summary>
    public const int Text = -1;

    /// <summary>Lines of the grid.</summary>
    public const int Grid = -2;

    /// <summary>How much of what lies behind is covered by lines in the background, and by areas.</summary>
    public const double Faint = 0.4, Area = 0.16;

    /// <summary>Of the series, as 0xRRGGBB; then from the start.</summary>
    public static IReadOnlyList<int> Series { get; } =
        [0x2A7FBA, 0xE6791A, 0x17A07A, 0xC9609F, 0xB8A11A, 0x8D6CC9, 0xD64545, 0x7F8A93];
}
