using System.CommandLine;

namespace Qdiff.Cli;

/// <summary>The options that give images of a data set one size, as the settings of the same names do for a training.</summary>
/// <param name="images">Which images they are of.</param>
sealed class FitArguments(string images = "each image")
{
    readonly Option<int?> crop = new("--crop")
    { Description = $"Cut the middle out of {images}, so many pixels a side, as data.crop does in a configuration." };
    readonly Option<int?> size = new("--size")
    { Description = $"Scale and crop {images} to so many pixels a side, as data.size does in a configuration." };
    readonly Option<Fitting> fit = new("--fit")
    { Description = "What --size makes of images that are not square, as data.fit does in a configuration." };

    /// <summary>Adds them to a verb.</summary>
    public void AddTo(Command verb)
    {
        foreach (Option option in (Option[])[crop, size, fit]) verb.Add(option);
    }

    /// <summary>What becomes of each image.</summary>
    /// <exception cref="InputException">A number of pixels that no configuration takes either.</exception>
    public ImageFit Of(ParseResult parsed) => new()
    {
        Crop = Pixels(parsed, crop),
        Size = Pixels(parsed, size),
        Fitting = parsed.GetValue(fit),
    };

    /// <summary>The same as it is written, each part with a blank before it; empty if nothing was said.</summary>
    public string Said(ParseResult parsed) => string.Concat(
        from option in (Option[])[crop, size, fit]
        where parsed.IsGiven(option)
        select $" {option.Name} {parsed.GetResult(option)!.Tokens[0].Value}");

    static int? Pixels(ParseResult parsed, Option<int?> option) => parsed.GetValue(option) switch
    {
        (< 1 or > DataConfig.LargestSide) and var wrong => throw new InputException(FormattableString.Invariant(
            $"{option.Name} {wrong}: give a number of pixels from 1 to {DataConfig.LargestSide:N0}.")),
        var pixels => pixels,
    };
}
