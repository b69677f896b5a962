using Qdiff.Evaluation;

namespace Qdiff.Papers;

/// <summary>The tables of the quantum-vertex paper, De Falco et al. 2024, arXiv 2402.16147.</summary>
static class VertexTables
{
    const string Protocol =
        "TorchMetrics of early 2024 (features of 2,048, TensorFlow-1 resize), 7,000 generated images, grey repeated as three "
        + "channels, floats made bytes by cutting off what is behind the point (here they are rounded to the nearest), KID over "
        + "subsets of 100, inception score over 10 splits; ± is over subsets or splits, not over runs.";

    static readonly string[] s_notComparable =
    [
        "Every published row is one run: no spread over seeds is known, and the gaps between rows may be less than that.",
        "Size and split of the real images, and the library's version, are not stated; 7,000 training images are assumed here.",
        "The configurations wire the circuits as the paper says. In the released code the HQ circuits hardly have live angles "
            + "(set model.wiring=released for it).",
    ];

    static readonly string[] s_transfer =
    [
        "Transferred rows: the released code goes on with the running average's count, so that 79% (19+1 epochs) or 62% (18+2) "
            + "of the sampled vertex is still its random beginning; here the average starts anew (transfer.keepAverageCount=true "
            + "for the other).",
    ];

    const string Scores =
        "The paper prints two inception scores of the classical network after 20 epochs, with the same FID and KID; both are "
            + "shown.";

    const string TransferCount =
        "For the transferred network the paper prints the classical network's number of parameters; the one that is sampled has "
            + "475,281.";

    public static IReadOnlyList<PublishedTable> All { get; } =
    [
        new()
        {
            Paper = "paper-a",
            Name = "mnist",
            Source = "arXiv 2402.16147, table 2, and its text for epoch 1 and the control",
            Protocol = Protocol,
            NotComparable = [.. s_notComparable, .. s_transfer, TransferCount],
            Epochs = [1],
            Rows =
            [
                new("Classical", "mnist-unet",
                    [.. Row(45.2762, .0558, .0014, 1.9152, .0355), .. Row(311.0582, .4144, .0029, 1.4936, .0142, 1)])
                    { Parameters = 483_321 },
                new("1HQConv", "mnist-qvunet-1hq", Row(45.3710, .0556, .0015, 1.9090, .0325)) { Parameters = 475_329 },
                new("7HQConv", "mnist-qvunet-7hq", Row(43.0731, .0523, .0015, 1.9256, .0205)) { Parameters = 440_985 },
                new("FullHQConv", "mnist-qvunet-fullhq",
                    [.. Row(45.6503, .0559, .0015, 1.9053, .0283), .. Row(299.7292, .3974, .0028, 1.5930, .0239, 1)])
                    { Parameters = 429_993 },
                new("QuanvU-Net", "mnist-quanvunet", Row(44.5144, .0545, .0015, 1.9284, .0425)) { Parameters = 474_293 },
                new("Transfer, classical 19 + 1FQConv 1", "transfer-mnist-19-1", Row(41.6646, .0493, .0013, 1.9556, .0335))
                    { Parameters = 483_321 },
                new("Transfer, classical 19 + classical 1", "transfer-mnist-19-1", Row(48.9228, .0600, .0014, 1.9094, .0241))
                    { Settings = ["name=transfer-mnist-19-1-control", "model.name=unet"] },
            ],
        },
        new()
        {
            Paper = "paper-a",
            Name = "fashion-mnist",
            Source = "arXiv 2402.16147, captions of the figures on Fashion-MNIST",
            Protocol = Protocol,
            NotComparable = [.. s_notComparable, .. s_transfer,
                "That the printed inception score of QuanvU-Net belongs to that row is inferred.", Scores],
            Epochs = [1, 10],
            Rows =
            [
                new("Classical", "fashion-unet",
                    [.. Row(39.4563, .0275, .0008, 3.9783, .0777, scoreOf: "figure 10i"),
                    new("is", 3.8076, .0741, Part: "figure 14a"), .. Row(296.869, .3656, .0024, 1.4164, .0122, 1),
                    .. Row(60.1476, .0489, .0013, 3.8841, .1174, 10)]),
                new("1HQConv", "fashion-qvunet-1hq",
                    [.. Row(39.9935, .0278, .0008, 3.9787, .0550), .. Row(295.9013, .3646, .0023, 1.4389, .0119, 1),
                    .. Row(52.5332, .0411, .0010, 3.8667, .1065, 10)]),
                new("7HQConv", "fashion-qvunet-7hq",
                    [.. Row(40.3685, .0281, .0009, 3.8158, .1360), .. Row(295.7298, .3647, .0026, 1.4273, .0142, 1),
                    .. Row(53.9605, .0420, .0011, 3.7905, .1323, 10)]),
                new("FullHQConv", "fashion-qvunet-fullhq",
                    [.. Row(41.3882, .0294, .0009, 3.8019, .0744), .. Row(295.7863, .3692, .0025, 1.4454, .0057, 1),
                    .. Row(56.4960, .0433, .0010, 3.8691, .0580, 10)]),
                new("QuanvU-Net", "fashion-quanvunet",
                    [.. Row(38.8, .0269, .0007, 3.9087, .1485), new("fid", 285.1551, Epoch: 1)]),
                new("Transfer, classical 18 + 1FQConv 2", "transfer-fashion-18-2", Row(38.6835, .0261, .0007, 4.0527, .0890)),
                new("Transfer, classical 18 + classical 2", "transfer-fashion-18-2", Row(40.6769, .0273, .0008, 4.0764, .0945))
                    { Settings = ["name=transfer-fashion-18-2-control", "model.name=unet"] },
            ],
        },
    ];

    static PublishedValue[] Row(double fid, double kid, double kidDeviation, double score, double scoreDeviation,
        double? epoch = null, string? scoreOf = null) =>
        [new("fid", fid, null, epoch), new("kid", kid, kidDeviation, epoch), new("is", score, scoreDeviation, epoch, scoreOf)];
}
