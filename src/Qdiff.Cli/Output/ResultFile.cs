using System.Text;

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
        if (replace || !IsSame(free, content)) WholeFile.Write(free, content, makeFolder);
        return free;
    }

    /// <summary>Writes text as UTF-8 into a folder that is there.</summary>
    /// <inheritdoc cref="Write(string, byte[], bool, bool)"/>
    public static string Write(string path, string text, bool replace) =>
        Write(path, Encoding.UTF8.GetBytes(text), replace, makeFolder: false);

    static bool IsOther(string path, byte[] content) => LengthOf(path) > 0 && !IsSame(path, content);

    static bool IsSame(string path, byte[] content) =>
        LengthOf(path) == content.Length && File.ReadAllBytes(path).AsSpan().SequenceEqual(content);

    /// <summary>Of a file; a pipe or a device is no result that could be lost, and reading it might never end.</summary>
    static long? LengthOf(string path)
    {
        string place = SpecialFile.BehindLinks(path);
        return SpecialFile.IsSpecial(place) || !File.Exists(place) ? null : new FileInfo(place).Length;
    }
}
