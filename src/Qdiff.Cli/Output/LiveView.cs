using System.Globalization;
using Qdiff.Imaging;

namespace Qdiff.Cli;

/// <summary>
/// What a terminal shows while a network trains: a bar, rate and remaining time, the loss as a line of blocks, and the last
/// samples where there are colours for them. A function of what is known; nothing is longer than the window is wide.
/// </summary>
sealed record LiveView
{
    /// <summary>The last losses that the line of blocks is made of.</summary>
    const int Losses = 32;

    /// <summary>Columns that an image takes.</summary>
    const int ImageColumns = 56;

    /// <summary>Rows below which a window has no room for an image.</summary>
    const int RoomForImage = 18;

    /// <summary>Steps done, and in all.</summary>
    public required (long Done, long Total) Steps { get; init; }

    /// <summary>The smoothed loss.</summary>
    public required double Loss { get; init; }

    /// <summary>Steps a second.</summary>
    public required double Rate { get; init; }

    /// <summary>The time that is left; null if that is not known yet.</summary>
    public TimeSpan? Remaining { get; init; }

    /// <summary>Losses so far, averaged to as many as are shown.</summary>
    public IReadOnlyList<double> Curve { get; init; } = [];

    /// <summary>What is being done besides the steps.</summary>
    public string? Doing { get; init; }

    /// <summary>The last samples, four beside each other.</summary>
    public Raster? Samples { get; init; }

    /// <summary>The lines from above.</summary>
    /// <param name="width">Columns of the window.</param>
    /// <param name="height">Its rows.</param>
    /// <param name="coloured">Whether it shows 256 colours.</param>
    public IReadOnlyList<string> Lines(int width, int height, bool coloured)
    {
        double share = Steps.Total > 0 ? Math.Clamp((double)Steps.Done / Steps.Total, 0, 1) : 0;
        string steps = string.Create(CultureInfo.InvariantCulture,
            $" {100 * share,3:0} %  step {Steps.Done:N0}/{Steps.Total:N0}");
        int bar = Math.Clamp(width - steps.Length, 0, 40), full = (int)Math.Round(share * bar);
        string said = Doing is not null ? Doing + " ..." : string.Create(CultureInfo.InvariantCulture,
            $"{Rate:F2} steps/s  {ProgressLine.Short(Remaining)} left");
        string loss = string.Create(CultureInfo.InvariantCulture, $"loss {Loss:F4}  ");
        int blocks = Math.Clamp(width - loss.Length, 0, Losses);
        List<string> lines = [new string('━', full) + new string('─', bar - full) + steps, VisibleText.Line(said),
            loss + Sparkline.Of([.. Curve.TakeLast(blocks)])];
        lines = [.. lines.Select(line => line.Length <= width ? line : line[..width])];
        if (coloured && Samples is not null && height >= RoomForImage && width >= 24)
            lines.AddRange(TerminalImage.Lines(Samples, Math.Min(width, ImageColumns)));
        return lines;
    }
}
