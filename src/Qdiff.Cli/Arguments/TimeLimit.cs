using System.CommandLine;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Qdiff.Cli;

/// <summary>The option <c>--max-time</c> and its value.</summary>
static partial class TimeLimit
{
    /// <summary>It, for a verb that can save and stop.</summary>
    public static Option<string?> Option() => new("--max-time")
    { Description = "Save and stop after this time: 90s, 30m, 2h or hh:mm:ss." };

    /// <summary>The time that was given, or null.</summary>
    /// <exception cref="InputException">What was given is none.</exception>
    public static TimeSpan? Of(ParseResult parsed, Option<string?> option) =>
        parsed.GetValue(option) is { } text ? Parse(text) : null;

    /// <summary>Says that the time was up before all was done.</summary>
    public static void TellEnd(bool quiet)
    {
        if (!quiet) Print.Message("the time was up; everything is saved, call again to go on");
    }

    /// <summary>A time such as 90s, 30m, 2h, 36:00:00 or 1.12:00:00.</summary>
    /// <exception cref="InputException">It is none.</exception>
    public static TimeSpan Parse(string text)
    {
        double seconds = Clock.Match(text) is { Success: true } clock ? Seconds(clock) : Seconds(text);
        if (seconds is > 0 and < 1e10) return TimeSpan.FromSeconds(seconds);
        throw new InputException($"--max-time {text}: write a time such as 90s, 30m, 2h or 01:30:00.");
    }

    /// <summary>No separators of thousands: 1,5h would be fifteen hours. And a number alone would be days.</summary>
    static double Seconds(string text)
    {
        double scale = text.Length > 0 ? text[^1] switch { 's' => 1, 'm' => 60, 'h' => 3600, _ => 0 } : 0;
        return scale > 0 && double.TryParse(text[..^1], NumberStyles.Float, CultureInfo.InvariantCulture, out double count)
            ? count * scale : 0;
    }

    static double Seconds(Match clock) =>
        ((Number(clock.Groups["days"]) * 24 + Number(clock.Groups["hours"])) * 60 + Number(clock.Groups["minutes"])) * 60
            + Number(clock.Groups["seconds"]);

    static double Number(Group digits) =>
        digits.Success ? double.Parse(digits.ValueSpan, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture) : 0;

    /// <summary>As batch systems write it, but for the point behind days. Hours have no end: of 24:00:00 the class library makes
    /// 24 days.</summary>
    [GeneratedRegex(@"^((?<days>[0-9]{1,6})\.)?(?<hours>[0-9]{1,6}):(?<minutes>[0-5]?[0-9])"
        + @"(:(?<seconds>[0-5]?[0-9](\.[0-9]{1,7})?))?$",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    static partial Regex Clock { get; }
}
