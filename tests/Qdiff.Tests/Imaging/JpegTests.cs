using Qdiff;
using Qdiff.Imaging;

public class JpegTests
{
    public static TheoryData<string> Images =>
        [.. Directory.GetFiles(Fixture.Folder, "*.png").Select(path => Path.GetFileNameWithoutExtension(path)).Order()];

    static string Mistake(byte[] file) => Assert.Throws<InputException>(() => Jpeg.Decode(file, "x.jpg")).Message;

    [Theory, MemberData(nameof(Images))]
    public void EveryPixelIsThatOfTheOtherDecoder(string name)
    {
        Raster image = Jpeg.Read(Fixture.Path($"{name}.jpg")), expected = Png.Read(Fixture.Path($"{name}.png"));
        Assert.Equal((expected.Width, expected.Height, expected.Channels), (image.Width, image.Height, image.Channels));
        Assert.Equal(expected.Pixels, image.Pixels);
    }

    [Theory, MemberData(nameof(Images))]
    public void EveryCutIsNoticed(string name)
    {
        byte[] file = Fixture.Read($"{name}.jpg");
        for (int length = 3; length < file.Length; length++)
            Assert.Matches("is (cut off|damaged)", Mistake(file[..length]));
    }

    [Theory, MemberData(nameof(Images))]
    public void DamagedFilesGiveAnImageOrAMessage(string name)
    {
        const int count = 700;
        int good = Damage.Survive(Fixture.Read($"{name}.jpg"), count, file => Jpeg.Decode(file, "x.jpg"));
        Assert.InRange(good, 1, count - 1);
    }

    [Fact]
    public void OtherKindsAreRefusedByName()
    {
        Assert.Contains("arithmetically", Mistake(Fixture.Read("refused-arithmetic.jpg")));
        Assert.Contains("four colours (CMYK)", Mistake(Fixture.Read("refused-cmyk.jpg")));
        Assert.Contains("no JPEG file", Mistake([1, 2, 3]));
        Assert.Contains("lossless", Mistake(WithFrame(marker: 0xC3)));
        Assert.Contains("arithmetically", Mistake(WithFrame(marker: 0xC9)));
        Assert.Contains("12 bits a sample", Mistake(WithFrame(offset: 4, value: 12)));
        Assert.Contains("2 components", Mistake(FrameOf(components: 2)));
        Assert.Contains("claims 65535×65535 pixels", Mistake(WithSize(65535, 65535)));
        Assert.Contains("cut off: 2000×2000 pixels need", Mistake(WithSize(2000, 2000)));
        byte[] thirds = WithFrame(offset: 11, value: 0x21);
        thirds[Marker(thirds, 0xC0) + 14] = 0x31;
        Assert.Contains("only whole ratios", Mistake(thirds));
    }

    [Fact]
    public void ASmallFileCannotAskForManyScans()
    {
        byte[] file = Fixture.Read("grey-progressive.jpg");
        int scan = Marker(file, 0xDA), end = file.AsSpan(scan + 2).IndexOf<byte>([0xFF, 0xC4]) + scan + 2;
        byte[] many = [.. file[..scan], .. Enumerable.Repeat(file[scan..end], 300).SelectMany(bytes => bytes), .. file[end..]];
        Assert.Contains("more than 256 scans", Mistake(many));
    }

    [Fact]
    public void AMissingTableOrComponentIsNoticed()
    {
        byte[] file = Fixture.Read("444-baseline.jpg");
        int tables = Marker(file, 0xDB), frame = Marker(file, 0xC0), codes = Marker(file, 0xC4), scan = Marker(file, 0xDA);
        Assert.Contains("uses quantisation table 0 but does not define it", Mistake([.. file[..tables], .. file[frame..]]));
        Assert.Contains("uses DC Huffman table 0 but does not define it", Mistake([.. file[..codes], .. file[scan..]]));
        Assert.Contains("no data for one of its components", Mistake([.. file[..scan], 0xFF, 0xD9]));
        Assert.Contains("no frame header", Mistake([.. file[..frame], 0xFF, 0xD9]));
        Assert.Contains("pixels come before its frame header", Mistake([.. file[..frame], .. file[codes..]]));
    }

    [Fact]
    public void AMissingRestartMarkIsNoticed()
    {
        byte[] file = Fixture.Read("422-restart.jpg");
        int scan = Marker(file, 0xDA), mark = file.AsSpan(scan).IndexOf<byte>([0xFF, 0xD0]) + scan;
        Assert.Contains("restart mark 0", Mistake([.. file[..mark], .. file[(mark + 2)..]]));
    }

    [Fact]
    public void WhatFollowsTheEndIsIgnored()
    {
        byte[] file = Fixture.Read("420-baseline.jpg");
        Assert.Equal(Jpeg.Decode(file, "x").Pixels, Jpeg.Decode([.. file, 1, 2, 0xFF, 0xC0], "x").Pixels);
    }

    [Fact]
    public void TheInverseTransformIsThatOfTheDefinition()
    {
        Qdiff.Tensors.RandomStream random = new(3, "test");
        for (int trial = 0; trial < 200; trial++)
        {
            var coefficients = new int[64];
            for (int i = 0; i < 12; i++) coefficients[random.Next(64)] = random.Next(-300, 300);
            coefficients[0] = random.Next(-900, 900);
            double[] expected = Definition(coefficients);
            var samples = new byte[64];
            JpegTransform.Inverse(coefficients, 63, samples, 8);
            for (int i = 0; i < 64; i++) Assert.InRange(samples[i] - Math.Clamp(expected[i], 0, 255), -0.6, 0.6);
        }
    }

    /// <summary>T.81 A.3.3, plus 128.</summary>
    static double[] Definition(int[] coefficients)
    {
        var samples = new double[64];
        for (int y = 0; y < 8; y++)
            for (int x = 0; x < 8; x++)
            {
                double sum = 0;
                for (int v = 0; v < 8; v++)
                    for (int u = 0; u < 8; u++)
                        sum += (u == 0 ? Math.Sqrt(0.5) : 1) * (v == 0 ? Math.Sqrt(0.5) : 1) * coefficients[8 * v + u]
                            * Math.Cos((2 * x + 1) * u * Math.PI / 16) * Math.Cos((2 * y + 1) * v * Math.PI / 16);
                samples[8 * y + x] = sum / 4 + 128;
            }

        return samples;
    }

    static int Marker(byte[] file, byte marker) => file.AsSpan().IndexOf<byte>([0xFF, marker]);

    static byte[] WithFrame(int marker = 0xC0, int offset = 1, int? value = null)
    {
        byte[] file = Fixture.Read("444-baseline.jpg");
        int frame = Marker(file, 0xC0);
        file[frame + 1] = (byte)marker;
        if (value is int other) file[frame + offset] = (byte)other;
        return file;
    }

    static byte[] FrameOf(int components)
    {
        byte[] file = WithFrame(offset: 9, value: components);
        int frame = Marker(file, 0xC0);
        file[frame + 3] = (byte)(8 + 3 * components);
        return file;
    }

    static byte[] WithSize(int width, int height)
    {
        byte[] file = WithFrame();
        int frame = Marker(file, 0xC0);
        byte[] size = [(byte)(height >> 8), (byte)height, (byte)(width >> 8), (byte)width];
        size.CopyTo(file, frame + 5);
        return file;
    }
}
