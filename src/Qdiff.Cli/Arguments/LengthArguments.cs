using System.CommandLine;
using System.Globalization;

namespace Qdiff.Cli;

/// <summary>The options that say how long a training is, whatever its configuration says.</summary>
sealed class LengthArguments
{
    readonly Option<int?> steps = new("--steps")
    { Description = "Train so many steps, whatever the configuration says; its stages are scaled with them." };
    readonly Option<double?> epochs = new("--epochs")
    { Description = "Train so many passes over the images instead; its stages stay as they are." };
    bool hasEpochs;

    /// <summary>Adds them to a verb.</summary>
    public void AddTo(Command verb, bool withEpochs = true)
    {
        verb.Add(steps);
        hasEpochs = withEpochs;
        if (withEpochs) verb.Add(epochs);
    }

    /// <summary>The options themselves.</summary>
    public IReadOnlyList<Option> Options => hasEpochs ? [steps, epochs] : [steps];

    /// <summary>What was said, as words for a command.</summary>
    public IEnumerable<string> Words(ParseResult parsed)
    {
        if (Steps(parsed) is { } wanted) return [steps.Name, wanted.ToString(CultureInfo.InvariantCulture)];
        return hasEpochs && parsed.GetValue(epochs) is { } passes
            ? [epochs.Name, passes.ToString("R", CultureInfo.InvariantCulture)] : [];
    }

    /// <summary>The number of steps, if it was said.</summary>
    public int? Steps(ParseResult parsed)
    {
        int? wanted = parsed.GetValue(steps);
        if (wanted is < 1) throw new InputException($"--steps {wanted}: at least 1 is needed.");
        if (hasEpochs && wanted is not null && parsed.GetValue(epochs) is not null)
            throw new InputException("--steps and --epochs both say how long; give one.");
        return wanted;
    }

    /// <summary>The experiment in the length that was said; its data are read if only they tell what share that is.</summary>
    public ResolvedExperiment Apply(ParseResult parsed, ResolvedExperiment experiment, string? dataFolder)
    {
        if (Steps(parsed) is not { } wanted) return Epochs(parsed, experiment);
        int? images = experiment.Config.Training.Epochs is null ? null
            : experiment.Config.Data.In(dataFolder).Load(experiment.Catalog).Count;
        return experiment.Lasting(wanted, images);
    }

    /// <summary>The experiment in the number of passes that was said, if any.</summary>
    public ResolvedExperiment Epochs(ParseResult parsed, ResolvedExperiment experiment) =>
        hasEpochs && parsed.GetValue(epochs) is { } wanted ? experiment.LastingEpochs(wanted) : experiment;

    /// <summary>The same as settings, for a run that is there.</summary>
    public IEnumerable<string> Changes(ParseResult parsed)
    {
        if (Steps(parsed) is { } wanted) yield return string.Create(CultureInfo.InvariantCulture, $"training.steps={wanted}");
        if (parsed.GetValue(epochs) is { } passes)
            yield return string.Create(CultureInfo.InvariantCulture, $"training.epochs={passes:R}");
    }
}
