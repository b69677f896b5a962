using Qdiff;
using Qdiff.Imaging;

public class ImageSizesTests
{
    /// <summary>7 wide, 6 high, with jumps of all sizes.</summary>
    static ImageSet Grey() =>
        new("grey", [1, 6, 7], [.. Enumerable.Range(0, 42).Select(i => (byte)(i % 7 * 37 + i / 7 * 91 + i % 7 * (i / 7) * 13))],
            [0], ["only"]);

    /// <summary>What Pillow 9.4 makes of the same image with BOX, BILINEAR and BICUBIC.</summary>
    [Theory]
    [InlineData("area", 3, 4, "449B5C9D87927AA28A899867")]
    [InlineData("bilinear", 3, 4, "57848399828E928F7D819772")]
    [InlineData("bicubic", 3, 4, "5087819A859193907A819C6B")]
    [InlineData("area", 10, 9,
        "0025254A6F94B9B9DE0025254A6F94B9B9DE5B8D8DBFF123555587B6F5F53473B2F1F130B6F5F53473B2F1F130115D5DA9F5418D8DD911"
        + "5D5DA9F5418D8DD96CC5C51E77D0292982C72D2D93F95FC5C52BC72D2D93F95FC5C52B")]
    [InlineData("bilinear", 10, 9,
        "001935526F8CA9C5DE24416182A3747F9FBB5B7CA3CAF1513F668792B8A178A58399935395C1995A8D98C0AF52326385A2DB7580A8B735"
        + "6C7D84C38A6E80B66CA77B3277BC734782A37C677AC59989744EC7605AAAF98198922B")]
    [InlineData("bicubic", 10, 9,
        "000F2D496591B2CFE71B335C85A26E77A3C65979A3CFF144316989A1D4AB689F82A7963B9EDA9E3F819EDDBC3E225485B1E76274B5C51E"
        + "637F87C986587BCE68B47E2177CD703A86AE7D5C76C6998D7442D65045BAFF6E9EA21D")]
    [InlineData("area", 6, 3, "136FCC749C6ED6739137A0B39977567AA478")]
    [InlineData("bilinear", 6, 3, "206FBE86A65CB5829F52AA9881776D7AAE78")]
    [InlineData("bicubic", 6, 3, "1B6FC388A75AB67FA051AB997F776F7CAF76")]
    [InlineData("area", 2, 7, "5B8D6A9C78AA876C7073CC7B7E82")]
    [InlineData("bilinear", 2, 7, "52877CB2679C91758B61B78C8278")]
    [InlineData("bicubic", 2, 7, "4F8A77AB6C9F93788866BD878476")]
    [InlineData("area", 1, 1, "83")]
    [InlineData("bilinear", 1, 1, "87")]
    [InlineData("bicubic", 1, 1, "86")]
    public void EveryByteIsThatOfPillow(string resampling, int height, int width, string expected)
    {
        ImageSet resized = Grey().Resize(height, width, Catalog.Default.Resamplings[resampling].Resampling);
        Assert.Equal([1, height, width], resized.Shape);
        Assert.Equal(expected, Convert.ToHexString(resized.Image(0)));
        Assert.Equal($"grey[{height}×{width} {resampling}]", resized.Name);
        Assert.Equal([0], resized.Labels.ToArray());
        Assert.Equal(["only"], resized.ClassNames);
    }

    [Fact]
    public void AreaByAWholeNumberIsTheMean()
    {
        ImageSet images = new("x", [1, 2, 4], [10, 20, 0, 255, 30, 42, 255, 0]);
        Assert.Equal([26, 128], images.Resize(1, 2).Image(0).ToArray());     // 25.5 and 127.5 after rounding each direction
    }

    [Fact]
    public void ColoursAndImagesStayApart()
    {
        byte[] pixels = [.. Enumerable.Range(0, 2 * 3 * 16).Select(i => (byte)(i / 16 * 40))];
        ImageSet resized = new ImageSet("x", [3, 4, 4], pixels).Resize(2, 3, Resampling.Bicubic);
        for (int i = 0; i < 2; i++)
            for (int c = 0; c < 3; c++)
                Assert.Equal([.. Enumerable.Repeat((byte)((3 * i + c) * 40), 6)], resized.Image(i).Slice(6 * c, 6).ToArray());
    }

