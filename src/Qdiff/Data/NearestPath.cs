namespace Qdiff;

/// <summary>Finds the file or folder that somebody who mistyped a path probably meant.</summary>
static class NearestPath
{
    // A folder of a million images is not searched for a typing mistake.
    const int MostEntries = 5000;

    /// <summary>An existing path that differs from the given one in few letters of each part, or null.</summary>
    public static string? Find(string path)
    {
        try
        {
            string[] parts = path.Split(['/', Path.DirectorySeparatorChar]);
            string found = "";
            foreach (string part in parts)
            {
                string next = Path.Combine(found, part);
                if (part.Length > 0 && part is not ("." or "..") && !Path.Exists(next))
                {
                    IEnumerable<string> there = Directory.EnumerateFileSystemEntries(found.Length == 0 ? "." : found)
                        .Take(MostEntries).Select(entry => Path.GetFileName(entry)).Order(StringComparer.Ordinal);
                    if (NearestName.Find(part, there) is not { } name) return null;
                    next = Path.Combine(found, name);
                }

                found = part.Length == 0 && found.Length == 0 ? "/" : next;
            }

            return Path.Exists(found) ? found : null;
        }
        // Only a hint: where there is nothing to read there is nothing to say.
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }

    /// <summary>The question after a message about a path that does not exist, or is not of the kind that was looked for; or
    /// nothing.</summary>
    public static string Hint(string path) => Find(path) is not { } meant ? ""
        : meant != path ? $" Did you mean {meant}?" : Directory.Exists(path) ? " It is a folder." : " It is a file.";
}
