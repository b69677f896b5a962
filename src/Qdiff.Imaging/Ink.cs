namespace Qdiff.Imaging;

/// <summary>A colour to draw with.</summary>
readonly record struct Ink(byte Red, byte Green, byte Blue)
{
    public static Ink Black => new(0, 0, 0);

    public static Ink White => new(255, 255, 255);

    /// <summary>The colour of a number 0xRRGGBB.</summary>
    public static Ink FromRgb(int rgb) => new((byte)(rgb >> 16), (byte)(rgb >> 8), (byte)rgb);

    /// <summary>Red, green and blue for three channels; the brightness for one.</summary>
    public byte this[int channel, int channels] => channels == 1 ? (byte)((299 * Red + 587 * Green + 114 * Blue + 500) / 1000)
        : channel switch { 0 => Red, 1 => Green, _ => Blue };
}
