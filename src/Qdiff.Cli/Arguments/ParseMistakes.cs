using System.CommandLine;
using System.CommandLine.Parsing;

namespace Qdiff.Cli;

/// <summary>What to say of a command line that is not understood: one thing, with what was probably meant.</summary>
static class ParseMistakes
{
    /// <summary>What other verbs call an option, and what this one may call it.</summary>
    static readonly (string Elsewhere, string Here)[] s_same =
    [
        ("--steps", "--sampling-steps"), ("--sampling-steps", "--steps"), ("--count", "--samples"), ("--samples", "--count"),
        ("--qubits", "--wires"), ("--wires", "--qubits"), ("--seed", "--sample-seed"), ("--sample-seed", "--seed"),
    ];

    /// <summary>What is wrong; null for a command line that is understood.</summary>
    public static string? Find(ParseResult parsed, Catalog catalog)
    {
        // An option that a verb takes for its first argument, so that its value is what is not understood, or for one of many.
        if (Taken(parsed) is { } taken) return Unknown(parsed, catalog, taken, $"Unrecognized command or argument '{taken}'.");
        if (parsed.Errors.Count == 0) return null;

        // The first word that is not understood: what follows it is often only its value.
        if (parsed.UnmatchedTokens is [var word, ..]
            && parsed.Errors.FirstOrDefault(e => e.Message.Contains($"'{word}'", StringComparison.Ordinal)) is { } unknown)
            return Unknown(parsed, catalog, word, unknown.Message);

        if (parsed.CommandResult.Command is { Subcommands.Count: > 0, Action: null })
            return Incomplete(parsed.CommandResult);
        return parsed.Errors.Select(error => ArgumentChecks.Refusal(error.SymbolResult))
            .FirstOrDefault(refusal => refusal is not null) ?? parsed.Errors[^1].Message;
    }

    /// <summary>The first argument that looks like an option, unless it stands behind the -- after which nothing is one.
    /// </summary>
    static string? Taken(ParseResult parsed)
    {
        Token[] before = [.. parsed.Tokens.TakeWhile(token => token.Type != TokenType.DoubleDash)];
        return parsed.CommandResult.Children.OfType<ArgumentResult>().SelectMany(argument => argument.Tokens)
            .FirstOrDefault(token => LooksLikeOption(token.Value) && before.Contains(token))?.Value;
    }

    /// <summary>Not a number below 0, and not the - that some write for standard input.</summary>
    static bool LooksLikeOption(string word) =>
        word is ['-', '-', _, ..] || word is ['-', var letter, ..] && char.IsAsciiLetter(letter);

    /// <summary>What to say of the name of a group of verbs alone.</summary>
    static string Incomplete(CommandResult group)
    {
        string path = Path(group), verbs = Words.Or([.. group.Command.Subcommands.Select(verb => verb.Name)]);
        return group.Parent is null ? $"Say what to do; '{path} --help' lists what there is."
            : $"Say what to do: {path} {verbs}. '{path} --help' says what each does.";
    }

    static string Unknown(ParseResult parsed, Catalog catalog, string word, string message)
    {
        string name = word.Split('=')[0];
        string[] known = [.. Options(parsed.CommandResult)];
        string? meant = word.StartsWith('-') ? Meant(name, known, catalog, ValueOf(parsed, word))
            // Some verbs take a configuration as their argument, these as an option.
            : known.Contains("--config") && Configurations.IsNamed(word) ? $"--config {PastedCommand.Quoted(word)}"
            : NearestName.Find(name, parsed.CommandResult.Command.Subcommands.Select(verb => verb.Name));
        return message + (meant is not null ? $" Did you mean {meant}?"
            : $" '{Path(parsed.CommandResult)} --help' lists what there is.");
    }

    /// <summary>The option that does here what one of this name does elsewhere, the setting of this name, or the option with the
    /// nearest name.</summary>
    static string? Meant(string name, IReadOnlyList<string> known, Catalog catalog, string? value)
    {
        Setting[] settings = known.Contains("--set") ? [.. new ExperimentSettings(catalog).All] : [];
        string plain = Plain(name);
        // The whole path of a setting says more than a word that verbs share.
        Setting? setting = settings.FirstOrDefault(s => Plain(s.Path) == plain);
        if (setting is null && s_same.FirstOrDefault(pair => pair.Elsewhere == name && known.Contains(pair.Here))
            is { Here: { } here }) return here;
        setting ??= settings.Where(s => Plain(s.Path[(s.Path.LastIndexOf('.') + 1)..]) == plain)
            .OrderByDescending(s => s.Path.StartsWith("training.", StringComparison.Ordinal)).FirstOrDefault();
        // Of a letter every other one is near.
        return setting is null ? name.Length < 4 ? null : NearestName.Find(name, known)
            : $"--set {PastedCommand.Quoted($"{setting.Path}={value ?? "VALUE"}")}";
    }

    /// <summary>Letters and digits alone: --learning-rate and learningRate are one.</summary>
    static string Plain(string name) => string.Concat(name.Where(char.IsLetterOrDigit)).ToLowerInvariant();

    /// <summary>What follows an option that is not known, if that can be its value.</summary>
    static string? ValueOf(ParseResult parsed, string word)
    {
        if (word.Split('=', 2) is [_, var value]) return value;
        string? next = parsed.Tokens.SkipWhile(token => token.Value != word).Skip(1).FirstOrDefault()?.Value;
        return next is null || next.StartsWith("--", StringComparison.Ordinal) ? null : next;
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
