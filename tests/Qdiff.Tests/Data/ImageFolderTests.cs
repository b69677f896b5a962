using Qdiff;
using Qdiff.Imaging;

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

    static byte[] JpegOf() => Fixture.Read("420-baseline.jpg");

    /// <summary>Black on the left, 200 on the right.</summary>
    static byte[] Halves(int width, int height)
    {
        Raster raster = new(width, height, 1);
        for (int i = 0; i < width * height; i++) raster.Pixels[i] = (byte)(i % width < width / 2 ? 0 : 200);
        return Png.Encode(raster);
    }

    /// <summary>A black grey image, packed a thousand to one without being built in memory first.</summary>
    static byte[] Flat(int width, int height)
    {
        byte[] header = new byte[13];
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(header, width);
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        header[8] = 8;
        return PngFile.Join(("IHDR", header), ("IDAT", PngFile.Zlib(new byte[(width + 1) * height])), ("IEND", []));
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
    public void WhatSystemsLeaveInFoldersIsNoPicture()
    {
        using TemporaryFolder folder = new();
        byte[] litter = [0, 5, 0x16, 7, 0, 2, 0, 0];
        foreach (string name in (string[])["cat", "dog"])
        {
            folder.Write($"{name}/1.png", Grey(1));
            foreach (string left in (string[])["._1.png", ".DS_Store", "Thumbs.db", "desktop.ini", "Icon\r", ".hidden.jpg"])
                folder.Write($"{name}/{left}", litter);
            folder.Write($"{name}/@eaDir/1.png/SYNOPHOTO_THUMB.jpg", litter);
        }

        foreach (string other in (string[])["__MACOSX/cat/._1.png", "@eaDir/1.png", "$RECYCLE.BIN/1.png", ".git/1.png",
            "System Volume Information/1.png", "#recycle/1.png", "dog.zip", "._cat"])
            folder.Write(other, litter);
        ImageSet images = ImageFolder.Load(folder.Path);
        Assert.Equal((2, 0), (images.Count, images.Notes.Count));
        Assert.Equal(["cat", "dog"], images.ClassNames);
    }

    [Fact]
    public void PicturesOfOtherFormatsAreCountedAndSaid()
    {
        using TemporaryFolder folder = new();
        foreach (string name in (string[])["1.png", "2.PNG", "7.webp"]) folder.Write(name, Grey(1));     // the last is a PNG
        foreach (string name in (string[])["3.jpe", "4.jfif", "5.JPEG", "6.JPG"]) folder.Write(name, JpegOf());
        foreach (string name in (string[])["a.webp", "b.webp", "c.WEBP"]) folder.Write(name, [1, 2, 3]);
        foreach (string name in (string[])["a.tif", "b.bmp"]) folder.Write(name, []);
        folder.Write("begun.jfif", [0xFF, 0xD8, 0xFF]);
        folder.Write("really.jpg", [.. "RIFF"u8, 1, 2, 3, 4, .. "WEBP"u8]);
        folder.Write("notes.txt", [1]);
        ImageSet images = ImageFolder.Load(folder.Path, new() { Size = 2 });
        Assert.Equal(7, images.Count);
        Assert.Equal("left out 3 .webp, 1 .bmp, 1 .jfif (cut off), 1 .jpg, 1 .tif: only PNG and JPEG are read",
            Assert.Single(images.Notes));
        Assert.Equal(images.Notes, images.First(2).Resize(1, 1).Notes);
    }

    /// <summary>Subsets are often made of links, whose own few bytes say nothing of the images.</summary>
    [Fact]
    public void ImagesBehindLinksAreRead()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "links may not be made by everyone there");
        using TemporaryFolder folder = new();
        folder.Write("all/0.png", Grey(7));
        Directory.CreateDirectory(folder.File("some"));
        for (int i = 0; i < 3; i++) File.CreateSymbolicLink(folder.File($"some/{i}.png"), "../all/0.png");
        ImageSet images = ImageFolder.Load(folder.File("some"));
        Assert.Equal((3, 0), (images.Count, images.Notes.Count));
    }

    [Fact]
    public void AFolderWithoutPicturesBesideTheClassesIsNoClass()
    {
        using TemporaryFolder folder = new();
        folder.Write("a/1.png", Grey(1));
        folder.Write("labeled_idx/lb_labels_10.npy", [1]);
        folder.Write("z/1.png", Grey(1));
        ImageSet images = ImageFolder.Load(folder.Path);
        Assert.Equal(["a", "z"], images.ClassNames);
        Assert.Contains("labeled_idx, which has no images", Assert.Single(images.Notes));
        folder.Write("m/1.webp", [1]);      // a class whose images are not read is another matter
        Assert.Contains("convert its images to PNG",
            Assert.Throws<InputException>(() => ImageFolder.Load(folder.Path)).Message);
    }

    [Fact]
    public void PartsAboveTheClassesAreChosenByTheSplit()
    {
        using TemporaryFolder folder = new();
        foreach ((string part, byte value) in ((string, byte)[])[("train", 1), ("val", 2), ("test", 3)])
            foreach (string name in (string[])["a", "b"]) folder.Write($"{part}/{name}/1.png", Grey(value));
        ImageSet images = ImageFolder.Load(folder.Path);
        Assert.Equal((2, 1), (images.Count, (int)images.Image(0)[0]));
        Assert.Equal(["a", "b"], images.ClassNames);
        Assert.Contains("has the parts test and train and val; this is train", Assert.Single(images.Notes));
        Assert.Equal($"folder:{Path.GetFileName(folder.Path)}/train", images.Name);
        Assert.Equal(3, ImageFolder.Load(folder.Path, split: Split.Test).Image(0)[0]);
        Assert.Equal(2, Catalog.Default.DataSets.Load(folder.Path, split: Split.Validation).Image(0)[0]);
    }

    [Fact]
    public void PicturesOfSeveralSizesAreFittedOneByOne()
    {
        using TemporaryFolder folder = new();
        folder.Write("1.png", Halves(8, 4));
        folder.Write("2.png", Halves(4, 12));
        folder.Write("3.png", Halves(4, 4));
        Assert.Contains("data.size=64", Assert.Throws<InputException>(() => ImageFolder.Load(folder.Path)).Message);
        var config = new DataConfig { Dataset = folder.Path, Size = 4 };
        ImageSet cropped = config.Load(Catalog.Default);
        Assert.Equal((3, 4, 4), (cropped.Count, cropped.Height, cropped.Width));
        // The middle of 8×4: its columns 2 to 5, whose border is in the middle.
        Assert.Equal([0, 0, 200, 200], cropped.Image(0)[..4].ToArray());
        Assert.Equal([0, 0, 200, 200], cropped.Image(1)[..4].ToArray());
        Assert.Equal([0, 0, 200, 200], (config with { Fit = Fitting.Stretch }).Load(Catalog.Default).Image(0)[..4].ToArray());
        Assert.Equal(3, (config with { Size = null, Crop = 2 }).Load(Catalog.Default).Count);
        Assert.Contains("1.png", Assert.Throws<InputException>(() => (config with { Crop = 5 }).Load(Catalog.Default)).Message);

        // One size and square: what it always was.
        using TemporaryFolder square = new();
        square.Write("1.png", Halves(8, 8));
        ImageSet whole = ImageFolder.Load(square.Path);
        ImageSet fitted = new DataConfig
        {
            Dataset = square.Path,
            Size = 3,
            Crop = 6,
            Resampling = "bicubic"
        }.Load(Catalog.Default);
        ImageSet stepwise = whole.CropCentre(6, 6).Resize(3, 3, Resampling.Bicubic);
        Assert.Equal((stepwise.Hash, stepwise.Name), (fitted.Hash, fitted.Name));
    }

    [Fact]
    public void TheShortSideGetsTheSize()
    {
        // Three stripes of 4 columns: stretched to a square all are there, cropped only the middle one.
        Raster stripes = new(12, 4, 1);
        for (int i = 0; i < 48; i++) stripes.Pixels[i] = (byte)(i % 12 / 4 * 100);
        using TemporaryFolder folder = new();
        folder.Write("1.png", Png.Encode(stripes));
        var config = new DataConfig { Dataset = folder.Path, Size = 3 };
        Assert.Equal(Enumerable.Repeat((byte)100, 9), config.Load(Catalog.Default).Image(0).ToArray());
        Assert.Equal([0, 100, 200], (config with { Fit = Fitting.Stretch }).Load(Catalog.Default).Image(0)[..3].ToArray());
    }

    [Fact]
    public void TransparencyShowsWhiteAndIsSaid()
    {
        using TemporaryFolder folder = new();
        folder.Write("1.png", new PngFile(3, 2, 8, 4, Interlaced: false).Build((_, _, i) => i == 0 ? 10 : 0));
        folder.Write("2.png", new PngFile(3, 2, 16, 4, Interlaced: false).Build((_, _, i) => i == 0 ? 257 * 20 : 65535));
        folder.Write("3.png", Colour(1, 2, 3));
        ImageSet images = ImageFolder.Load(folder.Path);
        Assert.Equal([3, 2, 3], images.Shape);
        Assert.Equal((255, 20, 1), (images.Image(0)[0], images.Image(1)[0], images.Image(2)[0]));
        Assert.Equal(["1 of 3 images have transparent parts, which show white",
            "1 of 3 images have 16 bits, of which the upper 8 are read; their largest number is 20 of 255: scale them first"],
            images.Notes);
    }

    /// <summary>Twelve bits in sixteen are a sixteenth of the range: nearly black, and in few steps.</summary>
    [Fact]
    public void WhatIsLostOfSixteenBitsIsSaid()
    {
        using TemporaryFolder folder = new();
        folder.Write("1.png", new PngFile(3, 2, 16, 0, Interlaced: false).Build((x, _, _) => x * 1000));
        folder.Write("2.png", Grey(200));
        const string note = "1 of 2 images have 16 bits, of which the upper 8 are read";
        Assert.Equal($"{note}; their largest number is 8 of 255: scale them first",
            Assert.Single(ImageFolder.Load(folder.Path).Notes));
        folder.Write("1.png", new PngFile(3, 2, 16, 0, Interlaced: false).Build((x, _, _) => x * 30_000));
        Assert.Equal(note, Assert.Single(ImageFolder.Load(folder.Path).Notes));
    }

    [Fact]
    public void ImagesMayBeScaledUp()
    {
        using TemporaryFolder folder = new();
        for (int i = 0; i < 5; i++) folder.Write($"{i}.png", Grey((byte)i, 8, 8));
        Assert.Equal([1, 4096, 4096], ImageFolder.Load(folder.Path, new() { Size = 4096 }).Shape);
    }

    [Fact]
    public void SmallFilesCannotFillTheMemory()
    {
        using TemporaryFolder folder = new();
        byte[] flat = Flat(5000, 5000);
        for (int i = 0; i < 4; i++) folder.Write($"{i}.png", flat);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Contains("times the packed size",
            Assert.Throws<InputException>(() => ImageFolder.Load(folder.Path)).Message);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 2_000_000);
    }

    /// <summary>Images that nobody would read, or a class that would vanish and leave its number to the next.</summary>
    [Theory]
    [InlineData("deeper has images, but it lies inside", "a/1.png", "a/deeper/2.png", "b/1.png")]
    [InlineData("inner has images, but it lies inside", "a/1.png", "b/deep/inner/1.png", "b/readme.txt")]
    [InlineData("both in itself and in the sub-folder", "1.png", "x/y/2.png")]
    [InlineData("has both val and valid, which are names of one part", "val/a/1.png", "valid/a/1.png", "test/a/1.png")]
    public void ImagesThatNobodyWouldReadAreRefused(string expected, params string[] files)
    {
        using TemporaryFolder folder = new();
        foreach (string file in files) folder.Write(file, file.EndsWith(".png") ? Grey(1) : [1]);
        Assert.Contains(expected, Assert.Throws<InputException>(() => ImageFolder.Load(folder.Path)).Message);
    }

    [Fact]
    public void TheFirstOfTrainValAndTestIsTheDefault()
    {
        using TemporaryFolder folder = new();
        folder.Write("val/a/1.png", Grey(7));
        folder.Write("test/a/1.png", Grey(8));
        Assert.Equal(7, ImageFolder.Load(folder.Path).Image(0)[0]);
        Assert.Equal(8, ImageFolder.Load(folder.Path, split: Split.Test).Image(0)[0]);
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
