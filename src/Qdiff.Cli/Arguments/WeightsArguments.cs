using System.CommandLine;

namespace Qdiff.Cli;

/// <summary>The options that choose the weights of a run.</summary>
sealed class WeightsArguments
{
    readonly Option<long?> step = new("--step") { Description = "The checkpoint of this step; the latest by default." };
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

    /// <summary>The step, if one was named.</summary>
    public long? Step(ParseResult parsed) => parsed.GetValue(step);

    /// <summary>Whether the raw weights are meant.</summary>
    public bool Raw(ParseResult parsed) => parsed.GetValue(raw);

    /// <summary>Whether an earlier checkpoint will do.</summary>
    public bool AllowEarlier(ParseResult parsed) => parsed.GetValue(allowEarlier);

    /// <summary>The file of weights, if one was named.</summary>
    public string? File(ParseResult parsed)
    {
        string? file = parsed.GetValue(from);
        if (file is not null && (Step(parsed) is not null || Raw(parsed) || AllowEarlier(parsed)))
            throw new InputException("--from names the weights themselves; leave out --step, --raw and --allow-earlier, which "
                + "choose among a run's checkpoints.");
        return file;
    }

    /// <summary>Whether any of them was given.</summary>
    public bool AreGiven(ParseResult parsed) =>
        File(parsed) is not null || Step(parsed) is not null || Raw(parsed) || AllowEarlier(parsed);

    /// <summary>The run with the weights that are asked for.</summary>
    public TrainedRun Open(ParseResult parsed, RunFolder folder) => File(parsed) is { } file ? TrainedRun.OpenWith(folder, file)
        : TrainedRun.Open(folder, Step(parsed), Raw(parsed), Print.Warning, AllowEarlier(parsed));
}
