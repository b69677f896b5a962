using Qdiff.Evaluation;

namespace Qdiff.Papers;

/// <summary>The values of the quantum-attention paper's repository, Chen et al. 2025, arXiv 2504.00034.</summary>
static class AttentionTables
{
    static readonly string[] s_notComparable =
    [
        "Distances of 5 (or 13) images in 2,048 features are nearly all bias: their covariance has rank 4 (or 12). They cannot "
            + "be measured again in a meaningful way.",
        "Similarity (SSIM) was taken between unrelated pairs of a generated and a real image; it says nothing, so it is not "
            + "measured here.",
        "The ImageNet weights and the preparation of pixels differ from those of the network that FID is defined by, and between "
            + "the repository's two versions.",
        "One run a row. In the released circuit only a bias-like part of the quantum layer trains; the configurations here make "
            + "it trainable (those with 'released' do not), and a classical gate of as many parameters stands beside it.",
    ];

    public static IReadOnlyList<PublishedTable> All { get; } =
    [
        new()
        {
            Paper = "paper-b",
            Name = "mnist-light",
            Source = "the repository's first version, its README",
            Protocol = "5 images cut out of a preview picture, against the first training images whatever their digit.",
            NotComparable =
            [
                "Published are values of all digits together; ours, where measured with preset paper-b, are means over digits "
                    + "each compared by itself.",
                .. s_notComparable,
            ],
            Rows =
            [
                new("classical", "mnist-attention-light-plain", [new("fid", 271.05), new("ssim", .1085)]),
                new("quantum", "mnist-attention-light", [new("fid", 259.25), new("ssim", .1263)]),
                new("control: a classical gate of as many parameters", "mnist-attention-light-matched", []),
            ],
        },
        new()
        {
            Paper = "paper-b",
            Name = "mnist-full",
            Source = "the repository's second version, its README; means over its table of digits",
            Protocol =
                "13 cuts a digit out of a picture of 5 images with a title, 8 of them pieces of the title, against 5,000 "
                + "training images of the digit.",
            NotComparable = s_notComparable,
            Rows =
            [
                new("classical", "mnist-attention-full-plain", [new("fid", 275.68), new("ssim", .0267)]),
                new("quantum", "mnist-attention-full", [new("fid", 288.40), new("ssim", .0323)]),
                new("control: a classical gate of as many parameters", "mnist-attention-full-matched", []),
            ],
        },
        new()
        {
            Paper = "paper-b",
            Name = "pathmnist",
            Source = "the repository's first version, its README; one class (background)",
            Protocol = "5 images of the class background against the first 5 real ones.",
            NotComparable =
            [
                "Published are values of the class background alone (class 1); beside them stand ours of that class. Our mean "
                    + "over all nine classes has nothing published beside it.",
                .. s_notComparable,
            ],
            Rows =
            [
                new("classical", "pathmnist-attention-light-plain", [Background("fid", 95.72), Background("ssim", .4107)]),
                new("quantum", "pathmnist-attention-light", [Background("fid", 84.40), Background("ssim", .0931)]),
                new("control: a classical gate of as many parameters", "pathmnist-attention-light-matched", []),
            ],
        },
    ];

    static PublishedValue Background(string metric, double value) =>
        new(metric, value, Part: "class 1, background, alone", Class: 1);
}
