using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Numerics;

namespace Qdiff.Cli;

/// <summary>What is refused in every option and argument, whatever it means.</summary>
static class ArgumentChecks
{
    /// <summary>More than any path has; longer text only floods the screen.</summary>
    const int MaxLength = 4096;

    /// <summary>Adds the checks to a verb and all verbs below it, and to their help the words that they allow.</summary>
    public static void AddTo(Command command)
    {
        foreach (Option option in command.Options)
        {
            if (NamesOf(option.ValueType) is { Length: > 0 } names) option.HelpName = string.Join('|', names);
            if (Check(option.ValueType, option.Name) is { } check)
                option.Validators.Add(result => Refuse(result, check));
        }

        foreach (Argument argument in command.Arguments)
            if (Check(argument.ValueType, argument.Name) is { } check)
                argument.Validators.Add(result => Refuse(result, check));
        foreach (Command inner in command.Subcommands) AddTo(inner);
    }

    /// <summary>Allows an option these words alone.</summary>
    public static void Allow(Option option, params string[] words)
    {
        option.CompletionSources.Clear();
        option.CompletionSources.Add(words);
        option.Validators.Add(result => Refuse(result, word => words.Contains(word) ? null : NoneOf(option.Name, word, words)));
    }

    /// <summary>What is wrong with the words that an option or argument was given; null if it is nothing that is known here.
    /// </summary>
    public static string? Refusal(SymbolResult? result)
    {
        (Type Type, string Name)? asked = result switch
        {
            OptionResult { Option: var option } => (option.ValueType, option.Name),
            ArgumentResult { Parent: OptionResult { Option: var option } } => (option.ValueType, option.Name),
            ArgumentResult { Argument: var argument } => (argument.ValueType, argument.Name),
            _ => null,
        };
        return asked is not { } symbol || Check(symbol.Type, symbol.Name) is not { } check ? null
            : result!.Tokens.Select(token => check(token.Value)).FirstOrDefault(refusal => refusal is not null);
    }

    static void Refuse(SymbolResult result, Func<string, string?> check)
    {
        foreach (Token token in result.Tokens)
            if (check(token.Value) is { } refusal)
            {
                result.AddError(refusal);
                return;
            }
    }

    /// <summary>Says what is wrong with a word, or nothing; null for what needs no check.</summary>
    static Func<string, string?>? Check(Type type, string name)
    {
        Type item = Nullable.GetUnderlyingType(type) ?? type;
        if (item == typeof(double)) return word => IsNumber(word) ? null
            : $"{name} {Short(word)}: write a number such as 1.5, with a point and without thousands separators.";
        if (item == typeof(int)) return word =>
            int.TryParse(word, NumberStyles.Integer, CultureInfo.InvariantCulture, out _) ? null
            : NoWholeNumber(name, word, int.MaxValue);
        if (item == typeof(long)) return word =>
            long.TryParse(word, NumberStyles.Integer, CultureInfo.InvariantCulture, out _) ? null
            : NoWholeNumber(name, word, long.MaxValue);
        // By name: its number says nothing to anybody.
        if (NamesOf(type) is { Length: > 0 } names)
            return word => names.Contains(word.ToLowerInvariant()) ? null : NoneOf(name, word, names);

        // A setting says itself what it can be, and a list of numbers is as long as the circuit asks.
        if (name is "--set" or "--inputs" or "--weights" || item != typeof(string) && item != typeof(string[])) return null;
        return word => string.IsNullOrWhiteSpace(word) ? $"{name} is empty; give it a value, or leave it out."
            : word.Length > MaxLength ? $"{name} {Short(word)} has {word.Length:N0} characters; the most is {MaxLength:N0}."
            : null;
    }

    /// <summary>What an enumeration's values are called on the command line; empty for other types.</summary>
    static string[] NamesOf(Type type) => (Nullable.GetUnderlyingType(type) ?? type) is { IsEnum: true } known
        ? [.. Enum.GetNames(known).Select(name => name.ToLowerInvariant())] : [];

    static string NoWholeNumber(string name, string word, long most) => string.IsNullOrWhiteSpace(word)
        ? $"{name} is empty: a whole number is expected."
        : $"{name} {Short(word)}: a whole number is expected"
            + (BigInteger.TryParse(word, NumberStyles.Integer, CultureInfo.InvariantCulture, out _)
                ? FormattableString.Invariant($", of at most {most:N0} and at least {-most:N0}.") : ".");

    /// <summary>What to say of a word that is none of those that there are; the beginning of one means that one.</summary>
    static string NoneOf(string name, string word, IReadOnlyList<string> known)
    {
        string? meant = word.Length == 0 ? null
            : known.FirstOrDefault(one => one.StartsWith(word, StringComparison.OrdinalIgnoreCase))
                ?? NearestName.Find(Short(word), known);
        return $"{name} {Short(word)}: one of {string.Join(", ", known)} is expected."
            + (meant is null ? "" : $" Did you mean {meant}?");
    }

    /// <summary>Whether a number reads the same everywhere: a comma would be a thousands separator here, a decimal point there.
    /// </summary>
    static bool IsNumber(string word) => double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out _);

    static string Short(string word) => word.Length <= 60 ? word : word[..60] + "…";
}
