namespace Qdiff;

/// <summary>The presets by name. What a name means never changes; a changed evaluation gets a new name.</summary>
public static class EvaluationPresets
{
    /// <summary>The preset used when none is named.</summary>
    public const string Default = "domain";

    /// <summary>All presets, the default first.</summary>
    public static IReadOnlyList<EvaluationPreset> All { get; } =
    [
        new()
        {
            Name = Default,
            Note = "The data set's own classifier as feature network, held-out reference. Inception was made for photographs; "
                + "for digits, clothes, tissue and land cover its distances rank models by what it happens to see. Compares "
                + "only within one classifier.",
            Metrics = ["fid", "kid", "precision", "recall", "density", "coverage", "memorisation", "is", "accuracy"],
            Features = "domain",
            GeneratedCount = 5000,
            ReferenceCount = 5000,
            ReferenceSplit = "test",
            SubsetSize = 1000,
        },
        new()
        {
            Name = "paper-a",
            Note = "As system A's paper says: 7,000 samples, KID subsets of 100, 10 splits; the resize that its library had at "
                + "the time (which also cut floats down to bytes; here they are rounded). The paper does not name the reference: "
                + "7,000 training images are assumed, so evaluate against the test split as well.",
            Metrics = ["fid", "kid", "is"],
            Features = "inception-2048",
            Resize = "tf1bilinear",
            GeneratedCount = 7000,
            ReferenceCount = 7000,
            ReferenceSplit = "train",
        },
        new()
        {
            Name = "paper-b",
            Note = "System B's comparison class by class, with numbers of samples that bear it. As published it measured 5 "
                + "images (13 in the released table, 8 of them pieces of a figure's title) in 2,048 features: those values "
                + "cannot be reproduced in a meaningful way. Similarity of unrelated pairs, which it also prints, is left out.",
            Metrics = ["fid", "kid"],
            Features = "inception-2048",
            Resize = "tf1bilinear",
            GeneratedCount = 5000,
            ReferenceCount = 5000,
            ReferenceSplit = "train",
            PerClass = true,
        },
        new()
        {
            Name = "paper-c",
            Note = "System C's numbers on EuroSAT: 10,000 samples, equally many of each class (its code makes 10,112, "
                + "unequally). It has no hold-out and compares with the images it was trained on, hence memorisation is "
                + "measured too where some images are left out. Feature layer and subsets are not published; 2,048 features "
                + "and subsets of 1,000 are assumed.",
            Metrics = ["fid", "kid", "accuracy", "memorisation"],
            Features = "inception-2048",
            Resize = "tf1bilinear",
            GeneratedCount = 10_000,
            ReferenceCount = 0,
            ReferenceSplit = "train",
            SubsetSize = 1000,
        },
    ];

    /// <summary>The preset of that name.</summary>
    /// <exception cref="InputException">There is none; the message lists the names and the nearest one.</exception>
    public static EvaluationPreset Named(string name) =>
        All[KnownNames.IndexOf("evaluation preset", name, [.. All.Select(preset => preset.Name)])];
}
