using System.Reflection;
using System.Text.Json.Serialization;

namespace Qdiff;

/// <summary>What a run was: enough to understand the folder years later.</summary>
public sealed record RunManifest
{
    /// <summary>The name of its file in the run folder.</summary>
    public const string FileName = "manifest.json";

    /// <summary>Reads the file of a run folder.</summary>
    /// <exception cref="InputException">It is missing or not what it should be.</exception>
    internal static RunManifest Read(string path)
    {
        RunManifest manifest = RunJson.Read<RunManifest>(path);
        manifest.Data.RequireImages(path);
        return manifest;
    }

    /// <summary>Version of the program.</summary>
    public required string Version { get; init; }

    /// <summary>The commit that the program was built from; null where it was built without, and in runs of earlier
    /// versions.</summary>
    public string? Commit { get; init; }

    /// <summary>How the program was called.</summary>
    public required IReadOnlyList<string> Command { get; init; }

    /// <summary>When the run began, in universal time.</summary>
    public required DateTimeOffset Started { get; init; }

    /// <summary>The machine.</summary>
    public required MachineDescription Machine { get; init; }

    /// <summary>The images.</summary>
    public required DataDescription Data { get; init; }

    /// <summary>The network.</summary>
    public required ModelDescription Model { get; init; }

    /// <summary>Every seed by purpose.</summary>
    public required IReadOnlyDictionary<string, long> Seeds { get; init; }

    /// <summary>The settings that determine what the run learns; null in runs of older versions.</summary>
    public IReadOnlyDictionary<string, string>? Settings { get; init; }

    /// <summary>The settings that were scaled to a training shorter than configured, with the values that they had before; null
    /// where none was, and in runs of earlier versions.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, string>? ScaledFrom { get; init; }

    /// <summary>What measuring its circuits costs; null where they are read exactly.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public MeasurementCost? Measurement { get; init; }

    /// <summary>In words the first setting that is another now and decides what is learned; null if there is none.</summary>
    /// <param name="experiment">What the run's folder says now.</param>
    /// <param name="matters">Which settings to look at; all by default.</param>
    internal string? ChangedIn(ResolvedExperiment experiment, Func<Setting, bool>? matters = null)
    {
        if (Settings is null) return null;
        Setting? changed = TrainedSettings.Changed(
            matters is null ? Settings : Settings.Where(entry =>
                experiment.Settings.Find(entry.Key) is not { } known || matters(known)).ToDictionary(),
            experiment);
        return changed is null ? null : $"{experiment.OriginOf(changed.Path)}: {changed.Path} is "
            + $"{changed.Told(experiment.Config)}, but the run was trained with {Settings[changed.Path]}. Set it back; other "
            + "settings are another run.";
    }

    /// <summary>The manifest of a run that starts now.</summary>
    /// <param name="experiment">The experiment.</param>
    /// <param name="images">The images it learns.</param>
    /// <param name="network">The network it trains.</param>
    /// <param name="command">The arguments of the program.</param>
    /// <param name="started">The present time.</param>
    public static RunManifest Create(ResolvedExperiment experiment, ImageSet images, Network network,
        IReadOnlyList<string> command, DateTimeOffset started) => new()
        {
            Version = typeof(RunManifest).Assembly.GetName().Version?.ToString(3) ?? "0.0.0",
            Commit = typeof(RunManifest).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()
                ?.InformationalVersion.Split('+') is [_, var commit] ? commit : null,
            Command = command,
            Started = started.ToUniversalTime(),
            Machine = MachineDescription.Here(),
            Data = new(images.Name, images.Count, images.Shape.ToArray(), images.Hash)
            {
                ClassNames = images.ClassNames,
                Labels = [.. images.Labels.ToArray().Distinct().Order()],
            },
            Model = new(experiment.Config.Model.Name, experiment.Config.Model.Wiring,
                network.Parameters.Scalars, network.Circuits.Sum(circuit => circuit.Angles?.Count ?? 0)),
            Seeds = new SortedDictionary<string, long>(StringComparer.Ordinal)
            {
                ["data"] = experiment.Config.Data.Seed,
                ["sampling"] = experiment.Config.Sampling.Seed,
                ["training"] = experiment.Config.Training.Seed,
            },
            Settings = TrainedSettings.Of(experiment),
            ScaledFrom = experiment.ScaledFrom(),
            Measurement = experiment.Config.Training.CostFor(network, images.Count),
        };
}

/// <summary>The images of a run.</summary>
/// <param name="Name">Data set and subset.</param>
/// <param name="Count">Number of images.</param>
/// <param name="Shape">Channels, height, width.</param>
/// <param name="Hash">SHA-256 of the content.</param>
public sealed record DataDescription(string Name, int Count, IReadOnlyList<int> Shape, string Hash)
{
    /// <summary>What label k is called; empty if nobody named them.</summary>
    public IReadOnlyList<string> ClassNames { get; init; } = [];

    /// <summary>The labels that occur, ascending; empty if the images have none.</summary>
    public IReadOnlyList<int> Labels { get; init; } = [];

    /// <summary>The folder that they were read from last; null if they come with the program.</summary>
    public string? Folder { get; init; }

    /// <summary>The same folder seen from the run's, so that both can be moved together.</summary>
    public string? FolderFromRun { get; init; }

    /// <summary>Refuses a description of what are no images.</summary>
    /// <exception cref="InputException">The shape is not that of an image; <paramref name="source"/> says where it
    /// stands.</exception>
    internal void RequireImages(string source)
    {
        if (Shape is not [> 0, > 0, > 0] || (long)Shape[0] * Shape[1] > LargestImage / Shape[2])
            throw new InputException($"{source}: data.shape [{string.Join(", ", Shape)}] is that of no image.");
    }

    const int LargestImage = 1 << 26;

    /// <summary>The same images, read from a folder for a run in <paramref name="run"/>.</summary>
    internal DataDescription ReadFrom(string? folder, string run) => folder is null ? this : this with
    {
        Folder = Path.GetFullPath(folder),
        FolderFromRun = Path.GetRelativePath(Path.GetFullPath(run), Path.GetFullPath(folder)),
    };

    /// <summary>Where their folder is now: where it was as seen from the run, or where it was; null if it is in neither
    /// place.</summary>
    internal string? FindFolder(string run) => new[]
        {
            // A name that no path can have is that of no folder.
            FolderFromRun is null || FolderFromRun.Contains('\0') ? null : Path.GetFullPath(FolderFromRun, Path.GetFullPath(run)),
            Folder,
        }
        .FirstOrDefault(folder => Path.Exists(folder));
}

/// <summary>The network of a run.</summary>
/// <param name="Name">The published model.</param>
/// <param name="Wiring">paper or released.</param>
/// <param name="Parameters">Trainable numbers.</param>
/// <param name="Angles">How many of them are angles of circuits.</param>
public sealed record ModelDescription(string Name, string Wiring, int Parameters, int Angles);
