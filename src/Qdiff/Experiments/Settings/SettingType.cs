using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Qdiff;

/// <summary>A kind of value: how it is read, how it is written in YAML, and how to say in words what is allowed.</summary>
sealed record SettingType<T>(string Expected, SettingType<T>.Parser TryParse, Func<T, string> Format)
{
    public delegate bool Parser(SettingText given, [MaybeNullWhen(false)] out T value);

    /// <summary>Whether a value that nobody wrote is allowed.</summary>
    public Func<T, bool> Allows { get; init; } = _ => true;

    /// <summary>The names to choose from, so that a mistyped one can be answered with the nearest.</summary>
    public IReadOnlyList<string> Names { get; init; } = [];
}

/// <summary>The kinds of values that settings have.</summary>
static partial class SettingType
{
    static readonly JsonSerializerOptions s_quoted = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static SettingType<bool> Flag { get; } = new("true or false",
        (SettingText given, out bool value) => bool.TryParse(given.Text, out value) && !given.Quoted && given.Items is null,
        value => value ? "true" : "false");

    public static SettingType<string> Text { get; } = new("text", TryText, Quote);

    /// <summary>Something that can be part of a folder's name on every system.</summary>
    public static SettingType<string> FolderName { get; } = new(PlainName.Expected,
        (SettingText given, [MaybeNullWhen(false)] out string value) => TryText(given, out value) && PlainName.Is(value), Quote);

    public static SettingType<int> Integer(int min, int max = int.MaxValue) => new(
        max == int.MaxValue ? $"an integer of at least {min}" : $"an integer from {min} to {max}",
        (SettingText given, out int value) =>
            int.TryParse(Scalar(given), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value)
            && value >= min && value <= max,
        value => value.ToString(CultureInfo.InvariantCulture));

    public static SettingType<long> Seed { get; } = new("an integer of 64 bits",
        (SettingText given, out long value) =>
            long.TryParse(Scalar(given), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value),
        value => value.ToString(CultureInfo.InvariantCulture));

    /// <summary>
    /// A finite number; <paramref name="above"/> and <paramref name="below"/> are not allowed themselves, the other bounds are.
    /// </summary>
    public static SettingType<double> Number(double? min = null, double? max = null, double? above = null,
        double? below = null)
    {
        return new("a number" + (min is null ? "" : $" of at least {Plain(min.Value)}")
            + (above is null ? "" : $" above {Plain(above.Value)}")
            + (max is null ? "" : $" and at most {Plain(max.Value)}") + (below is null ? "" : $" and below {Plain(below.Value)}"),
            (SettingText given, out double value) =>
                double.TryParse(Scalar(given), NumberStyles.Float, CultureInfo.InvariantCulture, out value) && Allows(value),
            Plain)
        { Allows = Allows };

        bool Allows(double value) => double.IsFinite(value)
            && !(value < min) && !(value > max) && !(value <= above) && !(value >= below);
    }

    /// <summary>What one of these allows; which of them it must be is not known yet.</summary>
    public static SettingType<double> AnyOf(IReadOnlyList<SettingType<double>> types) => types[0] with
    {
        Expected = string.Join(" or ", types.Select(type => type.Expected).Distinct()),
        TryParse = (SettingText given, out double value) =>
        {
            foreach (SettingType<double> type in types)
                if (type.TryParse(given, out value)) return true;
            value = default;
            return false;
        },
    };

    public static SettingType<string> Choice(IReadOnlyList<string> names) => new($"one of {string.Join(", ", names)}",
        (SettingText given, [MaybeNullWhen(false)] out string value) =>
            TryText(given, out value) && names.Contains(value), Quote)
    { Names = names };

    /// <summary>One of these parts, by its name.</summary>
    public static SettingType<T> Part<T>(Parts<T> parts) where T : IPart => new($"one of {string.Join(", ", parts.Names)}",
        (SettingText given, [MaybeNullWhen(false)] out T value) =>
        {
            value = given.Items is null ? parts.Find(given.Text) : default;
            return value is not null;
        },
        value => Quote(value.Name))
    { Names = parts.Names };

