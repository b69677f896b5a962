namespace Qdiff;

/// <summary>What somebody wrote as the value of a setting, before it is understood.</summary>
/// <param name="Text">The scalar; for a list, how to show it.</param>
/// <param name="Items">The items of a list, or null for a scalar.</param>
/// <param name="Quoted">Whether it stood in quotation marks, and so is text even if it reads like a number or null.</param>
/// <param name="Origin">Where it stands.</param>
sealed record SettingText(string Text, IReadOnlyList<string>? Items, bool Quoted, SettingOrigin Origin)
{
    CircuitFile? file;
    NoiseFile? noise;

    /// <summary>Whether it stands in the folder of a run or a model, which somebody else may have made: the files that it names
    /// lie there too, and no other is looked at.</summary>
    public bool StaysInFolder { get; init; }

    /// <summary>
    /// The circuit's file of this name beside the file in which the name stands, read once; null if the name is no path and there
    /// is no such file.
    /// </summary>
    /// <exception cref="InputException">It cannot be read; the message says where the name stands.</exception>
    public CircuitFile? CircuitFile(string name)
    {
        string path = Beside(name);
        if (file is not null || !Qdiff.CircuitFile.IsPath(name) && !File.Exists(path)) return file;
        try
        {
            return file = Qdiff.CircuitFile.Read(path);
        }
        catch (InputException e)
        {
            throw new InputException($"{Origin}: {e.Message}", e);
        }
    }

    /// <summary>The noise of this name: the file of that path beside the file in which the name stands, or what comes with the
    /// library; read once.</summary>
    /// <exception cref="InputException">There is neither, or it cannot be read; the message says where the name
    /// stands.</exception>
    public NoiseFile NoiseFile(string name)
    {
        if (noise is not null) return noise with { Name = name };
        string path = Beside(name);
        try
        {
            return noise = (Path.Exists(path) ? Qdiff.NoiseFile.Read(path) : Qdiff.NoiseFile.Preset(name)) with { Name = name };
        }
        catch (InputException e)
        {
            throw new InputException($"{Origin}: {e.Message}", e);
        }
    }

    /// <summary>The path, as seen from the file in which it stands.</summary>
    string Beside(string name)
    {
        if (Origin.Line == 0) return name;
        string folder = Path.GetDirectoryName(Origin.Source!) ?? "";
        if (StaysInFolder && LeadsOut(folder, name))
            throw new InputException($"{Origin}: {name} leads out of this folder. What belongs to it lies in it: copy the file "
                + "here and name it without '..' and links.");
        return Path.Combine(folder, name);
    }

    static bool LeadsOut(string folder, string name)
    {
        string[] parts = name.Split(Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar);
        if (Path.IsPathRooted(name) || parts.Contains("..")) return true;
        string path = folder;
        return parts.Any(part => Path.Exists(path = Path.Combine(path, part)) && new FileInfo(path).LinkTarget is not null);
    }

    /// <summary>The same where the file has another name, with the content that was read.</summary>
    public SettingText Renamed(string name) => this with { Text = name, Quoted = true };

    public bool IsNull => Items is null && !Quoted && Text is "" or "~" or "null";
}
