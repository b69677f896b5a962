using System.Buffers.Binary;
using System.Text;
using Qdiff;
using Qdiff.Imaging;

/// <summary>Images are turned as Exif says, whichever of the two formats they have and however the data are written.</summary>
public class OrientationTests
{
    /// <summary>
    /// Where the first row and the first column of the file lie in the image as it was seen, word for word from the standard
    /// (CIPA DC-008, tag 0x0112).
    /// </summary>
    static readonly (string Row, string Column)[] s_sides =
    [
        ("top", "left"), ("top", "right"), ("bottom", "right"), ("bottom", "left"),
        ("left", "top"), ("right", "top"), ("right", "bottom"), ("left", "bottom"),
    ];

    public static TheoryData<int, bool, bool> Kinds
    {
        get
        {
            TheoryData<int, bool, bool> kinds = [];
            for (int orientation = 1; orientation <= 8; orientation++)
                foreach (bool little in (bool[])[true, false])
                    foreach (bool png in (bool[])[true, false]) kinds.Add(orientation, little, png);
            return kinds;
        }
    }

    [Theory, MemberData(nameof(Kinds))]
    public void EveryOrientationIsApplied(int orientation, bool little, bool png)
    {
        Raster stored = Png.Read(Fixture.Path("420-baseline.png"));
        byte[] exif = Exif(orientation, little);
        using TemporaryFolder folder = new();
        folder.Write("x.png", png ? InPng(stored, exif) : InJpeg(exif));
        Raster seen = Raster.Read(folder.File("x.png"));
        (string rowSide, string columnSide) = s_sides[orientation - 1];
        bool turned = rowSide is "left" or "right";
        Assert.Equal(turned ? (stored.Height, stored.Width) : (stored.Width, stored.Height), (seen.Width, seen.Height));
        Assert.Equal((seen.Width, seen.Height),
            ImageHeader.Read(folder.File("x.png")) is { } header ? (header.Width, header.Height) : default);
        for (int row = 0; row < stored.Height; row++)
            for (int column = 0; column < stored.Width; column++)
            {
                (int x, int y) = turned ? (From(rowSide, row, seen.Width), From(columnSide, column, seen.Height))
                    : (From(columnSide, column, seen.Width), From(rowSide, row, seen.Height));
                Assert.Equal(stored.Row(row).Slice(3 * column, 3), seen.Row(y).Slice(3 * x, 3));
            }

        static int From(string side, int distance, int length) =>
            side is "top" or "left" ? distance : length - 1 - distance;
    }

    [Fact]
    public void WhatIsNoOrientationChangesNothing()
    {
        byte[] plain = Png.Read(Fixture.Path("420-baseline.png")).Pixels;
        foreach (int wrong in (int[])[0, 9, 65535])
            Assert.Equal(plain, Jpeg.Decode(InJpeg(Exif(wrong, little: true)), "x").Pixels);
        byte[] exif = Exif(6, little: false);
        for (int length = 0; length < exif.Length; length++) Jpeg.Decode(InJpeg(exif[..length]), "x");
        for (int at = 0; at < exif.Length; at++)
            foreach (byte value in (byte[])[0, 1, 0x7F, 0xFF])
                Jpeg.Decode(InJpeg([.. exif[..at], value, .. exif[(at + 1)..]]), "x");
    }

    /// <summary>Or the image would have another size than its header said.</summary>
    [Fact]
    public void OfTwoOrientationsTheFirstCounts()
    {
        Raster stored = Png.Read(Fixture.Path("420-baseline.png"));
        using TemporaryFolder folder = new();
        folder.Write("x.png", InPng(stored, Exif(6, little: true), Exif(1, little: true)));
        ImageHeader header = ImageHeader.Read(folder.File("x.png"))!.Value;
        Raster seen = Raster.Read(folder.File("x.png"));
        Assert.Equal((stored.Height, stored.Width), (seen.Width, seen.Height));
        Assert.Equal((header.Width, header.Height), (seen.Width, seen.Height));
        Assert.Equal([3, seen.Height, seen.Width], ImageFolder.Load(folder.Path).Shape);
    }

    [Fact]
    public void AnImageOfATurnedPhoneHasTheSizeOfOneHeldUpright()
    {
        using TemporaryFolder folder = new();
        folder.Write("turned.jpg", InJpeg(Exif(6, little: false)));
        folder.Write("upright.png", Png.Encode(new Raster(23, 31, 3)));
        Assert.Equal([3, 31, 23], ImageFolder.Load(folder.Path).Shape);
    }

    /// <summary>A TIFF header and one directory, with an entry before and one after.</summary>
    static byte[] Exif(int orientation, bool little)
    {
        byte[] tiff = new byte[8 + 2 + 3 * 12 + 4];
        Encoding.ASCII.GetBytes(little ? "II" : "MM", tiff);
        Short(2, 42);
        Long(4, 8);
        Short(8, 3);
        for (int i = 0; i < 3; i++)
        {
            int at = 10 + 12 * i;
            Short(at, (ushort)(0x0111 + i));
            Short(at + 2, 3);
            Long(at + 4, 1);
            Short(at + 8, i == 1 ? (ushort)orientation : (ushort)2);
        }

        return tiff;

        void Short(int at, ushort value)
        {
            if (little) BinaryPrimitives.WriteUInt16LittleEndian(tiff.AsSpan(at), value);
            else BinaryPrimitives.WriteUInt16BigEndian(tiff.AsSpan(at), value);
        }

        void Long(int at, uint value)
        {
            if (little) BinaryPrimitives.WriteUInt32LittleEndian(tiff.AsSpan(at), value);
            else BinaryPrimitives.WriteUInt32BigEndian(tiff.AsSpan(at), value);
        }
    }

    static byte[] InJpeg(byte[] exif)
    {
        byte[] file = Fixture.Read("420-baseline.jpg"), content = [.. "Exif\0\0"u8, .. exif];
        int length = content.Length + 2;
        return [.. file[..2], 0xFF, 0xE1, (byte)(length >> 8), (byte)length, .. content, .. file[2..]];
    }

    static byte[] InPng(Raster stored, params byte[][] exif)
    {
        byte[] file = Png.Encode(stored), chunks = PngFile.Join([.. exif.Select(each => ("eXIf", each))])[8..];
        return [.. file[..33], .. chunks, .. file[33..]];
    }
}
