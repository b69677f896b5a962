using System.Globalization;
using System.Text.Json;

namespace Qdiff;

/// <summary>
/// The folder of one run, the interface between trainer, tools and dashboard: <c>config.yaml manifest.json steps.jsonl log.txt
/// checkpoints/ samples/</c>. It can be copied and understood by itself.
/// </summary>
public sealed class RunFolder
{
    /// <summary>The name of the resolved configuration in the folder.</summary>
    public const string ConfigFile = "config.yaml";

    RunFolder(string path, ResolvedExperiment experiment, RunManifest manifest) =>
        (Path, Experiment, Manifest) = (path, experiment, manifest);

    /// <summary>Where it is.</summary>
    public string Path { get; }

    /// <summary>The configuration that the run has.</summary>
    public ResolvedExperiment Experiment { get; }

    /// <summary>What the run was started with.</summary>
    public RunManifest Manifest { get; }

    /// <summary>Its checkpoints.</summary>
    public CheckpointFolder Checkpoints => new(PathOf("checkpoints"));

    /// <summary>The measurements of its steps.</summary>
    public string StepsFile => PathOf("steps.jsonl");

    /// <summary>The folder of its sample sheets; made when asked for.</summary>
    public string Samples => Directory.CreateDirectory(PathOf("samples")).FullName;

    /// <summary>The folder's name for an experiment: NAME-SEED.</summary>
    public static string NameOf(ExperimentConfig config) =>
        string.Create(CultureInfo.InvariantCulture, $"{config.Name}-{config.Training.Seed}");

    /// <summary>Makes the folder of a new run under <paramref name="root"/>. A run that is there is never touched.</summary>
    /// <exception cref="InputException">There is a run of this name already.</exception>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public static RunFolder Create(string root, ResolvedExperiment experiment, RunManifest manifest)
    {
        string path = System.IO.Path.Combine(root, NameOf(experiment.Config)), config = System.IO.Path.Combine(path, ConfigFile);
        if (File.Exists(config))
            throw new InputException($"The run {path} exists already. Go on with it (--resume), or choose another --set "
                + "name=NAME or --set training.seed=N, or remove the folder.");
        try
        {
            Directory.CreateDirectory(path);
            File.WriteAllText(System.IO.Path.Combine(path, RunManifest.FileName),
                JsonSerializer.Serialize(manifest, RunJson.File) + "\n");
            // The configuration last and by a rename: a folder without it is no run yet, and of two programs that start the same
            // run one fails.
            string unfinished = config + ".unfinished";
            File.WriteAllText(unfinished, experiment.ToYaml());
            File.Move(unfinished, config);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"The run folder {path} cannot be written: {e.Message}", e);
        }

        return new(path, experiment, manifest);
    }

    /// <summary>Whether there is a run here. What a start that was killed early leaves behind is none.</summary>
    public static bool Exists(string path) => File.Exists(System.IO.Path.Combine(path, ConfigFile));

    /// <summary>Opens the folder of a run.</summary>
    /// <exception cref="InputException">There is none, or its configuration or manifest cannot be read.</exception>
    public static RunFolder Open(string path)
    {
        if (!Directory.Exists(path)) throw new InputException($"There is no run folder {path}.");
        string config = System.IO.Path.Combine(path, ConfigFile);
        if (!File.Exists(config)) throw new InputException($"{path} is no run folder: it has no {ConfigFile}.");
        return new(path, ResolvedExperiment.Load(config),
            RunJson.Read<RunManifest>(System.IO.Path.Combine(path, RunManifest.FileName)));
    }

    /// <summary>The path of a file in the folder.</summary>
    public string PathOf(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>Appends a line with the time to <c>log.txt</c>.</summary>
    public void Log(string message, DateTimeOffset time) =>
        File.AppendAllText(PathOf("log.txt"), string.Create(CultureInfo.InvariantCulture,
            $"{time.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z  {message.ReplaceLineEndings(" ")}\n"));
}
