using Qdiff.Evaluation;

namespace Qdiff.Papers;

/// <summary>The values of QCU-Net's abstract, Mauro, De Falco et al. 2025, arXiv 2512.20448.</summary>
static class EarthTables
{
    public static IReadOnlyList<PublishedTable> All { get; } =
    [
        new()
        {
            Paper = "paper-c",
            Name = "eurosat",
            Source = "arXiv 2512.20448, abstract; its tables of ablations could not be had",
            Protocol =
                "FID, KID and the accuracy of a classifier on the class asked for; layer, number of samples, subsets and "
                + "classifier are not known.",
            NotComparable =
            [
                "There is no held-out part: samples are compared with the very images that were learned, so copies score well, "
                    + "and memorisation cannot be told; with data.perClass=1800 some are left out and it can. Real against "
                    + "real are two parts of the images.",
                "A distance of 2.57 lies at or below what real images get against others with some 10,000 samples in 2,048 "
                    + "features; a smaller layer or copies are likely.",
                "In the released code the classical network has no timestep; if its value comes of that code, the gap is not "
                    + "the circuits' alone. That row is run both ways.",
                "Accuracy is by another classifier: here that of the domain, shipped with its held-out accuracy.",
            ],
            Rows =
            [
                new("best classical diffusion", "eurosat-qcunet-classical",
                    [new("fid", 7.22), new("kid", .0034), new("accuracy", .622)]),
                new("QCU-Net", "eurosat-qcunet", [new("fid", 2.57), new("kid", .0008), new("accuracy", .817)]),
                new("classical as released, without timestep", "eurosat-qcunet-classical-released", []),
                new("QCU-Net as released", "eurosat-qcunet-released", []),
            ],
        },
    ];
}
