using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Qdiff;

/// <summary>
/// Finds the settings in a YAML text and in options. What they mean is the settings' own business.
/// </summary>
sealed class SettingReader(ExperimentSettings settings)
{
    // A configuration has a hundred lines. The limits keep a hostile file from exhausting memory.
    public const int MaxLength = 1 << 18;

    /// <summary>Settings that one message asks about.</summary>
    const int MostNamed = 4;

    /// <summary>Whether the files that the settings name must lie beside the one that is read.</summary>
    public bool StaysInFolder { get; init; }

    /// <summary>The settings of a file in its order.</summary>
    public IEnumerable<(Setting Setting, SettingText Given)> Read(string yaml, string source)
    {
        if (yaml.Length > MaxLength)
            throw new InputException($"{source} has {yaml.Length} characters; a configuration has at most {MaxLength}.");
        return YamlText.Read(yaml, source) switch
        {
            null => [],
            YamlMappingNode root => Once(Walk(root, "", source)),
            YamlNode other => throw new InputException(
                $"{source}:{other.Start.Line}: a configuration is a list of 'key: value', like 'name: first'."),
        };
    }

    /// <summary>The setting of an option PATH=VALUE, where the value is written as in a file.</summary>
    public (Setting Setting, SettingText Given) ReadOption(string text)
    {
        string option = settings.OptionName;
        int equals = text.IndexOf('=');
        if (equals <= 0)
            throw new InputException($"{option} {text}: write it as PATH=VALUE, for example {option} training.steps=2000.");
        string path = text[..equals].Trim(), source = $"{option} {path}";
        Setting setting = settings.Find(path) ?? throw new InputException($"{source}: {Unknown(path)}");
        string value = text[(equals + 1)..].Trim();
        YamlNode node = (value.Length == 0 ? null : YamlText.Read(value, source, isFile: false)) ?? new YamlScalarNode("");
        // An option has no comments: what looks like one belongs to the value.
        if (node is YamlScalarNode { Style: ScalarStyle.Plain or ScalarStyle.Any } && value.Contains('#'))
            node = new YamlScalarNode(value);
        return (setting, TextOf(node, path, new(source, 0)));
    }

    /// <summary>Refuses a setting that is given twice, as a dotted key and in its group.</summary>
    static IEnumerable<(Setting, SettingText)> Once(IEnumerable<(Setting Setting, SettingText Given)> all)
    {
        Dictionary<Setting, SettingOrigin> seen = [];
        foreach ((Setting setting, SettingText given) in all)
        {
            if (!seen.TryAdd(setting, given.Origin))
                throw new InputException($"{given.Origin}: {setting.Path} is given twice; it is in line {seen[setting].Line} "
                    + "too.");
            yield return (setting, given);
        }
    }

    IEnumerable<(Setting, SettingText)> Walk(YamlMappingNode map, string prefix, string source)
    {
        foreach ((YamlNode keyNode, YamlNode value) in map.Children)
        {
            // An empty key has no place of its own.
            var where = new SettingOrigin(source, (int)(keyNode is YamlScalarNode { Value: "" } ? value : keyNode).Start.Line);
            string key = (keyNode as YamlScalarNode)?.Value ?? throw new InputException($"{where}: a key must be a word.");
            if (key.Length == 0) throw new InputException($"{where}: a key is empty; write 'key: value', like 'name: first'.");
            string path = prefix + key;
            if (path == "schema")
            {
                if ((value as YamlScalarNode)?.Value is not "1")
                    throw new InputException($"{where}: schema is {Shown(value)}; this version of qdiff reads schema "
                        + $"{ExperimentConfig.Schema}.");
            }
            else if (settings.Find(path) is Setting setting)
            {
                yield return (setting, TextOf(value, path, where));
            }
            else if (!settings.All.Any(s => s.Path.StartsWith(path + ".", StringComparison.Ordinal)))
            {
                throw new InputException($"{where}: {Unknown(path)}");
            }
            else if (value is YamlMappingNode inner)
            {
                foreach ((Setting, SettingText) found in Walk(inner, path + ".", source)) yield return found;
            }
            else if (value is not YamlScalarNode { Value: "" or null })
            {
                throw new InputException($"{where}: {path} is a group of settings, not {Shown(value)}; write them below it, "
                    + "indented.");
            }
        }
    }

    SettingText TextOf(YamlNode node, string path, SettingOrigin where) => Given(node, path, where) with
    {
        StaysInFolder = StaysInFolder,
    };

    static SettingText Given(YamlNode node, string path, SettingOrigin where) => node switch
    {
        YamlScalarNode scalar => new(scalar.Value ?? "", null, scalar.Style is not (ScalarStyle.Plain or ScalarStyle.Any), where),
        YamlSequenceNode list when list.Children.All(item => item is YamlScalarNode) =>
            new($"[{string.Join(", ", list.Children.Select(Shown))}]",
                [.. list.Children.Select(item => ((YamlScalarNode)item).Value ?? "")], false, where),
        _ => throw new InputException($"{where}: {path} must be a single value or a list of values, not a group."),
    };

    string Unknown(string path)
    {
        int dot = path.LastIndexOf('.');
        (string prefix, string key) = (path[..(dot + 1)], path[(dot + 1)..]);
        string[] paths = [.. settings.All.Select(setting => setting.Path)];
        string[] groups = [.. paths.Where(p => p.Contains('.')).Select(p => p[..p.LastIndexOf('.')]).Distinct()];
        if (groups.Contains(path)) return $"{path} is a group of settings; name one of them.{Known(path + ".")}";
        // The same word in other groups, the training's first, then a similar one here, then a similar path anywhere.
        bool isStart = paths.Any(p => p.StartsWith(path, StringComparison.Ordinal));
        string[] same = isStart ? [] : [.. paths.Where(p => p.EndsWith("." + key, StringComparison.Ordinal))
            .OrderByDescending(p => p == "training." + key).Take(MostNamed)];
        string? nearest = (same.Length < 2 ? same.FirstOrDefault() : $"{string.Join(", ", same[..^1])} or {same[^1]}")
            ?? NearestName.Find(path, [.. paths.Where(p => p.StartsWith(prefix, StringComparison.Ordinal)), .. groups])
            ?? NearestName.Find(path, paths);
        return $"there is no setting '{path}'." + (nearest is null ? "" : $" Did you mean {nearest}?") + Known(prefix);

        string Known(string group)
        {
            string[] here = [.. paths.Where(p => p.StartsWith(group, StringComparison.Ordinal))
                .Select(p => p[group.Length..].Split('.')[0]).Distinct()];
            return here.Length == 0 ? ""
                : $" Known{(group.Length == 0 ? "" : $" in {group[..^1]}")}: {string.Join(", ", here)}.";
        }
    }

    static string Shown(YamlNode node) => node switch
    {
        YamlScalarNode scalar => scalar.Value ?? "",
        YamlSequenceNode => "a list",
        _ => "a group",
    };
}
