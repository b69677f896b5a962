using Qdiff.Imaging;
using Qdiff.Tensors;

namespace Qdiff;

/// <summary>EuroSAT, the red-green-blue edition: 27,000 satellite images of the ground, 64×64, ten kinds of land use.</summary>
/// <remarks>
/// Helber, Bischke, Dengel and Borth 2019, arXiv 1709.00029. MIT licence; contains modified Copernicus Sentinel data.
/// </remarks>
public static class EuroSat
{
    const int Side = 64, LargestFile = 1 << 20;

    // Folders that unpacking may leave around the classes.
    const int Deepest = 3;

    const string Obtain = "Fetch EuroSAT_RGB.zip from https://zenodo.org/records/7711810 and "
        + "put it there as it is, or unpack it there (ten folders of JPEG files).";

    static readonly string[] s_classNames =
    [
        "AnnualCrop", "Forest", "HerbaceousVegetation", "Highway", "Industrial", "Pasture", "PermanentCrop", "Residential",
        "River", "SeaLake",
    ];

    /// <summary>The row of the catalogue. There is no official split, so all images are for training.</summary>
    public static DataSource Source { get; } = new("eurosat", "27,000 satellite images, 64×64 colour, 10 classes", Obtain,
        [Split.Train], Load)
    {
        Image = new(3, 64, 64),
        Licence = "Helber, Bischke, Dengel and Borth, MIT; contains modified Copernicus Sentinel data",
        Files =
        [
            // Both editions hold the same images in other folders.
            new("EuroSAT_RGB.zip", 94_658_721, "sha256:b4f5b234ecb7d7ff9c6cddb046543b4717c53fd6e9815be6c0e80cc614f51b90",
                [
                    "https://zenodo.org/records/7711810/files/EuroSAT_RGB.zip?download=1",
                    "https://zenodo.org/api/records/7711810/files/EuroSAT_RGB.zip/content",
                ])
            {
                Instead = new("EuroSAT.zip", null, "md5:c8fa014336c82ac7804f0398fcb19387",
                    ["https://madm.dfki.de/files/sentinel/EuroSAT.zip"]),
            },
        ],
    };

    /// <summary>
    /// The images in a folder with EuroSAT_RGB.zip, EuroSAT.zip or one other zip file, with the unpacked class folders (or
    /// folders around them), or in a zip file named itself. The class is the name of the folder; images come in the order of
    /// classes and names.
    /// </summary>
    /// <exception cref="InputException">
    /// Nothing of that is there, a class does not exist, or an image is damaged or not 64×64.
    /// </exception>
    public static ImageSet Load(string folder, Split split = Split.Train)
    {
        if (split != Split.Train) throw Source.Splits.Lack("eurosat", split);
        try
        {
            return ZipIn(folder) is string zip ? LoadZip(zip) : LoadFolders(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"The folder {folder} cannot be read: {e.Message}", e);
        }
    }

