using System.Text.RegularExpressions;

namespace Qdiff.Reports;

/// <summary>A command to be pasted into a shell of the system that this runs on.</summary>
static partial class CommandText
{
    /// <summary>The tool with these words, each quoted where a shell would not hand it on as it is.</summary>
    public static string Of(IEnumerable<string> words) => string.Join(' ', words.Prepend("qdiff").Select(Quoted));

    /// <summary>A word that the shell hands on as it is.</summary>
    public static string Quoted(string word) => OperatingSystem.IsWindows() ? QuotedOnWindows(word)
        : PlainOnUnix.IsMatch(word) ? word : $"'{word.Replace("'", @"'\''", StringComparison.Ordinal)}'";

    /// <summary>A word that programs of Windows find in their command line as it is: to them a backslash before a quote says that
    /// the quote is part of the word, so those that stand there are doubled.</summary>
    internal static string QuotedOnWindows(string word) => PlainOnWindows.IsMatch(word) ? word
        : $"\"{AtTheEnd.Replace(BeforeAQuote.Replace(word, @"$1$1\"""), "$1$1")}\"";

    [GeneratedRegex(@"(\\*)""", RegexOptions.CultureInvariant)]
    static partial Regex BeforeAQuote { get; }

    [GeneratedRegex(@"(\\+)\z", RegexOptions.CultureInvariant)]
    static partial Regex AtTheEnd { get; }

    [GeneratedRegex(@"^[\p{L}\p{N}_./\\:=@%+,-]+\z", RegexOptions.CultureInvariant)]
    static partial Regex PlainOnWindows { get; }

    [GeneratedRegex(@"^[\p{L}\p{N}_./:=@%+,-]+\z", RegexOptions.CultureInvariant)]
    static partial Regex PlainOnUnix { get; }
}
