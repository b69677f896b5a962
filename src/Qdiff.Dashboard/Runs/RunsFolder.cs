namespace Qdiff.Dashboard;

/// <summary>What a folder is to a dashboard.</summary>
enum FolderKind
{
    /// <summary>A run of ours.</summary>
    Run,

    /// <summary>Event files of another program.</summary>
    Events,
}

/// <summary>
/// The folder that is shown. Everything is named by its path from here; a path that leads out of it, by its words or by a link,
/// names nothing.
/// </summary>
sealed class RunsFolder(string folder)
{
    /// <summary>A class sweep of a comparison has its runs three folders below.</summary>
    const int Depth = 4;

    /// <summary>Folders that are looked into; a data set that somebody keeps here has more.</summary>
    public const int MostFolders = 20_000;

    static readonly EnumerationOptions s_options = new()
    { IgnoreInaccessible = true, AttributesToSkip = FileAttributes.ReparsePoint };

    static readonly EnumerationOptions s_all = new() { IgnoreInaccessible = false, AttributesToSkip = 0 };

    readonly string root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));

    /// <summary>The folder's name.</summary>
    public string Name => Path.GetFileName(root) is { Length: > 0 } name ? name : root;

    /// <summary>Where it is.</summary>
    public string Root => root;

    /// <summary>The full path of what is called so; null if there is no such thing inside, or a link is on the way.</summary>
    public string? Find(string? name)
    {
        if (name is null || name.Contains('\\', StringComparison.Ordinal) && OperatingSystem.IsWindows()) return null;
        string path = root;
        if (name == "") return path;
        foreach (string part in name.Split('/'))
        {
            if (part is "" or "." or ".." || part.Contains('\0', StringComparison.Ordinal)) return null;
            path = Path.Combine(path, part);
            if (!Path.Exists(path) || IsLink(path)) return null;
        }

        return path;
    }

    /// <summary>Why a run is not shown: what its pages read must lie in the folder itself, and a pipe would keep whoever opens it
    /// waiting. Null if nothing speaks against it.</summary>
    public static string? RefusalOf(string run)
    {
        try
        {
            return FoldersOf(run).SelectMany(Entries).Select(RefusalOf).FirstOrDefault(why => why is not null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // What nobody could look through may have links in it.
            return $"its folders cannot be looked through: {e.Message}";
        }
    }

    /// <summary>The same of one entry of a folder.</summary>
    public static string? RefusalOf(FileSystemInfo entry)
    {
        if (!Safely(() => entry.Exists)) return null;
        if ((entry.Attributes & FileAttributes.ReparsePoint) != 0)
            return $"{entry.Name} is a link: only what lies in the folder itself is shown.";
        // Only what is empty is asked further: a run may have a hundred thousand images.
        return Safely(() => entry is FileInfo { Length: 0 } && SpecialFile.IsSpecial(entry.FullName))
            ? $"{entry.Name} is a pipe or a device: only files are read." : null;
    }

    /// <summary>The runs and event folders inside, by name, as they are found.</summary>
    /// <param name="left">Is told if there were more folders than are looked into.</param>
    public IEnumerable<(string Name, FolderKind Kind)> All(Action left)
    {
        int looked = 0;
        return In(root, "", Depth);

        IEnumerable<(string, FolderKind)> In(string path, string name, int depth)
        {
            if (looked++ > MostFolders) yield break;
            if (PretrainedModel.Exists(path)) yield break;
            if (RunFolder.Exists(path))
            {
                yield return (name, FolderKind.Run);
                yield break;
            }

            if (name != "" && HasEvents(path)) yield return (name, FolderKind.Events);
            if (depth == 0) yield break;
            string[] inside = [.. Folders(path).Take(MostFolders + 1 - Math.Min(looked, MostFolders))];
            if (looked + inside.Length > MostFolders) left();
            Array.Sort(inside, StringComparer.Ordinal);
            foreach (string one in inside)
                foreach ((string, FolderKind) found in In(Path.Combine(path, one), name == "" ? one : $"{name}/{one}", depth - 1))
                    yield return found;
        }
    }

    /// <summary>Whether this is the folder of a run; a trained model, which keeps nothing of its training, is none.</summary>
    public static bool HasRun(string path) => RunFolder.Exists(path) && !PretrainedModel.Exists(path);

    /// <summary>Whether event files lie in this folder.</summary>
    public static bool HasEvents(string path) => Safely(() =>
        Directory.EnumerateFiles(path, EventFile.Prefix + "*", s_options).Any());

    static IEnumerable<string> Folders(string path)
    {
        IEnumerator<string>? folders = null;
        try
        {
            folders = Directory.EnumerateDirectories(path, "*", s_options).GetEnumerator();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            yield break;
        }

        using (folders)
            while (Safely(folders.MoveNext)) yield return Path.GetFileName(folders.Current);
    }

    /// <summary>The folders from which a run's pages read.</summary>
    static IEnumerable<string> FoldersOf(string run)
    {
        string checkpoints = Path.Combine(run, "checkpoints");
        foreach (string name in (string[])["", "samples", "samples/frames", "circuits", "noise", "checkpoints"])
            yield return Path.Combine(run, name);
        foreach (DirectoryInfo one in Entries(checkpoints).OfType<DirectoryInfo>()) yield return one.FullName;
    }

    static IEnumerable<FileSystemInfo> Entries(string folder)
    {
        try
        {
            return Directory.Exists(folder) ? new DirectoryInfo(folder).EnumerateFileSystemInfos("*", s_all) : [];
        }
        catch (IOException e) when (e is DirectoryNotFoundException || !Directory.Exists(folder))
        {
            // It went meanwhile, as the folders of checkpoints do that are being saved; and it may be there again by now.
            return [];
        }
    }

    static bool IsLink(string path) =>
        Safely(() => (File.GetAttributes(path) & FileAttributes.ReparsePoint) != 0, otherwise: true);

    /// <summary>What cannot be read is not there, unless that would be the careless answer.</summary>
    static bool Safely(Func<bool> look, bool otherwise = false)
    {
        try
        {
            return look();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return otherwise;
        }
    }
}
