namespace Qdiff;

/// <summary>
/// One entry of <see cref="ExperimentSettings"/>: a place in <see cref="ExperimentConfig"/> that a file or <c>--set</c> can give
/// a value.
/// </summary>
public sealed class Setting
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

    internal ExperimentConfig Bind(ExperimentConfig config, SettingText given) =>
        bind(config, given) ?? throw new InputException(Refusal(given));

    string Refusal(SettingText given)
    {
        string shown = given.Items is null && given.Text.Length == 0 ? "empty" : given.Quoted ? $"\"{given.Text}\"" : given.Text;
        string meant = names.Count > 0 && NearestName.Find(given.Text, names) is string name ? $" Did you mean {name}?" : "";
        return $"{given.Origin}: {Path} is {shown}; it must be {Expected}.{meant} Without it the default is {show(new())}.";
    }
}
