using System.IO.Compression;
using Qdiff;
using Qdiff.Imaging;

public class EuroSatTests
{
    static byte[] Picture(byte value, int side = 64)
    {
        Raster raster = new(side, side, 3);
        raster.Pixels.AsSpan().Fill(value);
        return Png.Encode(raster);
    }

    static byte[] Zip(params (string Name, byte[] Content)[] files)
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

    static readonly (string Name, byte[] Content)[] s_three =
        [("2750/SeaLake/SeaLake_1.jpg", Picture(30)), ("2750/AnnualCrop/AnnualCrop_2.jpg", Picture(20)),
            ("2750/AnnualCrop/AnnualCrop_10.jpg", Picture(10))];

    static string Mistake(TemporaryFolder folder) => Assert.Throws<InputException>(() => EuroSat.Load(folder.Path)).Message;

    static void CheckThree(ImageSet images)
    {
        Assert.Equal([3, 64, 64], images.Shape);
        Assert.Equal([10, 20, 30], Enumerable.Range(0, 3).Select(i => (int)images.Image(i)[4096]));
        Assert.Equal([0, 0, 9], images.Labels.ToArray());
        Assert.Equal("SeaLake", images.ClassNames[9]);
        Assert.Equal("eurosat/train", images.Name);
    }

    [Theory]
    [InlineData("EuroSAT.zip")]
    [InlineData("EuroSAT_RGB.zip")]
    [InlineData("part-of-it.zip")]
    public void TheZipFileIsReadAsItIs(string name)
    {
        using TemporaryFolder folder = new();
        folder.Write(name, Zip([.. s_three, ("2750/readme.txt", [1, 2])]));
        CheckThree(EuroSat.Load(folder.Path));
        CheckThree(EuroSat.Load(folder.File(name)));
        CheckThree(Catalog.Default.DataSets.Load("eurosat", folder.Path));
    }

    [Theory]
    [InlineData("2750/")]
    [InlineData("")]
    public void TheUnpackedFolderIsReadToo(string around)
    {
        using TemporaryFolder folder = new();
        foreach ((string name, byte[] content) in s_three) folder.Write(name.Replace("2750/", around), content);
        CheckThree(EuroSat.Load(folder.Path));
    }

    [Fact]
    public void ZipAndFolderHaveTheSameHash()
    {
        using TemporaryFolder zipped = new(), unpacked = new();
        zipped.Write("EuroSAT.zip", Zip(s_three));
        foreach ((string name, byte[] content) in s_three) unpacked.Write(name, content);
        Assert.Equal(EuroSat.Load(zipped.Path).Hash, EuroSat.Load(unpacked.Path).Hash);
    }

    [Fact]
    public void AZipFileOfMacOsIsRead()
    {
        using TemporaryFolder folder = new();
        folder.Write("EuroSAT.zip", Zip([.. s_three, ("__MACOSX/2750/AnnualCrop/._AnnualCrop_2.jpg", [0, 5, 22, 7]),
            ("2750/.DS_Store", [1]), ("2750/Icon\r", []), ("2750/River/Icon\r", []), ("2750/River/Thumbs.db", [1])]));
        CheckThree(EuroSat.Load(folder.Path));
    }

