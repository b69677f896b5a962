using System.Text.RegularExpressions;

namespace Qdiff.Cli;

/// <summary>Commands that are printed to be pasted into the shell in which the program was called.</summary>
static partial class PastedCommand
{
    /// <summary>The environment variable in which a script that starts the program says how it was called itself.</summary>
    public const string Variable = "QDIFF_COMMAND";

    static string Tool => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } called ? Quoted(called) : "qdiff";

    /// <summary>The command with these words.</summary>
    public static string Of(params IEnumerable<string> words) => string.Join(' ', [Tool, .. words.Select(Quoted)]);

    /// <summary>The command that was given, once more.</summary>
    public static string Again() => Of(Environment.GetCommandLineArgs()[1..]);

    /// <summary>A message in which commands stand as <c>'qdiff VERB'</c>, with the name that the program was called by.</summary>
    public static string InMessage(string message) => message.Replace("'qdiff ", $"'{Tool} ", StringComparison.Ordinal);

    /// <summary>A word that the shell hands on as it is.</summary>
    internal static string Quoted(string word) => Plain.IsMatch(word) ? word
        : OperatingSystem.IsWindows() ? $"\"{word}\""
        : $"'{word.Replace("'", @"'\''", StringComparison.Ordinal)}'";

    static Regex Plain => OperatingSystem.IsWindows() ? PlainOnWindows : PlainOnUnix;

    [GeneratedRegex(@"^[\p{L}\p{N}_./\\:=@%+,-]+\z", RegexOptions.CultureInvariant)]
    static partial Regex PlainOnWindows { get; }

    [GeneratedRegex(@"^[\p{L}\p{N}_./:=@%+,-]+\z", RegexOptions.CultureInvariant)]
    static partial Regex PlainOnUnix { get; }
}
