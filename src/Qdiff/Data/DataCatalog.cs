namespace Qdiff;

/// <summary>
/// The one place where the name of a data set becomes images: a row of <see cref="Sources"/>, or a folder of pictures written as
/// <c>folder:PATH</c> or as a path with a separator. A further data set is one file and one row here.
/// </summary>
public static class DataCatalog
{
    const string FolderPrefix = "folder:";

    /// <summary>The named data sets.</summary>
    public static IReadOnlyList<DataSource> Sources { get; } =
        [FashionMnist.BuiltIn, Mnist.Source, FashionMnist.Source, EuroSat.Source, .. MedMnist.Sources];

    /// <summary>Loads a data set.</summary>
    /// <param name="name">A name of <see cref="Sources"/>, <c>folder:PATH</c> or a path.</param>
    /// <param name="folder">Where its files are; by default data/NAME under the working folder, or the PATH itself.</param>
    /// <param name="split">Which part; by default the first one that the data set has.</param>
    /// <param name="fit">What makes its images, which in a folder may have any size, images of one size.</param>
    /// <exception cref="InputException">The name is unknown, there is no such split, or files are missing or damaged.</exception>
    public static ImageSet Load(string name, string? folder = null, Split? split = null, ImageFit? fit = null)
    {
        if (FolderOf(name) is string path) return ImageFolder.Load(folder ?? path, fit, split);

        DataSource source = Find(name);
        Split wanted = split ?? source.Splits[0];
        if (!source.Splits.Contains(wanted))
            throw new InputException($"{source.Name} has no split {wanted}, only {string.Join(" and ", source.Splits)}.");
        ImageSet images = source.Load(folder ?? Path.Combine("data", source.Name), wanted);
        return fit?.Apply(images) ?? images;
    }

    /// <summary>Whether a name means a folder of pictures.</summary>
    public static bool IsFolder(string name) => FolderOf(name) is not null;

    /// <summary>Where <see cref="Load"/> looks for the files of this data set if no folder is given; null if it needs
    /// none.</summary>
    internal static string? UsualFolder(string name) => FolderOf(name)
        ?? (Sources.FirstOrDefault(source => source.Name == name) is { Obtain: "" } ? null : Path.Combine("data", name));

    /// <summary>The row with this name.</summary>
    /// <exception cref="InputException">There is none; the message lists the names and the nearest one.</exception>
    public static DataSource Find(string name)
    {
        string[] known = [.. Sources.Select(source => source.Name)];
        int row = Array.IndexOf(known, name);
        if (row >= 0) return Sources[row];
        string nearest = Directory.Exists(name) ? $" For the folder of that name write {FolderPrefix}{name}."
            : NearestName.Find(name, known) is string meant ? $" Did you mean {meant}?"
            : "";
        throw new InputException($"There is no data set '{name}'.{nearest} Known are {string.Join(", ", known)}, and "
            + $"{FolderPrefix}PATH for PNG and JPEG files.");
    }

    static string? FolderOf(string name) => name.StartsWith(FolderPrefix, StringComparison.Ordinal) ? name[FolderPrefix.Length..]
        : name.AsSpan().ContainsAny('/', '\\') || name is "." or ".." ? name
        : null;
}
