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

    readonly bool writes;

    RunFolder(string path, ResolvedExperiment experiment, RunManifest manifest, bool writes = true) =>
        (Path, Experiment, Manifest, this.writes) = (path, experiment, manifest, writes);

    /// <summary>Where it is.</summary>
    public string Path { get; }

    /// <summary>The configuration that the run has.</summary>
    public ResolvedExperiment Experiment { get; }

    /// <summary>What the run was started with.</summary>
    public RunManifest Manifest { get; }

    /// <summary>The weights that stand in the place of checkpoints; null for a run that was trained here.</summary>
    internal PretrainedWeights? Pretrained { get; private init; }

    /// <summary>Whether it is what a pretrained model knows of its run: weights and no checkpoints.</summary>
    public bool IsPretrained => Pretrained is not null;

    /// <summary>Its checkpoints.</summary>
    public CheckpointFolder Checkpoints => new(PathOf("checkpoints"));

    /// <summary>The measurements of its steps.</summary>
    public string StepsFile => PathOf("steps.jsonl");

    /// <summary>The folder of its sample sheets; made when asked for.</summary>
    /// <exception cref="DirectoryNotFoundException">There is no run any more.</exception>
    public string Samples => Exists(Path) ? Directory.CreateDirectory(PathOf("samples")).FullName
        : throw new DirectoryNotFoundException($"There is no run folder {Path} any more.");

    /// <summary>The folder's name for an experiment: NAME-SEED.</summary>
    public static string NameOf(ExperimentConfig config) =>
        string.Create(CultureInfo.InvariantCulture, $"{config.Name}-{config.Training.Seed}");

    /// <summary>Makes the folder of a new run under <paramref name="root"/>. A run that is there is never touched.</summary>
    /// <exception cref="InputException">There is a run of this name already.</exception>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public static RunFolder Create(string root, ResolvedExperiment experiment, RunManifest manifest)
    {
        string path = System.IO.Path.Combine(root, NameOf(experiment.Config));
        RequireNew(path);
        return CreateAt(path, experiment, manifest);
    }

    /// <summary>The same at a path of any name.</summary>
    /// <param name="writes">Whether this process writes it, not another one that trains the run with it.</param>
    internal static RunFolder CreateAt(string path, ResolvedExperiment experiment, RunManifest manifest, bool writes = true)
    {
        if (!writes) return new(path, experiment, manifest, writes);
        try
        {
            Directory.CreateDirectory(path);
            WholeFile.Write(System.IO.Path.Combine(path, RunManifest.FileName),
                JsonSerializer.Serialize(manifest, RunJson.File) + "\n");
            experiment = experiment.WithFilesIn(path);
            // The configuration last: a folder without it is no run yet.
            WholeFile.Write(System.IO.Path.Combine(path, ConfigFile), experiment.ToYaml());
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"The run folder {path} cannot be written: {e.Message}", e);
        }

        return new(path, experiment, manifest);
    }

    /// <summary>What a pretrained model knows of its run; nothing is written until something is made of it, to
    /// <paramref name="path"/>.</summary>
    internal static RunFolder Create(string path, ResolvedExperiment experiment, PretrainedWeights weights) =>
        new(path, experiment, weights.Manifest) { Pretrained = weights };

    /// <summary>Refuses the path of a new run where there is one.</summary>
    /// <exception cref="InputException">There is a run already.</exception>
    internal static void RequireNew(string path)
    {
        if (Exists(path))
            throw new InputException($"The run {path} exists already. Go on with it, or choose another name or training.seed, "
                + "or remove the folder.")
            { Remedy = Remedy.ResumeOrRename };
    }

    /// <summary>Whether there is a run here. What a start that was killed early leaves behind is none.</summary>
    public static bool Exists(string path) => File.Exists(System.IO.Path.Combine(path, ConfigFile));

    /// <summary>Opens the folder of a run, or of a pretrained model with one network.</summary>
    /// <param name="catalog">The parts that its configuration names.</param>
    /// <exception cref="InputException">There is none, or its configuration or manifest cannot be read.</exception>
    public static RunFolder Open(string path, Catalog catalog)
    {
        if (!Directory.Exists(path)) throw new InputException($"There is no run folder {path}.{NearestPath.Hint(path)}");
        if (PretrainedModel.Exists(path)) return PretrainedModel.Open(path, catalog).Run;
        string config = System.IO.Path.Combine(path, ConfigFile);
        if (!File.Exists(config)) throw new InputException($"{path} is no run folder: it has no {ConfigFile}.");
        RunManifest manifest = RunManifest.Read(System.IO.Path.Combine(path, RunManifest.FileName));
        return new(path, ResolvedExperiment.LoadOwn(config, catalog).WithDataAt(manifest.Data.FindFolder(path)), manifest);
    }

    /// <summary>Opens the folder of a run, or the pretrained model of this name if there is no such folder.</summary>
    /// <exception cref="InputException">There is neither, or it cannot be read.</exception>
    internal static RunFolder OpenOrPretrained(string pathOrName, Catalog catalog)
    {
        if (Directory.Exists(pathOrName) || !PlainName.Is(pathOrName)) return Open(pathOrName, catalog);
        if (PretrainedModels.Here.TryFind(pathOrName) is { } model) return PretrainedModel.Open(model, catalog).Run;
        string? nearest = NearestPath.Find(pathOrName) ?? PretrainedModels.Here.Nearest(pathOrName);
        throw new InputException($"There is no run folder and no pretrained model '{pathOrName}'."
            + (nearest is null ? "" : $" Did you mean {nearest}?"));
    }

    /// <summary>The same run for a process that trains it with another one, which writes: nothing that changes here reaches the
    /// disk.</summary>
    internal RunFolder ForReading() => new(Path, Experiment, Manifest, writes: false);

    /// <summary>Refuses a configuration that was changed since the run was started, where that matters.</summary>
    /// <param name="matters">Which settings matter; the length of the training never does here.</param>
    /// <exception cref="InputException">One of them is another now; the message says which.</exception>
    internal void RequireAsStarted(Func<Setting, bool>? matters = null)
    {
        if (Manifest.ChangedIn(Experiment, matters) is { } changed) throw new InputException(changed);
    }

    /// <summary>The same run with another configuration and manifest, which replace those in the folder.</summary>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    internal RunFolder With(ResolvedExperiment experiment, RunManifest manifest)
    {
        // The manifest last: until then the folder says that it was started with something else, which a resume brings in order.
        if (!writes) return new(Path, experiment, manifest, writes);
        if (experiment != Experiment) WholeFile.Write(PathOf(ConfigFile), experiment.ToYamlInPlaceOf(PathOf(ConfigFile)));
        if (manifest != Manifest)
            WholeFile.Write(PathOf(RunManifest.FileName), JsonSerializer.Serialize(manifest, RunJson.File) + "\n");
        return new(Path, experiment, manifest);
    }

    /// <summary>The path of a file in the folder.</summary>
    public string PathOf(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>Appends a line with the time to <c>log.txt</c>.</summary>
    /// <exception cref="InputException">A pipe or a device is in its place.</exception>
    public void Log(string message, DateTimeOffset time)
    {
        if (!writes) return;
        string log = PathOf("log.txt");
        InputFile.RequireRegular(log);
        File.AppendAllText(log, string.Create(CultureInfo.InvariantCulture,
            $"{time.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z  {message.ReplaceLineEndings(" ")}\n"));
    }
}
