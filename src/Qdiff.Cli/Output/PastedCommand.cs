using Qdiff.Reports;

namespace Qdiff.Cli;

/// <summary>Commands that are printed to be pasted into the shell in which the program was called.</summary>
static class PastedCommand
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

    /// <inheritdoc cref="CommandText.Quoted"/>
    internal static string Quoted(string word) => CommandText.Quoted(word);
}
