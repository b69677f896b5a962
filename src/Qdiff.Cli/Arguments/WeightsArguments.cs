using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace Qdiff.Cli;

/// <summary>The options that choose the weights of a run.</summary>
sealed class WeightsArguments
{
    const string Best = "best";

    readonly Option<string?> step = StepOption();
    readonly Option<bool> raw = new("--raw") { Description = "The raw weights instead of their average." };
    readonly Option<string?> from = new("--from")
    { Description = "Weights of this .safetensors file instead of a checkpoint's; names and shapes must be those of the run." };
    readonly Option<bool> allowEarlier = new("--allow-earlier")
    { Description = "Take an earlier checkpoint if the latest is damaged or was changed." };

    /// <summary>Adds them to a verb.</summary>
    public void AddTo(Command verb)
    {
        foreach (Option option in (Option[])[step, raw, from, allowEarlier]) verb.Add(option);
    }

    /// <summary>The option that names a checkpoint.</summary>
    public static Option<string?> StepOption()
    {
        var option = new Option<string?>("--step")
        {
            Description = $"The checkpoint of this step, or {Best}: that with the least loss of a fixed batch of training "
                + "images. The latest by default.",
        };
        option.Validators.Add(result =>
        {
            foreach (Token token in result.Tokens)
                if (token.Value != Best && !IsNumber(token.Value, out _))
                    result.AddError($"--step {token.Value}: write a whole number, or {Best}.");
        });
        return option;
    }

    /// <summary>The step that such an option names in a run; null if it was not given.</summary>
    /// <exception cref="InputException">No checkpoint of the run has a loss to be the best by.</exception>
    public static long? StepOf(string? given, RunFolder folder) => given switch
    {
        null => null,
        Best => folder.Checkpoints.Best()?.Step ?? throw new InputException($"--step {Best}: no checkpoint of {folder.Path} has "
            + "the loss of a fixed batch; name one by its step."),
        _ => IsNumber(given, out long number) ? number : null,
    };

    static bool IsNumber(string text, out long number) =>
        long.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out number);

    /// <summary>Whether a checkpoint was named.</summary>
    public bool NamesStep(ParseResult parsed) => parsed.GetValue(step) is not null;

    /// <summary>The step of a run, if one was named.</summary>
    /// <exception cref="InputException">No checkpoint of the run has a loss to be the best by.</exception>
    public long? Step(ParseResult parsed, RunFolder folder) => StepOf(parsed.GetValue(step), folder);

    /// <summary>Whether the raw weights are meant.</summary>
    public bool Raw(ParseResult parsed) => parsed.GetValue(raw);

    /// <summary>Whether an earlier checkpoint will do.</summary>
    public bool AllowEarlier(ParseResult parsed) => parsed.GetValue(allowEarlier);

    /// <summary>The file of weights, if one was named.</summary>
    public string? File(ParseResult parsed)
    {
        string? file = parsed.GetValue(from);
        if (file is not null && (NamesStep(parsed) || Raw(parsed) || AllowEarlier(parsed)))
            throw new InputException("--from names the weights themselves; leave out --step, --raw and --allow-earlier, which "
                + "choose among a run's checkpoints.");
        return file;
    }

    /// <summary>Whether any of them was given.</summary>
    public bool AreGiven(ParseResult parsed) =>
        File(parsed) is not null || NamesStep(parsed) || Raw(parsed) || AllowEarlier(parsed);

    /// <summary>The run with the weights that are asked for.</summary>
    public TrainedRun Open(ParseResult parsed, RunFolder folder) => File(parsed) is { } file ? TrainedRun.OpenWith(folder, file)
        : TrainedRun.Open(folder, Step(parsed, folder), Raw(parsed), Print.Warning, AllowEarlier(parsed));
}
