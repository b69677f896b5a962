using Qdiff;

public class ImageFolderTests
{
    static byte[] Grey(byte value, int width = 3, int height = 2)
    {
        Raster raster = new(width, height, 1);
        raster.Pixels.AsSpan().Fill(value);
        return Png.Encode(raster);
    }

    static byte[] Colour(byte red, byte green, byte blue)
    {
        Raster raster = new(3, 2, 3);
        for (int i = 0; i < 6; i++)
            (raster.Pixels[3 * i], raster.Pixels[3 * i + 1], raster.Pixels[3 * i + 2]) = (red, green, blue);
        return Png.Encode(raster);
    }

    [Fact]
    public void FilesComeInOrdinalOrderWithoutLabels()
    {
        using TemporaryFolder folder = new();
        foreach ((string name, byte value) in new[] { ("b.png", (byte)3), ("B.PNG", (byte)1), ("a.png", (byte)2) })
            folder.Write(name, Grey(value));
        folder.Write("notes.txt", [1, 2, 3]);
        ImageSet images = ImageFolder.Load(folder.Path);
        Assert.Equal([1, 2, 3], Enumerable.Range(0, 3).Select(i => (int)images.Image(i)[5]));
        Assert.False(images.HasLabels);
        Assert.Equal([1, 2, 3], images.Shape);
    }

    [Fact]
    public void SubFoldersAreClasses()
    {
        using TemporaryFolder folder = new();
        folder.Write("dog/1.png", Grey(20));
        folder.Write("cat/2.png", Grey(11));
        folder.Write("cat/1.png", Grey(10));
        folder.Write(".git/x", [0]);
        ImageSet images = ImageFolder.Load(folder.Path);
        Assert.Equal([10, 11, 20], Enumerable.Range(0, 3).Select(i => (int)images.Image(i)[0]));
        Assert.Equal([0, 0, 1], images.Labels.ToArray());
        Assert.Equal(["cat", "dog"], images.ClassNames);
    }

    [Fact]
    public void OneColourImageMakesAllColour()
    {
        using TemporaryFolder folder = new();
        folder.Write("1.png", Grey(9));
        folder.Write("2.png", Colour(1, 2, 3));
        ImageSet images = ImageFolder.Load(folder.Path);
        Assert.Equal([3, 2, 3], images.Shape);
        Assert.Equal([.. Enumerable.Repeat((byte)9, 18)], images.Image(0).ToArray());
        Assert.Equal([1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 3, 3, 3, 3, 3, 3], images.Image(1).ToArray());
    }

    [Fact]
    public void JpegAndPngMayStandSideBySide()
    {
        using TemporaryFolder folder = new();
        byte[] jpeg = Fixture.Read("420-baseline.jpg");
        folder.Write("a/1.JPG", jpeg);
        folder.Write("a/2.png", Fixture.Read("420-baseline.png"));
        folder.Write("b/3.jpeg", jpeg);
        folder.Write("b/4.png", jpeg);     // the content counts
        ImageSet images = ImageFolder.Load(folder.Path);
        Assert.Equal([3, 23, 31], images.Shape);
        Assert.Equal([0, 0, 1, 1], images.Labels.ToArray());
        for (int i = 1; i < 4; i++) Assert.Equal(images.Image(0).ToArray(), images.Image(i).ToArray());
    }

    [Fact]
    public void MistakesAreTold()
    {
        using TemporaryFolder folder = new();
        string Mistake() => Assert.Throws<InputException>(() => ImageFolder.Load(folder.Path)).Message;
        Assert.Contains("has no PNG or JPEG file", Mistake());
        folder.Write("1.png", Grey(1));
        folder.Write("2.png", Grey(1, width: 4));
        Assert.Contains($"{folder.File("1.png")} is 3×2 and {folder.File("2.png")} is 4×2", Mistake());
        folder.Write("2.png", [1, 2, 3]);
        Assert.Contains($"{folder.File("2.png")} is no PNG or JPEG file", Mistake());
        folder.Write("2.png", Grey(1));
        folder.Write("sub/1.png", Grey(1));
        Assert.Contains("both in itself and in the sub-folder", Mistake());
        File.Delete(folder.File("1.png"));
        File.Delete(folder.File("2.png"));
        Directory.CreateDirectory(folder.File("empty"));
        Assert.Contains("empty has no PNG or JPEG file", Mistake());
        Assert.Contains("does not exist", Assert.Throws<InputException>(() => ImageFolder.Load(folder.File("none"))).Message);
    }
}
