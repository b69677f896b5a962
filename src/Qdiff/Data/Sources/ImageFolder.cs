namespace Qdiff;

/// <summary>
/// A folder of PNG and JPEG files, in ordinal order of their names. The files lie in the folder itself (no labels) or in one
/// sub-folder a class (label k is the k-th sub-folder in ordinal order). What systems leave in folders is left out, and so are
/// images of other formats, which the set's <see cref="ImageSet.Notes"/> count. If one image has colours, all become
/// red-green-blue; transparent parts show white.
/// </summary>
public static class ImageFolder
{
    /// <summary>All images of the folder.</summary>
    /// <param name="fit">What makes images of several sizes one; null if they must have one size.</param>
    /// <param name="split">The part, if sub-folders named train, val and test lie above the classes; null for the first.</param>
    /// <exception cref="InputException">No image, both layouts, or a file unreadable or of another size.</exception>
    public static ImageSet Load(string folder, ImageFit? fit = null, Split? split = null) =>
        From(folder, fit, reading => reading.Read(split));

    /// <summary>The parts of the folder, the default one first; none if its sub-folders are classes or it has none.</summary>
    internal static IReadOnlyList<Split> SplitsOf(string folder) => From(folder, null, reading => reading.Splits);

    static T From<T>(string folder, ImageFit? fit, Func<ImageFolderReading, T> read)
    {
        string full = Path.GetFullPath(folder);
        try
        {
            if (File.Exists(full)) throw new InputException($"{full} is a file; name the folder of the images.");
            if (!Directory.Exists(full)) throw new InputException($"The image folder {full} does not exist. Say where "
                + "the images are.")
            { Remedy = Remedy.DataFolder };
            return read(new(full, fit ?? new(), DataFolder.NameOf(full)));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"The image folder {folder} cannot be read: {e.Message}", e);
        }
    }
}
