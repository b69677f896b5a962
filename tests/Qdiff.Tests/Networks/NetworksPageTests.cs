using System.Text.RegularExpressions;
using Qdiff;
using Qdiff.Papers;
using YamlDotNet.Serialization;

/// <summary>The lines of docs/networks.md about the published models say what these are.</summary>
public partial class NetworksPageTests
{
    static readonly BlockConfig s_block = new()
    {
        Groups = 1,
        Order = WireOrder.ChannelMajor,
        Second = SecondStage.Hidden,
        Shared = false,
        Convolution = ConvolutionInput.Rest,
        Remainder = new() { SecondIdle = false },
    };

    /// <summary>What is usual: it may be said or left out.</summary>
    static readonly ModelConfig s_usual = new()
    {
        Timestep = true,
        Vertex = s_block,
        Quanvolution = s_block,
        Gate = new() { Detached = false },
    };

    [Fact]
    public void TheLinesSayWhatTheModelsSettleTo()
    {
        Dictionary<(string Model, string Wiring), string[]> page = [];
        string[] names = [];
        foreach (Match row in Row.Matches(Repository.Read("docs/networks.md").Split("## The published models")[1]))
        {
            if (row.Groups["name"].Length > 0) names = Expanded(row.Groups["name"].Value);
            string[] settings = Expanded(row.Groups["settings"].Value);
            for (int i = 0; i < names.Length; i++)
                page.Add((names[i], row.Groups["wiring"].Value), [.. Quoted.Matches(settings[i % settings.Length])
                    .Select(quoted => quoted.Groups[1].Value)]);
        }

        NamedNetwork[] models = [.. PublishedModels.All.Where(model => model.Name != "unet"
            && !model.Name.EndsWith("-plain", StringComparison.Ordinal)
            && !model.Name.EndsWith("-matched", StringComparison.Ordinal))];
        Assert.Equal(models.Select(model => model.Name).Order(), page.Keys.Select(key => key.Model).Distinct().Order());
        foreach (NamedNetwork model in models)
            foreach (string wiring in model.Wirings)
            {
                string[] changed = wiring == "paper" ? [] : page.GetValueOrDefault((model.Name, wiring), []);
                string told = Shown(Read(model.Name, page[(model.Name, "paper")], changed));
                Assert.Equal($"{model.Name} {wiring}\n{Shown(model.Settled(new() { Name = model.Name, Wiring = wiring }))}",
                    $"{model.Name} {wiring}\n{told}");
            }
    }

    static ModelConfig Read(string name, string[] paper, string[] changed)
    {
        string network = name.StartsWith("attention", StringComparison.Ordinal) ? "attention-light-plain" : "unet";
        return ResolvedExperiment.Parse($"model:\n  name: {network}\n{string.Concat(paper.Select(line => $"  {line}\n"))}",
            "networks.md", Papers.Catalog, [.. changed.SelectMany(line => Options("model", line))]).Config.Model;
    }

    /// <summary>The settings that <c>a: { b: 1, c: { d: 2 } }</c> changes, as an option says them: <c>a.b=1</c>,
    /// <c>a.c.d=2</c>.</summary>
    static IEnumerable<string> Options(string path, string line) =>
        new Deserializer().Deserialize<Dictionary<string, object>>(line)
            .SelectMany(entry => Options(path, entry.Key, entry.Value));

    static IEnumerable<string> Options(string path, object key, object value) => value is IDictionary<object, object> inner
        ? inner.SelectMany(entry => Options($"{path}.{key}", entry.Key, entry.Value))
        : [$"{path}.{key}={value}"];

    static string Shown(ModelConfig model)
    {
        ResolvedExperiment experiment = ResolvedExperiment.Parse("", "", Papers.Catalog, []);
        ExperimentConfig config = experiment.Config with { Model = model.Over(s_usual) };
        return string.Join('\n', experiment.Settings.All
            .Where(one => one.Path.StartsWith("model.", StringComparison.Ordinal)
                && one.Path is not "model.name" and not "model.wiring")
            .Select(one => $"{one.Path}: {one.Show(config)}"));
    }

    /// <summary>Of a{1,7}b both a1b and a7b; without such braces only itself.</summary>
    static string[] Expanded(string text) => Braces.Match(text) is { Success: true } braces
        ? [.. braces.Groups[1].Value.Split(',').Select((_, i) => Braces.Replace(text, one => one.Groups[1].Value.Split(',')[i]))]
        : [text];

    [GeneratedRegex(@"^\| (?:`(?<name>[^`]+)` )?\| (?<wiring>paper|released|repaired) \| (?<settings>.+) \|$",
        RegexOptions.Multiline)]
    static partial Regex Row { get; }

    [GeneratedRegex("`([^`]+)`")]
    static partial Regex Quoted { get; }

    [GeneratedRegex(@"\{([\w-]+(?:,[\w-]+)+)\}")]
    static partial Regex Braces { get; }
}
