using Qdiff.Tensors;

namespace Qdiff.Evaluation;

/// <summary>Cuts a labelled image set into parts that each have the classes in the same shares, by a seed.</summary>
public static class StratifiedFolds
{
    /// <summary>
    /// Part <paramref name="fold"/> of <paramref name="folds"/> to test on, and the rest to train on; both keep the set's order.
    /// </summary>
    /// <exception cref="InputException">No labels, fewer than 2 parts, or a class with fewer images than parts.</exception>
    public static (ImageSet Training, ImageSet HeldOut) Split(ImageSet images, int fold, int folds, long seed)
    {
        if (!images.HasLabels)
            throw new InputException($"{images.Name} has no labels, so it cannot be divided class by class: put the images of "
                + "each class into a sub-folder, or measure in features that need no classifier, such as inception-2048.");
        if (folds is < 2 or > 100 || (uint)fold >= (uint)folds)
            throw new InputException($"Part {fold} of {folds} is none: there can be 2 to 100 parts, counted from 0.");
        var heldOut = new List<int>();
        foreach (IGrouping<int, int> group in Enumerable.Range(0, images.Count).GroupBy(i => images.Labels[i]))
        {
            int[] members = [.. group];
            if (members.Length < folds)
                throw new InputException($"{images.Name} has {members.Length} images of class {group.Key}, fewer than the "
                    + $"{folds} parts it is divided into.");
            int[] order = new RandomStream(seed, "fold of a class", group.Key).Permutation(members.Length);
            // Each class starts at another part, so that the remainders do not all fall to the first ones.
            heldOut.AddRange(Enumerable.Range(0, members.Length).Where(i => (i + group.Key) % folds == fold)
                .Select(i => members[order[i]]));
        }

        HashSet<int> kept = [.. heldOut];
        int[] training = [.. Enumerable.Range(0, images.Count).Where(i => !kept.Contains(i))];
        return (images.Select(training, $"{images.Name}[all but part {fold} of {folds}, seed {seed}]"),
            images.Select([.. heldOut.Order()], $"{images.Name}[part {fold} of {folds}, seed {seed}]"));
    }
}
