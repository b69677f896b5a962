namespace Qdiff;

/// <summary>The settings that determine what a run learns: a run goes on with those that it was started with.</summary>
static class TrainedSettings
{
    /// <summary>What says how long: a run may be made longer, but not in silence.</summary>
    public const string Steps = "training.steps", Epochs = "training.epochs";

    /// <summary>What a run, its data and its source are called. The data are known by their content, and a source by its
    /// weights, so what is learned does not depend on it; but a run that is there keeps it.</summary>
    public static IReadOnlyList<string> Identity { get; } =
        ["name", "data.dataset", "transfer.source", "transfer.sourceModel", "transfer.sourceSteps"];

    // Besides them where things are, what is kept and shown, and how: it may change at any time.
    static readonly HashSet<string> s_free =
    [
        .. Identity, "data.folder", "transfer.from", "training.checkpointEvery", "training.keepCheckpoints", "training.keepSteps",
        "training.sampleEvery", "training.frameEvery", "training.logEvery", "training.threads",
    ];

    /// <summary>Whether a run must keep the value of this setting.</summary>
    public static bool Contains(Setting setting) => !s_free.Contains(setting.Path)
        && !setting.Path.StartsWith("sampling.", StringComparison.Ordinal)
        && !setting.Path.StartsWith("evaluation.", StringComparison.Ordinal);

    /// <summary>Their values, by path.</summary>
    public static SortedDictionary<string, string> Of(ResolvedExperiment experiment) => new(
        experiment.Settings.All.Where(Contains).ToDictionary(setting => setting.Path, setting => setting.Key(experiment.Config)),
        StringComparer.Ordinal);

    /// <summary>The first whose value is another than was recorded, its length apart; null if there is none.</summary>
    public static Setting? Changed(IReadOnlyDictionary<string, string> recorded, ResolvedExperiment now) =>
        now.Settings.All.FirstOrDefault(setting => Contains(setting) && setting.Path is not (Steps or Epochs)
            && recorded.TryGetValue(setting.Path, out string? before)
            && !now.Settings.AreOne(setting.Path, before, setting.Key(now.Config)));

    /// <summary>Whether a network with the first settings and one with the second give the same samples of the same
    /// weights.</summary>
    public static bool ShapeTheNetwork(Setting setting) => setting.Path is "training.labelDropout"
        || setting.Path.StartsWith("model.", StringComparison.Ordinal)
        || setting.Path.StartsWith("diffusion.", StringComparison.Ordinal);
}
