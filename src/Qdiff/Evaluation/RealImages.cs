using System.Security.Cryptography;

namespace Qdiff;

/// <summary>The real images that samples are measured by, and how they were chosen.</summary>
/// <param name="Reference">What samples are compared with.</param>
/// <param name="Split">The part of the data that <paramref name="Reference"/> comes from, as protocols say it.</param>
/// <param name="Floor">
/// Real images scored as if they had been generated, none of them in <paramref name="Reference"/>: what a perfect model would
/// get. Null if there are no others.
/// </param>
/// <param name="Training">What the model learned from.</param>
/// <param name="HeldOut">Real images that it did not learn from; null if there are none.</param>
/// <param name="Notes">What a reader should know of the choice.</param>
public sealed record RealImages(
    ImageSet Reference, string Split, ImageSet? Floor, ImageSet Training, ImageSet? HeldOut, IReadOnlyList<string> Notes)
{
    /// <summary>Chooses them for samples of a model that was trained on <paramref name="trained"/>.</summary>
    /// <param name="count">How many images the floor is wanted of: as many as are generated.</param>
    /// <param name="split">Instead of the preset's.</param>
    /// <exception cref="InputException">The data are missing or have no such split.</exception>
    public static RealImages For(DataConfig trained, EvaluationPreset preset, int count, Split? split = null, long seed = 0)
    {
        ImageSet training = trained.Load();
        IReadOnlyList<Split> splits = SplitsOf(trained);
        var notes = new List<string>();
        Split? wanted = split ?? Enum.Parse<Split>(preset.ReferenceSplit, ignoreCase: true);
        if (split is null && !splits.Contains(wanted.Value))
        {
            wanted = splits.Count > 0 ? splits[0] : null;
            notes.Add($"{trained.Dataset} has no {preset.ReferenceSplit} split; the reference is "
                + $"{(wanted is { } one ? $"its {Name(one)} split" : "the folder itself")}.");
        }

        ImageSet pool = Part(trained, wanted);
        var learned = new HashSet<string>(Keys(training));
        bool wantsHeldOut = preset.ReferenceSplit != "train" && split != Qdiff.Split.Train;
        if (wantsHeldOut && Keys(pool).Any(learned.Contains))
        {
            ImageSet? rest = Without(pool, learned);
            // Of few images that are left a distance would be mostly bias; then better all, and a word of warning.
            if (rest is not null && rest.Count >= Math.Min(Wanted(preset, pool), count)) pool = rest;
            else notes.Add("The reference holds images that the model was trained on, for there are too few others: a model that "
                + "copies scores well.");
        }

        // Drawn in a fixed order whatever the number of samples, so that evaluations of one preset share the reference.
        ImageSet reference = Draw(pool, Wanted(preset, pool), seed);
        if (preset.ReferenceCount > reference.Count * (preset.PerClass ? 1 : 1L) && !preset.PerClass)
            notes.Add($"The preset compares with {preset.ReferenceCount:N0} real images; there are {reference.Count:N0}.");
        var used = new HashSet<string>(Keys(reference));
        ImageSet? others = Without(training, used)
            ?? splits.Where(s => s != wanted).Select(s => Without(Part(trained, s), used)).FirstOrDefault(set => set is not null);
        ImageSet? floor = others is null || others.Count < 2 ? null : Draw(others, Math.Min(count, others.Count), seed + 1);
        ImageSet? heldOut = splits.Where(s => s is not Qdiff.Split.Train).Select(s => Without(Part(trained, s), learned))
            .FirstOrDefault(set => set?.Count > 1)
            ?? Without(Part(trained, splits.Count > 0 ? splits[0] : null), learned);
        return new(reference, wanted is { } name ? Name(name) : "all", floor, training, heldOut?.Count > 1 ? heldOut : null,
            notes);
    }

    static string Name(Split split) => split.ToString().ToLowerInvariant();

    static IReadOnlyList<Split> SplitsOf(DataConfig data) =>
        DataCatalog.Sources.FirstOrDefault(source => source.Name == data.Dataset)?.Splits ?? [];

    /// <summary>A split of the data set with the classes that were trained, but all of their images.</summary>
    static ImageSet Part(DataConfig data, Split? split) => (data with { Split = split, PerClass = null }).Load();

    static int Wanted(EvaluationPreset preset, ImageSet pool) =>
        // Class by class the number holds for each class; all images are kept here and cut there.
        preset.ReferenceCount == 0 || preset.PerClass ? pool.Count : Math.Min(preset.ReferenceCount, pool.Count);

    static ImageSet Draw(ImageSet images, int count, long seed) => count == images.Count ? images : images.Draw(count, seed);

    static ImageSet? Without(ImageSet images, HashSet<string> keys)
    {
        int[] left = [.. Keys(images).Index().Where(entry => !keys.Contains(entry.Item)).Select(entry => entry.Index)];
        return left.Length == 0 ? null : left.Length == images.Count ? images
            : images.Select(left, $"{images.Name}[without {images.Count - left.Length}]");
    }

    /// <summary>Images are told apart by their pixels, wherever they come from.</summary>
    static IEnumerable<string> Keys(ImageSet images) =>
        Enumerable.Range(0, images.Count).Select(i => Convert.ToHexString(SHA256.HashData(images.Image(i))));
}
