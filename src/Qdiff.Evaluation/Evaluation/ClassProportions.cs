using Qdiff.Tensors;

namespace Qdiff.Evaluation;

/// <summary>How many samples are of each class, and real images chosen in the same proportions.</summary>
sealed class ClassProportions
{
    /// <summary>
    /// The share of images that would have to be of another class, from which on it moves the metrics: MNIST, whose classes are
    /// about equal, has 0.02 against equal ones.
    /// </summary>
    const double Notable = 0.05;

    readonly Dictionary<int, int> samples;
    readonly int count;

    ClassProportions(IReadOnlyList<int> labels) =>
        (samples, count) = (labels.CountBy(label => label).ToDictionary(), labels.Count);

    /// <summary>Those of samples with these labels; null if the images are much alike in them, or one has no labels.</summary>
    public static ClassProportions? IfUnlike(ImageSet images, IReadOnlyList<int>? labels) =>
        labels is { Count: > 0 } && images.HasLabels && new ClassProportions(labels) is var own && own.AreUnlike(images)
            ? own : null;

    /// <summary>As many images of each class as there are samples of it, or all that there are.</summary>
    public ImageSet Take(ImageSet images, long seed)
    {
        int[] chosen = [.. ByClass(images, Enumerable.Range(0, images.Count)).SelectMany(rows =>
            new RandomStream(seed, "subset of a class", rows.Key).Permutation(rows.Value.Length)
                .Take(samples.GetValueOrDefault(rows.Key)).Select(i => rows.Value[i]))];
        return images.Select([.. chosen.Order()], $"{images.Name}[{chosen.Length} in other proportions, seed {seed}]");
    }

    /// <summary>
    /// Divides images into some <paramref name="size"/> in these proportions and the rest in their own, the two to each other as
    /// the samples to all of the images. No class gives more than half of its images away.
    /// </summary>
    /// <param name="order">The images, in the order in which they are taken.</param>
    public (int[] Some, int[] Others) Divide(ImageSet images, int[] order, int size)
    {
        SortedDictionary<int, int[]> classes = ByClass(images, order);
        double kept = Kept(size);
        // Where a class gives more than its share, the rest is smaller in all classes, and so is what is compared with it.
        double smaller = Math.Min(size, count * kept);
        kept = Kept(smaller);
        return ([.. classes.SelectMany(rows => rows.Value.Take(Given(rows, smaller)))], [.. classes.SelectMany(
            rows => rows.Value.Skip(Given(rows, smaller)).Take((int)Math.Round(kept * rows.Value.Length)))]);

        double Kept(double some) => 1 - classes.Max(rows => Given(rows, some) / (double)rows.Value.Length);

        int Given(KeyValuePair<int, int[]> rows, double some) =>
            Math.Min((int)Math.Round(some * samples.GetValueOrDefault(rows.Key) / count), rows.Value.Length / 2);
    }

    /// <summary>What a reader should know of samples in other proportions than the reference.</summary>
    /// <param name="floor">The real images in place of samples; null if there are none.</param>
    public string Note(ImageSet? floor) =>
        "The samples hold their classes in other proportions than the reference, which by itself moves the values"
        + (floor is null ? "." : "; the real images in the values of real against real are in the samples' proportions"
            + (AreUnlike(floor) ? " as nearly as there are images of each class" : "") + " and share that shift.");

    /// <summary>Half the sum of the differences of shares: the total variation distance.</summary>
    bool AreUnlike(ImageSet images)
    {
        Dictionary<int, int> there = images.Labels.ToArray().CountBy(label => label).ToDictionary();
        return there.Keys.Union(samples.Keys).Sum(label => Math.Abs(there.GetValueOrDefault(label) / (double)images.Count
            - samples.GetValueOrDefault(label) / (double)count)) / 2 > Notable;
    }

    static SortedDictionary<int, int[]> ByClass(ImageSet images, IEnumerable<int> order) =>
        images.HasLabels ? new(order.GroupBy(i => images.Labels[i]).ToDictionary(group => group.Key, group => group.ToArray()))
            : [];
}
