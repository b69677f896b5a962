using System.Globalization;

namespace Qdiff;

/// <summary>
/// How much memory one thing that is read may take, whatever its format: a quarter of what this process can have, or what the
/// environment variable <see cref="Variable"/> says. Readers ask before they take memory, and for what they will take: pixels and
/// numbers unpacked, not the bytes of the file.
/// </summary>
public static class ReadingBudget
{
    /// <summary>Bytes, or a number with K, M, G or T behind it: <c>8G</c>.</summary>
    public const string Variable = "QDIFF_READ_LIMIT";

    /// <summary>
    /// Up to so many bytes things may be packed as well as they like; beyond, a small file that claims to be huge is meant to
    /// fill the memory: no images or weights that say anything pack better than <see cref="LargestExpansion"/> to one.
    /// </summary>
    const long Modest = 64 << 20, LargestExpansion = 200;

    static readonly Lazy<(long Bytes, string Origin)> s_limit = new(Limit, LazyThreadSafetyMode.PublicationOnly);

    /// <summary>The most bytes.</summary>
    public static long Bytes => s_limit.Value.Bytes;

    /// <summary>Refuses what would take more than <see cref="Bytes"/>.</summary>
    /// <param name="what">What it is, to begin the message with: a file, an array of it.</param>
    /// <exception cref="InputException">It would.</exception>
    public static void Require(long bytes, string what)
    {
        if (bytes > Bytes)
            throw new InputException($"{what} would take {Size(bytes)} of memory; what is read may take {Size(Bytes)}, "
                + $"{s_limit.Value.Origin}.");
    }

    /// <summary>As <see cref="Require(long, string)"/>, and refuses what claims to be far larger than it is packed to.</summary>
    /// <exception cref="InputException">It does.</exception>
    public static void Require(long bytes, long packed, string what)
    {
        if (bytes > Modest && bytes / LargestExpansion > packed)
            throw new InputException($"{what} would take {Size(bytes)}, {bytes / Math.Max(1, packed)} times the packed size; "
                + $"beyond {Size(Modest)}, at most {LargestExpansion} times are read. Pack without compression.");
        Require(bytes, what);
    }

    /// <summary>A number of bytes for people.</summary>
    public static string Size(long bytes) => bytes switch
    {
        < 10_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes} bytes"),
        < 10_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e3:N0} kB"),
        < 10_000_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:N0} MB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e9:N0} GB"),
    };

    static (long, string) Limit()
    {
        if (Environment.GetEnvironmentVariable(Variable) is not { Length: > 0 } text)
            return (GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 4,
                $"a quarter of this machine's memory ({Variable}=8G allows 8 GB)");
        return Parse(text) is long bytes ? (bytes, $"as {Variable} says")
            : throw new InputException($"The environment variable {Variable} is '{text}'; write bytes, such as 500M or 8G.");
    }

    /// <summary>The bytes that a text such as 500M or 8G means; null if it means none.</summary>
    internal static long? Parse(string text)
    {
        int power = text.Length == 0 ? -1 : "KMGT".IndexOf(char.ToUpperInvariant(text[^1]), StringComparison.Ordinal);
        bool isNumber = double.TryParse(power < 0 ? text : text[..^1], NumberStyles.AllowDecimalPoint,
            CultureInfo.InvariantCulture, out double number);
        double bytes = number * Math.Pow(1000, power + 1);
        return isNumber && bytes is >= 1 and < 1e18 ? (long)bytes : null;
    }
}
