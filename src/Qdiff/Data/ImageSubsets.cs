using Qdiff.Tensors;

namespace Qdiff;

/// <summary>
/// Ways to choose a part of an image set. Each gives a view that shares the pixels and keeps the order of the set.
/// </summary>
public static class ImageSubsets
{
    /// <summary>The images that carry one of these labels. Labels keep their numbers.</summary>
    public static ImageSet WithLabels(this ImageSet images, params int[] labels)
    {
        RequireLabels(images);
        foreach (int label in labels)
            if (!images.Labels.Contains(label)) throw new InputException($"No image of {images.Name} has the label {label}; "
                + $"its labels are {string.Join(", ", images.Labels.ToArray().Distinct().Order())}.");

        int[] chosen = [.. Enumerable.Range(0, images.Count).Where(i => labels.Contains(images.Labels[i]))];
        if (chosen.Length == 0) throw new InputException($"Name at least one label of {images.Name}.");
        return images.Select(chosen, $"{images.Name}[labels {string.Join(',', labels.Distinct().Order())}]");
    }

    /// <summary>The images of the classes with these names. Labels keep their numbers.</summary>
    public static ImageSet WithClasses(this ImageSet images, params string[] names)
    {
        if (images.ClassNames.Count == 0)
            throw new InputException($"The classes of {images.Name} have no names; choose by label.");
        return images.WithLabels([.. names.Select(name => ClassNames.LabelOf(name, images))]);
    }

    /// <summary>
    /// <paramref name="perClass"/> images of each class, drawn at random from this seed. With the same seed a smaller number
    /// gives a part of what a larger number gives, and what is drawn from a class does not depend on the other classes.
    /// </summary>
    public static ImageSet Take(this ImageSet images, int perClass, long seed = 0)
    {
        RequireLabels(images);
        RequirePositive(perClass, images);
        var chosen = new List<int>();
        foreach (IGrouping<int, int> group in Enumerable.Range(0, images.Count).GroupBy(i => images.Labels[i]))
        {
            int[] members = [.. group];
            if (members.Length < perClass)
                throw new InputException($"{perClass} images per class wanted, but {images.Name} has only {members.Length} of "
                    + $"class {ClassName(images, group.Key)}.");
            int[] order = new RandomStream(seed, "subset of a class", group.Key).Permutation(members.Length);
            chosen.AddRange(order.Take(perClass).Select(i => members[i]));
        }

        return images.Select([.. chosen.Order()], $"{images.Name}[{perClass} per class, seed {seed}]");
    }

    /// <summary>
    /// <paramref name="count"/> images drawn at random from this seed, whatever their class; smaller draws are parts of larger
    /// ones.
    /// </summary>
    public static ImageSet Draw(this ImageSet images, int count, long seed = 0)
    {
        RequireCount(count, images);
        int[] order = new RandomStream(seed, "subset").Permutation(images.Count);
        return images.Select([.. order.Take(count).Order()], $"{images.Name}[{count} drawn, seed {seed}]");
    }

    /// <summary>The first <paramref name="count"/> images.</summary>
    public static ImageSet First(this ImageSet images, int count)
    {
        RequireCount(count, images);
        return images.Select([.. Enumerable.Range(0, count)], $"{images.Name}[first {count}]");
    }

    /// <summary>The images that are not in <paramref name="part"/>, which was chosen from them: the rest of a draw. One that a
    /// set holds twice is left out twice.</summary>
    /// <exception cref="ArgumentException">The part has images that are not of this set, or were made anew by cutting or
    /// resizing.</exception>
    /// <exception cref="InputException">Nothing is left.</exception>
    public static ImageSet Without(this ImageSet images, ImageSet part)
    {
        int[] rest = images.PlacesWithout(part) ?? throw new ArgumentException(
            $"{part.Name} has images that were not chosen from {images.Name}, so there is no rest of it.", nameof(part));
        return rest.Length > 0 ? images.Select(rest, $"{images.Name}[without {part.Name}]")
            : throw new InputException($"{part.Name} has all images of {images.Name}: nothing is left.");
    }

    static string ClassName(ImageSet images, int label) =>
        label < images.ClassNames.Count && images.ClassNames[label] != $"{label}"
            ? $"{label} ({images.ClassNames[label]})"
            : $"{label}";

    static void RequireLabels(ImageSet images)
    {
        if (!images.HasLabels) throw new InputException($"{images.Name} has no labels, so its images cannot be chosen by class.");
    }

    static void RequirePositive(int count, ImageSet images)
    {
        if (count <= 0)
            throw new InputException($"The number of images to take from {images.Name} must be positive, got {count}.");
    }

    static void RequireCount(int count, ImageSet images)
    {
        RequirePositive(count, images);
        if (count > images.Count) throw new InputException($"{count} images wanted, but {images.Name} has only {images.Count}.");
    }
}
