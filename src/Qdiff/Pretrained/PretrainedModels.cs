namespace Qdiff;

/// <summary>The folders in which models are looked for by name; the first that has one wins.</summary>
public sealed class PretrainedModels(IReadOnlyList<string> places)
{
    /// <summary>The environment variable that names folders of models, before those that come with the program.</summary>
    public const string Variable = "QDIFF_MODELS";

    const string FolderName = "models", Clone = "Qdiff.slnx";

    /// <summary>Those of this machine: what <see cref="Variable"/> names, and what comes with the program.</summary>
    public static PretrainedModels Here => new(
    [
        .. (Environment.GetEnvironmentVariable(Variable) ?? "").Split(Path.PathSeparator,
            StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries),
        .. OfTheProgram is { } shipped ? [shipped] : (string[])[],
    ]);

    /// <summary>
    /// The folder <c>models</c> beside the program, or that of the clone in which the program was built: there they lie once,
    /// not in every folder that something is built into. Null if there is neither.
    /// </summary>
    static string? OfTheProgram
    {
        get
        {
            string beside = Path.Combine(AppContext.BaseDirectory, FolderName);
            if (Directory.Exists(beside)) return beside;
            for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
                if (File.Exists(Path.Combine(folder.FullName, Clone)))
                    return Directory.Exists(Path.Combine(folder.FullName, FolderName)) ? Path.Combine(folder.FullName, FolderName)
                        : null;
            return null;
        }
    }

    /// <summary>The folders.</summary>
    public IReadOnlyList<string> Places => places;

    /// <summary>The models' folders, by name.</summary>
    /// <exception cref="InputException">A folder that was named is not there.</exception>
    public IReadOnlyList<string> All()
    {
        RequirePlaces();
        return [.. places.SelectMany(Directory.EnumerateDirectories).DistinctBy(Path.GetFileName, StringComparer.Ordinal)
            .Where(path => PretrainedModel.Exists(path) && !IsUnfinished(path)).OrderBy(Path.GetFileName, StringComparer.Ordinal)];
    }

    void RequirePlaces()
    {
        foreach (string place in places)
            if (!Directory.Exists(place))
                throw new InputException($"There is no folder of models {place}, which {Variable} names."
                    + NearestPath.Hint(place));
    }

    /// <summary>One that is being made, or whose making was killed.</summary>
    static bool IsUnfinished(string path) => path.EndsWith(WholeFile.Unfinished, StringComparison.Ordinal);

    /// <summary>The folder of a model: the argument as a path, else the model of this name.</summary>
    /// <exception cref="InputException">There is none; the message names the nearest.</exception>
    public string Find(string nameOrPath)
    {
        if (Directory.Exists(nameOrPath)) return nameOrPath;
        // What leads somewhere is a path, and no name.
        if (!PlainName.Is(nameOrPath)) throw NotThere(nameOrPath, NearestPath.Find(nameOrPath));
        string[] names = [.. All().Select(path => Path.GetFileName(path))];
        return TryFind(nameOrPath) ?? throw NotThere(nameOrPath, NearestName.Find(nameOrPath, names), names);
    }

    /// <summary>The folder of this name in the first place that has one, or null. It may be damaged: what it lacks is said when
    /// it is opened, for the model of this name in a later place is not the one that was meant.</summary>
    /// <exception cref="InputException">A folder that was named is not there.</exception>
    internal string? TryFind(string name)
    {
        RequirePlaces();
        return !PlainName.Is(name) || IsUnfinished(name) ? null
            : places.Select(place => Path.Combine(place, name)).FirstOrDefault(Directory.Exists);
    }

    /// <summary>The model of a name much like this one; null if there is none.</summary>
    internal string? Nearest(string name) => NearestName.Find(name, All().Select(path => Path.GetFileName(path)));

    static InputException NotThere(string name, string? nearest, params IReadOnlyList<string> names) => new(
        $"There is no pretrained model '{name}'.{(nearest is null ? "" : $" Did you mean {nearest}?")}"
        + (names.Count > 0 ? $" There are {string.Join(", ", names)}."
            : nearest is null ? $" Models are looked for in the folders that {Variable} names and beside the program." : ""));
}
