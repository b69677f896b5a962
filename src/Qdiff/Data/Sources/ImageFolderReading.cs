using Qdiff.Imaging;
using Qdiff.Tensors;

namespace Qdiff;

/// <summary>
/// Reads one folder of images: looks at all headers first, so that sizes and memory are settled before an image is decoded,
/// then decodes one after another into its place.
/// </summary>
sealed class ImageFolderReading(string folder, ImageFit fit, string name)
{
    /// <summary>Of 16 bits the upper eight are kept; images darker than this keep less than seven of them.</summary>
    const int Dark = 128;

    static readonly (Split Split, string[] Names)[] s_parts =
    [
        (Split.Train, ["train", "training"]), (Split.Validation, ["val", "valid", "validation", "dev"]),
        (Split.Test, ["test", "testing", "eval"]),
    ];

    readonly ImageFiles found = new();
    readonly List<string> notes = [];

    /// <summary>The parts of a folder that has some; the first is the default.</summary>
    public IReadOnlyList<Split> Splits
    {
        get
        {
            List<(Split Split, string Path)> parts = Parts();
            return [.. s_parts.Select(known => known.Split).Where(split => parts.Exists(part => part.Split == split))];
        }
    }

    /// <summary>The images of the folder, or of a part of it.</summary>
    public ImageSet Read(Split? split)
    {
        if (Parts() is { Count: > 0 } parts) return ReadPart(parts, split);
        if (split is not null)
            throw new InputException($"The folder {folder} has no parts such as train and test, so its part "
                + $"{split.Value.Word} cannot be chosen; leave the part out, or name its own folder.")
            { Remedy = Remedy.AllParts };
        List<(string Path, ImageHeader Header)> pictures = found.In(folder);
        IReadOnlyList<(string Name, IReadOnlyList<string> Paths)> inner = DataFolder.Folders(folder);
        List<int> labels = [];
        List<string> classes = [];
        if (pictures.Count == 0) ReadClasses(inner, pictures, labels, classes);
        else if (inner.SelectMany(sub => sub.Paths).Select(path => found.In(path).Count > 0 ? path : ImagesBelow(path))
            .FirstOrDefault(path => path is not null) is string also)
            throw new InputException($"{folder} has images both in itself and in the sub-folder {also}. "
                + "Put them all in the folder (no labels) or all in sub-folders, one a class.");

        if (pictures.Count == 0)
            throw new InputException($"The image folder {folder} has no PNG or JPEG file, nor has a sub-folder."
                + (found.Left() is { } others ? $" It has {others}, which are not read; convert them to PNG." : ""));
        return Join(pictures, labels.Count == 0 ? null : [.. labels], classes);
    }

    /// <summary>Takes each sub-folder as a class.</summary>
    void ReadClasses(IReadOnlyList<(string Name, IReadOnlyList<string> Paths)> inner,
        List<(string Path, ImageHeader Header)> pictures, List<int> labels, List<string> classes)
    {
        foreach ((string name, IReadOnlyList<string> paths) in inner)
        {
            if (paths.Select(ImagesBelow).FirstOrDefault(path => path is not null) is string below)
                throw new InputException($"The folder {below} has images, but it lies inside {paths[0]}, and every sub-folder of "
                    + $"{folder} is a class. Put the images of a class into its own folder.");
            string? before = found.Left();
            List<(string Path, ImageHeader Header)> members = [.. paths.SelectMany(found.In)];
            if (members.Count > 0)
            {
                pictures.AddRange(members);
                labels.AddRange(Enumerable.Repeat(classes.Count, members.Count));
                classes.Add(name);
            }
            // Lists and arrays beside the classes are none. Were a class skipped that lost its images, or has images that are
            // not read, every class after it would get another number.
            else if (before == found.Left() && paths.Any(path => DataFolder.Files(path).Count > 0))
                notes.Add($"left out the sub-folder {name}, which has no images");
            else
                throw new InputException($"The sub-folder {paths[0]} has no PNG or JPEG file; every sub-folder is a class. "
                    + "Remove it" + (before == found.Left() ? "." : ", or convert its images to PNG."));
        }
    }

    /// <summary>The sub-folders that are parts of a data set with the classes below them; none if they are classes.</summary>
    List<(Split Split, string Path)> Parts()
    {
        List<(Split Split, string Path)> parts =
        [
            .. from inner in DataFolder.Folders(folder)
               from part in s_parts
               where part.Names.Contains(inner.Name.ToLowerInvariant())
               select (part.Split, inner.Paths[0]),
        ];
        // One class may be called "train", but then it has images itself, and is not alone with "test".
        bool areAll = parts.Count > 1 && parts.Count == DataFolder.Folders(folder).Count;
        bool areAbove = parts.All(part => DataFolder.Folders(part.Path).Count > 0 && !HasImages(part.Path));
        if (!areAll && !areAbove || HasImages(folder)) return [];
        if (parts.GroupBy(part => part.Split).FirstOrDefault(named => named.Count() > 1)?.ToArray() is [var one, var other, ..])
            throw new InputException($"The folder {folder} has both {DataFolder.NameOf(one.Path)} and "
                + $"{DataFolder.NameOf(other.Path)}, which are names of one part. Rename or remove one of them.");
        return parts;
    }

