using Qdiff.Evaluation;
using Qdiff.Reports;

namespace Qdiff.Cli;

/// <summary>What somebody probably means who names a run that is not there, or a folder that is of several.</summary>
static class MeantRun
{
    /// <summary>The folder that runs are made in if nothing else is said.</summary>
    const string Usual = "runs";

    /// <summary>Refuses a path where more can be said than that it is no run; of all others whoever opens them says what is
    /// wrong.</summary>
    /// <param name="orPretrained">Whether a pretrained model would do as well.</param>
    /// <exception cref="InputException">Another name is meant, or one of a comparison's runs.</exception>
    public static void Require(string path, bool orPretrained)
    {
        if (Meant(path, orPretrained) is { } meant)
            throw new InputException($"There is no run folder {path}. Did you mean {meant}?");
        if (!IsComparison(path)) return;
        string? first = RunFinder.In(path).FirstOrDefault();
        string one = first is null ? "none of its runs has begun yet" : $"name one of its runs, such as {first}";
        throw new InputException($"{path} is a comparison; {one}. 'qdiff runs {PastedCommand.Quoted(path)}' lists them.");
    }

    /// <summary>The same where a network for each class would not do.</summary>
    /// <exception cref="InputException">Another name is meant, or one of the runs in the folder.</exception>
    public static void RequireOne(string path)
    {
        Require(path, orPretrained: false);
        if (RunFolder.Exists(path) || !Directory.Exists(path)) return;
        if (Directory.GetDirectories(path, ClassSweep.ClassPrefix + "*").Where(RunFolder.Exists).Order(StringComparer.Ordinal)
            .FirstOrDefault() is { } first)
            throw new InputException($"{path} has a network for each class: name one of them, such as {first}. The command that "
                + "began them goes on with all.");
    }

    /// <summary>Refuses the folder of a pretrained model where what happened in a training is to be shown.</summary>
    /// <exception cref="InputException">It is one.</exception>
    public static void RequireNoModel(string path)
    {
        if (PretrainedModel.Exists(path))
            throw new InputException($"{path} is a trained model, which keeps nothing of its training but a card: "
                + $"'qdiff pretrained show {PastedCommand.Quoted(path)}' shows it.");
    }

    /// <summary>Refuses a comparison of which nothing has begun.</summary>
    /// <exception cref="InputException">It is one; the message says how to go on with it.</exception>
    public static void RequireBegun(string path)
    {
        if (!IsFinished(path) && Comparison(path) is { } planned && !RunFinder.In(path).Any())
            throw new InputException(planned);
    }

    /// <summary>Refuses tables and charts that a comparison has not, or not yet.</summary>
    /// <param name="name">Of a table or chart; of what is none nothing is said.</param>
    /// <exception cref="InputException">One of its runs is meant, or it is not finished.</exception>
    public static void RequireExport(string path, string name)
    {
        if (!IsComparison(path)) return;
        if (name == Exports.StepsTable) RequireBegun(path);
        else if (Exports.IsOfComparisons(name))
        {
            if (!IsFinished(path) && Comparison(path) is { } unfinished) throw new InputException(unfinished);
        }
        else if (Exports.Tables.Contains(name) || Exports.Charts.Contains(name))
        {
            RequireBegun(path);
            Require(path, orPretrained: false);
        }
    }

    /// <summary>What can be done with the folder of a comparison that is not finished; null if it is none.</summary>
    public static string? Comparison(string path)
    {
        if (!IsComparison(path) || !WorkPlan.HasOne(path)) return null;
        int planned = WorkPlan.Of(path).Runs,
            begun = Directory.GetDirectories(path).Count(inside => RunFinder.In(inside).Any());
        string quoted = PastedCommand.Quoted(path), show = begun == 0 ? "" : $"'qdiff report {quoted}' shows it, ";
        // Sources are runs that no plan counts, and a network for each class makes one run of the plan several.
        return FormattableString.Invariant($"{path} is a comparison (runs planned: {planned:N0}, folders of runs: {begun:N0}): ")
            + $"{show}'qdiff work {quoted}' goes on with it.";
    }

    static string? Meant(string path, bool orPretrained)
    {
        if (Path.Exists(path) || !PlainName.Is(path)) return null;
        string run = Path.Combine(Usual, path);
        return Directory.Exists(run) ? run
            : orPretrained && PretrainedModels.Here.Places.Any(place => PretrainedModel.Exists(Path.Combine(place, path)))
                ? $"--pretrained {path}" : null;
    }

    static bool IsComparison(string path) => !RunFolder.Exists(path)
        && (WorkPlan.HasOne(path) || IsFinished(path));

    static bool IsFinished(string path) => File.Exists(Path.Combine(path, ComparisonFiles.Result));
}
