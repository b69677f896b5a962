namespace Qdiff;

/// <summary>What somebody wrote as the value of a setting, before it is understood.</summary>
/// <param name="Text">The scalar; for a list, how to show it.</param>
/// <param name="Items">The items of a list, or null for a scalar.</param>
/// <param name="Quoted">Whether it stood in quotation marks, and so is text even if it reads like a number or null.</param>
/// <param name="Origin">Where it stands.</param>
sealed record SettingText(string Text, IReadOnlyList<string>? Items, bool Quoted, SettingOrigin Origin)
{
    CircuitFile? file;

    /// <summary>
    /// The circuit's file of this name beside the file in which the name stands, read once; null if the name is no path and there
    /// is no such file.
    /// </summary>
    /// <exception cref="InputException">It cannot be read; the message says where the name stands.</exception>
    public CircuitFile? CircuitFile(string name)
    {
        string path = Origin.Line > 0 ? Path.Combine(Path.GetDirectoryName(Origin.Source!) ?? "", name) : name;
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

    /// <summary>The same where the circuit's file has another name, with the content that was read.</summary>
    public SettingText Renamed(string name) => this with { Text = name, Quoted = true, file = file };

    public bool IsNull => Items is null && !Quoted && Text is "" or "~" or "null";
}
