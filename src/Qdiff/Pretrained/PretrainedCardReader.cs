using System.Globalization;
using YamlDotNet.RepresentationModel;

namespace Qdiff;

/// <summary>Reads the head of a card, field by field: what is missing or impossible is named.</summary>
sealed class PretrainedCardReader
{
    const string Fence = "---";

    // A card of ten networks with all metrics of three protocols has ten thousand.
    const int MaxLength = 1 << 20;

    readonly YamlMappingNode map;
    readonly string source, prefix;

    PretrainedCardReader(YamlMappingNode map, string source, string prefix) =>
        (this.map, this.source, this.prefix) = (map, source, prefix);

    /// <summary>The head of a card, and the text that follows it.</summary>
    /// <exception cref="InputException">There is no card, or it lacks a field.</exception>
    public static (PretrainedCard Card, string Body) Read(string path)
    {
        string text;
        try
        {
            text = TextFile.Read(path, MaxLength).ReplaceLineEndings("\n");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"The card {path} cannot be read: {e.Message}", e);
        }

        int end = text.StartsWith(Fence + "\n", StringComparison.Ordinal)
            ? text.IndexOf($"\n{Fence}\n", StringComparison.Ordinal) : -1;
        if (end < 0)
            throw new InputException($"{path} is no card of a model: it does not begin with a head, YAML between two lines "
                + $"'{Fence}'.");
        if (YamlText.Read(text[(Fence.Length + 1)..(end + 1)], path) is not YamlMappingNode root)
            throw new InputException($"{path} is no card of a model: its head has no fields.");
        return (new PretrainedCardReader(root, path, "").Card(), text[(end + Fence.Length + 2)..]);
    }

    PretrainedCard Card()
    {
        string license = Text("license"), library = Text("library_name");
        IReadOnlyList<string> tags = Texts("tags"), datasets = Texts("datasets");
        if (datasets.Count == 0) throw Bad("datasets", "names none");
        Texts("metrics");
        PretrainedCardReader own = Group("qdiff");
        int parameters = (int)own.Number("parameters", 1, int.MaxValue);
        return new()
        {
            License = license,
            LibraryName = library,
            Tags = tags,
            Datasets = datasets,
            Model = own.Text("model"),
            Wiring = own.Text("wiring"),
            Parameters = parameters,
            Live = (int)own.Number("live", 0, parameters),
            Steps = own.Number("steps", 0, long.MaxValue),
            SourceSteps = own.Find("sourceSteps") is null ? 0 : own.Number("sourceSteps", 0, long.MaxValue),
            Seed = own.Number("seed", long.MinValue, long.MaxValue),
            Raw = own.Text("kept") switch
            {
                "average" => false,
                "raw" => true,
                var other => throw own.Bad("kept", $"is {other}; it must be average or raw"),
            },
            WeightFiles = own.Files(),
            Mean = own.Find("mean") is null ? null : own.Group("mean").File(),
            Samples = own.Group("samples").Samples(),
            Measured = [.. own.Groups("measured").Select(group => group.Metric())],
        };
    }

    PretrainedFile[] Files()
    {
        PretrainedFile[] files = [.. Groups("weights").Select(group => group.File())];
        if (files.Length == 0 || files.Length > 1 && files.Any(file => file.Class is null)
            || files.Select(file => file.Class).Distinct().Count() < files.Length)
            throw Bad("weights", "must name one file, or several, each with a class of its own");
        return files;
    }

    PretrainedFile File()
    {
        string hash = Text("sha256");
        if (!Sha256Hex.Is(hash)) throw Bad("sha256", $"is {hash}; 64 hexadecimal digits are expected");
        return new(Name("file", ".safetensors"), hash,
            Find("class") is null ? null : (int)Number("class", 0, int.MaxValue));
    }

    PretrainedSamples Samples() => new()
    {
        File = Name("file", ".png"),
        Sampler = Text("sampler"),
        SamplingSteps = (int)Number("steps", 1, int.MaxValue),
        Seed = Number("seed", long.MinValue, long.MaxValue),
        Count = (int)Number("count", 1, 10_000),
        Arithmetic = new((int)Number("vectorBits", 0, 1 << 20), Text("arithmetic")),
    };

    PretrainedMetric Metric() => new(Text("metric"), Real("value") ?? throw Missing("value"), Real("low"), Real("high"),
        Real("real"), (int)Number("n", 1, int.MaxValue), Text("drawn"), Text("protocol"));

    YamlNode? Find(string key) => map.Children.FirstOrDefault(pair => pair.Key is YamlScalarNode { Value: { } name }
        && name == key).Value;

    string Text(string key) => Find(key) switch
    {
        null => throw Missing(key),
        YamlScalarNode { Value: { Length: > 0 } text } => text,
        _ => throw Bad(key, "must be a value"),
    };

    /// <summary>The plain name of a file beside the card: nothing in a card leads out of its folder.</summary>
    string Name(string key, string ending)
    {
        string name = Text(key);
        return PlainName.Is(name) && name.EndsWith(ending, StringComparison.Ordinal) ? name
            : throw Bad(key, $"is {name}; the plain name of a {ending} file is expected");
    }

    long Number(string key, long least, long most)
    {
        string text = Text(key);
        return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number)
            && number >= least && number <= most ? number
            : throw Bad(key, Invariant($"is {text}; it must be an integer from {least} to {most}"));
    }

    double? Real(string key) => Find(key) is null ? null
        : double.TryParse(Text(key), NumberStyles.Float, CultureInfo.InvariantCulture, out double number)
            && double.IsFinite(number) ? number : throw Bad(key, "must be a number");

    IReadOnlyList<string> Texts(string key) => Find(key) switch
    {
        null => throw Missing(key),
        YamlSequenceNode list when list.Children.All(item => item is YamlScalarNode) =>
            [.. list.Children.Select(item => ((YamlScalarNode)item).Value ?? "")],
        _ => throw Bad(key, "must be a list of words"),
    };

    PretrainedCardReader Group(string key) => Find(key) switch
    {
        null => throw Missing(key),
        YamlMappingNode group => new(group, source, $"{prefix}{key}."),
        _ => throw Bad(key, "must be a group of fields"),
    };

    IEnumerable<PretrainedCardReader> Groups(string key) => Find(key) switch
    {
        null => throw Missing(key),
        YamlSequenceNode list when list.Children.All(item => item is YamlMappingNode) =>
            list.Children.Select((item, i) => new PretrainedCardReader((YamlMappingNode)item, source, $"{prefix}{key}[{i}].")),
        _ => throw Bad(key, "must be a list of groups"),
    };

    InputException Missing(string key) => new($"{source}: the card lacks the field '{prefix}{key}'.");

    InputException Bad(string key, string what) => new($"{source}: the field '{prefix}{key}' of the card {what}.");
}
