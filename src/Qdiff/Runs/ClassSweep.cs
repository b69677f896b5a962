using Qdiff.Imaging;
using Qdiff.Tensors;

namespace Qdiff;

/// <summary>
/// An experiment with <c>data.eachClass</c>: the same training once for each class, a run folder each under <c>ROOT/NAME/</c>. A
/// run that is there is gone on with, so the sweep can be stopped at any time.
/// </summary>
/// <remarks>How the quantum-attention paper trains: Chen et al. 2025, arXiv 2504.00034.</remarks>
public sealed class ClassSweep
{
    internal const string ClassPrefix = "class-";

    readonly ResolvedExperiment experiment;
    readonly string? dataFolder;
    readonly ProcessGroup processes;

    /// <summary>Finds the classes of the experiment's images.</summary>
    /// <param name="steps">The length of the training of each class, if it is to be another than configured.</param>
    /// <exception cref="InputException">The images have no labels, or a class does not exist.</exception>
    /// <param name="processes">The processes that train the networks together; all make the same sweep.</param>
    public ClassSweep(ResolvedExperiment experiment, string root, string? dataFolder = null, int? steps = null,
        ProcessGroup? processes = null)
    {
        (this.experiment, this.dataFolder, this.processes) = (experiment, dataFolder, processes ?? ProcessGroup.Single);
        ExperimentConfig config = experiment.Config;
        ImageSet images = config.Data.In(dataFolder).Load(experiment.Catalog);
        if (!images.HasLabels)
            throw new InputException($"{images.Name} has no labels, so there is no network for each class; leave out "
                + "data.eachClass.");
        Folder = Path.Combine(root, config.Name);
        Arms = [.. images.Labels.ToArray().CountBy(label => label).OrderBy(of => of.Key)
            .Select(of => Arm(of.Key, images, steps, of.Value))];
    }

    /// <summary>One class.</summary>
    /// <param name="Label">Its number.</param>
    /// <param name="Title">Its name.</param>
    /// <param name="Experiment">The experiment on this class alone.</param>
    /// <param name="Run">Its run folder.</param>
    public sealed record ClassArm(int Label, string Title, ResolvedExperiment Experiment, string Run);

    /// <summary>The folder of all its runs.</summary>
    public string Folder { get; }

    /// <summary>The classes, in the order of their labels.</summary>
    public IReadOnlyList<ClassArm> Arms { get; }

    /// <summary>The runs of a sweep's folder with their classes, in the order of the labels; empty if it is none.</summary>
    /// <exception cref="InputException">There are several runs of a class.</exception>
    public static IReadOnlyList<(int Label, RunFolder Run)> RunsIn(string folder, Catalog catalog)
    {
        if (!Directory.Exists(folder)) return [];
        List<(int Label, RunFolder Run)> runs = [];
        foreach (string path in Directory.GetDirectories(folder, ClassPrefix + "*").Where(RunFolder.Exists))
        {
            RunFolder run = RunFolder.Open(path, catalog);
            if (run.Manifest.Data.Labels is [int label]) runs.Add((label, run));
        }

        if (runs.GroupBy(run => run.Label).FirstOrDefault(group => group.Count() > 1) is { } several)
            throw new InputException($"{folder} has {several.Count()} runs of class {several.Key}, with different seeds; "
                + "evaluate a run alone, or compare the seeds.");
        return [.. runs.OrderBy(run => run.Label)];
    }

    /// <summary>Starts the run of a class, or goes on with it.</summary>
    /// <exception cref="InputException">The run was started with other settings, or cannot be gone on with.</exception>
    public TrainingRun Open(ClassArm arm, IReadOnlyList<string> command, Action<string>? warn = null)
    {
        if (!processes.FromFirst(() => RunFolder.Exists(arm.Run)))
            return TrainingRun.Start(arm.Experiment, Folder, command, dataFolder, warn, processes);
        ExperimentConfig before = RunFolder.Open(arm.Run, experiment.Catalog).Experiment.Config, now = arm.Experiment.Config;
        if (experiment.Settings.Difference(before, now, setting => setting.Path is "data.folder" or "training.threads")
            is { } other)
            throw new InputException($"The run {arm.Run} was started with {other.Path} {other.Told(before)}, now it is "
                + $"{other.Told(now)}. Go on with what it was, or give the sweep another name.")
            { Remedy = Remedy.Rename };
        string[] changes = now.Training.Threads == before.Training.Threads ? []
            : [Invariant($"training.threads={now.Training.Threads}")];
        return TrainingRun.Resume(arm.Run, experiment.Catalog, dataFolder, warn, changes, processes);
    }

    /// <summary>Samples of every class that has a checkpoint, a row a class, with the configured sampler.</summary>
    /// <param name="columns">Samples a class.</param>
    /// <exception cref="InputException">No class has a checkpoint, or a network is to be calibrated and its images are not
    /// there.</exception>
    public Raster Sheet(int columns = 10, CancellationToken cancellationToken = default)
    {
        List<(string Title, float[] Samples)> rows = [];
        Network? network = null;
        foreach (ClassArm arm in Arms.Where(arm => RunFolder.Exists(arm.Run)))
        {
            RunFolder folder = RunFolder.Open(arm.Run, experiment.Catalog);
            if (folder.Checkpoints.ReadLatest() is null) continue;
            TrainedRun trained = TrainedRun.Open(folder);
            rows.Add((arm.Title, trained.Sampler(dataFolder, cancellationToken).Generate(
                folder.Experiment.Config.Sampling.Seed, columns, cancellationToken: cancellationToken)));
            network = trained.Network;
        }

        if (network is null) throw new InputException($"{Folder} has no checkpoint of any class yet; train first.");
        return SampleSheet.Rows(network.Image, rows);
    }

    /// <summary>The runs of all classes with this seed that are in a sweep's folder, in the order of their labels.</summary>
    internal static IReadOnlyList<string> RunsOfSeed(string folder, long seed) => !Directory.Exists(folder) ? []
        : [.. Directory.GetDirectories(folder, Invariant($"{ClassPrefix}*-{seed}"))
            // Of seed 1, and not of seed -1.
            .Where(path => !Path.GetFileName(path).EndsWith(Invariant($"--{seed}"), StringComparison.Ordinal)
                && RunFolder.Exists(path))
            .OrderBy(path => path.Length).ThenBy(path => path, StringComparer.Ordinal)];

    /// <summary>What matches the names of the run folders of all classes, and none of another seed.</summary>
    internal static string RunsOf(ExperimentConfig config) =>
        RunFolder.NameOf(config with { Name = ClassPrefix + "*" });

    /// <summary>The experiment on the images of these classes.</summary>
    internal static ResolvedExperiment OnClasses(ResolvedExperiment experiment, IReadOnlyList<string> classes) =>
        experiment.With("data.classes=" + experiment.Settings.Find("data.classes")!.Show(
            experiment.Config with { Data = experiment.Config.Data with { Classes = classes } }));

    ClassArm Arm(int label, ImageSet images, int? steps, int count)
    {
        string title = ClassNames.Of(label, images.ClassNames);
        ResolvedExperiment one = OnClasses(experiment, [title]).With($"name={ClassPrefix}{label}", "data.eachClass=false");
        if (steps is { } length) one = one.Lasting(length, count);
        return new(label, title, one, Path.Combine(Folder, RunFolder.NameOf(one.Config)));
    }
}
