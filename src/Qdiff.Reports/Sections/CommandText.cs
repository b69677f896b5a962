using System.Text.RegularExpressions;

namespace Qdiff.Reports;

/// <summary>A command to be pasted into a shell.</summary>
static partial class CommandText
{
    /// <summary>The tool with these words, each quoted where a shell would not hand it on as it is.</summary>
    public static string Of(IEnumerable<string> words) => string.Join(' ', words.Prepend("qdiff").Select(Quoted));

    static string Quoted(string word) => Plain.IsMatch(word) ? word : $"'{word.Replace("'", @"'\''", StringComparison.Ordinal)}'";

    [GeneratedRegex(@"^[\p{L}\p{N}_./:=@%+,-]+\z", RegexOptions.CultureInvariant)]
    static partial Regex Plain { get; }
}