    [Fact]
    public void AZipFileOfWindowsIsRead()
    {
        using TemporaryFolder folder = new();
        folder.Write("EuroSAT.zip", Zip([.. s_three.Select(file => (@".\" + file.Name.Replace('/', '\\'), file.Content)),
            ("2750\\River\\", [])]));
        CheckThree(EuroSat.Load(folder.Path));
    }

    [Theory]
    [InlineData("2750/", "__MACOSX/2750/AnnualCrop/._AnnualCrop_2.jpg")]
    [InlineData("EuroSAT/2750/", "EuroSAT/readme.txt")]
    [InlineData("EuroSAT_RGB/", "__MACOSX/x")]
    [InlineData("", "EuroSAT_MS.zip")]
    [InlineData("", "labeled_idx/lb_labels_10.npy")]
    [InlineData("data/EuroSAT/2750/", ".DS_Store")]
    [InlineData("2750/", "2750/River/._River_1.jpg")]
    public void UnpackedFoldersAreFoundAmongOtherThings(string around, string other)
    {
        using TemporaryFolder folder = new();
        foreach ((string name, byte[] content) in s_three) folder.Write(name.Replace("2750/", around), content);
        folder.Write(other, [1, 2, 3]);
        CheckThree(EuroSat.Load(folder.Path));
    }

    [Fact]
    public void ClassesInTwoPlacesAreTold()
    {
        using TemporaryFolder folder = new();
        foreach ((string name, byte[] content) in s_three)
        {
            folder.Write(name, content);
            folder.Write(name.Replace("2750/", "copy/"), content);
        }

        Assert.Contains("more than once", Mistake(folder));
    }

    [Theory]
    [InlineData("../evil.jpg")]
    [InlineData("2750/../../evil.jpg")]
    [InlineData("/etc/evil.jpg")]
    [InlineData("2750\\..\\..\\evil.jpg")]
    [InlineData("C:/evil.jpg")]
    public void EntriesThatPointOutsideAreRefused(string name)
    {
        using TemporaryFolder folder = new();
        folder.Write("EuroSAT.zip", Zip([.. s_three, (name, [1])]));
        Assert.Contains("points outside its folder", Mistake(folder));
    }

    [Fact]
    public void MistakesAreTold()
    {
        using TemporaryFolder folder = new();
        Assert.Contains("put it there as it is", Mistake(folder));
        folder.Write("EuroSAT.zip", [1, 2, 3]);
        Assert.Contains("damaged zip file or none at all", Mistake(folder));
        folder.Write("EuroSAT.zip", Zip(("2750/Annualcrop/1.jpg", Picture(1))));
        Assert.Contains("lies in the folder 'Annualcrop', which is no class of EuroSAT. Did you mean AnnualCrop?",
            Mistake(folder));
        folder.Write("EuroSAT.zip", Zip(("2750/River/1.jpg", Picture(1, side: 65))));
        Assert.Contains("2750/River/1.jpg has 65×65 pixels; those of EuroSAT have 64×64", Mistake(folder));
        folder.Write("EuroSAT.zip", Zip(("2750/River/1.jpg", [1, 2, 3, 4])));
        Assert.Contains("no PNG or JPEG file", Mistake(folder));
        folder.Write("EuroSAT.zip", Zip(("ds/AnnualCrop/AnnualCrop_1.tif", [1])));
        Assert.Contains("holds no JPEG file but .tif files: it is the edition of 13 bands", Mistake(folder));
        folder.Write("EuroSAT.zip", Zip(("readme.txt", [1])));
        Assert.Contains("holds no JPEG file", Mistake(folder));
        folder.Write("EuroSAT.zip", Zip(s_three[0], s_three[0]));
        Assert.Contains("two entries of the name", Mistake(folder));
        folder.Write("EuroSAT.zip", Zip(("2750/River/1.jpg", new byte[2 << 20])));
        Assert.Contains("the most is 1048576", Mistake(folder));
        Assert.Contains("does not exist", Assert.Throws<InputException>(() => EuroSat.Load(folder.File("none"))).Message);
        Assert.Contains("no split test", Assert.Throws<InputException>(() => EuroSat.Load(folder.Path, Split.Test)).Message);
    }

    [Fact]
    public void AWrongCheckSumIsNoticed()
    {
        using TemporaryFolder folder = new();
        byte[] zip = Zip(("2750/River/1.jpg", Picture(1)));
        int start = zip.AsSpan().IndexOf("PK\u0001\u0002"u8);
        zip[start + 16] ^= 1;     // the check sum in the directory
        folder.Write("EuroSAT.zip", zip);
        Assert.Contains("check sum", Mistake(folder));
    }

    [Fact]
    public void DamagedZipFilesGiveImagesOrAMessage()
    {
        using TemporaryFolder folder = new();
        string path = folder.File("EuroSAT.zip");
        int good = Damage.Survive(Zip(s_three), 3000, file =>
        {
            File.WriteAllBytes(path, file);
            EuroSat.Load(path);
        });
        Assert.InRange(good, 1, 2999);
    }
}