    /// <summary>The names of an enumeration in kebab case.</summary>
    public static SettingType<T> Enumeration<T>() where T : struct, Enum
    {
        T[] values = Enum.GetValues<T>();
        string[] names = [.. values.Select(value => JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString()))];
        return new($"one of {string.Join(", ", names)}", TryParse,
            value => names[Array.IndexOf(values, value)])
        { Names = names };

        bool TryParse(SettingText given, out T value)
        {
            int i = given.Items is null ? Array.IndexOf(names, given.Text) : -1;
            value = i < 0 ? default : values[i];
            return i >= 0;
        }
    }

    public static SettingType<T?> Optional<T>(SettingType<T> type) where T : struct => new(type.Expected + ", or null",
        (SettingText given, out T? value) =>
        {
            bool good = type.TryParse(given, out T parsed);
            value = good ? parsed : null;
            return good || given.IsNull;
        },
        value => value is T some ? type.Format(some) : "null")
    { Names = type.Names };

    public static SettingType<T?> OptionalReference<T>(SettingType<T> type) where T : class => new(type.Expected + ", or null",
        (SettingText given, out T? value) =>
        {
            value = null;
            return given.IsNull || type.TryParse(given, out value);
        },
        value => value is null ? "null" : type.Format(value))
    { Names = type.Names };

    public static SettingType<IReadOnlyList<int>> Integers(int min, bool mayBeEmpty = false) => new(
        $"a list of integers of at least {min}, such as [1, 2, 3]" + (mayBeEmpty ? ", or []" : ""),
        (SettingText given, [MaybeNullWhen(false)] out IReadOnlyList<int> value) =>
        {
            SettingType<int> item = Integer(min);
            List<int> items = [];
            foreach (string text in given.Items ?? [given.Text])
                if (item.TryParse(new(text, null, false, given.Origin), out int parsed)) items.Add(parsed);
            value = items;
            return items.Count == (given.Items?.Count ?? 1) && (mayBeEmpty || items.Count > 0);
        },
        value => $"[{string.Join(", ", value)}]");

    public static SettingType<IReadOnlyList<string>> Texts() => new("a list of texts, such as [a, b], or []",
        (SettingText given, [MaybeNullWhen(false)] out IReadOnlyList<string> value) =>
        {
            value = given.Items ?? [given.Text];
            return !given.IsNull && value.All(text => text.Length > 0);
        },
        value => $"[{string.Join(", ", value.Select(Quote))}]");

    /// <summary>Names or numbers, written without quotes where YAML allows it.</summary>
    public static SettingType<IReadOnlyList<string>> Names() => Texts() with
    {
        Expected = "a list of names or numbers, such as [0, 1], or []",
        Format = value => $"[{string.Join(", ", value.Select(name => name.All(char.IsAsciiDigit) ? name : Quote(name)))}]",
    };

    static bool TryText(SettingText given, [MaybeNullWhen(false)] out string value)
    {
        value = given.Text;
        return given.Items is null && !given.IsNull && given.Text.Length > 0;
    }

    static string? Scalar(SettingText given) => given.Items is null && !given.Quoted ? given.Text : null;

    static string Plain(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    /// <summary>As it is where YAML cannot mistake it; otherwise in the quotation of JSON, which YAML shares. Letters of every
    /// script stay; quotation marks, backslashes, control characters and ends of lines are written as codes.</summary>
    static string Quote(string text) =>
        PlainText.IsMatch(text) && text is not ("null" or "true" or "false") ? text : JsonSerializer.Serialize(text, s_quoted);

    [GeneratedRegex(@"^[A-Za-z][A-Za-z0-9_./+-]*\z", RegexOptions.CultureInvariant)]
    internal static partial Regex PlainText { get; }
}
