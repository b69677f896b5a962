using Qdiff;
using Qdiff.Imaging;

public class PngDecoderTests
{
    public static TheoryData<int, int> Kinds => new()
    {
        { 0, 1 }, { 0, 2 }, { 0, 4 }, { 0, 8 }, { 0, 16 }, { 2, 8 }, { 2, 16 },
        { 3, 1 }, { 3, 2 }, { 3, 4 }, { 3, 8 }, { 4, 8 }, { 4, 16 }, { 6, 8 }, { 6, 16 },
    };

    /// <summary>Some value for a sample; it must not be symmetric in x, y or i.</summary>
    static int Value(PngFile file, int x, int y, int i) =>
        (x * 7919 + y * 104_729 + i * 1_299_709 + 12_345) % 65_521 % (file.Most + 1);

    static byte Expected(PngFile file, int x, int y, int channel)
    {
        int[] v = [.. Enumerable.Range(0, file.Samples).Select(i => Value(file, x, y, i))];
        double most = file.Most, alpha = file.Colour is 4 or 6 ? v[^1] / most : 1;
        double value = file.Colour == 3 ? file.Palette![3 * v[0] + channel] : 255 * v[file.Colour is 2 or 6 ? channel : 0] / most;
        return (byte)Math.Round(value * alpha + 255 * (1 - alpha), MidpointRounding.AwayFromZero);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void EveryKindIsRead(int colour, int depth)
    {
        foreach (bool interlaced in (bool[])[false, true])
            foreach ((int width, int height) in new[] { (1, 1), (2, 3), (5, 4), (8, 8), (13, 17), (33, 9) })
            {
                PngFile file = new(width, height, depth, colour, interlaced)
                {
                    Palette = colour == 3 ? [.. Enumerable.Range(0, 3 << depth).Select(i => (byte)(i * 37 + 11))] : null,
                };
                Raster raster = Png.Decode(file.Build((x, y, i) => Value(file, x, y, i)), "test");
                Assert.Equal((width, height, colour is 0 or 4 ? 1 : 3), (raster.Width, raster.Height, raster.Channels));
                for (int y = 0; y < height; y++)
                    for (int x = 0; x < width * raster.Channels; x++)
                        Assert.Equal(Expected(file, x / raster.Channels, y, x % raster.Channels), raster.Row(y)[x]);
            }
    }

    [Fact]
    public void TransparentColoursBecomeWhite()
    {
        PngFile grey = new(3, 1, 8, 0, false) { Transparency = [0xFF, 20] };   // the upper byte means nothing
        Assert.Equal([10, 255, 30], Png.Decode(grey.Build((x, _, _) => 10 * (x + 1)), "test").Pixels);
        PngFile rgb = new(2, 1, 16, 2, false) { Transparency = [0, 0, 1, 0, 2, 0] };
        Assert.Equal([0, 1, 2, 255, 255, 255], Png.Decode(rgb.Build((x, _, i) => i * 256 + 1 - x), "test").Pixels);
        PngFile palette = new(3, 1, 8, 3, false) { Palette = [0, 0, 0, 100, 100, 100, 50, 60, 70], Transparency = [0, 51] };
        Assert.Equal([255, 255, 255, 224, 224, 224, 50, 60, 70], Png.Decode(palette.Build((x, _, _) => x), "test").Pixels);
    }

    [Fact]
    public void DamageIsTold()
    {
        byte[] header = [0, 0, 0, 2, 0, 0, 0, 2, 8, 0, 0, 0, 0], data = PngFile.Zlib([0, 1, 2, 0, 3, 4]);
        static byte[] Changed(byte[] bytes, int at, byte value) => [.. bytes[..at], value, .. bytes[(at + 1)..]];
        static string Mistake(params (string, byte[]?)[] chunks) =>
            Assert.Throws<InputException>(() => Png.Decode(PngFile.Join(chunks), "x.png")).Message;

        byte[] sound = PngFile.Join(("IHDR", header), ("aaaa", []), ("IDAT", data), ("IEND", []));
        Assert.Equal([1, 2, 3, 4], Png.Decode(sound, "x.png").Pixels);
        Assert.Contains("x.png is no PNG", Assert.Throws<InputException>(() => Png.Decode([1, 2], "x.png")).Message);
        Assert.Contains("without an IEND", Mistake(("IHDR", header), ("IDAT", data)));
        Assert.Contains("first chunk", Mistake(("IDAT", data), ("IEND", [])));
        Assert.Contains("2×2 pixels need 6 bytes", Mistake(("IHDR", header), ("IEND", [])));
        Assert.Contains("2×2 pixels need 6 bytes",
            Mistake(("IHDR", header), ("IDAT", PngFile.Zlib([0, 1, 2, 0, 3])), ("IEND", [])));
        Assert.Contains("cannot be unpacked",
            Mistake(("IHDR", header), ("IDAT", Changed(data, data.Length - 1, 9)), ("IEND", [])));
        Assert.Contains("filter 7", Mistake(("IHDR", header), ("IDAT", PngFile.Zlib([7, 1, 2, 0, 3, 4])), ("IEND", [])));
        Assert.Contains("colour type 5", Mistake(("IHDR", Changed(header, 9, 5)), ("IEND", [])));
        Assert.Contains("with 3 bits", Mistake(("IHDR", Changed(header, 8, 3)), ("IEND", [])));
        Assert.Contains("interlace 2", Mistake(("IHDR", Changed(header, 12, 2)), ("IEND", [])));
        Assert.Contains("0×2", Mistake(("IHDR", Changed(header, 3, 0)), ("IEND", [])));
        Assert.Contains("4278190082×2", Mistake(("IHDR", Changed(header, 0, 255)), ("IEND", [])));
        Assert.Contains("it has none", Mistake(("IHDR", Changed(header, 9, 3)), ("IDAT", data), ("IEND", [])));
        Assert.Contains("palette has only 2",
            Mistake(("IHDR", Changed(header, 9, 3)), ("PLTE", new byte[6]), ("IDAT", data), ("IEND", [])));
        Assert.Contains("palette has 7 bytes", Mistake(("IHDR", Changed(header, 9, 3)), ("PLTE", new byte[7]), ("IEND", [])));
        Assert.Contains("critical chunk", Mistake(("IHDR", header), ("EVIL", []), ("IEND", [])));
        byte[] whole = PngFile.Join(("IHDR", header), ("IDAT", data), ("IEND", []));
        Assert.Contains("check sum", Assert.Throws<InputException>(() => Png.Decode(Changed(whole, 20, 1), "x.png")).Message);
    }

    [Fact]
    public void APresetDictionaryIsDamageLikeAnyOther()
    {
        // The header of zlib with the flag that asks for one, which PNG does not allow.
        byte[] zlib = [0x78, 0x20, .. PngFile.Zlib([0, 7])[2..]];
        zlib[1] = (byte)(0x20 + 31 - (0x78 * 256 + 0x20) % 31);
        byte[] header = [0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0];
        byte[] file = PngFile.Join(("IHDR", header), ("IDAT", zlib), ("IEND", []));
        Assert.Contains("x.png is damaged", Assert.Throws<InputException>(() => Png.Decode(file, "x.png")).Message);
    }

    [Fact]
    public void AHugeClaimTakesNoMemory()
    {
        byte[] header = [0, 0, 16, 0, 0, 0, 16, 0, 16, 6, 0, 0, 0];     // 4096 × 4096 × 8 bytes
        byte[] file = PngFile.Join(("IHDR", header), ("IDAT", PngFile.Zlib(new byte[1000])), ("IEND", []));
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Contains("cut off", Assert.Throws<InputException>(() => Png.Decode(file, "x.png")).Message);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000_000);
    }

