using System.Globalization;

namespace Qdiff;

/// <summary>The names of a circuit's inputs or weights in few words: of elements of an array that follow each other the first and
/// the last.</summary>
static class ListedNames
{
    const int Most = 8;

    /// <summary>Such as <c>theta, w[0] to w[3]</c>; <c>none</c> where there are none.</summary>
    public static string Of(IReadOnlyList<string> names)
    {
        List<string> parts = [];
        for (int first = 0, last = 0; first < names.Count; first = ++last)
        {
            while (last + 1 < names.Count && Follows(names[last], names[last + 1])) last++;
            parts.Add(last == first ? names[first] : $"{names[first]} to {names[last]}");
        }

        return parts.Count == 0 ? "none"
            : string.Join(", ", parts.Take(Most)) + (parts.Count > Most ? $" and {parts.Count - Most} more" : "");
    }

    static bool Follows(string name, string next) => Element(name) is { } one && Element(next) is { } other
        && one.Array == other.Array && one.Number + 1 == other.Number;

    static (string Array, int Number)? Element(string name) => name.EndsWith(']') && name.LastIndexOf('[') is var open and > 0
        && int.TryParse(name.AsSpan(open + 1, name.Length - open - 2), NumberStyles.None, CultureInfo.InvariantCulture,
            out int number) ? (name[..open], number) : null;
}
