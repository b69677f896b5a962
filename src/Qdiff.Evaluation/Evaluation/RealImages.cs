using System.Security.Cryptography;
using Qdiff.Tensors;

namespace Qdiff.Evaluation;

/// <summary>The real images that samples are measured by, and how they were chosen.</summary>
/// <param name="Reference">What samples are compared with.</param>
/// <param name="Split">The part of the data that <paramref name="Reference"/> comes from, as protocols say it.</param>
/// <param name="Floor">
/// Real images scored as if they had been generated, none of them in <paramref name="FloorReference"/>: what a perfect model
/// would get. Null if there are too few images.
/// </param>
/// <param name="FloorReference">
/// What those are compared with: <paramref name="Reference"/>, or the other part of it where there are no other images.
/// </param>
/// <param name="Training">What the model learned from; null if that is not known.</param>
/// <param name="HeldOut">Real images that it did not learn from; null if there are none.</param>
/// <param name="Notes">What a reader should know of the choice.</param>
public sealed record RealImages(
    ImageSet Reference, string Split, ImageSet? Floor, ImageSet FloorReference, ImageSet? Training, ImageSet? HeldOut,
    IReadOnlyList<string> Notes)
{
    /// <summary>Chooses them for samples of a model that was trained on <paramref name="trained"/>.</summary>
    /// <param name="catalog">The data sets that there are.</param>
    /// <param name="count">How many images the floor is wanted of: as many as are generated.</param>
    /// <param name="split">Instead of the preset's.</param>
    /// <param name="known">Whether the model really learned from <paramref name="trained"/>, not from a part that is not
    /// there.</param>
    /// <param name="labels">The class of each sample, if they have some: where their proportions are not the reference's, the
    /// floor has them too.</param>
    /// <exception cref="InputException">The data are missing or have no such split.</exception>
    public static RealImages For(DataConfig trained, Catalog catalog, EvaluationPreset preset, int count, Split? split = null,
        long seed = 0, bool known = true, IReadOnlyList<int>? labels = null)
    {
        ImageSet training = trained.Load(catalog);
        var parts = new Parts(trained, catalog);
        IReadOnlyList<Split> splits = parts.Splits;
        // Nobody made the parts of a folder alike: labels are numbers of its sub-folders.
        if (DataSets.IsFolder(trained.Dataset)) splits = [.. splits.Where(IsLikeTraining)];
        if (split is { } asked && parts.Splits.Contains(asked) && !splits.Contains(asked) && parts.Of(asked) is { } unlike)
            throw new InputException($"{unlike.Name} has other classes or another size than {training.Name}, which was trained on; "
                + "give both the same sub-folders, or choose another part.");
        var notes = new List<string>();
        Split? wanted = split ?? preset.ReferenceSplit;
        if (split is null && !splits.Contains(wanted.Value))
        {
            wanted = splits.Contains(Qdiff.Split.Validation) ? Qdiff.Split.Validation : splits.Count > 0 ? splits[0] : null;
            notes.Add($"{trained.Dataset} has no {preset.ReferenceSplit.Word} split; the reference is "
                + $"{(wanted is { } one ? $"its {one.Word} split" : "the folder itself")}.");
        }

        ImageSet pool = parts.Of(wanted);
        var learned = new HashSet<string>(known ? Keys(training) : []);
        bool wantsHeldOut = preset.ReferenceSplit != Qdiff.Split.Train && split != Qdiff.Split.Train;
        if (wantsHeldOut) pool = HeldOutPool(pool, learned, Math.Min(Wanted(preset, pool), count), notes);
        // Drawn in a fixed order whatever the number of samples, so that evaluations of one preset share the reference.
        ImageSet reference = Draw(pool, Wanted(preset, pool), seed);
        if (!preset.PerClass && preset.ReferenceCount > reference.Count)
            notes.Add(Invariant(
                $"The preset compares with {preset.ReferenceCount:N0} real images; there are {reference.Count:N0}."));
        // Of the pool's, not of what happened to be drawn of it; class by class proportions do not matter.
        ClassProportions? proportions = preset.PerClass ? null : ClassProportions.IfUnlike(pool, labels);
        (ImageSet? floor, ImageSet floorReference) = (FloorOf(), reference);
        if (floor is null && reference.Count >= 4)
            (floor, floorReference) = TwoParts(reference, proportions, count, seed, notes);
        if (proportions is not null) notes.Add(proportions.Note(floor));
        ImageSet? heldOut = splits.Where(s => s is not Qdiff.Split.Train).Select(s => Unlearned(parts.IfThere(s)))
            .FirstOrDefault(set => set is not null)
            ?? Unlearned(parts.IfThere(splits.Count > 0 ? splits[0] : null));
        return new(reference, wanted is { } part ? part.Word : "all", floor, floorReference, known ? training : null,
            known ? heldOut : null, notes);

        bool IsLikeTraining(Split one)
        {
            try
            {
                ImageSet part = parts.Of(one);
                return part.Shape == training.Shape && part.ClassNames.SequenceEqual(training.ClassNames);
            }
            catch (InputException)
            {
                return false;
            }
        }

        ImageSet? Unlearned(ImageSet? images) =>
            images is not null && Without(images, learned) is { Count: > 1 } rest ? rest : null;

        // As many images as there are samples, if they can be had; best of those that no classifier has learned either, the
        // training images last.
        ImageSet? FloorOf()
        {
            var used = new HashSet<string>(Keys(reference));
            (ImageSet? Images, bool AreTraining) best = default;
            foreach ((ImageSet? images, bool areTraining) in Others())
            {
                if (images is null || Without(images, used) is not { Count: > 1 } rest) continue;
                if (proportions is not null) rest = proportions.Take(rest, seed + 1);
                if (rest.Count > Math.Max(1, best.Images?.Count ?? 0)) best = (rest, areTraining);
                if (rest.Count >= count) break;
            }

            if (best.Images is null) return null;
            if (best.AreTraining && wanted != Qdiff.Split.Train && preset.Features == EvaluationPreset.DomainFeatures)
                notes.Add("The real images in the values of real against real are training images, which the classifier may "
                    + "have learned too: then they score a little better than a perfect model would.");
            return Draw(best.Images, Math.Min(count, best.Images.Count), seed + 1);
        }

        IEnumerable<(ImageSet? Images, bool AreTraining)> Others()
        {
            yield return (pool, wanted == Qdiff.Split.Train);
            foreach (Split other in splits.Where(s => s != wanted && s != Qdiff.Split.Train))
                yield return (parts.IfThere(other), false);
            yield return (training, true);
            if (wanted != Qdiff.Split.Train && splits.Contains(Qdiff.Split.Train))
                yield return (parts.IfThere(Qdiff.Split.Train), true);
        }
    }

    /// <summary>The first part of a data set that its files hold, for somebody who has not said which.</summary>
    /// <exception cref="InputException">They hold none; the message is about the usual part.</exception>
    public static DataConfig FirstPartThatIsThere(DataConfig data, Catalog catalog)
    {
        var parts = new Parts(data, catalog);
        Split? there = parts.Splits.Cast<Split?>().FirstOrDefault(split => parts.IfThere(split) is not null);
        return there is null ? data : data with { Split = there };
    }

    /// <summary>Those of the pool that the model did not learn from, if at least <paramref name="fewest"/> are left; else all,
    /// with a note.</summary>
    static ImageSet HeldOutPool(ImageSet pool, HashSet<string> learned, int fewest, List<string> notes)
    {
        if (!Keys(pool).Any(learned.Contains)) return pool;
        // Of few images that are left a distance would be mostly bias; then better all, and a word of warning.
        if (Without(pool, learned) is { } rest && rest.Count >= fewest) return rest;
        notes.Add("The reference holds images that the model was trained on, for there are too few others: a model that copies "
            + "scores well.");
        return pool;
    }

    /// <summary>Two parts of the reference, for where there are no other real images: one in place of samples, and what it is
    /// compared with.</summary>
    static (ImageSet Floor, ImageSet Reference) TwoParts(ImageSet reference, ClassProportions? proportions, int count, long seed,
        List<string> notes)
    {
        int[] order = new RandomStream(seed, "halves of the reference").Permutation(reference.Count);
        // As many to the rest as samples to the reference: coverage goes by that ratio.
        int size = Math.Clamp((int)Math.Round((double)order.Length * count / (order.Length + count)), 2, order.Length - 2);
        // There need be no image of the samples' classes.
        (int[] some, int[] others) = proportions?.Divide(reference, order, size) is { Some.Length: > 1 } parts ? parts
            : (order[..size], order[size..]);
        ImageSet floor = reference.Select([.. some.Order()], $"{reference.Name}[a part]"),
            rest = reference.Select([.. others.Order()], $"{reference.Name}[the other part]");
        notes.Add("There are no real images besides the reference, so the values of real against real compare two parts of "
            + Invariant($"it, {floor.Count:N0} with {rest.Count:N0}, in the ratio of samples and reference, which ")
            + "coverage goes by; with fewer images a distance is larger.");
        return (floor, rest);
    }

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

    /// <summary>The parts of a data set, with the classes that were trained but all of their images; each is read once.</summary>
    sealed class Parts(DataConfig data, Catalog catalog)
    {
        readonly Dictionary<string, ImageSet> read = [];

        public IReadOnlyList<Split> Splits { get; } = DataSets.IsFolder(data.Dataset)
            ? ImageFolder.SplitsOf(data.Location(catalog)!) : catalog.DataSets.Find(data.Dataset)?.Splits ?? [];

        /// <exception cref="InputException">The data are missing or have no such split.</exception>
        public ImageSet Of(Split? split) => read.TryGetValue(split?.Word ?? "", out ImageSet? part) ? part
            : read[split?.Word ?? ""] = (data with { Split = split, PerClass = null }).Load(catalog);

        /// <summary>The same, or null if the files lack it: nobody need have every part of a data set.</summary>
        public ImageSet? IfThere(Split? split)
        {
            try
            {
                return Of(split);
            }
            catch (MissingPartException)
            {
                return null;
            }
        }
    }
}
