using System.CommandLine;
using System.CommandLine.Parsing;

namespace Qdiff.Cli;

/// <summary>What to say of a command line that is not understood: one thing, with what was probably meant.</summary>
static class ParseMistakes
{
    public static string Tell(ParseResult parsed)
    {
        // The first word that is not understood: what follows it is often only its value.
        if (parsed.UnmatchedTokens is [var word, ..]
            && parsed.Errors.FirstOrDefault(e => e.Message.Contains($"'{word}'", StringComparison.Ordinal)) is { } unknown)
        {
            Command command = parsed.CommandResult.Command;
            IEnumerable<string> known = word.StartsWith('-') ? Options(parsed.CommandResult)
                : command.Subcommands.Select(verb => verb.Name);
            string meant = NearestName.Find(word.Split('=')[0], known) is { } nearest ? $" Did you mean {nearest}?"
                : $" '{Path(parsed.CommandResult)} --help' lists what there is.";
            return unknown.Message + meant;
        }

        return parsed.Errors[^1].Message;
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
