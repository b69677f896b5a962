namespace Qdiff.Cli;

/// <summary>Files with results: what another command has written is not replaced unless that was asked for.</summary>
static class ResultFile
{
    /// <summary>
    /// Writes a file. One that is there with the same content stays; beside one with another content a number is added to the
    /// name, and that is said.
    /// </summary>
    /// <param name="replace">Replace another content.</param>
    /// <param name="makeFolder">Make the folder if there is none.</param>
    /// <returns>The path of the file that has the content.</returns>
    public static string Write(string path, byte[] content, bool replace, bool makeFolder)
    {
        string free = path;
        for (int number = 2; !replace && IsOther(free, content); number++)
            free = Path.Combine(Path.GetDirectoryName(path)!,
                FormattableString.Invariant($"{Path.GetFileNameWithoutExtension(path)}-{number}{Path.GetExtension(path)}"));
        if (free != path) Print.Warning($"{path} holds something else and was kept; the new file is {free} (--force replaces)");
        if (replace || !File.Exists(free)) WholeFile.Write(free, content, makeFolder);
        return free;
    }

    static bool IsOther(string path, byte[] content)
    {
        // A pipe or a device is no result that could be lost, and reading it might never end.
        var there = new FileInfo(path);
        if (!there.Exists || (there.Attributes & FileAttributes.Device) != 0) return false;
        if (there.Length != content.Length) return there.Length > 0;
        return !File.ReadAllBytes(path).AsSpan().SequenceEqual(content);
    }
}
