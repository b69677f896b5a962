using System.IO.Compression;
using System.Text;
using Qdiff;

public class MedMnistTests
{
    static byte[] Npy(string shape, byte[] data, string type = "|u1", string order = "False", byte version = 1)
    {
        string header = $"{{'descr': '{type}', 'fortran_order': {order}, 'shape': ({shape}), }}";
        header = header.PadRight(117) + "\n";
        byte[] length = version == 1 ? [(byte)header.Length, 0] : [(byte)header.Length, 0, 0, 0];
        return [0x93, .. "NUMPY"u8, version, 0, .. length, .. Encoding.ASCII.GetBytes(header), .. data];
    }

    static byte[] Npz(params (string Name, byte[] Content)[] files)
    {
        using var memory = new MemoryStream();
        using (var zip = new ZipArchive(memory, ZipArchiveMode.Create, leaveOpen: true))
            foreach ((string name, byte[] content) in files)
            {
                using Stream entry = zip.CreateEntry(name).Open();
                entry.Write(content);
            }

        return memory.ToArray();
    }

    static byte[] Count(int count) => [.. Enumerable.Range(0, count).Select(i => (byte)i)];

    static readonly (string, byte[])[] s_colour =
    [
        ("train_images.npy", Npy("2, 2, 3, 3", Count(36))), ("train_labels.npy", Npy("2, 1", [8, 0])),
        ("val_images.npy", Npy("1, 2, 3, 3", Count(18), version: 2)), ("val_labels.npy", Npy("1,", [3])),
        ("test_images.npy", Npy("1, 2, 3, 3", new byte[18])), ("test_labels.npy", Npy("1, 1", [1])),
    ];

    static string Mistake((string, byte[]) images, (string, byte[]) labels)
    {
        using TemporaryFolder folder = new();
        folder.Write("pathmnist.npz", Npz(images, labels));
        return Assert.Throws<InputException>(() => Catalog.Default.DataSets.Load("pathmnist", folder.Path)).Message;
    }

    static string Mistake(byte[] images, byte[] labels) => Mistake(("train_images.npy", images), ("train_labels.npy", labels));

    [Fact]
    public void EverySplitIsRead()
    {
        using TemporaryFolder folder = new();
        folder.Write("pathmnist.npz", Npz(s_colour));
        ImageSet train = Catalog.Default.DataSets.Load("pathmnist", folder.Path);
        Assert.Equal([3, 2, 3], train.Shape);
        // Pixel (0, 0) of the second image is 18, 19, 20: the first of each plane.
        Assert.Equal([18, 21, 24, 27, 30, 33, 19, 22, 25, 28, 31, 34, 20, 23, 26, 29, 32, 35], train.Image(1).ToArray());
        Assert.Equal([8, 0], train.Labels.ToArray());
        Assert.Equal("colorectal adenocarcinoma epithelium", train.ClassNames[8]);
        Assert.Equal("pathmnist/train", train.Name);
        Assert.Equal(3, Catalog.Default.DataSets.Load("pathmnist", folder.Path, Split.Validation).Labels[0]);
        Assert.Equal("pathmnist/test", Catalog.Default.DataSets.Load("pathmnist", folder.File("pathmnist.npz"), Split.Test).Name);
    }

    [Fact]
    public void ArraysWithTheFirstIndexFastestAreTurned()
    {
        using TemporaryFolder folder = new();
        byte[] turned = [0, 4, 2, 6, 1, 5, 3, 7];      // 0 to 7 as 2×2×2, first index fastest
        folder.Write("x.npz",
            Npz(("test_images.npy", Npy("2, 2, 2", turned, order: "True")), ("test_labels.npy", Npy("2, 1", [0, 1]))));
        Assert.Equal([4, 5, 6, 7], Catalog.Default.DataSets.Load("breastmnist", folder.Path, Split.Test).Image(1).ToArray());
    }

    [Fact]
    public void GreySetsHaveOneChannel()
    {
        using TemporaryFolder folder = new();
        folder.Write("._some-other-name.npz", [0, 5, 22, 7]);
        folder.Write("some-other-name.npz",
            Npz(("test_images.npy", Npy("2, 2, 2", Count(8))), ("test_labels.npy", Npy("2, 1", [0, 1]))));
        ImageSet images = Catalog.Default.DataSets.Load("pneumoniamnist", folder.Path, Split.Test);
        Assert.Equal([1, 2, 2], images.Shape);
        Assert.Equal([4, 5, 6, 7], images.Image(1).ToArray());
        folder.Write("breastmnist_64.npz", [1]);
        Assert.Contains("It has breastmnist_64.npz, some-other-name.npz; name one of them as the folder",
            Assert.Throws<InputException>(() => Catalog.Default.DataSets.Load("pneumoniamnist", folder.Path)).Message);
        File.Delete(folder.File("breastmnist_64.npz"));
        Assert.Contains("no train_images.npy; it holds test_images.npy, test_labels.npy",
            Assert.Throws<MissingPartException>(() => Catalog.Default.DataSets.Load("pneumoniamnist", folder.Path)).Message);
    }