    static bool HasImages(string path) => DataFolder.Files(path).Any(file => ImageFiles.HasImageName(file.Name));

    /// <summary>A folder inside this one, at any depth, that has images; null if there is none. Links are not followed.</summary>
    static string? ImagesBelow(string path) => DataFolder.Folders(path).SelectMany(inner => inner.Paths)
        .Where(inner => !File.GetAttributes(inner).HasFlag(FileAttributes.ReparsePoint))
        .Select(inner => HasImages(inner) ? inner : ImagesBelow(inner)).FirstOrDefault(inner => inner is not null);

    ImageSet ReadPart(List<(Split Split, string Path)> parts, Split? split)
    {
        string all = string.Join(" and ", parts.Select(part => DataFolder.NameOf(part.Path)));
        Split wanted = split ?? s_parts.First(known => parts.Exists(part => part.Split == known.Split)).Split;
        string path = parts.Find(part => part.Split == wanted).Path
            ?? throw new InputException($"The folder {folder} has no part {wanted.Word}, only {all}.");
        var part = new ImageFolderReading(path, fit, $"{name}/{DataFolder.NameOf(path)}");
        if (split is null && parts.Count > 1)
            part.notes.Add($"{DataFolder.NameOf(folder)} has the parts {all}; this is {DataFolder.NameOf(path)}");
        return part.Read(null);
    }

    ImageSet Join(List<(string Path, ImageHeader Header)> pictures, int[]? labels, IReadOnlyList<string> classNames)
    {
        (string firstPath, ImageHeader first) = pictures[0];
        (int height, int width) = fit.ResultOf(first.Height, first.Width);
        foreach ((string path, ImageHeader header) in pictures)
            if (fit.ResultOf(header.Height, header.Width) != (height, width))
                throw new InputException($"All images must have one size, but {firstPath} is {first.Width}×{first.Height} and "
                    + $"{path} is {header.Width}×{header.Height}. Give them one (for example "
                    + "data.size=64), or scale or remove one of them.");

        int channels = pictures.Max(picture => picture.Header.Channels);
        Shape shape = [channels, height, width];
        string what = Invariant($"The {pictures.Count:N0} images of {shape} in {folder}");
        if ((long)shape.Count * pictures.Count > Array.MaxLength)
            throw new InputException($"{what} are too many; the most is {Array.MaxLength / shape.Count}.");
        long packed = pictures.Sum(picture => InputFile.LengthOf(picture.Path));
        // An image that is scaled up takes more than its file claims, and one that is scaled down less.
        long taken = (long)shape.Count * pictures.Count,
            claimed = pictures.Sum(picture => (long)picture.Header.Width * picture.Header.Height * channels);
        ReadingBudget.Require(Math.Min(claimed, taken), packed, what);
        ReadingBudget.Require(taken, what);

        var pixels = new byte[shape.Count * pictures.Count];
        int transparent = 0, deep = 0, brightest = 0;
        string changes = "";
        for (int i = 0; i < pictures.Count; i++)
        {
            (string path, ImageHeader header) = pictures[i];
            Raster picture = Raster.Read(path);
            if ((picture.Width, picture.Height) != (header.Width, header.Height))
                throw new InputException($"{path} changed while the folder was read.");
            if (picture.ShowsBackground) transparent++;
            if (header.Depth > 8)
            {
                deep++;
                brightest = Math.Max(brightest, picture.Pixels.Max());
            }

            ImageSet fitted = fit.Apply(AsSet(picture, path));
            string change = fitted.Name[path.Length..];
            if (i == 0) changes = change;
            else if (changes != change) changes = $"[fitted to {height}×{width}]";
            // A grey image fills all planes of a set in colour.
            ReadOnlySpan<byte> image = fitted.Image(0);
            Span<byte> place = pixels.AsSpan(i * shape.Count, shape.Count);
            for (int at = 0; at < place.Length; at += image.Length) image.CopyTo(place[at..]);
        }

        if (found.Left() is { } left) notes.Insert(0, $"left out {left}: only PNG and JPEG are read");
        if (transparent > 0)
            notes.Add(Invariant($"{transparent:N0} of {pictures.Count:N0} images have transparent parts, which show white"));
        if (deep > 0)
            notes.Add(Invariant($"{deep:N0} of {pictures.Count:N0} images have 16 bits, of which the upper 8 are read")
                + (brightest >= Dark ? "" : $"; their largest number is {brightest} of 255: scale them first"));
        return new($"folder:{name}{changes}", shape, pixels, labels, classNames) { Notes = notes };
    }

    static ImageSet AsSet(Raster picture, string path)
    {
        byte[] planes = GC.AllocateUninitializedArray<byte>(picture.Pixels.Length);
        picture.CopyPlanes(planes);
        return new(path, [picture.Channels, picture.Height, picture.Width], planes);
    }
}
