using System.Text.RegularExpressions;

namespace Qdiff;

/// <summary>
/// The one check of names that become folders or files: what every system takes as a name, and none as a path, a hidden file, an
/// option or a device.
/// </summary>
static partial class PlainName
{
    /// <summary>What is allowed, in words.</summary>
    public const string Expected =
        "a name of at most 80 letters, digits, '.', '-' and '_' that starts with a letter or digit, ends without a point and is "
        + "no device of Windows";

    /// <summary>Whether the text is such a name.</summary>
    public static bool Is(string text) => Pattern.IsMatch(text) && !text.EndsWith('.') && !Device.IsMatch(text);

    /// <summary>The name, if it is one.</summary>
    /// <exception cref="InputException">It is none.</exception>
    public static string Require(string what, string text) =>
        Is(text) ? text : throw new InputException($"{what} is '{text}'; it must be {Expected}.");

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9._-]{0,79}\z", RegexOptions.CultureInvariant)]
    static partial Regex Pattern { get; }

    [GeneratedRegex(@"^(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|\z)", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    static partial Regex Device { get; }
}
