using System.Buffers.Binary;

namespace Qdiff.Imaging;

/// <summary>
/// Animated GIF files: 256 greys for grey images; for colours one palette of 256, chosen by median cut over all frames.
/// </summary>
/// <remarks>CompuServe, "Graphics Interchange Format, version 89a"; the endless loop is Netscape's extension.</remarks>
public static class Gif
{
    /// <summary>The most pixels of a side.</summary>
    internal const int LongestSide = ushort.MaxValue;

    /// <summary>The file for these frames, all of one size and kind, shown for so many hundredths of a second each.</summary>
    /// <param name="lastDelay">How long the last frame is shown; by default as long as the others.</param>
    /// <param name="loop">Whether it starts again at the end.</param>
    public static byte[] Encode(IReadOnlyList<Raster> frames, int delay = 8, int? lastDelay = null, bool loop = true)
    {
        if (frames.Count == 0) throw new ArgumentException("A GIF file has at least one frame.", nameof(frames));
        Raster first = frames[0];
        for (int i = 0; i < frames.Count; i++)
            if ((frames[i].Width, frames[i].Height, frames[i].Channels) != (first.Width, first.Height, first.Channels))
                throw new ArgumentException($"Frame {i} is {frames[i].Width}×{frames[i].Height}×{frames[i].Channels}, but "
                    + $"frame 0 is {first.Width}×{first.Height}×{first.Channels}; they must match.", nameof(frames));
        if (first.Width > LongestSide || first.Height > LongestSide)
            throw new ArgumentException($"A GIF file has at most {LongestSide} pixels a side, got "
                + $"{first.Width}×{first.Height}.", nameof(frames));
        foreach (int time in (int[])[delay, lastDelay ?? delay])
            if (time is < 0 or > ushort.MaxValue)
                throw new ArgumentOutOfRangeException(nameof(delay), time, "A delay is 0 to 65535 hundredths of a second.");

        GifPalette palette = GifPalette.For(frames);
        using var file = new MemoryStream();
        file.Write("GIF89a"u8);
        WriteShorts(file, first.Width, first.Height);
        // A palette of 2⁸ colours for all frames; background 0; square pixels.
        file.Write([0xF7, 0, 0]);
        file.Write(palette.Colours);
        if (loop) file.Write([0x21, 0xFF, 11, .. "NETSCAPE2.0"u8, 3, 1, 0, 0, 0]);
        for (int i = 0; i < frames.Count; i++)
        {
            file.Write([0x21, 0xF9, 4, 0]);
            WriteShorts(file, i == frames.Count - 1 ? lastDelay ?? delay : delay);
            file.Write([0, 0, 0x2C]);
            WriteShorts(file, 0, 0, first.Width, first.Height);
            file.WriteByte(0);
            GifCompression.Write(file, palette.Apply(frames[i]));
        }

        file.WriteByte(0x3B);
        return file.ToArray();
    }

    /// <summary>Writes a file.</summary>
    public static void Save(IReadOnlyList<Raster> frames, string path, int delay = 8, int? lastDelay = null, bool loop = true) =>
        WholeFile.Write(path, Encode(frames, delay, lastDelay, loop));

    static void WriteShorts(Stream file, params ReadOnlySpan<int> values)
    {
        Span<byte> bytes = stackalloc byte[2];
        foreach (int value in values)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(bytes, (ushort)value);
            file.Write(bytes);
        }
    }
}
