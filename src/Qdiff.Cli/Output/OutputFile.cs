namespace Qdiff.Cli;

/// <summary>The file that an option names to be written: what cannot be one is refused before the work.</summary>
static class OutputFile
{
    /// <exception cref="InputException">It is a folder, or in one that does not exist.</exception>
    public static string Require(string option, string path)
    {
        if (Directory.Exists(path)) throw new InputException($"{option} {path} is a folder; name a file.");
        string place = Path.GetDirectoryName(Path.GetFullPath(path)) ?? ".";
        return Directory.Exists(place) ? path : throw new InputException($"{option} {path}: the folder {place} does not exist.");
    }
}
