using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace Qdiff.Cli;

/// <summary>What is refused in every option and argument, whatever it means.</summary>
static class ArgumentChecks
{
    /// <summary>More than any path has; longer text only floods the screen.</summary>
    const int MaxLength = 4096;

    /// <summary>Adds the checks to a verb and all verbs below it.</summary>
    public static void AddTo(Command command)
    {
        foreach (Option option in command.Options)
            if (Check(option.ValueType, option.Name) is { } check)
                option.Validators.Add(result => Refuse(result, check));
        foreach (Argument argument in command.Arguments)
            if (Check(argument.ValueType, argument.Name) is { } check)
                argument.Validators.Add(result => Refuse(result, check));
        foreach (Command inner in command.Subcommands) AddTo(inner);
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
        // By name: its number says nothing to anybody.
        if (item.IsEnum) return word => long.TryParse(word, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _)
            ? $"{name} {Short(word)}: write {Words.Or([.. Enum.GetNames(item).Select(known => known.ToLowerInvariant())])}."
            : null;
        // A setting says itself what it can be, and a list of numbers is as long as the circuit asks.
        if (name is "--set" or "--inputs" or "--weights" || item != typeof(string) && item != typeof(string[])) return null;
        return word => string.IsNullOrWhiteSpace(word) ? $"{name} is empty; give it a value, or leave it out."
            : word.Length > MaxLength ? $"{name} {Short(word)} has {word.Length:N0} characters; the most is {MaxLength:N0}."
            : null;
    }

    /// <summary>Whether a number reads the same everywhere: a comma would be a thousands separator here, a decimal point there.
    /// </summary>
    static bool IsNumber(string word) => double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out _);

    static string Short(string word) => word.Length <= 60 ? word : word[..60] + "…";
}
