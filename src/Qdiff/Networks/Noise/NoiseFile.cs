using System.Reflection;
using System.Text;
using Qdiff.Quantum;

namespace Qdiff;

/// <summary>The noise of a device in a YAML file, or in one of those that come with the library.</summary>
/// <param name="Name">The path or the name.</param>
/// <param name="Description">What it is of, if the file says so.</param>
/// <param name="Sources">Where its numbers are from, if the file says so.</param>
/// <param name="Model">The channels and read-out errors.</param>
public sealed record NoiseFile(string Name, string Description, IReadOnlyList<string> Sources, NoiseModel Model)
{
    // A file has ten lines; that of a large device one for each wire.
    const int MaxLength = 1 << 18;

    const string Folder = "noise/", Ending = ".yaml";

    /// <summary>The text that was read, for whoever keeps it.</summary>
    internal string Text { get; private init; } = "";

    /// <summary>Whether it came with the library.</summary>
    internal bool IsPreset { get; private init; }

    /// <summary>SHA-256 of the text.</summary>
    internal string Hash => Sha256Hex.Of(Encoding.UTF8.GetBytes(Text));

    static readonly Assembly s_library = typeof(NoiseFile).Assembly;

    /// <summary>The names of those that come with the library.</summary>
    public static IReadOnlyList<string> Presets { get; } = [.. s_library.GetManifestResourceNames()
        .Where(name => name.StartsWith(Folder, StringComparison.Ordinal)).Select(name => name[Folder.Length..^Ending.Length])
        .Order(StringComparer.Ordinal)];

    /// <summary>Reads a file, or one that comes with the library if there is no such file.</summary>
    /// <exception cref="InputException">There is neither, or it cannot be understood; the message says where.</exception>
    public static NoiseFile Read(string name)
    {
        if (Directory.Exists(name)) throw new InputException($"{name} is a folder; a YAML file of noise is needed.");
        if (!Path.Exists(name)) return Preset(name);
        try
        {
            return Parse(TextFile.Read(name, MaxLength), name);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{name} cannot be read: {e.Message}", e);
        }
    }

    /// <summary>Reads a text.</summary>
    /// <exception cref="InputException">It cannot be understood; the message says where.</exception>
    public static NoiseFile Parse(string yaml, string name) => NoiseFileReader.Read(yaml, name) with { Text = yaml };

    /// <summary>One that comes with the library.</summary>
    /// <exception cref="InputException">There is none of this name.</exception>
    internal static NoiseFile Preset(string name)
    {
        using Stream stream = s_library.GetManifestResourceStream(Folder + name + Ending) ?? throw Missing(name);
        using var reader = new StreamReader(stream);
        return Parse(reader.ReadToEnd(), name) with { IsPreset = true };
    }

    static InputException Missing(string name)
    {
        string? near = NearestName.Find(name, Presets);
        return new($"There is no noise file {name} and no preset of that name.{(near is null ? NearestPath.Hint(name)
            : $" Did you mean {near}?")} Presets are {string.Join(", ", Presets)}.");
    }
}
