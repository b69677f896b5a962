namespace Qdiff;

/// <summary>Which images are learned.</summary>
public sealed record DataConfig
{
    /// <summary>A name of the <see cref="DataCatalog"/>, <c>folder:PATH</c> or a path.</summary>
    public string Dataset { get; init; } = "mnist";

    /// <summary>Where its files are; null for data/NAME under the working folder.</summary>
    public string? Folder { get; init; }

    /// <summary>Which part; null for the first that the data set has.</summary>
    public Split? Split { get; init; }

    /// <summary>Only images with these labels; empty for all.</summary>
    public IReadOnlyList<int> Classes { get; init; } = [];

    /// <summary>So many images of each class; null for all.</summary>
    public int? PerClass { get; init; }

    /// <summary>Determines which images of a class are taken.</summary>
    public long Seed { get; init; }

    /// <summary>Loads the images and takes the part that is asked for.</summary>
    /// <exception cref="InputException">The data set, its files or the part do not exist.</exception>
    public ImageSet Load()
    {
        ImageSet images = DataCatalog.Load(Dataset, Folder, Split);
        if (Classes.Count > 0) images = images.WithLabels([.. Classes]);
        return PerClass is int count ? images.Take(count, Seed) : images;
    }
}
