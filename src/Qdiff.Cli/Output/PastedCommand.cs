using System.Reflection;
using Qdiff.Reports;

namespace Qdiff.Cli;

/// <summary>Commands that are printed to be pasted into the shell in which the program was called.</summary>
static class PastedCommand
{
    /// <summary>The environment variable in which a script that starts the program says how it was called itself.</summary>
    public const string Variable = "QDIFF_COMMAND";

    /// <summary>The words that stand before the verb where the tool is a part of somebody's own program.</summary>
    static string[]? s_own;

    /// <summary>Words of the command line before the tool's: the program itself, and the program's own.</summary>
    static int s_before = 1;

    static string Tool => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } called ? Quoted(called)
        : s_own is { } words ? string.Join(' ', words.Select(Quoted)) : "qdiff";

    /// <summary>Takes down how a program of somebody's own was called, whose last words are the tool's: stock qdiff does not know
    /// its parts.</summary>
    public static void Note(string[] arguments)
    {
        string[] all = Environment.GetCommandLineArgs();
        if (Assembly.GetEntryAssembly() is { } entry && entry != typeof(PastedCommand).Assembly && arguments.Length > 0
            && all.AsSpan(1).EndsWith(arguments))
            (s_own, s_before) = ([.. Started(entry), .. all[1..^arguments.Length]], all.Length - arguments.Length);
    }

    /// <summary>The words that start the program, wherever the shell is.</summary>
    public static IReadOnlyList<string> Program() =>
        Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } called
            ? [called.Contains('/') ? Path.GetFullPath(called) : called]
            : s_own ?? Started(typeof(PastedCommand).Assembly);

    static string[] Started(Assembly program) => Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet"
        ? [Environment.ProcessPath!, program.Location] : [Environment.ProcessPath!];

    /// <summary>The command with these words.</summary>
    public static string Of(params IEnumerable<string> words) => string.Join(' ', [Tool, .. words.Select(Quoted)]);

    /// <summary>The command that was given, once more.</summary>
    public static string Again() => Of(Environment.GetCommandLineArgs()[s_before..]);

    /// <summary>A message in which commands stand as <c>'qdiff VERB'</c>, with the name that the program was called by.</summary>
    public static string InMessage(string message) => message.Replace("'qdiff ", $"'{Tool} ", StringComparison.Ordinal);

    /// <inheritdoc cref="CommandText.Quoted"/>
    internal static string Quoted(string word) => CommandText.Quoted(word);
}
