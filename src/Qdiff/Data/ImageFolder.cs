using Qdiff.Tensors;

namespace Qdiff;

/// <summary>
/// A folder of PNG and JPEG files of one size, in ordinal order of their names. The files lie in the folder itself (no labels) or
/// in one sub-folder a class (label k is the k-th sub-folder in ordinal order). If one image has colours, all become
/// red-green-blue.
/// </summary>
public static class ImageFolder
{
    static readonly string[] s_endings = [".png", ".jpg", ".jpeg"];

    /// <summary>All images of the folder.</summary>
    /// <exception cref="InputException">No picture, both layouts, or a file unreadable or of another size.</exception>
    public static ImageSet Load(string folder)
    {
        try
        {
            return Read(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"The image folder {folder} cannot be read: {e.Message}", e);
        }
    }

    static ImageSet Read(string folder)
    {
        string full = Path.GetFullPath(folder);
        if (!Directory.Exists(full)) throw new InputException($"The image folder {full} does not exist.");
        string[] files = Pictures(full);
        string[] classes =
            [.. Directory.GetDirectories(full).Where(path => !Name(path).StartsWith('.')).Order(StringComparer.Ordinal)];
        var labels = new List<int>();
        if (files.Length == 0)
            for (int label = 0; label < classes.Length; label++)
            {
                string[] members = Pictures(classes[label]);
                // Were it skipped, every class after it would get another number.
                if (members.Length == 0)
                    throw new InputException($"The sub-folder {classes[label]} has no PNG or JPEG file; every sub-folder is a "
                        + "class. Remove it.");
                files = [.. files, .. members];
                labels.AddRange(Enumerable.Repeat(label, members.Length));
            }
        else if (classes.FirstOrDefault(path => Pictures(path).Length > 0) is string also)
            throw new InputException($"{full} has pictures both in itself and in the sub-folder {also}. "
                + "Put them all in the folder (no labels) or all in sub-folders, one a class.");

        if (files.Length == 0)
            throw new InputException($"The image folder {full} has no PNG or JPEG file, nor has "
                + "a sub-folder.");
        Raster[] images = [.. files.Select(Raster.Read)];
        return labels.Count == 0
            ? Join(full, images, files, null, [])
            : Join(full, images, files, [.. labels], [.. classes.Select(Name)]);
    }

    static ImageSet Join(string folder, Raster[] images, string[] files, int[]? labels, string[] classNames)
    {
        Raster first = images[0];
        for (int i = 0; i < images.Length; i++)
            if (images[i].Width != first.Width || images[i].Height != first.Height)
                throw new InputException($"All images must have one size, but {files[0]} is {first.Width}×{first.Height} and "
                    + $"{files[i]} is {images[i].Width}×{images[i].Height}. Scale or remove one of them.");

        int channels = images.Max(image => image.Channels);
        Shape shape = [channels, first.Height, first.Width];
        if ((long)shape.Count * images.Length > Array.MaxLength)
            throw new InputException($"{images.Length} images of {shape} in {folder} are too many; the most is "
                + $"{Array.MaxLength / shape.Count}.");
        var pixels = new byte[shape.Count * images.Length];
        for (int i = 0; i < images.Length; i++) images[i].CopyPlanes(pixels.AsSpan(i * shape.Count, shape.Count));
        return new($"folder:{Name(folder)}", shape, pixels, labels, classNames);
    }

    /// <summary>Whether a name ends like that of a picture.</summary>
    internal static bool HasPictureName(string name) =>
        s_endings.Any(ending => name.EndsWith(ending, StringComparison.OrdinalIgnoreCase));

    static string[] Pictures(string folder) =>
        [.. Directory.GetFiles(folder).Where(path => HasPictureName(path)).Order(StringComparer.Ordinal)];

    static string Name(string path) => Path.GetFileName(Path.TrimEndingDirectorySeparator(path));
}
