using System.Globalization;

namespace Qdiff.Imaging;

/// <summary>The range of an axis with its ticks.</summary>
sealed record ChartAxis(double Low, double High, bool Log, IReadOnlyList<(double Value, string Text)> Ticks)
{
    /// <summary>Beyond this, and for its inverse, differences and ratios of values would leave the range of a double.</summary>
    const double Largest = 1e300;

    /// <summary>Whether a value can be shown at all.</summary>
    public static bool Shows(double value, bool log) => Math.Abs(value) <= Largest && (!log || value >= 1 / Largest);

    /// <summary>Where a value lies: 0 at the low end, 1 at the high end.</summary>
    public double Place(double value) =>
        Log ? (Math.Log(value) - Math.Log(Low)) / (Math.Log(High) - Math.Log(Low)) : (value - Low) / (High - Low);

    /// <summary>The axis for these values.</summary>
    /// <param name="wanted">About how many ticks there is room for.</param>
    /// <param name="whole">Whether the range is widened to whole ticks.</param>
    /// <param name="limits">What no value lies beyond, so that the range does not either.</param>
    public static ChartAxis For(IEnumerable<double> values, bool log, int wanted, bool whole, ChartLimits? limits = null)
    {
        wanted = Math.Max(wanted, 1);
        (double low, double high) = (double.PositiveInfinity, double.NegativeInfinity);
        foreach (double value in values)
            if (Shows(value, log)) (low, high) = (Math.Min(low, value), Math.Max(high, value));
        if (low > high) (low, high) = log ? (0.1, 1) : (0, 1);
        return log ? Logarithmic(low, high, wanted, whole) : Linear(low, high, wanted, whole, limits);
    }

    static ChartAxis Linear(double low, double high, int wanted, bool whole, ChartLimits? limits = null)
    {
        // A single value, or values equal to within rounding, are shown in the middle.
        double size = Math.Max(Math.Abs(low), Math.Abs(high));
        if (high - low <= Math.Max(1e-12 * size, 1 / Largest))
        {
            double around = size <= 1 / Largest ? 1 : size / 2;
            (low, high) = (Math.Min(low, limits?.Cut(low - around) ?? low - around),
                Math.Max(high, limits?.Cut(high + around) ?? high + around));
        }

        // The smallest of 1, 2 and 5 times a power of ten that gives no more ticks than wanted.
        double rough = (high - low) / wanted, power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        double step = power * (rough <= power ? 1 : rough <= 2 * power ? 2 : rough <= 5 * power ? 5 : 10);
        (double first, double last) = (Math.Ceiling(low / step - 1e-9), Math.Floor(high / step + 1e-9));
        if (whole)
        {
            (first, last) = (Math.Floor(low / step + 1e-9), Math.Ceiling(high / step - 1e-9));
            (low, high) = (first * step, last * step);
        }

        var ticks = new List<(double, string)>();
        for (int i = 0; i <= last - first; i++) ticks.Add(((first + i) * step, Label((first + i) * step, step)));
        return new(low, high, false, ticks);
    }

    static ChartAxis Logarithmic(double low, double high, int wanted, bool whole)
    {
        if (high <= low * (1 + 1e-12)) (low, high) = (low / 2, high * 2);
        // Few decades are divided at 2 and 5 as well; of many decades only every second, third … is marked.
        double decades = Math.Log10(high) - Math.Log10(low);
        int[] digits = decades < wanted / 3.0 ? [1, 2, 5] : [1];
        int every = Math.Max(1, (int)Math.Ceiling(decades / wanted));
        int firstDecade = (int)Math.Floor(Math.Log10(low) - 1e-9), lastDecade = (int)Math.Ceiling(Math.Log10(high) + 1e-9);
        double[] marks = [.. Enumerable.Range(firstDecade, lastDecade - firstDecade + 1)
            .Where(decade => (decade - firstDecade) % every == 0)
            .SelectMany(decade => digits.Select(digit => digit * Math.Pow(10, decade)))];
        if (whole)
        {
            low = marks.LastOrDefault(mark => mark <= low * (1 + 1e-9), low);
            high = marks.FirstOrDefault(mark => mark >= high * (1 - 1e-9), high);
        }

        (double from, double to) = (low * (1 - 1e-9), high * (1 + 1e-9));
        marks = [.. marks.Where(mark => mark >= from && mark <= to)];
        // A range between two marks is so short that evenly spaced ticks serve it well.
        return new(low, high, true, marks.Length < 2
            ? Linear(low, high, wanted, whole: false).Ticks
            : [.. marks.Select(mark => (mark, Label(mark, mark)))]);
    }

    /// <summary>
    /// As many digits as the distance between ticks needs; very large and very small numbers as a power of ten, if that is short.
    /// </summary>
    static string Label(double value, double step)
    {
        double size = Math.Abs(value);
        if (size < step / 2) return "0";
        int place = (int)Math.Floor(Math.Log10(step) + 1e-9);
        int digits = Math.Max(0, (int)Math.Floor(Math.Log10(size) + 1e-9) - place);
        if (size >= 1e6 && digits <= 3 || step < 1e-4 && size < 0.01)
            return value.ToString($"0.{new string('#', digits)}e0", CultureInfo.InvariantCulture);
        int decimals = Math.Max(0, -place);
        return value.ToString($"#,0.{new string('0', decimals)}", CultureInfo.InvariantCulture);
    }
}
