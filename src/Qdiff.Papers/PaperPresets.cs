using Qdiff.Evaluation;

namespace Qdiff.Papers;

/// <summary>How the papers evaluated, with numbers of samples that bear their metrics.</summary>
static class PaperPresets
{
    /// <summary>The features that the papers' libraries measured in.</summary>
    const string Features = "inception-2048";

    /// <summary>De Falco et al. 2024, arXiv 2402.16147.</summary>
    public static EvaluationPreset Vertex { get; } = new()
    {
        Name = "paper-a",
        Note = "As system A's paper says: 7,000 samples, KID subsets of 100, 10 splits; the resize that its library had at "
            + "the time (which also cut floats down to bytes; here they are rounded). The paper does not name the reference: "
            + "7,000 training images are assumed, so evaluate against the test split as well.",
        Metrics = [new FidMetric(), new KidMetric(), new InceptionScoreMetric()],
        Features = Features,
        GeneratedCount = 7000,
        ReferenceCount = 7000,
        ReferenceSplit = Split.Train,
    };

    /// <summary>Chen et al. 2025, arXiv 2504.00034.</summary>
    public static EvaluationPreset Attention { get; } = new()
    {
        Name = "paper-b",
        Note = "System B's comparison class by class, with numbers of samples that bear it. As published it measured 5 "
            + "images (13 in the released table, 8 of them pieces of a figure's title) in 2,048 features: those values "
            + "cannot be reproduced in a meaningful way. Similarity of unrelated pairs, which it also prints, is left out.",
        Metrics = [new FidMetric(), new KidMetric()],
        Features = Features,
        GeneratedCount = 5000,
        ReferenceCount = 5000,
        ReferenceSplit = Split.Train,
        PerClass = true,
    };

    /// <summary>Mauro, De Falco et al. 2025, arXiv 2512.20448.</summary>
    public static EvaluationPreset Earth { get; } = new()
    {
        Name = "paper-c",
        Note = "System C's numbers on EuroSAT: 10,000 samples, equally many of each class (its code makes 10,112, "
            + "unequally). It has no hold-out and compares with the images it was trained on, hence memorisation is "
            + "measured too where some images are left out. Feature layer and subsets are not published; 2,048 features "
            + "and subsets of 1,000 are assumed.",
        Metrics = [new FidMetric(), new KidMetric { SubsetSize = 1000 }, new MemorisationMetric(), new AccuracyMetric()],
        Features = Features,
        GeneratedCount = 10_000,
        ReferenceCount = 0,
        ReferenceSplit = Split.Train,
    };
}