    [Fact]
    public void AViewIsResizedInItsOrder()
    {
        ImageSet images = new("x", [1, 2, 2], [1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3], [5, 6, 7]);
        ImageSet resized = images.Select([2, 0], "view").Resize(1, 1);
        Assert.Equal([3, 1], [resized.Image(0)[0], resized.Image(1)[0]]);
        Assert.Equal([7, 5], resized.Labels.ToArray());
    }

    [Fact]
    public void TheSameSizeIsTheSameSet()
    {
        ImageSet images = Grey();
        Assert.Same(images, images.Resize(6, 7, Resampling.Bicubic));
    }

    [Fact]
    public void CropsAreRectangles()
    {
        ImageSet images = new("x", [1, 3, 4], [.. Enumerable.Range(0, 12).Select(i => (byte)i)]);
        Assert.Equal([5, 6, 9, 10], images.Crop(1, 1, 2, 2).Image(0).ToArray());
        Assert.Equal([1, 2, 5, 6], images.CropCentre(2, 2).Image(0).ToArray());
        Assert.Equal([1, 2, 2], images.CropCentre(2, 2).Shape);
        Assert.Equal(images.Hash, images.CropCentre(3, 4).Hash);
    }

    /// <summary>From 4 pixels to 2 the first new one has three old ones, at distances −1/4, 1/4 and 3/4.</summary>
    [Fact]
    public void AFilterWithoutASumIsRefused()
    {
        Refused("'reachless' gives new pixel 0 of 2 from 4 old ones 0 weights of sum 0 and magnitude 0", 0, _ => 1);
        Refused("'zero' gives new pixel 0 of 2 from 4 old ones 3 weights of sum 0 and magnitude 0", 1, _ => 0);
        Refused("'wild' gives new pixel 0 of 2 from 4 old ones 3 weights of sum -1 and magnitude 7", 1, x => x < 0 ? 3 : -2);
        Refused("'nan' gives new pixel 0 of 2 from 4 old ones 3 weights of sum NaN and magnitude NaN", 1, _ => double.NaN);
        Refused("'endless' gives new pixel 0 of 2 from 4 old ones 3 weights of sum Infinity", 1, _ => double.PositiveInfinity);
        // A sum of −3 is brought to 1 like any other.
        Assert.Equal([7, 7, 7, 7], Resize(new("negative", 1, _ => -1)).Image(0).ToArray());

        static void Refused(string expected, double reach, Func<double, double> weight) => Assert.Contains(expected,
            Assert.Throws<ArgumentException>(() => Resize(new(expected.Split('\'')[1], reach, weight))).Message);

        static ImageSet Resize(Resampling filter) =>
            new ImageSet("x", [1, 4, 4], [.. Enumerable.Repeat((byte)7, 16)]).Resize(2, 2, filter);
    }

    [Fact]
    public void MistakesAreTold()
    {
        ImageSet images = Grey();
        string Mistake(Func<ImageSet> make) => Assert.Throws<InputException>(make).Message;
        Assert.Contains("cannot become 0×5", Mistake(() => images.Resize(0, 5)));
        Assert.Contains("cannot become 65536×65536", Mistake(() => images.Resize(65536, 65536)));
        ImageSet tall = new("tall", [1, 1 << 16, 1], new byte[1 << 16]);
        Assert.Contains("an image of 65536×32768 pixels would lie between", Mistake(() => tall.Resize(1, 1 << 15)));
        Assert.Contains("does not fit into the 6×7 pixels of grey", Mistake(() => images.Crop(4, 0, 3, 7)));
        Assert.Contains("does not fit", Mistake(() => images.Crop(-1, 0, 3, 7)));
        Assert.Contains("does not fit", Mistake(() => images.CropCentre(8, 8)));
        Assert.Equal(Resampling.Bicubic, Catalog.Default.Resamplings["bicubic"].Resampling);
        Assert.Contains("Did you mean bilinear?",
            Assert.Throws<InputException>(() => Catalog.Default.Resamplings["bilinaer"]).Message);
    }
}
