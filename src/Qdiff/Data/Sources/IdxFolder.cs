using Qdiff.Imaging;
using Qdiff.Tensors;

namespace Qdiff;

/// <summary>
/// Reads a folder with the four official MNIST file names (<c>train-images-idx3-ubyte</c>, <c>train-labels-idx1-ubyte</c>,
/// <c>t10k-images-idx3-ubyte</c>, <c>t10k-labels-idx1-ubyte</c>), each plain or with <c>.gz</c>; a plain file is preferred. What
/// others made of them is found too: <c>train-images.idx3-ubyte</c>, <c>test</c> for t10k, the folders <c>raw</c> and
/// <c>MNIST/raw</c> of torchvision, a folder around each file.
/// </summary>
public static class IdxFolder
{
    /// <summary>The images and labels of one split.</summary>
    /// <param name="obtain">Where the files come from, for the message when they are missing.</param>
    /// <exception cref="InputException">A file is missing, damaged or does not fit the other.</exception>
    public static ImageSet Load(string folder, Split split, string name, IReadOnlyList<string> classNames, string obtain)
    {
        if (split == Split.Validation) throw ((Split[])[Split.Train, Split.Test]).Lack(name, split);
        string prefix = split == Split.Train ? "train" : "t10k";
        string images = Find(folder, name, $"{prefix}-images-idx3-ubyte", obtain);
        string labels = Find(folder, name, $"{prefix}-labels-idx1-ubyte", obtain);
        return Join(IdxFile.Read(images, rank: 3), images, IdxFile.Read(labels, rank: 1), labels, name, classNames);
    }

    /// <summary>Files as they are published, each to be had from the same places.</summary>
    internal static IReadOnlyList<DataFile> Files(string[] mirrors, params (string Name, long Length, string Sha256)[] files) =>
        [.. files.Select(file => new DataFile(file.Name, file.Length, $"sha256:{file.Sha256}",
            [.. mirrors.Select(mirror => mirror + file.Name)]))];

    internal static ImageSet Join(
        IdxFile images, string imagesFrom, IdxFile labels, string labelsFrom, string name, IReadOnlyList<string> classNames)
    {
        if (images.Sizes[0] != labels.Sizes[0])
            throw new InputException($"{imagesFrom} has {images.Sizes[0]} images but {labelsFrom} has {labels.Sizes[0]} labels. "
                + "Put the two files of the same split side by side.");
        int wrong = Array.FindIndex(labels.Data, label => label >= classNames.Count);
        if (wrong >= 0)
            throw new InputException($"Label {wrong} of {labelsFrom} is {labels.Data[wrong]}, but {name} has the classes 0 "
                + $"to {classNames.Count - 1}. Check that the file belongs to this data set.");

        if ((long)images.Sizes[1] * images.Sizes[2] > Raster.LargestSize)
            throw new InputException($"The images of {imagesFrom} have {images.Sizes[1]}×{images.Sizes[2]} pixels; the most "
                + $"is {Raster.LargestSize}.");
        Shape shape = [1, images.Sizes[1], images.Sizes[2]];
        return new(name, shape, images.Data, Array.ConvertAll(labels.Data, label => (int)label), classNames);
    }

    static string Find(string folder, string set, string file, string obtain)
    {
        if (!Directory.Exists(folder))
            throw new InputException($"The folder {Path.GetFullPath(folder)} does not exist. Put the data there or name another "
                + $"folder. {obtain}");
        foreach (string place in Places(folder, set, file))
            // The shortest name is the one without .gz.
            if (DataFolder.Files(place).Where(found => IsCalled(found.Name, file)).OrderBy(found => found.Name.Length)
                .FirstOrDefault().Path is string path)
                return path;
        throw new MissingPartException($"The folder {Path.GetFullPath(folder)} has no {file} or {file}.gz. {obtain}");
    }

    /// <summary>The folder itself, a folder of the file's name in it, and where torchvision puts the files.</summary>
    static IEnumerable<string> Places(string folder, string set, string file)
    {
        string torchvision = set.Split('/')[0].Replace("-", "");
        yield return folder;
        foreach ((string name, IReadOnlyList<string> paths) in DataFolder.Folders(folder))
        {
            bool isItsOwn = name.Equals(torchvision, StringComparison.OrdinalIgnoreCase);
            if (name == "raw" || IsCalled(name, file) || isItsOwn) yield return paths[0];
            if (isItsOwn && Directory.Exists(Path.Combine(paths[0], "raw"))) yield return Path.Combine(paths[0], "raw");
        }
    }

    static bool IsCalled(string name, string file)
    {
        string plain = name.ToLowerInvariant();
        if (plain.EndsWith(".gz", StringComparison.Ordinal)) plain = plain[..^3];
        plain = plain.Replace('.', '-');
        return plain == file || plain == file.Replace("t10k-", "test-");
    }
}
