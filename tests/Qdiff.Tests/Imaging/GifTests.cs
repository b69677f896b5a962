using Qdiff.Imaging;

public class GifTests
{
    sealed record Read(int Width, int Height, bool Loops, byte[] Palette, List<(int Delay, byte[] Pixels)> Frames);

    /// <summary>A reader written from the definition, with strings of bytes for the codes.</summary>
    static Read Decode(byte[] file)
    {
        Assert.Equal("GIF89a"u8, file.AsSpan(0, 6));
        Assert.Equal(0xF7, file[10]);
        bool loops = file.AsSpan().IndexOf("NETSCAPE2.0"u8) > 0;
        Read read = new(file[6] | file[7] << 8, file[8] | file[9] << 8, loops, file[13..781], []);
        int at = 781, delay = -1;
        for (; file[at] != 0x3B;)
            if (file[at] == 0x21)
            {
                if (file[at + 1] == 0xF9) delay = file[at + 4] | file[at + 5] << 8;
                for (at += 2; file[at] != 0; at += file[at] + 1) { }
                at++;
            }
            else
            {
                // The whole screen, in the order of its rows, with bytes for pixels.
                Assert.Equal([0x2C, 0, 0, 0, 0, .. file[6..10], 0, 8], file[at..(at + 11)]);
                var data = new List<byte>();
                for (at += 11; file[at] != 0; at += file[at] + 1) data.AddRange(file[(at + 1)..(at + 1 + file[at])]);
                at++;
                read.Frames.Add((delay, Unpack(data)));
            }

        Assert.Equal(file.Length - 1, at);
        return read;
    }

    static byte[] Unpack(List<byte> data)
    {
        List<byte[]> table = [];
        var pixels = new List<byte>();
        byte[]? before = null;
        for (int at = 0, size = 9; ;)
        {
            int code = 0;
            for (int bit = 0; bit < size; bit++, at++) code |= (data[at / 8] >> at % 8 & 1) << bit;
            if (code == 256)
            {
                table = [.. Enumerable.Range(0, 258).Select(i => new[] { (byte)i })];
                (size, before) = (9, null);
                continue;
            }

            if (code == 257)
            {
                Assert.Equal(data.Count, (at + 7) / 8);
                return [.. pixels];
            }

            Assert.InRange(code, 0, table.Count);
            byte[] run = code < table.Count ? table[code] : [.. before!, before![0]];
            if (before is not null && table.Count < 4096) table.Add([.. before, run[0]]);
            if (table.Count == 1 << size && size < 12) size++;
            pixels.AddRange(run);
            before = run;
        }
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(7, 3)]
    [InlineData(90, 90)]
    public void GreyFramesAreReadBackExactly(int width, int height)
    {
        Random random = new(5);
        Raster[] frames = [.. new Func<int, int>[] { _ => 7, i => i / 3, _ => random.Next(256), _ => random.Next(3), i => i * i }
            .Select(value =>
            {
                Raster frame = new(width, height, 1);
                for (int i = 0; i < frame.Pixels.Length; i++) frame.Pixels[i] = (byte)value(i);
                return frame;
            })];
        Read read = Decode(Gif.Encode(frames, delay: 4, lastDelay: 300));
        Assert.Equal((width, height, true), (read.Width, read.Height, read.Loops));
        Assert.Equal([4, 4, 4, 4, 300], read.Frames.Select(frame => frame.Delay));
        Assert.Equal(Enumerable.Range(0, 768).Select(i => (byte)(i / 3)), read.Palette);
        Assert.All(frames.Index(), frame => Assert.Equal(frame.Item.Pixels, read.Frames[frame.Index].Pixels));
    }

    /// <summary>The last code may fall on any place of the table, just before and after the size of codes grows.</summary>
    [Fact]
    public void EveryLengthEndsWell()
    {
        Random random = new(3);
        byte[] noise = new byte[5000];
        random.NextBytes(noise);
        foreach (int length in new[] { 250, 760, 1784, 3828 }.SelectMany(start => Enumerable.Range(start, 24)))
        {
            Raster frame = new(length, 1, 1);
            noise.AsSpan(0, length).CopyTo(frame.Pixels);
            Assert.Equal(frame.Pixels, Decode(Gif.Encode([frame])).Frames[0].Pixels);
        }
    }

    static Raster Colours(int width, int height, Func<int, int, (int R, int G, int B)> colour)
    {
        Raster raster = new(width, height, 3);
        for (int i = 0; i < width * height; i++)
        {
            (int r, int g, int b) = colour(i % width, i / width);
            (raster.Pixels[3 * i], raster.Pixels[3 * i + 1], raster.Pixels[3 * i + 2]) = ((byte)r, (byte)g, (byte)b);
        }

        return raster;
    }

    static byte[] Painted(Read read, int frame) =>
        [.. read.Frames[frame].Pixels.SelectMany(number => read.Palette[(3 * number)..(3 * number + 3)])];

    [Fact]
    public void FewColoursAreKeptExactly()
    {
        Raster[] frames = [Colours(16, 16, (x, y) => (x, 200, y % 8)), Colours(16, 16, (x, y) => (255 - x, 3, y % 8))];
        Read read = Decode(Gif.Encode(frames, loop: false));
        Assert.False(read.Loops);
        for (int i = 0; i < 2; i++) Assert.Equal(frames[i].Pixels, Painted(read, i));
    }

    [Fact]
    public void ManyColoursComeNear()
    {
        Raster frame = Colours(64, 64, (x, y) => (4 * x, 4 * y, 255 - 2 * x - 2 * y));
        byte[] painted = Painted(Decode(Gif.Encode([frame])), 0);
        double error = Math.Sqrt(frame.Pixels.Zip(painted, (a, b) => (double)(a - b) * (a - b)).Average());
        // 256 colours on a plane of 256×256 stand 16 apart: 16/√12 = 4.6 along each of its two directions.
        Assert.InRange(error, 0.1, 7);
    }

    [Fact]
    public void WrongFramesAreRefused()
    {
        Assert.Throws<ArgumentException>(() => Gif.Encode([]));
        Assert.Contains("Frame 1 is 2×1×1, but frame 0 is 1×1×1",
            Assert.Throws<ArgumentException>(() => Gif.Encode([new(1, 1, 1), new(2, 1, 1)])).Message);
        Assert.Throws<ArgumentException>(() => Gif.Encode([new(70_000, 1, 1)]));
        Assert.Throws<ArgumentOutOfRangeException>(() => Gif.Encode([new(1, 1, 1)], delay: -1));
    }
}
