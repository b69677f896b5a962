using System.Text;
using System.Text.Json;

namespace Qdiff;

/// <summary>An experiment with every value settled, and where each came from.</summary>
public sealed class ResolvedExperiment
{
    readonly Dictionary<string, SettingOrigin> origins = new(StringComparer.Ordinal);

    readonly IReadOnlyList<(Setting Setting, SettingText Given)> settings;

    readonly string? found;

    ResolvedExperiment(Catalog catalog, ExperimentSettings table, IEnumerable<(Setting Setting, SettingText Given)> given,
        string? found = null)
    {
        (Catalog, Settings, this.found) = (catalog, table, found);
        List<(Setting Setting, SettingText Given)> read = [];
        ExperimentConfig config = new();
        // Bound as they are read: a part that the catalog lacks is said before a setting that only this part would have.
        foreach ((Setting setting, SettingText text) in given)
        {
            string sampler = config.Sampling.Sampler;
            config = setting.Bind(config, text);
            origins[setting.Path] = text.Origin;
            if (config.Sampling.Sampler != sampler && text.Origin.Line == 0) config = WithoutSettingsOfAnotherSampler(config);
            read.Add((setting, text));
        }

        settings = read;

        Config = config with { Data = config.Data with { NamedIn = FolderOfThePath(config.Data), Found = found } };
        SettingChecks.Check(this);
    }

    /// <summary>The parts that its names mean.</summary>
    public Catalog Catalog { get; }

    /// <summary>The table of its settings.</summary>
    public ExperimentSettings Settings { get; }

    /// <summary>The values.</summary>
    public ExperimentConfig Config { get; }

    /// <summary>What a file says of its sampler does not hold for another one that an option puts in its place.</summary>
    ExperimentConfig WithoutSettingsOfAnotherSampler(ExperimentConfig config)
    {
        SamplingConfig sampling = config.Sampling;
        if (Forget("sampling.steps")) sampling = sampling with { Steps = null };
        if (Forget("sampling.spacing")) sampling = sampling with { Spacing = null };
        foreach ((string own, _) in sampling.OfSampler)
            if (Forget("sampling." + own)) sampling = sampling with { OfSampler = sampling.OfSampler.With(own, null) };
        return config with { Sampling = sampling };

        bool Forget(string path) => OriginOf(path).Line > 0 && origins.Remove(path);
    }

    /// <summary>Reads a file, then applies the options <c>PATH=VALUE</c> in their order.</summary>
    /// <param name="optionName">What such an option is called in messages and as an origin.</param>
    /// <exception cref="InputException">A key is unknown or a value impossible; the message names file, line and how to mend
    /// it.</exception>
    public static ResolvedExperiment Load(string path, Catalog catalog, IEnumerable<string>? overrides = null,
        string optionName = "option") => Parse(TextOf(path), path, catalog, overrides, optionName);

    /// <summary>Reads the file of a run or a model, which somebody else may have made: the files of its circuits and its noise
    /// lie in its folder, and no other is looked at.</summary>
    /// <exception cref="InputException">As <see cref="Load"/>, or it names a file elsewhere.</exception>
    internal static ResolvedExperiment LoadOwn(string path, Catalog catalog)
    {
        var table = new ExperimentSettings(catalog);
        return new(catalog, table, new SettingReader(table) { StaysInFolder = true }.Read(TextOf(path), path));
    }

