namespace Qdiff;

/// <summary>
/// Fashion-MNIST: 60,000 + 10,000 articles of clothing, 28×28, grey. The test images are built into the library.
/// </summary>
/// <remarks>Xiao, Rasul and Vollgraf 2017, arXiv 1708.07747. MIT licence, see Data/Embedded.</remarks>
public static class FashionMnist
{
    const string Obtain = "Fetch train-images-idx3-ubyte.gz, train-labels-idx1-ubyte.gz, t10k-images-idx3-ubyte.gz and "
        + "t10k-labels-idx1-ubyte.gz from https://github.com/zalandoresearch/fashion-mnist (folder data/fashion) and put "
        + "them there as they are. The data set fashion-mnist-test needs no files.";

    const string Owner = "Zalando SE, MIT";

    const string TestHash = "5c8302caa9702d7d018e96705e6ec7b7c97e9d530b319796bd43fd9dfb4dc71f";

    static readonly string[] s_classNames =
        ["T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"];

    static readonly string[] s_mirrors =
    [
        "https://fashion-mnist.s3.eu-central-1.amazonaws.com/",
        "https://github.com/zalandoresearch/fashion-mnist/raw/master/data/fashion/",
        "https://storage.googleapis.com/tensorflow/tf-keras-datasets/",
    ];

    /// <summary>The row of the catalogue for the whole set, from files.</summary>
    public static DataSource Source { get; } = new(
        "fashion-mnist", "60,000 + 10,000 articles of clothing, 28×28 grey, 10 classes", Obtain, [Split.Train, Split.Test], Load)
    {
        Image = new(1, 28, 28),
        Licence = Owner,
        OfficialHashes = new Dictionary<Split, string>
        {
            [Split.Train] = "3581b8f753a2fe3317efac2e1ed97fdd735cc3051a81399fe1df1f93f0374c88",
            [Split.Test] = TestHash,
        },
        Files = IdxFolder.Files(s_mirrors,
            ("train-images-idx3-ubyte.gz", 26_421_880, "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84"),
            ("train-labels-idx1-ubyte.gz", 29_515, "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845"),
            ("t10k-images-idx3-ubyte.gz", 4_422_102, "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073"),
            ("t10k-labels-idx1-ubyte.gz", 5_148, "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5")),
    };

    /// <summary>The row of the catalogue for the built-in test images.</summary>
    public static DataSource BuiltIn { get; } = new(
        "fashion-mnist-test", "10,000 articles of clothing, 28×28 grey, 10 classes; built in", "",
        [Split.Test], (_, _) => LoadBuiltIn())
    {
        Image = new(1, 28, 28),
        Licence = Owner,
        OfficialHashes = new Dictionary<Split, string> { [Split.Test] = TestHash },
    };

    /// <summary>The images and labels of a split, from a folder with the official IDX files (plain or .gz).</summary>
    public static ImageSet Load(string folder, Split split = Split.Train) =>
        IdxFolder.Load(folder, split, split == Split.Train ? "fashion-mnist/train" : "fashion-mnist/test", s_classNames, Obtain);

    /// <summary>The 10,000 test images and labels that are built into the library.</summary>
    public static ImageSet LoadBuiltIn()
    {
        const string images = "fashion-mnist-t10k-images-idx3-ubyte.gz", labels = "fashion-mnist-t10k-labels-idx1-ubyte.gz";
        (IdxFile pixels, IdxFile numbers) = (ReadResource(images, rank: 3), ReadResource(labels, rank: 1));
        return IdxFolder.Join(pixels, images, numbers, labels, "fashion-mnist/test", s_classNames);
    }

    static IdxFile ReadResource(string name, int rank)
    {
        using Stream stream = typeof(FashionMnist).Assembly.GetManifestResourceStream(name)!;
        return IdxFile.Read(stream, name, rank);
    }
}
