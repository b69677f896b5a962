namespace Qdiff.Imaging;

/// <summary>
/// A line chart: named series over linear or logarithmic axes, as SVG (follows the reader's light or dark theme) or as an image.
/// </summary>
public sealed record LineChart
{
    /// <summary>What is shown.</summary>
    public string Title { get; init; } = "";

    /// <summary>What the horizontal axis counts.</summary>
    public string XLabel { get; init; } = "";

    /// <summary>What the vertical axis counts.</summary>
    public string YLabel { get; init; } = "";

    /// <summary>Whether the horizontal axis is logarithmic; values that are not positive leave gaps.</summary>
    public bool LogX { get; init; }

    /// <summary>Whether the vertical axis is logarithmic; values that are not positive leave gaps.</summary>
    public bool LogY { get; init; }

    /// <summary>What no value of a vertical axis that is not logarithmic lies beyond; null for nothing.</summary>
    public ChartLimits? Limits { get; init; }

    /// <summary>Width in points (the image has two pixels a point).</summary>
    public int Width { get; init; } = 720;

    /// <summary>Height in points (the image has two pixels a point).</summary>
    public int Height { get; init; } = 400;

    /// <summary>The lines, the first of them whole, the others each with gaps of its own.</summary>
    public IReadOnlyList<ChartSeries> Series { get; init; } = [];

    /// <summary>The chart as an SVG document.</summary>
    public string ToSvg() => ChartSvg.Write(Title, Width, Height, ChartLayout.Arrange(this));

    /// <summary>The chart as an image on white.</summary>
    public Raster ToRaster() => ChartRaster.Draw(Width, Height, ChartLayout.Arrange(this));

    /// <summary>Writes the chart: SVG if the path ends with .svg, else PNG.</summary>
    public void Save(string path)
    {
        if (path.EndsWith(".svg", StringComparison.OrdinalIgnoreCase)) WholeFile.Write(path, ToSvg());
        else Png.Save(ToRaster(), path);
    }
}
