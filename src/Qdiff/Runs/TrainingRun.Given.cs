using Qdiff.Tensors;

namespace Qdiff;

public sealed partial class TrainingRun
{
    /// <summary>
    /// Goes on with the run in <paramref name="folder"/>, or begins it: a network, images and an objective of one's own, none of
    /// which needs to be in a catalog. It is kept, resumed, audited and measured like any other; a program that opens it by
    /// <see cref="RunFolder.Open"/> needs a catalog that has its parts by name (<see cref="ResolvedExperiment.Catalog"/> of this
    /// run is one).
    /// </summary>
    /// <remarks>
    /// A run goes on with what it was begun with, as far as that can be told: images are known by their content, a schedule by
    /// its numbers, a weighting by its name and settings, a network and an objective by the names of their types. What other
    /// fields hold, or a function computes, is not compared.
    /// </remarks>
    /// <param name="folder">The run folder, by custom NAME-SEED.</param>
    /// <param name="options">Length, seed, optimiser and what is kept. The length may become another one later.</param>
    /// <param name="catalog">The parts that the options name; by default those of the library. What is given is taken before any
    /// of its name.</param>
    /// <param name="warn">Is told of what went wrong without ending the training.</param>
    /// <param name="processes">The processes that train it together; all open it.</param>
    /// <exception cref="InputException">The parts do not fit each other, or the run was begun with others.</exception>
    public static TrainingRun OpenOrCreate(string folder, Network network, ImageSet images, Objective objective,
        TrainingConfig options, Catalog? catalog = null, Action<string>? warn = null, ProcessGroup? processes = null)
    {
        string name = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)));
        string ending = Invariant($"-{options.Seed}");
        if (name.Length > ending.Length && name.EndsWith(ending, StringComparison.Ordinal)) name = name[..^ending.Length];
        ResolvedExperiment experiment =
            GivenExperiment.Create(name, network, images, objective, options, catalog ?? Catalog.Default);
        processes ??= ProcessGroup.Single;
        if (!processes.FromFirst(() => RunFolder.Exists(folder)))
            return StartAt(folder, experiment, Environment.GetCommandLineArgs()[1..], dataFolder: null, warn, held: null,
                processes);

        ExperimentConfig now = experiment.Config, before = Before(folder, experiment.Catalog);
        // Earlier versions did not record how a weighting of one's own was set.
        if (before.Diffusion.OfWeighting.Equals(OwnSettings.None)
            && Catalog.Default.Weightings.Find(before.Diffusion.Weighting) is null)
            now = now with { Diffusion = now.Diffusion with { OfWeighting = OwnSettings.None } };
        if (experiment.Settings.Difference(before, now, setting =>
            setting.Path is TrainedSettings.Steps or TrainedSettings.Epochs || !TrainedSettings.Contains(setting)) is { } other)
            throw new InputException($"The run {folder} was begun with {other.Path} {other.Show(before)}, now it is "
                + $"{other.Show(now)}. Go on with what it was, or choose another folder.");
        string[] changes = now.Training.Epochs is { } epochs
            ? epochs == before.Training.Epochs ? [] : [Invariant($"{TrainedSettings.Epochs}={epochs:R}")]
            : now.Training.Steps == before.Training.Steps ? []
            : [Invariant($"{TrainedSettings.Steps}={now.Training.Steps}")];
        changes = [.. changes,
            .. ShownOtherwise(experiment, before, "training.").Select(setting => Change(setting, now))];
        return Resume(folder, experiment.Catalog, dataFolder: null, warn, changes, processes);
    }

    /// <summary>The settings of these sections that change what is kept and shown, but no weight, and are others now.</summary>
    static IEnumerable<Setting> ShownOtherwise(ResolvedExperiment experiment, ExperimentConfig before,
        params string[] sections) => experiment.Settings.All.Where(setting => !TrainedSettings.Contains(setting)
            && setting.Path is not (TrainedSettings.Steps or TrainedSettings.Epochs)
            && sections.Any(section => setting.Path.StartsWith(section, StringComparison.Ordinal))
            && setting.Show(experiment.Config) != setting.Show(before));

    static string Change(Setting setting, ExperimentConfig now) => $"{setting.Path}={setting.Show(now)}";

    static ExperimentConfig Before(string folder, Catalog catalog)
    {
        try
        {
            return RunFolder.Open(folder, catalog).Experiment.Config;
        }
        catch (InputException e)
        {
            throw new InputException($"The run {folder} was begun with other parts than those that are given now: {e.Message}",
                e);
        }
    }

    /// <summary>
    /// Draws images from the present running average with a sampler of the catalog, by its name; with the configured one if none
    /// is named. What is trained later does not change it. If the configuration says so, the network is calibrated first.
    /// </summary>
    /// <exception cref="InputException">The catalog has none of this name.</exception>
    public TrainedSampler Sampler(string? name = null)
    {
        SamplingConfig sampling = name is null ? Config.Sampling : Config.Sampling.With(name);
        return Sampler(sampling.ToSampler(Folder.Experiment.Catalog, objective.Schedule));
    }

    /// <summary>Draws images from the present running average with this sampler, in at most as many steps as there are
    /// timesteps.</summary>
    public TrainedSampler Sampler(Sampler sampler)
    {
        NoiseSchedule schedule = objective.Schedule;
        sampler = sampler.AtMost(schedule.Steps);
        TrainedSampler drawn = TrainedSampler.Create(Folder, State.Network, State.Average.Copy(), schedule, objective.Prediction,
            sampler);
        // Of another sampler than the configured one the mean may be nothing.
        if (Config.Sampling.MeanStart && MeanStart.Covers(schedule, sampler.Table(schedule)[0]))
            drawn = drawn.StartingFromMean(images);
        return Config.Sampling.Calibration is > 0 and var count ? drawn.Calibrated(images, count) : drawn;
    }
}
