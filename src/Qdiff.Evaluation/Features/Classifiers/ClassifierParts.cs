namespace Qdiff.Evaluation;

/// <summary>Which images of a data set a classifier learns from and which it is tested on.</summary>
/// <param name="Whole">The set that was divided, or null if the data set comes with its two parts.</param>
public sealed record ClassifierParts(ImageSet Training, ImageSet HeldOut, ImageSet? Whole)
{
    /// <summary>A data set that has no test part of its own is divided into this many, of which the first is held out.</summary>
    public const int Folds = 5;

    /// <summary>
    /// The two parts of a data set that has them. Else, or if one split is named, that split's images (of a folder: all) divided
    /// class by class by the seed: a fifth is held out.
    /// </summary>
    /// <param name="fit">What becomes of each image first; null for nothing.</param>
    /// <exception cref="InputException">Files are missing or damaged, or images have no labels.</exception>
    public static ClassifierParts Load(string dataset, Catalog catalog, string? folder, Split? only, long seed,
        ImageFit? fit = null)
    {
        DataSource? source = catalog.DataSets.Find(dataset);
        if (only is null && source is not null && source.Splits.Contains(Split.Train) && source.Splits.Contains(Split.Test))
            return new(catalog.DataSets.Load(dataset, folder, Split.Train, fit),
                catalog.DataSets.Load(dataset, folder, Split.Test, fit), null);
        ImageSet whole = catalog.DataSets.Load(dataset, folder, only, fit);
        (ImageSet training, ImageSet heldOut) = StratifiedFolds.Split(whole, 0, Folds, seed);
        return new(training, heldOut, whole);
    }

    /// <summary>
    /// The sets in these files that a classifier may have been tested on, by their size: whole splits, and splits divided as in
    /// <see cref="Load"/>. Their hash tells whether one is.
    /// </summary>
    /// <param name="fit">What became of each image first; null for nothing.</param>
    /// <exception cref="InputException">No split can be read.</exception>
    public static IEnumerable<ImageSet> HeldOutCandidates(ClassifierCard card, Catalog catalog, string? folder,
        ImageFit? fit = null)
    {
        DataSource? source = catalog.DataSets.Find(card.Dataset);
        InputException? missing = null;
        int found = 0;
        foreach (Split? split in source is null ? [null] : source.Splits.Reverse().Cast<Split?>())
        {
            ImageSet whole;
            try
            {
                whole = catalog.DataSets.Load(card.Dataset, folder, split, fit);
                found++;
            }
            catch (InputException e)
            {
                // A file with one split only is no mistake as long as there is another.
                missing ??= e;
                continue;
            }

            if (whole.Count == card.HeldOut.Count) yield return whole;
            if (whole.HasLabels && whole.Count > card.HeldOut.Count) yield return StratifiedFolds.Split(whole, 0, Folds,
                card.Seed).HeldOut;
        }

        if (found == 0 && missing is not null) throw missing;
    }
}
