using System.Reflection;

namespace Qdiff.Cli;

/// <summary>
/// The configurations that somebody can name: files, and those that come with the program, which an installed tool has nowhere on
/// disk. A file wins; <c>mnist-unet</c>, <c>mnist-unet.yaml</c> and <c>configs/mnist-unet.yaml</c> are the same built-in one.
/// </summary>
static class Configurations
{
    const string Folder = "configs/", Ending = ".yaml";

    /// <summary>What sets a value on the command line.</summary>
    public const string Option = "--set";

    static readonly Assembly s_program = typeof(Configurations).Assembly;

    /// <summary>The names of the built-in ones, such as <c>mnist-unet</c> and <c>short/mnist-unet-short</c>.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        .. s_program.GetManifestResourceNames().Where(name => name.StartsWith(Folder, StringComparison.Ordinal))
            .Select(name => name[Folder.Length..^Ending.Length])
            .OrderBy(name => name.Contains('/')).ThenBy(name => name, StringComparer.Ordinal),
    ];

    /// <summary>The text of a built-in one by its exact name, or null.</summary>
    public static string? BuiltIn(string name)
    {
        using Stream? stream = s_program.GetManifestResourceStream(Folder + name + Ending);
        if (stream is null) return null;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    /// <summary>Whether a word names a configuration rather than a model: it ends like a file of one, or is built in.</summary>
    public static bool IsNamed(string word) => IsYaml(word) || NameOf(word) is not null;

    /// <summary>Reads an experiment, then applies <c>--set</c>.</summary>
    /// <exception cref="InputException">There is no such file or name, or it cannot be understood.</exception>
    public static ResolvedExperiment Load(string file, Catalog catalog, IEnumerable<string>? overrides = null)
    {
        (string text, string source) = Read(file);
        return ResolvedExperiment.Parse(text, source, catalog, overrides, Option);
    }

    /// <summary>The text of a configuration as it was written, comments included, and what it is called in messages. Read
    /// once: it may be a pipe.</summary>
    /// <exception cref="InputException">There is no such file or name.</exception>
    public static (string Text, string Source) Read(string file)
    {
        if (File.Exists(file)) return (ResolvedExperiment.TextOf(file), file);
        if (NameOf(file) is { } name) return (BuiltIn(name)!, $"built-in {name}");
        if (Directory.Exists(file)) throw new InputException($"The configuration {file} is a folder; name a YAML file.");
        throw Missing(file);
    }

    /// <summary>The comment that a configuration begins with, line by line.</summary>
    public static string[] Heading(string text) =>
        [.. text.Split('\n').TakeWhile(line => line.StartsWith('#')).Select(line => line.TrimEnd('\r'))];

    static InputException Missing(string file)
    {
        string? nearest = NearestPath.Find(file) ?? NearestPath.Find(file + Ending)
            ?? NearestName.Find(file, Names.SelectMany(name =>
                (string[])[name, Path.GetFileName(name), name + Ending, Folder + name + Ending]));
        string meant = nearest is null ? "" : $" Did you mean {nearest}?";
        return new($"The configuration {file} cannot be read: there is no such file, and no built-in configuration "
            + $"of that name.{meant} 'qdiff config list' lists the built-in ones.");
    }

    static string? NameOf(string file)
    {
        string plain = Plain(file);
        return Names.FirstOrDefault(name => name == plain) ?? Names.FirstOrDefault(name => name.EndsWith("/" + plain,
            StringComparison.Ordinal));
    }

    /// <summary>Without what one may write around the name.</summary>
    static string Plain(string file)
    {
        string plain = file.Replace('\\', '/');
        if (plain.StartsWith("./", StringComparison.Ordinal)) plain = plain[2..];
        if (plain.StartsWith(Folder, StringComparison.Ordinal)) plain = plain[Folder.Length..];
        return IsYaml(plain) ? plain[..plain.LastIndexOf('.')] : plain;
    }

    static bool IsYaml(string file) => file.EndsWith(Ending, StringComparison.OrdinalIgnoreCase)
        || file.EndsWith(".yml", StringComparison.OrdinalIgnoreCase);
}
