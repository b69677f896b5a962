namespace Qdiff.Imaging;

/// <summary>
/// One Huffman table: short codes by one look into a table of 512, longer ones by comparing with the last code of each length.
/// </summary>
sealed class JpegHuffman
{
    const int Direct = 9, Longest = 16;

    readonly ushort[] direct = new ushort[1 << Direct];     // length · 256 + symbol for each start of bits; 0: a longer code
    readonly int[] beyond = new int[Longest + 1];            // codes of this length are below this, when padded to 16 bits
    readonly int[] shift = new int[Longest + 1];             // place of a code of this length among the symbols, minus the code
    readonly byte[] symbols;

    JpegHuffman(byte[] symbols) => this.symbols = symbols;

    /// <summary>
    /// The table of a DHT segment: <paramref name="counts"/> says how many codes have the length 1 to 16, and codes count upwards
    /// (T.81 annex C). Nothing when the counts ask for more codes than there are.
    /// </summary>
    public static JpegHuffman? Create(ReadOnlySpan<byte> counts, ReadOnlySpan<byte> symbols)
    {
        JpegHuffman table = new(symbols.ToArray());
        int code = 0, symbol = 0;
        for (int length = 1; length <= Longest; length++, code <<= 1)
        {
            table.shift[length] = symbol - code;
            for (int i = 0; i < counts[length - 1]; i++, code++, symbol++)
            {
                if (code >= 1 << length) return null;
                if (length <= Direct)
                {
                    // All starts of bits that begin with this code.
                    int rest = Direct - length;
                    table.direct.AsSpan(code << rest, 1 << rest).Fill((ushort)(length << 8 | symbols[symbol]));
                }
            }

            table.beyond[length] = code << (Longest - length);
        }

        return table;
    }

    /// <summary>Takes one symbol; −1 if the bits are no code. Needs 16 bits in the reader.</summary>
    public int Take(ref JpegBits bits)
    {
        int next = bits.Peek(Longest), entry = direct[next >> (Longest - Direct)];
        if (entry != 0)
        {
            bits.Skip(entry >> 8);
            return entry & 0xFF;
        }

        for (int length = Direct + 1; length <= Longest; length++)
            if (next < beyond[length])
            {
                bits.Skip(length);
                return symbols[(next >> (Longest - length)) + shift[length]];
            }

        return -1;
    }
}
