namespace Qdiff;

/// <summary>The 32-bit cyclic redundancy check of zip, gzip and PNG files: reflected polynomial 0xEDB88320.</summary>
public static class Crc32
{
    static readonly uint[] s_table = [.. Enumerable.Range(0, 256).Select(index =>
    {
        uint value = (uint)index;
        for (int bit = 0; bit < 8; bit++) value = (value & 1) != 0 ? 0xEDB88320 ^ value >> 1 : value >> 1;
        return value;
    })];

    /// <summary>The check of all bytes.</summary>
    public static uint Of(ReadOnlySpan<byte> bytes) => Continue(0, bytes);

    /// <summary>
    /// The check of bytes whose start has the given check, and of these behind them. The check of no bytes is 0.
    /// </summary>
    public static uint Continue(uint check, ReadOnlySpan<byte> bytes)
    {
        uint crc = ~check;
        foreach (byte b in bytes) crc = s_table[(byte)(crc ^ b)] ^ crc >> 8;
        return ~crc;
    }
}
