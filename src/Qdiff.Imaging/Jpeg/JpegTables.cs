using System.Buffers.Binary;

namespace Qdiff.Imaging;

/// <summary>
/// The tables that a JPEG file has defined so far: four places for quantisation, four each for DC and AC Huffman codes.
/// </summary>
sealed class JpegTables(string where)
{
    /// <summary>Row · 8 + column of the k-th coefficient, from low to high frequency (T.81 figure 5).</summary>
    public static readonly byte[] Zigzag = MakeZigzag();

    readonly ushort[]?[] quantisation = new ushort[]?[4];
    readonly JpegHuffman?[] dc = new JpegHuffman?[4], ac = new JpegHuffman?[4];

    /// <summary>The 64 divisors of a place, in zigzag order.</summary>
    public ushort[] Quantisation(int place) => quantisation[place] ?? throw Missing("quantisation table", place);

    /// <summary>The codes of DC differences at a place.</summary>
    public JpegHuffman Dc(int place) => dc[place] ?? throw Missing("DC Huffman table", place);

    /// <summary>The codes of AC runs at a place.</summary>
    public JpegHuffman Ac(int place) => ac[place] ?? throw Missing("AC Huffman table", place);

    /// <summary>Reads a DQT segment.</summary>
    public void ReadQuantisation(ReadOnlySpan<byte> segment)
    {
        while (!segment.IsEmpty)
        {
            int wide = segment[0] >> 4, place = segment[0] & 15, length = 64 * (1 + wide);
            if (wide > 1 || place > 3 || segment.Length <= length) throw Damaged("quantisation");
            var table = new ushort[64];
            for (int k = 0; k < 64; k++)
            {
                table[k] = wide == 1 ? BinaryPrimitives.ReadUInt16BigEndian(segment[(1 + 2 * k)..]) : segment[1 + k];
                if (table[k] == 0) throw Damaged("quantisation");
            }

            quantisation[place] = table;
            segment = segment[(1 + length)..];
        }
    }

    /// <summary>Reads a DHT segment.</summary>
    public void ReadHuffman(ReadOnlySpan<byte> segment)
    {
        while (!segment.IsEmpty)
        {
            int kind = segment[0] >> 4, place = segment[0] & 15;
            if (kind > 1 || place > 3 || segment.Length < 17) throw Damaged("Huffman");
            ReadOnlySpan<byte> counts = segment.Slice(1, 16);
            int symbols = 0;
            foreach (byte count in counts) symbols += count;
            if (symbols > 256 || segment.Length < 17 + symbols) throw Damaged("Huffman");

            ReadOnlySpan<byte> values = segment.Slice(17, symbols);
            // A DC symbol is the number of bits of the difference.
            if (kind == 0 && values.ContainsAnyExceptInRange((byte)0, (byte)15)) throw Damaged("Huffman");
            (kind == 0 ? dc : ac)[place] = JpegHuffman.Create(counts, values) ?? throw Damaged("Huffman");
            segment = segment[(17 + symbols)..];
        }
    }

    InputException Damaged(string kind) => new($"{where} is damaged: a {kind} table makes no sense.");

    InputException Missing(string kind, int place) => new($"{where} is damaged: it uses {kind} {place} but does not define it.");

    static byte[] MakeZigzag()
    {
        var order = new byte[64];
        int k = 0;
        for (int diagonal = 0; diagonal < 15; diagonal++)
            for (int i = Math.Max(0, diagonal - 7); i <= Math.Min(7, diagonal); i++)
            {
                // Odd diagonals run downwards, even ones upwards.
                int row = diagonal % 2 == 1 ? i : diagonal - i;
                order[k++] = (byte)(row * 8 + diagonal - row);
            }

        return order;
    }
}
