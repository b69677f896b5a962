using System.Globalization;

namespace Qdiff.Evaluation;

/// <summary>What is compared: arms of one budget, the same seeds for each, and the steps at which they are measured.</summary>
public sealed class ComparisonPlan
{
    /// <summary>Settings that all arms must share; the total of steps besides.</summary>
    static bool IsShared(string path) => path.StartsWith("data.", StringComparison.Ordinal) && path != "data.folder"
        || path.StartsWith("sampling.", StringComparison.Ordinal) && path != "sampling.count"
        || path is "training.batch" or "training.epochs" or "evaluation.preset" or "evaluation.samples";

    /// <summary>A thousand trainings of each arm: more is a typing mistake.</summary>
    public const int MostSeeds = 1000;

    ComparisonPlan(string folder, IReadOnlyList<ComparisonArm> arms, ComparisonArm baseline, IReadOnlyList<long> seeds,
        IReadOnlyList<int> steps, IReadOnlyDictionary<int, double> epochs) =>
        (Folder, Arms, Baseline, Seeds, Steps, Epochs) = (folder, arms, baseline, seeds, steps, epochs);

    /// <summary>The folder of its runs and results.</summary>
    public string Folder { get; }

    /// <summary>The arms, in the order given.</summary>
    public IReadOnlyList<ComparisonArm> Arms { get; }

    /// <summary>The arm that the others are compared with.</summary>
    public ComparisonArm Baseline { get; }

    /// <summary>The seeds of every arm.</summary>
    public IReadOnlyList<long> Seeds { get; }

    /// <summary>Steps, those of a transfer's source included, at which arms are measured; the last is the end.</summary>
    public IReadOnlyList<int> Steps { get; }

    /// <summary>The passes over the data that were asked for, by their step.</summary>
    public IReadOnlyDictionary<int, double> Epochs { get; }

    /// <summary>Its runs, seed by seed, so that a comparison that is stopped has whole pairs.</summary>
    /// <param name="dataFolder">Where the images are, if not where the configurations say.</param>
    internal IEnumerable<ArmRun> Runs(string? dataFolder) =>
        Seeds.SelectMany(seed => Arms.Select(arm => ArmRun.Create(arm, seed, Folder, Steps, dataFolder)));

    /// <summary>Refuses a plan that runs which are there already do not fit.</summary>
    /// <exception cref="InputException">One has other settings, or cannot be read.</exception>
    internal void RequireFittingRuns(string? dataFolder)
    {
        if (!Directory.Exists(Folder)) return;
        foreach (ArmRun.Part part in Runs(dataFolder).SelectMany(run => run.Parts)) part.RequireSame();
    }

    /// <summary>The settings that decide the results of an arm, by path.</summary>
    internal IReadOnlyDictionary<string, string> SettingsOf(ComparisonArm arm)
    {
        // With the seed that it has here, for that of its file may be of no run.
        ResolvedExperiment seeded = arm.Seeded(Seeds[0], [], source: null);
        Dictionary<string, string> settings = seeded.Settings.All
            .Where(setting => IsShared(setting.Path) || !ArmRun.Part.IsFree(setting))
            .ToDictionary(setting => setting.Path, setting => setting.Key(seeded.Config));
        // Where the source lies may change, and not which it is.
        settings["transfer.from"] = seeded.Config.Transfer.From is { } from
            ? Path.GetFileName(Path.TrimEndingDirectorySeparator(from)) : "null";
        return settings;
    }