    /// <summary>The text of a configuration's file.</summary>
    /// <exception cref="InputException">It cannot be read, or is longer than any configuration.</exception>
    public static string TextOf(string path)
    {
        try
        {
            return TextFile.Read(path, SettingReader.MaxLength);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"The configuration {path} cannot be read: {e.Message}", e);
        }
    }

    /// <summary>Reads YAML text; <paramref name="source"/> names it in messages.</summary>
    /// <exception cref="InputException">A key is unknown or a value impossible; the message names source, line and how to mend
    /// it.</exception>
    public static ResolvedExperiment Parse(string yaml, string source, Catalog catalog, IEnumerable<string>? overrides = null,
        string optionName = "option")
    {
        var table = new ExperimentSettings(catalog) { OptionName = optionName };
        var reader = new SettingReader(table);
        return new(catalog, table, reader.Read(yaml, source).Concat((overrides ?? []).Select(reader.ReadOption)));
    }

    /// <summary>The experiment with these values, for programs that have them as objects.</summary>
    /// <exception cref="InputException">A value is impossible, or the catalog lacks a part.</exception>
    public static ResolvedExperiment Create(ExperimentConfig config, Catalog catalog)
    {
        var table = new ExperimentSettings(catalog);
        // A length in epochs is one of its own: who gives it says nothing of steps.
        bool inEpochs = config.Training.Epochs is not null && config.Training.Steps == new TrainingConfig().Steps;
        return new(catalog, table, new SettingReader(table).Read(Yaml(table, config, _ => ""), "the program")
            .Where(given => !inEpochs || given.Setting.Path != TrainedSettings.Steps));
    }

    /// <summary>The same with further options <c>PATH=VALUE</c>, which win over what was given before.</summary>
    /// <exception cref="InputException">A key is unknown or a value impossible.</exception>
    public ResolvedExperiment With(params IEnumerable<string> options) =>
        new(Catalog, Settings, [.. settings, .. options.Select(new SettingReader(Settings).ReadOption)], found);

    /// <summary>The same with further options that another length brings with it, which their origin says.</summary>
    internal ResolvedExperiment InLength(IEnumerable<string> options) => new(Catalog, Settings,
    [
        .. settings, .. options.Select(new SettingReader(Settings).ReadOption)
            .Select(option => (option.Setting, option.Given with { Origin = TrainingLength.Origin })),
    ], found);

    /// <summary>The settings that were scaled to a shorter length, with the values that they had before; null if there are
    /// none.</summary>
    internal IReadOnlyDictionary<string, string>? ScaledFrom()
    {
        // Bound without the checks that hold for a whole experiment: a length may have been set after this one.
        ExperimentConfig before = settings.Where(entry => entry.Given.Origin != TrainingLength.Origin)
            .Aggregate(new ExperimentConfig(), (config, entry) => entry.Setting.Bind(config, entry.Given));
        SortedDictionary<string, string> scaled = new(Settings.All
            .Where(setting => OriginOf(setting.Path) == TrainingLength.Origin && !TrainingLength.Lengths.Contains(setting.Path))
            .ToDictionary(setting => setting.Path, setting => setting.Show(before)), StringComparer.Ordinal);
        return scaled.Count == 0 ? null : scaled;
    }

    /// <summary>The same with its circuits read exactly in training.</summary>
    internal ResolvedExperiment ReadExactly() => Config.Training.Measurement is null ? this
        : With(ExperimentSettings.Measurement.Select(path => $"{path}=null"));

    /// <summary>
    /// The same with the classical model that its transfer starts from: no circuits but that model's own, read exactly, and none
    /// exchanged for a control.
    /// </summary>
    internal ResolvedExperiment OfSourceModel(params IEnumerable<string> options) => new(Catalog, Settings,
    [
        .. ReadExactly().settings.Where(entry => !ModelSettings.IsOfCircuits(entry.Setting.Path)),
        .. new[] { $"model.name={Config.Transfer.SourceModel}", "model.control=none" }.Concat(options)
            .Select(new SettingReader(Settings).ReadOption),
    ], found);

    /// <summary>What its transfer trains first: the source, in which nothing is frozen; null if there is none.</summary>
    internal ResolvedExperiment? TransferSource() => Config.Transfer.Source is not { } name ? null
        : OfSourceModel($"name={name}", $"{TrainedSettings.Steps}={Config.Transfer.SourceSteps}",
            $"{TrainedSettings.Epochs}=null", "transfer.freeze=[]");

    /// <summary>The option PATH=VALUE of a setting whose value is text, written so that it is read as it is.</summary>
    public static string Option(string path, string text) => $"{path}={JsonSerializer.Serialize(text)}";

    /// <summary>The same in so many steps, its stages in proportion.</summary>
    /// <param name="images">Number of training images, if it is known: without it a length in epochs tells no proportion.</param>
    /// <param name="withSource">Whether the source of a transfer is part of the length.</param>
    /// <exception cref="InputException">There are too few steps.</exception>
    public ResolvedExperiment Lasting(int steps, int? images = null, bool withSource = false) =>
        TrainingLength.Set(this, steps, images, withSource);

    /// <summary>The same in so many passes over the images, whatever was said of steps.</summary>
    /// <exception cref="InputException">The number is not above 0.</exception>
    public ResolvedExperiment LastingEpochs(double epochs) => new(Catalog, Settings,
        [.. settings.Where(entry => entry.Setting.Path != TrainedSettings.Steps),
            new SettingReader(Settings).ReadOption(FormattableString.Invariant($"{TrainedSettings.Epochs}={epochs:R}"))], found);

    /// <summary>The same, whose data are known to be in this folder, whatever the settings say; null if that is not
    /// known.</summary>
    internal ResolvedExperiment WithDataAt(string? folder) => new(Catalog, Settings, settings, folder);

    /// <summary>
    /// The same with copies of the files of its circuits and its noise in the folders <c>circuits</c> and <c>noise</c> of a run,
    /// which its settings name from then on: a run needs nothing that is elsewhere.
    /// </summary>
    /// <exception cref="IOException">A copy cannot be written.</exception>
    internal ResolvedExperiment WithFilesIn(string run)
    {
        Dictionary<string, string> names = new(StringComparer.Ordinal);
        return new(Catalog, Settings, [.. settings.Select(entry =>
        {
            (Setting setting, SettingText given) = entry;
            if (ModelSettings.Circuits.Contains(setting.Path) && given.CircuitFile(given.Text) is { } circuit
                && !Catalog.Circuits.Contains(given.Text))
                return (setting, given.Renamed(Copy("circuits", circuit.Path, circuit.Text, circuit.Hash)));
            if (setting.Path == ExperimentSettings.Noise && !given.IsNull
                && given.NoiseFile(given.Text) is { IsPreset: false } noise)
                return (setting, given.Renamed(Copy("noise", given.Text, noise.Text, noise.Hash)));
            return entry;
        })], found);

        // Two files of one name in different folders are two files here too, also where a and A are one name.
        string Copy(string folder, string path, string text, string hash)
        {
            if (names.TryGetValue(hash, out string? there)) return there;
            string name = Path.GetFileName(path);
            for (int i = 2; IsTaken($"{folder}/{name}"); i++) name = $"{i}-{Path.GetFileName(path)}";
            Directory.CreateDirectory(Path.Combine(run, folder));
            WholeFile.Write(Path.Combine(run, folder, name), text);
            return names[hash] = $"{folder}/{name}";
        }

        bool IsTaken(string place) => names.Values.Contains(place, StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>What looks like a mistake without being one, such as a parameter of a circuit's file that no gate uses.</summary>
    public IReadOnlyList<string> Warnings =>
        [.. Config.Model.Circuits.Select(circuit => circuit.File).OfType<CircuitFile>().Distinct()
            .SelectMany(file => file.Program.Warnings)];

    /// <summary>The folder of the file in which the place of the data is named, if one names it.</summary>
    string? FolderOfThePath(DataConfig data)
    {
        SettingOrigin origin = OriginOf(data.Folder is null ? "data.dataset" : "data.folder");
        bool isPath = data.Folder is not null || DataSets.IsFolder(data.Dataset);
        return isPath && origin.Line > 0 ? Path.GetDirectoryName(Path.GetFullPath(origin.Source!)) : null;
    }

    /// <summary>Refuses to measure circuits of a network that has none, or others.</summary>
    /// <exception cref="InputException">It cannot be trained so; the message says which setting asks for it.</exception>
    internal void RequireMeasurable(Network network)
    {
        try
        {
            Config.Training.Measurement?.RequireGradients(network);
        }
        catch (InputException e)
        {
            string? path = ExperimentSettings.Measurement.FirstOrDefault(path => !OriginOf(path).IsDefault);
            throw path is null ? e : new InputException($"{OriginOf(path)}: {path}: {e.Message}", e);
        }
    }

    /// <summary>Where the value of this setting came from.</summary>
    public SettingOrigin OriginOf(string path) => origins.GetValueOrDefault(path);

    /// <summary>All values as YAML, each with its origin as a comment. Reading it back gives equal values.</summary>
    public string ToYaml() => Yaml(Settings, Config, setting => OriginOf(setting.Path).ToString());

    /// <summary>The same, to replace the file that it was read from: what the file says keeps the origin there.</summary>
    internal string ToYamlInPlaceOf(string file)
    {
        const string comment = "  # ";
        string[] lines = TextOf(file).Split('\n');
        return Yaml(Settings, Config, setting =>
        {
            SettingOrigin origin = OriginOf(setting.Path);
            string line = origin.Source == file && origin.Line > 0 && origin.Line <= lines.Length ? lines[origin.Line - 1] : "";
            return line.LastIndexOf(comment, StringComparison.Ordinal) is var start and > 0
                ? line[(start + comment.Length)..].TrimEnd() : origin.ToString();
        });
    }

    /// <summary>All values as YAML without their origins, which name files of whoever chose them.</summary>
    internal string ToPlainYaml() => Yaml(Settings, Config, _ => "");

    static string Yaml(ExperimentSettings table, ExperimentConfig config, Func<Setting, string> comment)
    {
        List<(string Text, string Origin)> lines = [($"schema: {ExperimentConfig.Schema}", "")];
        string[] open = [];
        foreach (Setting setting in table.All.Where(s =>
            !s.IsDetail || s.Show(config) != "null" || comment(s) is not ("" or "default")))
        {
            string[] parts = setting.Path.Split('.'), groups = parts[..^1];
            int shared = 0;
            while (shared < open.Length && shared < groups.Length && open[shared] == groups[shared]) shared++;
            for (int i = shared; i < groups.Length; i++) lines.Add(($"{new string(' ', 2 * i)}{groups[i]}:", ""));
            open = groups;
            lines.Add(($"{new string(' ', 2 * groups.Length)}{parts[^1]}: {setting.Show(config)}",
                comment(setting)));
        }

        // One long list must not make every line as long.
        int width = Math.Min(100, lines.Max(line => line.Text.Length));
        var yaml = new StringBuilder();
        foreach ((string text, string origin) in lines)
            yaml.Append(origin.Length == 0 ? text : $"{text.PadRight(width)}  # {origin.ReplaceLineEndings(" ")}").Append('\n');
        return yaml.ToString();
    }
}
