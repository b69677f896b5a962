using System.Security.Cryptography;
using Qdiff;

public class ImageSetTests
{
    /// <summary>Image i of class i % 3; pixel j of channel c is 40·i + 4·c + j.</summary>
    static ImageSet Small(int count = 6, int channels = 3) => new("small", [channels, 2, 2],
        [.. Enumerable.Range(0, count).SelectMany(i => Enumerable.Range(0, channels * 4).Select(e => (byte)(40 * i + e)))],
        [.. Enumerable.Range(0, count).Select(i => i % 3)], ["a", "b", "c"]);

    [Fact]
    public void TilePutsPixelEOfSampleSAtSixteenEPlusS()
    {
        ImageSet images = Small();
        int[] chosen = [4, 0, 5];
        float[] tile = [.. Enumerable.Repeat(float.NaN, 12 * 16)];
        images.FillTile(chosen, tile);
        for (int e = 0; e < 12; e++)
            for (int s = 0; s < 16; s++)
                Assert.Equal(s < 3 ? (40 * chosen[s] + e) * 2f / 255f - 1f : 0f, tile[e * 16 + s]);
    }

    [Fact]
    public void AllSixteenSamplesOfATileMayBeUsed()
    {
        ImageSet images = Small(6, channels: 1);
        var tile = new float[4 * 16];
        int[] chosen = [.. Enumerable.Range(0, 16).Select(s => s % 6)];
        images.FillTile(chosen, tile);
        Assert.All(chosen.Index(), s => Assert.Equal(images.Image(s.Item)[3] * 2f / 255f - 1f, tile[3 * 16 + s.Index]));
    }

    [Fact]
    public void PixelsSurviveTheWayToNumbersAndBack()
    {
        ImageSet all = new("all", [1, 16, 16], [.. Enumerable.Range(0, 256).Select(i => (byte)i)]);
        var tile = new float[256 * 16];
        all.FillTile([0], tile);
        float[] values = [.. Enumerable.Range(0, 256).Select(e => tile[e * 16])];
        Assert.Equal(-1f, values[0]);
        Assert.Equal(1f, values[255]);
        Assert.Equal(all.Image(0), ImageSet.FromSamples("back", all.Shape, values).Image(0));
    }

    [Theory]
    [InlineData(-7f, 0)]
    [InlineData(float.NegativeInfinity, 0)]
    [InlineData(1.001f, 255)]
    [InlineData(float.NaN, 0)]
    public void NumbersOutsideAreClamped(float value, byte pixel) => Assert.Equal(pixel, ImageSet.ToPixel(value));

    [Fact]
    public void HashIsTheWrittenDownRecipe()
    {
        ImageSet images = Small(3, channels: 1);
        byte[] expected = [3, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0,
            0, 1, 2, 3, 40, 41, 42, 43, 80, 81, 82, 83, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0];
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(expected)), images.Hash);
    }

    [Fact]
    public void HashSeesEverythingButTheName()
    {
        byte[] pixels = [1, 2, 3, 4, 5, 6, 7, 8];
        string hash = new ImageSet("x", [1, 2, 2], pixels, [0, 1]).Hash;
        Assert.Equal(hash, new ImageSet("y", [1, 2, 2], pixels, [0, 1]).Hash);
        Assert.Equal(5, new[]
        {
            hash, new ImageSet("x", [1, 2, 2], pixels, [1, 0]).Hash, new ImageSet("x", [1, 2, 2], pixels).Hash,
            new ImageSet("x", [1, 1, 4], pixels, [0, 1]).Hash,
            new ImageSet("x", [1, 2, 2], [1, 2, 3, 4, 5, 6, 7, 9], [0, 1]).Hash,
        }.Distinct().Count());
    }

    [Fact]
    public void AViewIsTheSameAsASetOfItsImages()
    {
        ImageSet view = Small().Select([5, 1, 1], "view"), again = view.Select([2, 0], "again");
        ImageSet copied = new("copy", [3, 2, 2], [.. view.Image(0), .. view.Image(1), .. view.Image(2)], [2, 1, 1]);
        Assert.Equal(copied.Hash, view.Hash);
        Assert.Equal(Small().Image(1), again.Image(0));
        Assert.Equal(Small().Image(5), again.Image(1));
        Assert.Equal([1, 2], again.Labels.ToArray());
    }

    [Fact]
    public void WrongArgumentsAreNamed()
    {
        Assert.Contains("6 images but 1 labels",
            Assert.Throws<ArgumentException>(() => new ImageSet("x", [1, 1, 1], new byte[6], [0])).Message);
        Assert.Contains("Label 1 is 2",
            Assert.Throws<ArgumentException>(() => new ImageSet("x", [1, 1, 1], new byte[2], [0, 2], ["a", "b"])).Message);
        Assert.Contains("7 bytes", Assert.Throws<ArgumentException>(() => new ImageSet("x", [1, 2, 2], new byte[7])).Message);
        Assert.Contains("2×2×2", Assert.Throws<ArgumentException>(() => new ImageSet("x", [2, 2, 2], new byte[8])).Message);
        Assert.Contains("6 images", Assert.Throws<ArgumentOutOfRangeException>(() => { _ = Small().Image(6); }).Message);
        Assert.Contains("got 17", Assert.Throws<ArgumentException>(() => Small().FillTile(new int[17], new float[192])).Message);
        Assert.Contains("192 numbers, got 191",
            Assert.Throws<ArgumentException>(() => Small().FillTile([0], new float[191])).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => Small().FillTile([-1], new float[192]));
    }
}
