namespace Qdiff;

/// <summary>
/// One entry of <see cref="ExperimentSettings"/>: a place in <see cref="ExperimentConfig"/> that a file or <c>--set</c> can give
/// a value.
/// </summary>
public sealed record Setting
{
    readonly Func<ExperimentConfig, string> show;
    readonly Func<ExperimentConfig, SettingText, ExperimentConfig?> bind;
    readonly IReadOnlyList<string> names;

    internal Setting(string path, string summary, string expected, IReadOnlyList<string> names,
        Func<ExperimentConfig, string> show, Func<ExperimentConfig, SettingText, ExperimentConfig?> bind)
    {
        (Path, Summary, Expected, this.names, this.show, this.bind) = (path, summary, expected, names, show, bind);
    }

    /// <summary>Its full name, such as <c>training.ema.maxDecay</c>.</summary>
    public string Path { get; }

    /// <summary>What it means, in a few words.</summary>
    public string Summary { get; }

    /// <summary>What is allowed, in words: <c>an integer from 1 to 4096</c>.</summary>
    public string Expected { get; }

    /// <summary>Its value in <paramref name="config"/> as YAML.</summary>
    public string Show(ExperimentConfig config) => show(config);

    /// <summary>Whether files leave it out where nobody gave it.</summary>
    internal bool IsDetail { get; init; }

    /// <summary>What determines its meaning, where that is not the value as it is shown but the content of a file; null for the
    /// value.</summary>
    internal Func<ExperimentConfig, string?>? Identity { get; init; }

    /// <summary>What two configurations must agree in to agree in this setting.</summary>
    internal string Key(ExperimentConfig config) => Identity is null ? Show(config) : Identity(config) ?? "null";

    /// <summary>The value, and what identifies its meaning, in messages.</summary>
    internal string Told(ExperimentConfig config) =>
        Key(config) is var key && key != Show(config) && Identity is not null && key.Contains(':') ? $"{Show(config)} ({key})"
            : Show(config);

    internal ExperimentConfig Bind(ExperimentConfig config, SettingText given) =>
        bind(config, given) ?? throw new InputException(Refusal(given));

    string Refusal(SettingText given)
    {
        string shown = given.Items is null && given.Text.Length == 0 ? "empty" : given.Quoted ? $"\"{given.Text}\"" : given.Text;
        string meant = names.Count > 0 && NearestName.Find(given.Text, names) is string name ? $" Did you mean {name}?" : "";
        return $"{given.Origin}: {Path} is {shown}; it must be {Expected}.{meant} Without it the default is {show(new())}.";
    }
}
