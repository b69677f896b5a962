namespace Qdiff;

/// <summary>Which images are learned.</summary>
public sealed record DataConfig
{
    /// <summary>The most that <see cref="Crop"/> and <see cref="Size"/> may be.</summary>
    internal const int LargestSide = 4096;

    /// <summary>A name of <see cref="Catalog.DataSets"/>, <c>folder:PATH</c> or a path.</summary>
    public string Dataset { get; init; } = "mnist";

    /// <summary>
    /// Where its files are; null for data/NAME under the working folder, or the PATH itself. A relative path in a file means
    /// what is beside that file, if it is there, and else what is in the working folder.
    /// </summary>
    public string? Folder { get; init; }

    /// <summary>Which part; null for the first that the data set has.</summary>
    public Split? Split { get; init; }

    /// <summary>Only images of these classes, each by its name or the number of its label; empty for all.</summary>
    public IReadOnlyList<string> Classes { get; init; } = [];

    /// <summary>A network for each class (of <see cref="Classes"/>, or of all): <c>qdiff train</c> then makes a run of
    /// each.</summary>
    public bool EachClass { get; init; }

    /// <summary>So many images of each class; null for all.</summary>
    public int? PerClass { get; init; }

    /// <summary>Determines which images of a class are taken.</summary>
    public long Seed { get; init; }

    /// <summary>The middle of each image is cut out, so many pixels a side; null for the whole.</summary>
    public int? Crop { get; init; }

    /// <summary>Then it is scaled to so many pixels a side; null for as it is.</summary>
    public int? Size { get; init; }

    /// <summary>How it is scaled: a name of <see cref="Catalog.Resamplings"/>.</summary>
    public string Resampling { get; init; } = "area";

    /// <summary>What becomes of images that are not square when they are scaled.</summary>
    public Fitting Fit { get; init; } = Fitting.Crop;

    /// <summary>The folder of the file that names the path; null if it was not a file that did.</summary>
    internal string? NamedIn { get; init; }

    /// <summary>Where the files of a run are that was started; null if that is not known.</summary>
    internal string? Found { get; init; }

    /// <summary>The folder that was asked for besides the configuration; null for none. Images that come with the program refuse
    /// it; one in a configuration, which may have been meant for another data set, does not matter to them.</summary>
    internal string? Asked { get; init; }

    /// <summary>The same images in another folder; null for where they are.</summary>
    public DataConfig In(string? folder) =>
        folder is null ? this : this with { Folder = folder, Asked = folder, NamedIn = null, Found = null };

    /// <summary>Where the files are; null if none are needed.</summary>
    public string? Location(Catalog catalog)
    {
        if (catalog.DataSets.UsualFolder(Dataset) is not { } usual) return null;
        if (Found is not null) return Found;
        string path = Folder ?? usual;
        return NamedIn is not null && Path.Combine(NamedIn, path) is var beside && Path.Exists(beside) ? beside : path;
    }

    /// <summary>Loads the images and takes the part that is asked for.</summary>
    /// <exception cref="InputException">The data set, its files or the part do not exist.</exception>
    public ImageSet Load(Catalog catalog)
    {
        ImageFit fit = new() { Crop = Crop, Size = Size, Resampling = catalog.Resamplings[Resampling].Resampling, Fitting = Fit };
        // Images of a folder may have any size until they are fitted, and are fitted one by one.
        bool isFolder = DataSets.IsFolder(Dataset);
        ImageSet images = catalog.DataSets.Load(Dataset, Location(catalog) ?? Asked, Split, isFolder ? fit : null);
        if (Classes.Count > 0) images = images.WithLabels([.. Classes.Select(name => ClassNames.LabelOf(name, images))]);
        if (PerClass is int count) images = images.Take(count, Seed);
        return isFolder ? images : fit.Apply(images);
    }
}