    /// <summary>Damages files at random and mends the check sums, so that the damage reaches the decoder itself.</summary>
    [Theory]
    [MemberData(nameof(Kinds))]
    public void DamagedFilesGiveAnImageOrAnError(int colour, int depth)
    {
        Random random = new(1000 * colour + depth);
        PngFile file = new(11, 9, depth, colour, Interlaced: depth % 3 == 1)
        {
            Palette = colour == 3 ? new byte[3 << depth] : null,
            Transparency = colour == 3 ? [1, 2] : null,
        };
        byte[] whole = file.Build((x, y, i) => Value(file, x, y, i));
        (int read, int refused) = (0, 0);
        for (int trial = 0; trial < 400; trial++)
        {
            byte[] damaged = [.. whole];
            for (int change = random.Next(1, 4); change > 0; change--)
                damaged[random.Next(8, damaged.Length)] = (byte)random.Next(256);
            if (random.Next(4) == 0) damaged = damaged[..random.Next(damaged.Length)];
            if (random.Next(8) != 0) MendChecks(damaged);
            long before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                Raster raster = Png.Decode(damaged, "damaged");
                Assert.Equal(raster.Width * raster.Height * raster.Channels, raster.Pixels.Length);
                read++;
            }
            catch (InputException e)
            {
                Assert.Contains("damaged", e.Message);
                refused++;
            }

            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4_000_000);
        }

        Assert.InRange(read, 1, 399);
        Assert.InRange(refused, 1, 399);
    }

    static void MendChecks(byte[] file)
    {
        for (int at = 8; at + 12 <= file.Length;)
        {
            long length = (uint)(file[at] << 24 | file[at + 1] << 16 | file[at + 2] << 8 | file[at + 3]);
            if (length > file.Length - at - 12) return;
            uint crc = Crc32.Of(file.AsSpan(at + 4, (int)length + 4));
            for (int i = 0; i < 4; i++) file[at + 8 + (int)length + i] = (byte)(crc >> (24 - 8 * i));
            at += 12 + (int)length;
        }
    }
}
