using System.Text;

namespace Qdiff;

/// <summary>An experiment with every value settled, and where each came from.</summary>
public sealed class ResolvedExperiment
{
    readonly Dictionary<string, SettingOrigin> origins = new(StringComparer.Ordinal);

    readonly IReadOnlyList<(Setting Setting, SettingText Given)> settings;

    ResolvedExperiment(IReadOnlyList<(Setting Setting, SettingText Given)> settings)
    {
        this.settings = settings;
        ExperimentConfig config = new();
        foreach ((Setting setting, SettingText given) in settings)
        {
            string sampler = config.Sampling.Sampler;
            config = setting.Bind(config, given);
            origins[setting.Path] = given.Origin;
            if (config.Sampling.Sampler != sampler && given.Origin.Line == 0) config = WithoutSettingsOfAnotherSampler(config);
        }

        Config = config;
        SettingChecks.Check(this);
    }

    /// <summary>The values.</summary>
    public ExperimentConfig Config { get; }

    /// <summary>What a file says of its sampler does not hold for another one that an option puts in its place.</summary>
    ExperimentConfig WithoutSettingsOfAnotherSampler(ExperimentConfig config)
    {
        SamplingConfig sampling = config.Sampling;
        if (Forget("sampling.steps")) sampling = sampling with { Steps = null };
        if (Forget("sampling.spacing")) sampling = sampling with { Spacing = null };
        if (Forget("sampling.eta")) sampling = sampling with { Eta = 0 };
        return config with { Sampling = sampling };

        bool Forget(string path) => OriginOf(path).Line > 0 && origins.Remove(path);
    }

    /// <summary>Reads a file, then applies the options <c>PATH=VALUE</c> of <c>--set</c> in their order.</summary>
    /// <exception cref="InputException">A key is unknown or a value impossible; the message names file, line and how to mend
    /// it.</exception>
    public static ResolvedExperiment Load(string path, IEnumerable<string>? overrides = null)
    {
        string yaml;
        try
        {
            yaml = TextFile.Read(path, SettingReader.MaxLength);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"The configuration {path} cannot be read: {e.Message}", e);
        }

        return Parse(yaml, path, overrides);
    }

    /// <summary>Reads YAML text; <paramref name="source"/> names it in messages.</summary>
    /// <exception cref="InputException">A key is unknown or a value impossible; the message names source, line and how to mend
    /// it.</exception>
    public static ResolvedExperiment Parse(string yaml, string source, IEnumerable<string>? overrides = null) =>
        new([.. SettingReader.Read(yaml, source), .. (overrides ?? []).Select(SettingReader.ReadOption)]);

    /// <summary>The same with further options <c>PATH=VALUE</c>, which win over what was given before.</summary>
    /// <exception cref="InputException">A key is unknown or a value impossible.</exception>
    public ResolvedExperiment With(params IEnumerable<string> options) =>
        new([.. settings, .. options.Select(SettingReader.ReadOption)]);

    /// <summary>Where the value of this setting came from.</summary>
    public SettingOrigin OriginOf(string path) => origins.GetValueOrDefault(path);

    /// <summary>All values as YAML, each with its origin as a comment. Reading it back gives equal values.</summary>
    public string ToYaml()
    {
        List<(string Text, string Comment)> lines = [($"schema: {ExperimentConfig.Schema}", "")];
        string[] open = [];
        foreach (Setting setting in ExperimentSettings.All)
        {
            string[] parts = setting.Path.Split('.'), groups = parts[..^1];
            int shared = 0;
            while (shared < open.Length && shared < groups.Length && open[shared] == groups[shared]) shared++;
            for (int i = shared; i < groups.Length; i++) lines.Add(($"{new string(' ', 2 * i)}{groups[i]}:", ""));
            open = groups;
            lines.Add(($"{new string(' ', 2 * groups.Length)}{parts[^1]}: {setting.Show(Config)}",
                OriginOf(setting.Path).ToString()));
        }

        // One long list must not make every line as long.
        int width = Math.Min(100, lines.Max(line => line.Text.Length));
        var yaml = new StringBuilder();
        foreach ((string text, string comment) in lines)
            yaml.Append(comment.Length == 0 ? text : $"{text.PadRight(width)}  # {comment.ReplaceLineEndings(" ")}").Append('\n');
        return yaml.ToString();
    }
}
