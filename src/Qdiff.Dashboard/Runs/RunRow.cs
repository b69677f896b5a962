using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text;
using Qdiff.Evaluation;
using Qdiff.Reports;

namespace Qdiff.Dashboard;

/// <summary>What the list knows of a run or of a folder of event files: little enough to keep thousands.</summary>
sealed record RunRow
{
    /// <summary>Its path from the folder that is shown, with slashes.</summary>
    public required string Name { get; init; }

    public required FolderKind Kind { get; init; }

    public RunState State { get; init; } = RunState.Unknown;

    public string? Model { get; init; }

    public string? Wiring { get; init; }

    public string? Data { get; init; }

    public long? Seed { get; init; }

    public long Done { get; init; }

    public long? Total { get; init; }

    public double? Loss { get; init; }

    public double? Probe { get; init; }

    public int? Parameters { get; init; }

    public DateTimeOffset? Started { get; init; }

    /// <summary>The last evaluation's metrics by their short names.</summary>
    public IReadOnlyDictionary<string, double> Metrics { get; init; } = FrozenDictionary<string, double>.Empty;

    /// <summary>How each of them was measured, in full.</summary>
    public IReadOnlyDictionary<string, string> Protocols { get; init; } = FrozenDictionary<string, string>.Empty;

    /// <summary>All settings by path, as configurations show them.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = FrozenDictionary<string, string>.Empty;

    /// <summary>What all runs have that differ in nothing but seeds.</summary>
    public string Family { get; init; } = "";

    /// <summary>The seeds, in which runs of one family differ; two that have the same are one run and its copy.</summary>
    public string Seeds { get; init; } = "";

    /// <summary>What could not be read.</summary>
    public IReadOnlyList<string> Problems { get; init; } = [];

    /// <summary>Reads a run.</summary>
    public static RunRow Of(string name, string path, EvaluationCatalog catalog)
    {
        if (RunsFolder.RefusalOf(path) is { } refusal)
            return new() { Name = name, Kind = FolderKind.Run, Problems = [refusal] };
        RunContent run = RunContent.Read(path, catalog);
        Dictionary<string, string> settings = Flat(run.Experiment);
        IReadOnlyList<Checkpoint> checkpoints = run.Checkpoints;
        MeasuredMetric[] metrics = run.LatestEvaluation is { } latest
            ? [.. latest.Metrics.Where(metric => metric.Class is null).DistinctBy(metric => metric.Value.Protocol.Metric)] : [];
        return new()
        {
            Name = name,
            Kind = FolderKind.Run,
            State = run.State,
            Model = run.Manifest?.Model.Name,
            Wiring = run.Manifest?.Model.Wiring,
            Data = run.Manifest?.Data.Name,
            Seed = run.Manifest?.Seeds.TryGetValue("training", out long seed) == true ? seed : null,
            Done = run.Done,
            Total = run.Total,
            Loss = run.Last?.Loss,
            Probe = checkpoints is [.., var last] ? last.Score : null,
            Parameters = run.Manifest?.Model.Parameters,
            Started = run.Manifest?.Started,
            // In the order of the evaluation, which begins with what people ask for first.
            Metrics = metrics.Length == 0 ? FrozenDictionary<string, double>.Empty
                : new OrderedDictionary<string, double>(metrics.Select(metric =>
                    KeyValuePair.Create(metric.Value.Protocol.Metric, metric.Value.Value)), StringComparer.Ordinal),
            // The same few texts in thousands of runs.
            Protocols = metrics.Length == 0 ? FrozenDictionary<string, string>.Empty
                : metrics.ToDictionary(metric => metric.Value.Protocol.Metric, metric => string.Intern(metric.Protocol),
                    StringComparer.Ordinal),
            Settings = settings,
            Family = FamilyOf(name, settings),
            Seeds = string.Join(' ', settings.Where(entry => IsSeed(entry.Key)).Select(entry => $"{entry.Key}={entry.Value}")),
            Problems = run.Problems,
        };
    }

    /// <summary>Every setting of a configuration as text.</summary>
    public static Dictionary<string, string> Flat(ResolvedExperiment? experiment) => experiment is null ? []
        // The same few texts in thousands of runs.
        : experiment.Settings.All.ToDictionary(setting => string.Intern(setting.Path),
            setting => string.Intern(setting.Show(experiment.Config)), StringComparer.Ordinal);

    /// <summary>Settings in which runs of one family may differ: their seeds, what does not change what is learned, and where the
    /// source of a transfer lies that was trained for each seed.</summary>
    static bool IsOwn(string setting, bool hasSource) =>
        IsSeed(setting) || setting is "training.threads" or "data.folder" || hasSource && setting == "transfer.from";

    static bool IsSeed(string setting) => setting.EndsWith(".seed", StringComparison.Ordinal);

    static string FamilyOf(string name, Dictionary<string, string> settings)
    {
        // Whatever cannot be read is a family by itself.
        if (settings.Count == 0) return name;
        bool hasSource = settings.GetValueOrDefault("transfer.source", "null") != "null";
        string all = string.Join('\n', settings.Where(entry => !IsOwn(entry.Key, hasSource))
            .Select(entry => $"{entry.Key}={entry.Value}"));
        byte[] hash = SHA256.HashData(Encoding.UTF8.GetBytes(all));
        return $"{settings["name"]} {Convert.ToHexStringLower(hash[..8])}";
    }
}
