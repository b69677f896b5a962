using System.Globalization;

namespace Qdiff.Cli;

/// <summary>Whole numbers as an option has them: one, or all from the first to the last of <c>2..12</c>.</summary>
static class NumberRange
{
    const string Between = "..";

    /// <exception cref="InputException">It is neither, or a number is not among 1 to <paramref name="most"/>.</exception>
    public static int[] Parse(string option, string text, int most)
    {
        string[] ends = text.Split(Between);
        if (ends.Length > 2 || !Read(ends[0], out int first) || !Read(ends[^1], out int last) || first > last)
            throw new InputException($"{option} {text}: a number from 1 to {most} is expected, or a range such as 2{Between}12.");
        return [.. Enumerable.Range(first, last - first + 1)];

        bool Read(string part, out int number) =>
            int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number >= 1 && number <= most;
    }
}