    /// <summary>Checks that the arms have one budget.</summary>
    /// <param name="root">The folder that the comparison's folder is made in.</param>
    /// <param name="name">Its name; null for the arms' names.</param>
    /// <param name="baseline">An arm's name; null for the first.</param>
    /// <param name="seeds">How many seeds.</param>
    /// <param name="firstSeed">The first of them; null for the arms' own, which must then be one.</param>
    /// <param name="epochs">Passes over the data after which arms are measured besides the end.</param>
    /// <param name="steps">The same in steps; null for <paramref name="epochs"/>.</param>
    /// <param name="images">Number of training images.</param>
    /// <exception cref="InputException">The arms differ in what they must share, or a name is unknown or given twice.</exception>
    public static ComparisonPlan Create(string root, string? name, IReadOnlyList<ComparisonArm> arms, string? baseline, int seeds,
        long? firstSeed, IReadOnlyList<double> epochs, IReadOnlyList<int>? steps, int images)
    {
        if (arms.Count == 0) throw new InputException("A comparison needs at least one configuration.");
        if (seeds is < 1 or > MostSeeds)
            throw new InputException($"{seeds} seeds: 1 to {MostSeeds} are possible; 5 or more tell something.");
        if (name is not null) PlainName.Require("The name of the comparison", name);
        foreach (IGrouping<string, ComparisonArm> same in arms.GroupBy(a => a.Name).Where(g => g.Count() > 1))
            throw new InputException($"Two arms have the name '{same.Key}' ({string.Join(", ", same.Select(a => a.File))}); give "
                + "one another name in its file.");
        foreach (ComparisonArm arm in arms)
            if (arm.Config.Transfer is { Source: { } source, From: { } other })
                throw new InputException($"{arm.File} starts from {other} (transfer.from), but a comparison first trains its "
                    + $"source {source} (transfer.source) with each seed; leave out one of the two.");
        ComparisonArm first = baseline is null ? arms[0] : arms.FirstOrDefault(a => a.Name == baseline)
            ?? throw new InputException($"There is no arm '{baseline}' to compare with; there are "
                + $"{string.Join(", ", arms.Select(a => a.Name))}.");
        foreach (ComparisonArm arm in arms) RequireOneBudget(first, arm, firstSeed is null, images);
        int total = TotalSteps(first, images), batch = first.Config.Training.Batch;
        if (epochs.Any(e => !(e > 0)) || steps?.Any(step => step < 1) == true)
            throw new InputException("Arms are measured after at least one step, and epochs are above 0.");
        if (steps?.FirstOrDefault(step => step > total) is > 0 and int beyond)
            throw new InputException($"There is nothing to measure after {beyond} steps: the training ends after {total}.");
        var named = new SortedDictionary<int, double>();
        foreach (double epoch in steps is null ? epochs : [])
            if ((int)Math.Ceiling(epoch * images / batch) is var step && step < total) named.TryAdd(step, epoch);
        int[] at = [.. (steps ?? [.. named.Keys]).Append(total).Distinct().Order()];
        // A network for each class has as many steps as its class has images: only the end is one for all.
        if (first.Config.Data.EachClass) (at, named) = ([total], []);
        long from = firstSeed ?? first.Config.Training.Seed;
        if (from > long.MaxValue - seeds) throw new InputException($"There are no {seeds} seeds from {from} on.");
        return new(Path.Combine(root, name ?? NameOf(arms)), arms, first, [.. Enumerable.Range(0, seeds).Select(i => from + i)],
            at, named);
    }

    /// <summary>Steps of an arm, those of its source included.</summary>
    public static int TotalSteps(ComparisonArm arm, int images) => arm.SourceSteps + arm.Config.Training.StepsFor(images);

    static void RequireOneBudget(ComparisonArm first, ComparisonArm other, bool seeds, int images)
    {
        foreach (Setting setting in first.Experiment.Settings.All)
        {
            string path = setting.Path;
            if (!(IsShared(path) || seeds && path == "training.seed")) continue;
            (string a, string b) = (Show(first), Show(other));

            // Of the sampler's steps and spacing what comes of them: one arm may name what is usual, the other leave it out.
            string Show(ComparisonArm arm)
            {
                (ExperimentConfig config, Catalog catalog) = (arm.Config, arm.Experiment.Catalog);
                Sampler sampler = config.Sampling.ToSampler(catalog, config.Diffusion.ToSchedule(catalog));
                return setting.Show(config with
                {
                    Sampling = config.Sampling with { Steps = sampler.Steps, Spacing = sampler.Spacing },
                });
            }

            if (a != b)
                throw new InputException($"The arms have different budgets: {path} is {a} in {first.Name} and {b} in "
                    + $"{other.Name}. Give all one value, for instance {path}={a}.");
        }

        (int stepsA, int stepsB) = (TotalSteps(first, images), TotalSteps(other, images));
        if (stepsA != stepsB)
            throw new InputException(string.Create(CultureInfo.InvariantCulture,
                $"The arms have different budgets: {stepsA:N0} steps of training in {first.Name} and {stepsB:N0} in "
                    + $"{other.Name}, sources of transfers included. Give all one number, for instance "
                    + $"training.steps={stepsA}."));
    }

    static string NameOf(IReadOnlyList<ComparisonArm> arms)
    {
        string all = string.Join("-vs-", arms.Select(a => a.Name));
        return all.Length <= 60 ? all : $"{arms[0].Name}-and-{arms.Count - 1}-others";
    }
}