    static string? ZipIn(string folder)
    {
        if (File.Exists(folder)) return folder;
        if (!Directory.Exists(folder))
            throw new InputException($"The folder {Path.GetFullPath(folder)} does not exist. {Obtain}");
        IReadOnlyList<(string Name, string Path)> files = DataFolder.Files(folder);
        foreach (string name in (string[])["EuroSAT_RGB.zip", "EuroSAT.zip"])
            if (files.FirstOrDefault(file => file.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Path is string zip)
                return zip;
        // Another zip file counts only where no class is unpacked beside it: that may be another edition.
        if (Roots(folder, Deepest).Any()) return null;
        return files.Where(file => file.Name.EndsWith(".zip", StringComparison.OrdinalIgnoreCase)).ToArray() is [var only]
            ? only.Path : null;
    }

    static ImageSet LoadZip(string path)
    {
        using ZipSource zip = ZipSource.Open(path);
        (string Name, int Label)[] images =
        [
            .. zip.Names.Where(ImageFiles.HasImageName).Select(name => (name, LabelOf(zip.Where(name), name.Split('/')))),
        ];
        if (images.Length == 0)
            throw new InputException($"{path} holds no JPEG file{(zip.Names.Any(name => name.EndsWith(".tif",
                StringComparison.OrdinalIgnoreCase)) ? " but .tif files: it is the edition of 13 bands" : "")}. {Obtain}");
        return Join(images, name => Raster.Decode(zip.Read(name, LargestFile), zip.Where(name)));
    }

    static ImageSet LoadFolders(string folder)
    {
        string full = Path.GetFullPath(folder);
        string[] roots = [.. Roots(full, Deepest)];
        if (roots.Length == 0)
            throw new InputException($"The folder {full} has no EuroSAT zip file and no class folders with JPEG files. {Obtain}");
        if (roots.Length > 1)
            throw new InputException($"The folder {full} holds EuroSAT more than once: {string.Join(" and ", roots)}. Name one "
                + "of them as the folder.");
        (string, int)[] images =
        [
            .. from inner in DataFolder.Folders(roots[0])
               from path in inner.Paths
               from file in DataFolder.Files(path)
               where ImageFiles.HasImageName(file.Name)
               select (file.Path, LabelOf(file.Path, [inner.Name, file.Name])),
        ];
        if (images.Length == 0)
            throw new InputException($"The class folders in {roots[0]} have no JPEG file. {Obtain}");
        return Join(images, Raster.Read);
    }

    /// <summary>
    /// The folders that hold class folders: this one, or those below it that unpacking has left around the classes (2750,
    /// EuroSAT_RGB, EuroSAT/2750). If none has a class, this one if it has folders of images: their names are then told apart
    /// from the classes.
    /// </summary>
    static IEnumerable<string> Roots(string folder, int deepest)
    {
        IReadOnlyList<(string Name, IReadOnlyList<string> Paths)> inner = DataFolder.Folders(folder);
        if (inner.Any(sub => s_classNames.Contains(sub.Name))) return [folder];
        string[] below = deepest == 0 ? [] : [.. inner.SelectMany(sub => sub.Paths).SelectMany(path => Roots(path, deepest - 1))];
        if (below.Length > 0) return below;
        bool hasImages = inner.SelectMany(sub => sub.Paths).SelectMany(DataFolder.Files)
            .Any(file => ImageFiles.HasImageName(file.Name));
        return hasImages ? [folder] : [];
    }

    static int LabelOf(string where, string[] parts)
    {
        string name = parts.Length < 2 ? "" : parts[^2];
        int label = Array.IndexOf(s_classNames, name);
        if (label >= 0) return label;
        string meant = NearestName.Find(name, s_classNames) is string nearest ? $" Did you mean {nearest}?" : "";
        throw new InputException($"{where} lies in the folder '{name}', which is no class of EuroSAT.{meant} Its classes are "
            + $"{string.Join(", ", s_classNames)}.");
    }

    static ImageSet Join((string Name, int Label)[] images, Func<string, Raster> read)
    {
        (string Name, int Label)[] sorted = [.. images.OrderBy(image => image.Label)];      // stable: names stay in order
        Shape shape = [3, Side, Side];
        if ((long)sorted.Length * shape.Count > Array.MaxLength)
            throw new InputException($"{sorted.Length} images are too many for EuroSAT, which has 27,000.");
        ReadingBudget.Require((long)sorted.Length * shape.Count, Invariant($"{sorted.Length:N0} images of EuroSAT"));
        byte[] pixels = GC.AllocateUninitializedArray<byte>(sorted.Length * shape.Count);
        for (int i = 0; i < sorted.Length; i++)
        {
            Raster image = read(sorted[i].Name);
            if (image.Width != Side || image.Height != Side)
                throw new InputException($"{sorted[i].Name} has {image.Height}×{image.Width} pixels; those of EuroSAT have "
                    + $"{Side}×{Side}. For other images write folder:PATH.");
            image.CopyPlanes(pixels.AsSpan(i * shape.Count, shape.Count));
        }

        return new("eurosat/train", shape, pixels, [.. sorted.Select(image => image.Label)], s_classNames);
    }
}
