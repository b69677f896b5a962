namespace Qdiff;

/// <summary>
/// Files whose format needs to know their length. Pipes, devices and other endless things are refused without being opened, for
/// opening a pipe waits until somebody writes into it.
/// </summary>
public static class InputFile
{
    /// <summary>Opens a regular file.</summary>
    /// <exception cref="InputException">It is empty, or no regular file.</exception>
    /// <exception cref="IOException">It is not there or cannot be read.</exception>
    public static FileStream Open(string path)
    {
        if (SpecialFile.IsEndless(path) || File.Exists(path) && LengthOf(path) == 0)
            throw new InputException($"{path} is empty, or no regular file but a pipe or a device. Name a file.");
        return File.OpenRead(path);
    }

    /// <summary>Opens a regular file, empty or not, that somebody may write, move or remove meanwhile: a log.</summary>
    /// <exception cref="InputException">It is no regular file.</exception>
    /// <exception cref="IOException">It is not there or cannot be read.</exception>
    internal static FileStream OpenShared(string path)
    {
        RequireRegular(path);
        return new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
    }

    /// <summary>Refuses a pipe or a device, without opening it.</summary>
    /// <exception cref="InputException">It is one.</exception>
    internal static void RequireRegular(string path)
    {
        if (SpecialFile.IsEndless(path))
            throw new InputException($"{path} is a pipe or a device. A regular file is needed; remove this one.");
    }

    /// <summary>Bytes of a file; of the one that is meant, where a link stands in its place.</summary>
    /// <exception cref="FileNotFoundException">There is none.</exception>
    /// <exception cref="IOException">It cannot be looked at.</exception>
    public static long LengthOf(string path) => new FileInfo(SpecialFile.BehindLinks(path)).Length;

    /// <summary>All bytes of a regular file, within the <see cref="ReadingBudget"/>.</summary>
    /// <exception cref="InputException">It is empty, no regular file, or too large.</exception>
    /// <exception cref="IOException">It is not there or cannot be read.</exception>
    public static byte[] ReadAll(string path)
    {
        using FileStream file = Open(path);
        ReadingBudget.Require(file.Length, path);
        if (file.Length > Array.MaxLength)
            throw new InputException($"{path} has {file.Length} bytes; at most {Array.MaxLength} are read as a whole.");
        byte[] bytes = GC.AllocateUninitializedArray<byte>((int)file.Length);
        file.ReadExactly(bytes);
        return bytes;
    }
}
