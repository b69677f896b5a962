using System.CommandLine;
using System.CommandLine.Parsing;

namespace Qdiff.Cli;

/// <summary>What to say of a command line that is not understood: one thing, with what was probably meant.</summary>
static class ParseMistakes
{
    public static string Tell(ParseResult parsed)
    {
        // A mistyped option that a verb takes for its first argument, so that its value is what is not understood.
        if (parsed.Errors.Count > 0 && parsed.CommandResult.Children.OfType<ArgumentResult>()
                .SelectMany(argument => argument.Tokens)
            .FirstOrDefault(token => token.Value.StartsWith("--", StringComparison.Ordinal)) is { } taken)
            return Unknown(parsed, taken.Value, $"Unrecognized command or argument '{taken.Value}'.");

        // The first word that is not understood: what follows it is often only its value.
        if (parsed.UnmatchedTokens is [var word, ..]
            && parsed.Errors.FirstOrDefault(e => e.Message.Contains($"'{word}'", StringComparison.Ordinal)) is { } unknown)
            return Unknown(parsed, word, unknown.Message);

        return parsed.Errors[^1].Message;
    }

    static string Unknown(ParseResult parsed, string word, string message)
    {
        IEnumerable<string> known = word.StartsWith('-') ? Options(parsed.CommandResult)
            : parsed.CommandResult.Command.Subcommands.Select(verb => verb.Name);
        return message + (NearestName.Find(word.Split('=')[0], known) is { } nearest ? $" Did you mean {nearest}?"
            : $" '{Path(parsed.CommandResult)} --help' lists what there is.");
    }

    /// <summary>The options of a verb, and those of all verbs.</summary>
    static IEnumerable<string> Options(CommandResult verb)
    {
        for (SymbolResult? at = verb; at is not null; at = at.Parent)
            if (at is CommandResult { Command: var command })
                foreach (Option option in command.Options.Where(option => at == verb || option.Recursive))
                {
                    yield return option.Name;
                    foreach (string alias in option.Aliases) yield return alias;
                }
    }

    static string Path(CommandResult verb) =>
        (verb.Parent is CommandResult parent ? Path(parent) + " " + verb.Command.Name : "qdiff");
}
