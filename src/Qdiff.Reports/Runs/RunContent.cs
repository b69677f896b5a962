using Qdiff.Evaluation;

namespace Qdiff.Reports;

/// <summary>
/// What a run's folder holds, as far as it can be read: each file by itself, so that one that is damaged, half written or of a
/// newer version costs only what it says. Reading changes nothing, and nobody who trains is disturbed.
/// </summary>
public sealed class RunContent
{
    readonly List<string> problems = [];
    IReadOnlyList<TrainingStep>? steps;
    IReadOnlyList<Checkpoint>? checkpoints;
    SortedDictionary<long, double>? probe;
    TrainingStep? last;
    RunState? state;
    (bool IsKnown, string? Said) divergence;

    RunContent(string path, EvaluationCatalog catalog)
    {
        (Path, Catalog, ReadSteps) = (path, catalog, ReadLog);
        Name = System.IO.Path.GetFileName(System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(path)));
        ConfigText = Try(() => TextFile.Read(PathOf(RunFolder.ConfigFile)));
        Manifest = Try(() => RunManifest.Read(PathOf(RunManifest.FileName)));
        if (ConfigText is not null)
            Experiment = Try(() => ResolvedExperiment.LoadOwn(PathOf(RunFolder.ConfigFile), catalog));
        if (Experiment is not null && Manifest?.ChangedIn(Experiment) is { } changed) problems.Add(changed);
    }

    /// <summary>Reads the folder of a run.</summary>
    /// <exception cref="InputException">There is no run.</exception>
    public static RunContent Read(string path, EvaluationCatalog catalog)
    {
        if (!Directory.Exists(path)) throw new InputException($"There is no run folder {path}.{NearestPath.Hint(path)}");
        return RunFolder.Exists(path) ? new(path, catalog)
            : throw new InputException($"{path} is no run folder: it has no {RunFolder.ConfigFile}.");
    }

    /// <summary>What reads the log of its steps; whoever asks again and again reads only what is new.</summary>
    internal Func<string, IReadOnlyList<TrainingStep>> ReadSteps { get; set; }

    /// <summary>What reads the probe loss from the event files in its folder.</summary>
    internal Func<string, IDictionary<long, double>> ReadProbe { get; set; } =
        folder => EventScalars.Read(folder, ProbeLoss.Tag);

    /// <summary>The parts that its configuration names.</summary>
    internal EvaluationCatalog Catalog { get; }

    /// <summary>Where it is.</summary>
    public string Path { get; }

    /// <summary>The folder's name.</summary>
    public string Name { get; }

    /// <summary>The configuration as it stands in the folder.</summary>
    public string? ConfigText { get; }

    /// <summary>The configuration, if this version understands it.</summary>
    public ResolvedExperiment? Experiment { get; }

    /// <summary>What the run was started with.</summary>
    public RunManifest? Manifest { get; }

    /// <summary>What could not be read, and why, of everything that was asked for so far.</summary>
    public IReadOnlyList<string> Problems => problems;

    /// <summary>The log of its steps.</summary>
    public IReadOnlyList<TrainingStep> Steps => steps ??= System.IO.Path.Exists(PathOf(StepsFile))
        ? Try(() => ReadSteps(PathOf(StepsFile))) ?? [] : [];

    /// <summary>The last step in the log; null if there is none.</summary>
    public TrainingStep? Last => last ??= steps is null && System.IO.Path.Exists(PathOf(StepsFile))
        ? Try(() => StepLog.ReadLast(PathOf(StepsFile))) : Steps.Count > 0 ? Steps[^1] : null;

    /// <summary>The loss of a fixed batch, by step.</summary>
    public IReadOnlyDictionary<long, double> Probe
    {
        get
        {
            if (probe is not null) return probe;
            probe = new(Try(() => ReadProbe(Path)) ?? new Dictionary<long, double>());
            // Where the event files were taken away, the checkpoints still tell.
            foreach (Checkpoint checkpoint in Checkpoints)
                if (checkpoint.Score is { } score) probe.TryAdd(checkpoint.Step, score);
            return probe;
        }
    }

    /// <summary>Its complete checkpoints.</summary>
    public IReadOnlyList<Checkpoint> Checkpoints =>
        checkpoints ??= Try(() => new CheckpointFolder(PathOf(CheckpointsFolder)).List()) ?? [];

    /// <summary>Which parameters can act; null if that was not measured.</summary>
    public AuditReport? Audit => System.IO.Path.Exists(PathOf(AuditFile))
        ? Try(() => AuditReport.FromJson(TextFile.Read(PathOf(AuditFile)), PathOf(AuditFile))) : null;

    /// <summary>Its evaluations, in order of step.</summary>
    public IReadOnlyList<EvaluationReport> Evaluations =>
        Try(() => MetricsFile.Read(PathOf(MetricsFile.FileName)))?.Evaluations ?? [];

    /// <summary>Its last evaluation of samples, else its last of the network alone; null if nothing was measured.</summary>
    internal EvaluationReport? LatestEvaluation => Evaluations.OrderBy(report => report.Samples > 0).LastOrDefault();

    /// <summary>What shots and noise do to its images; null if that was not measured.</summary>
    public NoiseStudyResult? Noise => System.IO.Path.Exists(PathOf(NoiseStudyResult.FileName))
        ? Try(() => NoiseStudyResult.Read(PathOf(NoiseStudyResult.FileName))) : null;

    /// <summary>The lines of its log.</summary>
    public IReadOnlyList<string> Log => System.IO.Path.Exists(PathOf("log.txt"))
        ? Try(() => TextFile.Read(PathOf("log.txt")))?.TrimEnd().ReplaceLineEndings("\n").Split('\n') ?? [] : [];

    /// <summary>How many steps it is to have; null if that is not known.</summary>
    public int? Total => Experiment?.Config.Training is not { } training ? null
        : Manifest is { } manifest ? training.StepsFor(manifest.Data.Count) : training.Steps;

    /// <summary>How many steps have been done.</summary>
    public long Done => Math.Max(Last?.Number ?? 0, Checkpoints is [.., var latest] ? latest.Step : 0);

    /// <summary>What was said when its training diverged; null if it did not, or was gone on with.</summary>
    public string? Divergence =>
        (divergence = divergence.IsKnown ? divergence : (true, Try(() => Qdiff.Divergence.In(Path)))).Said;

    /// <summary>Whether all steps are done and kept: a step that is in the log alone would be done again. A copy without its
    /// checkpoints is as whole as its log.</summary>
    internal bool IsWhole => Total is { } total && (Directory.Exists(PathOf(CheckpointsFolder))
        ? Checkpoints is [.., var latest] && latest.Step >= total : Done >= total);

    /// <summary>How far it is. Of one that is whole the lock says only that somebody looks at it, such as a comparison that
    /// measures it.</summary>
    public RunState State => state ??= !IsWhole && RunLock.IsTaken(Path) ? RunState.Training
        : Divergence is not null ? RunState.Diverged
        : Total is null ? RunState.Unknown
        : IsWhole ? RunState.Finished
        : Done == 0 ? RunState.New : RunState.Stopped;

    /// <summary>The run for whoever computes with it; null, with a problem said, if it cannot be opened.</summary>
    internal RunFolder? Open() => Try(() => RunFolder.Open(Path, Catalog));

    IReadOnlyList<TrainingStep> ReadLog(string path)
    {
        IReadOnlyList<TrainingStep> read = StepLog.Read(path, out string? damage);
        if (damage is not null) problems.Add(damage);
        return read;
    }

    /// <summary>The path of a file in the folder.</summary>
    internal string PathOf(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>The result of reading, or null with its reason among the problems.</summary>
    internal T? Try<T>(Func<T?> read) where T : class
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is InputException or InvalidDataException or IOException or UnauthorizedAccessException)
        {
            if (!problems.Contains(e.Message)) problems.Add(e.Message);
            return null;
        }
    }

    const string StepsFile = "steps.jsonl", AuditFile = "audit.json", CheckpointsFolder = "checkpoints";
}
