using Qdiff.Tensors;

namespace Qdiff;

/// <summary>
/// Reads a folder with the four official MNIST file names (<c>train-images-idx3-ubyte</c>, <c>train-labels-idx1-ubyte</c>,
/// <c>t10k-images-idx3-ubyte</c>, <c>t10k-labels-idx1-ubyte</c>), each plain or with <c>.gz</c>. A plain file is preferred.
/// </summary>
public static class IdxFolder
{
    /// <summary>The images and labels of one split.</summary>
    /// <param name="obtain">Where the files come from, for the message when they are missing.</param>
    /// <exception cref="InputException">A file is missing, damaged or does not fit the other.</exception>
    public static ImageSet Load(string folder, Split split, string name, IReadOnlyList<string> classNames, string obtain)
    {
        if (split == Split.Validation)
            throw new InputException($"{name} has no split {split}, only {Split.Train} and {Split.Test}.");
        string prefix = split == Split.Train ? "train" : "t10k";
        string images = Find(folder, $"{prefix}-images-idx3-ubyte", obtain);
        string labels = Find(folder, $"{prefix}-labels-idx1-ubyte", obtain);
        return Join(IdxFile.Read(images, rank: 3), images, IdxFile.Read(labels, rank: 1), labels, name, classNames);
    }

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

    static string Find(string folder, string file, string obtain)
    {
        string path = Path.Combine(folder, file);
        if (File.Exists(path)) return path;
        if (File.Exists(path + ".gz")) return path + ".gz";
        throw Directory.Exists(folder)
            ? new MissingPartException($"The folder {Path.GetFullPath(folder)} has no {file} or {file}.gz. {obtain}")
            : new InputException($"The folder {Path.GetFullPath(folder)} does not exist. Put the data there or name another "
                + $"folder. {obtain}");
    }
}
