namespace Qdiff;

/// <summary>MNIST: 60,000 + 10,000 handwritten digits, 28×28, grey.</summary>
/// <remarks>LeCun, Bottou, Bengio and Haffner 1998, "Gradient-based learning applied to document recognition".</remarks>
public static class Mnist
{
    const string Obtain = "Fetch train-images-idx3-ubyte.gz, train-labels-idx1-ubyte.gz, t10k-images-idx3-ubyte.gz and "
        + "t10k-labels-idx1-ubyte.gz from https://storage.googleapis.com/cvdf-datasets/mnist/ or "
        + "https://ossci-datasets.s3.amazonaws.com/mnist/ and put them there as they are.";

    static readonly string[] s_mirrors =
    [
        "https://storage.googleapis.com/cvdf-datasets/mnist/",
        "https://ossci-datasets.s3.amazonaws.com/mnist/",
    ];

    /// <summary>The row of the catalogue.</summary>
    public static DataSource Source { get; } = new(
        "mnist", "60,000 + 10,000 handwritten digits, 28×28 grey, 10 classes", Obtain, [Split.Train, Split.Test], Load)
    {
        Image = new(1, 28, 28),
        Licence = "Yann LeCun, Corinna Cortes and Christopher Burges, CC BY-SA 3.0",
        OfficialHashes = new Dictionary<Split, string>
        {
            [Split.Train] = "ca288407a420b1231bbf7433cbbf825ff4126bce1def2904271a1b185fff0cb8",
            [Split.Test] = "f174b99ec69cd89a8b1343a083389a050878fc0c8257b16505dda4ef6ebfa4ac",
        },
        Files = IdxFolder.Files(s_mirrors,
            ("train-images-idx3-ubyte.gz", 9_912_422, "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609"),
            ("train-labels-idx1-ubyte.gz", 28_881, "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c"),
            ("t10k-images-idx3-ubyte.gz", 1_648_877, "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6"),
            ("t10k-labels-idx1-ubyte.gz", 4_542, "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6")),
    };

    /// <summary>The images and labels of a split, from a folder with the official IDX files (plain or .gz).</summary>
    public static ImageSet Load(string folder, Split split = Split.Train) =>
        IdxFolder.Load(folder, split, split == Split.Train ? "mnist/train" : "mnist/test",
            [.. Enumerable.Range(0, 10).Select(digit => $"{digit}")], Obtain);
}
