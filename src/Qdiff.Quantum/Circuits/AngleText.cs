using System.Globalization;

namespace Qdiff.Quantum;

/// <summary>How numbers of angles are shown to people.</summary>
static class AngleText
{
    static readonly int[] s_denominators = [1, 2, 3, 4, 6, 8, 12, 16];

    /// <summary><c>2π</c>, <c>-π/4</c> or <c>3π/8</c> where the number is exactly that in double precision, and else four digits:
    /// <c>0.25</c>.</summary>
    public static string Number(double value)
    {
        foreach (int denominator in s_denominators)
        {
            double times = Math.Round(value / Math.PI * denominator);
            if (times == 0 || Math.Abs(times) > 16 * denominator || !IsExact(value, times, denominator)) continue;
            string sign = times < 0 ? "-" : "", factor = Math.Abs(times) == 1 ? "" : Plain(Math.Abs(times));
            return $"{sign}{factor}π{(denominator == 1 ? "" : $"/{Plain(denominator)}")}";
        }

        return value.ToString("0.####", CultureInfo.InvariantCulture);
    }

    // 3π/8 may have been computed in either order.
    static bool IsExact(double value, double times, int denominator) =>
        value == times * Math.PI / denominator || value == times * (Math.PI / denominator);

    static string Plain(double value) => value.ToString(CultureInfo.InvariantCulture);
}