    [Fact]
    public void FilesThatOtherProgramsWroteAnewAreRead()
    {
        using TemporaryFolder folder = new();
        byte[] wide = [.. Count(8).SelectMany(value => new byte[] { value, 0 })];
        folder.Write("x.npz", Npz(("test_images.npy", Npy("2, 2, 2, 1", wide, type: "<u2")),
            ("test_labels.npy", Npy("2, 2", [0, 1, 1, 0]))));
        ImageSet images = Catalog.Default.DataSets.Load("pneumoniamnist", folder.Path, Split.Test);
        Assert.Equal([1, 2, 2], images.Shape);
        Assert.Equal([4, 5, 6, 7], images.Image(1).ToArray());
        Assert.Equal([1, 0], images.Labels.ToArray());
    }

    [Fact]
    public void MistakesAreTold()
    {
        byte[] images = Npy("2, 2, 2", Count(8)), labels = Npy("2, 1", [0, 1]);
        Assert.Contains("train_images of", Mistake(Npy("2, 2, 2", new byte[32], type: "<f4"), labels));
        Assert.Contains("holds F32 numbers; unsigned bytes (U8) are needed",
            Mistake(Npy("2, 2, 2", new byte[32], type: "<f4"), labels));
        Assert.Contains("has the shape 8; N×H×W or N×H×W×3 is needed", Mistake(Npy("8,", Count(8)), labels));
        Assert.Contains("has the shape 2×1×2×2", Mistake(Npy("2, 1, 2, 2", Count(8)), labels));
        Assert.Contains("one label an image (N×1) is needed", Mistake(images, Npy("2, 14", new byte[28])));
        Assert.Contains("has 3 labels of 2 images", Mistake(images, Npy("3, 1", [0, 1, 2])));
        Assert.Contains("Label 1 of train_labels", Mistake(images, Npy("2, 1", [0, 9])));
        Assert.Contains("has the classes 0 to 8", Mistake(images, Npy("2, 1", [0, 9])));
        Assert.Contains("takes 12 bytes, but 8 follow", Mistake(Npy("2, 2, 3", Count(8)), labels));
        Assert.Contains("is impossible", Mistake(Npy("99999, 99999, 99999", Count(8)), labels));
        byte[] large = Npy("2, 1", [0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0x80], type: "<u8");
        Assert.Matches(@"train_labels of .*pathmnist\.npz: Element 1 is 9223372036854775809, which", Mistake(images, large));
        Assert.Matches(@"train_images of .*pathmnist\.npz: Element 1 is 9223372036854775809, which",
            Mistake(Npy("2, 1, 1", large[^16..], type: "<u8"), labels));
        Assert.Contains("has the shape 0×2×2", Mistake(Npy("0, 2, 2", []), labels));
        Assert.Contains("is no array file of NumPy", Mistake([1, 2, 3], labels));
        Assert.Contains("train_images.npy: the NumPy header", Mistake(Npy("-2, 2", Count(8)), labels));
        using TemporaryFolder folder = new();
        Assert.Contains("has no octmnist.npz. Fetch octmnist.npz from https://zenodo.org",
            Assert.Throws<InputException>(() => Catalog.Default.DataSets.Load("octmnist", folder.Path)).Message);
    }

    [Fact]
    public void ASmallFileCannotFillTheMemory()
    {
        const int count = 90_000;
        using TemporaryFolder folder = new();
        folder.Write("pathmnist.npz",
            Npz(("train_images.npy", Npy($"{count}, 28, 28", new byte[count * 784])), ("train_labels.npy", Npy("1,", [0]))));
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Contains("Pack without compression",
            Assert.Throws<InputException>(() => Catalog.Default.DataSets.Load("pathmnist", folder.Path)).Message);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4 << 20);
    }

    [Fact]
    public void DamagedFilesGiveImagesOrAMessage()
    {
        using TemporaryFolder folder = new();
        string path = folder.File("pathmnist.npz");
        int good = Damage.Survive(Npz(s_colour), 3000, file =>
        {
            File.WriteAllBytes(path, file);
            Catalog.Default.DataSets.Load("pathmnist", path);
        });
        Assert.InRange(good, 1, 2999);
    }
}
